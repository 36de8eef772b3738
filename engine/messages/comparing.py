"""Comparisons and what-ifs: what moved, and why."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "compare_not_rated": {
        "zh": ("批次 {before} 评定了{zh}（{rulebook}），这个批次没有", "两个批次都评定了的，才能比较"),
        "en": (
            "the run {before} has ratings of {en} ({rulebook}), and this one has none",
            "only what both runs rated can be compared",
        ),
    },
    "compare_other_kind": {
        "zh": ("规则书 `{rulebook}` 在批次 {before} 中评的是 {kind}，这里评的是 {other}，单位不同，无从比较",),
        "en": ("the rulebook `{rulebook}` rates {kind} in the run {before}, and {other} here: other units",),
    },
    "compare_other_grades": {
        "zh": (
            "规则书 `{rulebook}` 的等次在批次 {before} 中是 {old}，这里是 {new}，升降无从谈起",
            "等次相同的批次才能比较",
        ),
        "en": (
            "the grades of the rulebook `{rulebook}` are {old} in the run {before} and {new} here: no up and down",
            "compare runs whose grades are the same",
        ),
    },
    "compare_unknown_kind": {
        "zh": ("这个批次没有评定 `{kind}` 这个类别", "写类别的编号或名称：{zh}"),
        "en": ("the run has rated no `{kind}`", "write the id or label of a kind: {en}"),
    },
    "nothing_to_compare": {
        "zh": ("和批次 {before} 没有可以比较的内容", "比较同一方案的两个批次；用 --kind 时，核对类别名"),
        "en": (
            "has nothing that can be compared with the run {before}",
            "compare two runs of the same programme; with --kind, see that the kind is right",
        ),
    },
}

WORDS: dict[str, dict[str, str]] = {
    "rule_fired": {"zh": "适用", "en": "applies"},
    "rule_may_fire": {"zh": "可能适用", "en": "may apply"},
    "rule_not_fired": {"zh": "不适用", "en": "does not apply"},
    "met": {"zh": "达标", "en": "met"},
    "unmet": {"zh": "未达标", "en": "not met"},
    "moved_counts": {"zh": "{units} 个单位，{count} 个有变化", "en": "{units} compared, {count} moved"},
    "moved_none": {"zh": "{units} 个单位，没有变化", "en": "{units} compared, none moved"},
    "direction_up": {"zh": "升", "en": "up"},
    "direction_down": {"zh": "降", "en": "down"},
    "direction_open": {"zh": "转为待定或不再待定", "en": "to or from pending"},
    "direction_same": {"zh": "等次未变", "en": "with the same grade"},
    "direction_count": {"zh": "{way} {count} 个", "en": "{count} {way}"},
    "matrix_hint": {"zh": "（左为前，上为后）", "en": "(rows: before; columns: after)"},
    "cause_facts": {"zh": "资料变了（本单位或下级）", "en": "facts changed (its own, or of units below)"},
    "cause_rules": {"zh": "规则或年度变了", "en": "the rules or the year changed"},
    "cause_rules_alone": {"zh": "规则变了", "en": "the rules changed"},
    "cause_ruling": {"zh": "由裁定决定", "en": "decided by a ruling"},
    "cause_others": {"zh": "别的单位变了，名次或名额随之变化", "en": "others moved, and its place or seat with them"},
    "cause_both": {"zh": "资料和规则共同所致", "en": "facts and rules together"},
    "cause_closing": {"zh": "终评，缺项按最低计", "en": "the evidence was closed"},
    "causes": {"zh": "原因：{causes}", "en": "Why: {causes}"},
    "cause_count": {"zh": "{cause} {count} 个", "en": "{cause}: {count}"},
    "unchanged": {"zh": "不变", "en": "unchanged"},
    "side_overlays": {"zh": "{name} 的调整件：{overlays}", "en": "{name} with overlays: {overlays}"},
    "by_part": {"zh": "起作用的改动：{parts}", "en": "moved by: {parts}"},
    "moved_more": {"zh": "……另有 {count} 个，用 --top 多列", "en": "… and {count} more; --top lists more of them"},
    "unexplained": {"zh": "没有更正或裁定的变化", "en": "Changes without a correction or ruling"},
    "explained_count": {
        "zh": "有更正的 {corrections} 项，有裁定的 {rulings} 项",
        "en": "explained: {corrections} by a correction, {rulings} by a ruling",
    },
    "unexplained_none": {"zh": "此外没有变化", "en": "nothing else changed"},
    "unexplained_facts": {
        "zh": "数据变了，没有更正（{count} 项）",
        "en": "facts differ, without a correction ({count})",
    },
    "unexplained_rules": {
        "zh": "规则变了，等次随之变化（{count} 个）",
        "en": "the rules differ, and grades with them ({count})",
    },
    "unexplained_appeared": {"zh": "新增的单位（{count} 个）", "en": "units that are new ({count})"},
    "unexplained_gone": {"zh": "不再有的单位（{count} 个）", "en": "units that are gone ({count})"},
    "unexplained_refused": {"zh": "退回与否变了（{count} 个）", "en": "rows refused in one run only ({count})"},
    "refused": {"zh": "退回", "en": "refused"},
    "rated": {"zh": "评定", "en": "rated"},
    "appeared": {"zh": "新增 {count} 个：{units}", "en": "new: {count} ({units})"},
    "gone": {"zh": "不再有 {count} 个：{units}", "en": "gone: {count} ({units})"},
    "change_rule": {"zh": "规则 {label}", "en": "rule {label}"},
    "change_title": {"zh": "称号 {label}", "en": "title {label}"},
    "change_good": {"zh": "“好” {label}", "en": "good {label}"},
    "change_criterion": {"zh": "考核项 {label}", "en": "criterion {label}"},
    "change_target": {"zh": "目标 {label}", "en": "target {label}"},
    "change_state": {"zh": "{label}", "en": "{label}"},
    "change_selection": {"zh": "评选 {label}", "en": "selection {label}"},
    "no_difference": {
        "zh": "等次、称号、目标、评选都没有变化",
        "en": "No grade, title, target or selection moved",
    },
    "not_compared": {"zh": "未比较", "en": "not compared"},
    "step_compare": {"zh": "比较", "en": "Comparing"},
}
