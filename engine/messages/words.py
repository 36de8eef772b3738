"""Words that tables and pages share, in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.messages.checking import WORDS as CHECKING
from engine.messages.clauses import WORDS as CLAUSES
from engine.messages.collecting import WORDS as COLLECTING
from engine.messages.comparing import WORDS as COMPARING
from engine.messages.lifecycles import WORDS as LIFECYCLES
from engine.messages.overlays import WORDS as OVERLAYS
from engine.messages.remedies import WORDS as REMEDIES
from engine.messages.seats import WORDS as SEATS
from engine.messages.selections import WORDS as SELECTIONS
from engine.messages.testing import WORDS as TESTING
from engine.messages.verifying import WORDS as VERIFYING
from engine.messages.whatif import WORDS as WHATIF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WORDS: dict[str, dict[str, str]] = {
    "summary": {"zh": "汇总", "en": "Summary"},
    "id": {"zh": "编号", "en": "Id"},
    "name": {"zh": "名称", "en": "Name"},
    "parent": {"zh": "上级", "en": "Parent"},
    "kind": {"zh": "类别", "en": "Kind"},
    "unit": {"zh": "单位", "en": "unit"},
    "rulebook": {"zh": "规则书", "en": "Rulebook"},
    "grade": {"zh": "等次", "en": "Grade"},
    "grade_low": {"zh": "最低等次", "en": "Lowest grade"},
    "grade_high": {"zh": "最高等次", "en": "Highest grade"},
    "proposed": {"zh": "拟评等次", "en": "Proposed grade"},
    "points_low": {"zh": "最低得分", "en": "Lowest score"},
    "points_high": {"zh": "最高得分", "en": "Highest score"},
    "points": {"zh": "得分", "en": "Score"},
    "rules": {"zh": "适用的评定规则", "en": "Rules that fired"},
    "pending": {"zh": "待定", "en": "Pending"},
    "all": {"zh": "合计", "en": "Total"},
    "year": {"zh": "年度", "en": "Year"},
    "units": {"zh": "单位数", "en": "Units"},
    "yes": {"zh": "是", "en": "Yes"},
    "no": {"zh": "否", "en": "No"},
    "unknown": {"zh": "未知", "en": "Unknown"},
    "not_applicable": {"zh": "不适用", "en": "Not applicable"},
    "place": {"zh": "位置", "en": "Place"},
    "reasons": {"zh": "原因", "en": "Reasons"},
    "advice": {"zh": "如何改正", "en": "What to do"},
    "rejected": {"zh": "退回的行", "en": "Refused rows"},
    "not_entered": {"zh": "未填报（视为无）", "en": "not entered"},
    "is_entered": {"zh": "已填报{label}", "en": "{label} is entered"},
    "score_of": {"zh": "{criterion}（{assessor}）", "en": "{criterion} ({assessor})"},
    "reason_of": {"zh": "{criterion}扣分原因", "en": "{criterion}: why points were not given"},
    "within_band": {"zh": "{criterion}的评分在所属档次之内", "en": "{criterion}: scores lie within the band"},
    "has_table": {"zh": "有“{kind}”表", "en": "there is a table of {kind}"},
    "undefined": {"zh": "无法计算", "en": "undefined"},
    "goods_met": {"zh": "达标的“好”", "en": "Goods met"},
    "goods_count": {"zh": "“好”的总数", "en": "Goods in all"},
    "score_max": {"zh": "应得分", "en": "Points that can be had"},
    "targets_count": {"zh": "目标总数", "en": "Targets in all"},
    "targets_reached": {"zh": "已实现的目标", "en": "Targets reached"},
    "targets_short": {"zh": "未达进度的目标", "en": "Targets short"},
    # Why
    "colon": {"zh": "：", "en": ": "},
    "in_brackets": {"zh": "（{text}）", "en": " ({text})"},
    "of_year": {"zh": "{year} 年度", "en": "{year}"},
    "title": {"zh": "称号", "en": "Title"},
    "computed_grade": {"zh": "规则所得等次", "en": "Grade by the rules"},
    "ruled_by": {"zh": "裁定", "en": "Ruling"},
    "rated_advisory": {"zh": "仅供参考", "en": "For information only"},
    "advisory": {"zh": "评定结果仅供参考，不占名额", "en": "rated for information only, outside quotas"},
    "ruled": {
        "zh": "裁定：{what}由“{before}”改为“{after}”，{by}，{document}，{date}；理由：{reason}",
        "en": "Ruling: {what}: {before} → {after}, by {by}, {document}, {date}; reason: {reason}",
    },
    "sent_by": {"zh": "{cell}（{sender}报送）", "en": "{cell} (sent by {sender})"},
    "sent_by_on": {"zh": "{cell}（{sender} {date} 报送）", "en": "{cell} (sent by {sender}, {date})"},
    "proved_by": {"zh": "依据 {document}", "en": "proved by {document}"},
    "corrected": {
        "zh": "更正：{old} → {new}，{by}，{document}，{date}；原因：{reason}",
        "en": "Corrected: {old} → {new}, by {by}, {document}, {date}; reason: {reason}",
    },
    "won": {"zh": "获得", "en": "won"},
    "not_won": {"zh": "未获得", "en": "not won"},
    "title_open": {"zh": "待定", "en": "still open"},
    "withheld_by": {"zh": "因“{rule}”不授予", "en": "withheld by “{rule}”"},
    "pending_between": {"zh": "待定，最低{low}，最高{high}", "en": "pending, between {low} and {high}"},
    "closed_from": {"zh": "（缺项按最低计：原在{low}与{high}之间）", "en": "(closed at the worst of {low} to {high})"},
    "out_of": {"zh": "（满分 {most}）", "en": " of {most}"},
    "rescaled": {
        "zh": "（适用各项得 {raw}，应得 {max}，折合满分 {most}）",
        "en": " ({raw} of the {max} points that apply, as {most})",
    },
    "with_bonus": {"zh": "，含加分 {bonus}", "en": ", with a bonus of {bonus}"},
    "to": {"zh": "{low}至{high}", "en": "{low} to {high}"},
    "scored": {"zh": "计分 ", "en": "scored "},
    "of_records": {"zh": "（{count} 条）", "en": "({count} record{s})"},
    "lower_gap_records": {"zh": "{kind}：{label}（{count} 条）", "en": "{kind}: {label} ({count} record{s})"},
    "of_units": {"zh": "（{count} 个单位）", "en": "({count} unit{s})"},
    "in_period": {"zh": "{period}：{number}（需 {least}）", "en": "{period}: {number} ({least} needed)"},
    "period_month": {"zh": "{year} 年 {place} 月", "en": "{year}-{place:02}"},
    "period_quarter": {"zh": "{year} 年第 {place} 季度", "en": "Q{place} {year}"},
    "period_half_year_1": {"zh": "{year} 年上半年", "en": "first half of {year}"},
    "period_half_year_2": {"zh": "{year} 年下半年", "en": "second half of {year}"},
    "period_year": {"zh": "{year} 年", "en": "{year}"},
    "lower_gap": {"zh": "{kind}：{label}（{count} 个单位）", "en": "{kind}: {label} ({count} unit{s})"},
    "rounded": {"zh": "，保留 {digits} 位小数", "en": ", rounded to {digits} decimals"},
    "with_penalty": {"zh": "，扣减 {penalty}", "en": ", less a penalty of {penalty}"},
    "part_of_score": {"zh": "{label} {value} × {share}", "en": "{label} {value} × {share}"},
    "parts_of_score": {"zh": "（{parts}）", "en": " ({parts})"},
    "points_of_goods": {"zh": "各项得分", "en": "Points of the goods"},
    "penalty": {"zh": "（扣减）", "en": "(penalty)"},
    "loses": {"zh": "扣 {points} 分", "en": "costs {points}"},
    "penalty_points": {"zh": "扣 {points} 分（最多 {most} 分）", "en": "costs {points}, of {most} at most"},
    "each_one": {"zh": "每 1 扣 {by} 分", "en": "{by} for each one"},
    "each_step_ignored": {"zh": "每满 {step} 扣 {by} 分", "en": "{by} for each whole {step}"},
    "each_step_counted": {
        "zh": "每 {step} 扣 {by} 分，不足的也扣",
        "en": "{by} for each {step}, a part counted whole",
    },
    "at_most_lost": {"zh": "，最多扣 {max} 分", "en": ", {max} at most"},
    "no_score": {"zh": "未评", "en": "gave none"},
    "score_counts": {"zh": "（以此计分）", "en": "(counts)"},
    "score_weighs": {"zh": "（占 {weight}）", "en": "(weighs {weight})"},
    "picks_band": {"zh": "定档 ", "en": "picks the band: "},
    "points_of": {"zh": "{points} / {most} 分", "en": "{points} of {most} points"},
    "limited": {
        "zh": "拟评{proposed}，因“{rule}”最高只能评{grade}",
        "en": "Proposed {proposed}; limited to {grade} by “{rule}”",
    },
    "truncated": {
        "zh": "缺项太多，没有逐一推演，等次范围取最宽",
        "en": "Too many gaps to reason every case: the range of grades is the widest",
    },
    "rules_section": {"zh": "等次怎样得出", "en": "How the grade came about"},
    "propose": {"zh": "拟评", "en": "proposes"},
    "adjust": {"zh": "限制", "en": "limits"},
    "may_fire": {"zh": "（可能适用）", "en": "(may apply)"},
    "changes_nothing": {"zh": "（未改变拟评等次）", "en": "(the proposed grade stays)"},
    "withholds": {"zh": "不授予", "en": "withholds"},
    "basis": {"zh": "依据 ", "en": "from "},
    "comma": {"zh": "、", "en": ", "},
    "semicolon": {"zh": "；", "en": "; "},
    "clause": {"zh": "{id}（《{document}》{section}）", "en": "{id} ({document}, {section})"},
    "open_decisions": {
        "zh": "文件未定，取默认 {ids}，可由本地另定",
        "en": "left open by the documents: default {ids}, yours to decide",
    },
    "measures_section": {"zh": "指标", "en": "Measures"},
    "criteria_section": {"zh": "各个“好”与考核项", "en": "Goods and criteria"},
    "essential": {"zh": "（必备）", "en": "(essential)"},
    "bonus": {"zh": "（加分）", "en": "(bonus)"},
    "gap": {"zh": "缺项（未填报）", "en": "gap (not reported)"},
    "more": {"zh": "还差 {amount}（{of}）", "en": "needs {amount} more ({of})"},
    "fewer": {"zh": "多出 {amount}（{of}）", "en": "{amount} too many ({of})"},
    "short": {"zh": "还差 {amount}", "en": "short by {amount}"},
    "over": {"zh": "超出 {amount}", "en": "over by {amount}"},
    "target": {"zh": "目标", "en": "Target"},
    "target_status": {"zh": "状态", "en": "Status"},
    "target_value": {"zh": "现状", "en": "Now"},
    "target_due": {"zh": "应达到", "en": "Due"},
    "target_missing": {"zh": "，{missing}", "en": ", {missing}"},
    "targets_section": {"zh": "目标", "en": "Targets"},
    "target_reached": {"zh": "已实现", "en": "reached"},
    "target_on_course": {"zh": "达到进度", "en": "on course"},
    "target_not_due": {"zh": "未到期", "en": "not due yet"},
    "target_short": {"zh": "未达进度", "en": "short"},
    "target_unknown": {"zh": "待定", "en": "still open"},
    "target_from": {"zh": "（{year} 年为 {value}）", "en": " (from {value} in {year})"},
    "due_by": {"zh": "{year} 年底前达到 {value}", "en": "{value} by the end of {year}"},
    "due_needed": {"zh": "，即 {total} 中的 {needed}", "en": ", {needed} of {total}"},
    "deadline": {"zh": "（期限）", "en": " (deadline)"},
    "gaps_section": {"zh": "缺项", "en": "Gaps"},
    "gap_matters": {"zh": "填报后可能改变等次", "en": "can still change the grade"},
    "alone_settles": {"zh": "；填报它，等次就能确定", "en": "; reporting it settles the grade"},
    "alone_may": {"zh": "；只填报它，等次也可能确定", "en": "; alone it may settle the grade"},
    "alone_cannot": {"zh": "；只填报它，等次还定不下来", "en": "; alone it does not settle the grade"},
    "settled_together": {
        "zh": "以上可能改变等次的各项都填报后，等次就能确定",
        "en": "Once all that can change the grade are reported, the grade is settled",
    },
    "settled_by_none": {
        "zh": "以上可能改变等次的各项都填报后，等次也不一定能确定",
        "en": "Even when all that can change the grade are reported, it may stay open",
    },
    "none_alone": {
        "zh": "只填报其中任何一项，等次都还定不下来",
        "en": "None of them alone settles the grade",
    },
    "needed": {
        "zh": "等次要能确定，至少须填报以下一组：",
        "en": "Before the grade can be settled, at least one of these sets must be reported:",
    },
    "gap_for_title": {"zh": "不影响等次，但可能影响称号", "en": "cannot change the grade, but can change a title"},
    "gap_for_target": {"zh": "不影响等次，但可能影响目标", "en": "cannot change the grade, but can change a target"},
    "gap_does_not_matter": {"zh": "不影响等次", "en": "cannot change the grade"},
    "findings_section": {"zh": "数据核对提示", "en": "Data checks that failed"},
    "grade_better": {"zh": "为什么不是{grade}", "en": "Why not {grade}"},
    "grade_worse": {"zh": "为什么没有评为{grade}", "en": "Why not as low as {grade}"},
    "grade_given": {"zh": "评定的等次就是{grade}", "en": "{grade} is the grade that it has"},
    "grade_open": {
        "zh": "仍有可能评为{grade}，要看缺项怎么填报",
        "en": "It may still get {grade}: that depends on what is not reported yet",
    },
    "grade_passed_over": {
        "zh": "不论缺项怎么填报，都不会正好评为{grade}",
        "en": "Whatever the gaps are, the grade will be better or worse than {grade}",
    },
    "obstacle_propose": {"zh": "未满足“{rule}”：", "en": "“{rule}” does not hold:"},
    "obstacle_propose_open": {"zh": "是否满足“{rule}”，还不能确定：", "en": "it is still open if “{rule}” holds:"},
    "obstacle_adjust_open": {"zh": "是否受“{rule}”限制，还不能确定：", "en": "it is still open if “{rule}” limits it:"},
    "obstacle_entered": {"zh": "已按“{rule}”拟评", "en": "already proposed by “{rule}”"},
    "obstacle_holds": {"zh": "满足“{rule}”，因此拟评{grade}：", "en": "“{rule}” holds, and proposes {grade}:"},
    "obstacle_spares": {"zh": "不受“{rule}”限制，因为：", "en": "“{rule}” does not limit it:"},
    "obstacle_adjust": {"zh": "受“{rule}”限制：", "en": "“{rule}” would still limit it:"},
    "file_written": {"zh": "已写入 {file}", "en": "Written to {file}"},
    "grade_best": {"zh": "{grade}已是最高等次", "en": "{grade} is the best grade there is"},
    "grade_best_open": {
        "zh": "已有可能评为最高等次{grade}，要看缺项怎么填报",
        "en": "It may get {grade}, the best grade, already: that depends on what is not reported yet",
    },
    "steps_section": {
        "zh": "只改一项，最能提高等次或得分的（每一项都已重新评定）",
        "en": "The single changes that bring most (each was rated again)",
    },
    "steps_none": {
        "zh": "本单位可以改的数，只改一项都不会提高等次或得分",
        "en": "Of its own numbers that may change, no single one betters the grade or the score",
    },
    "step_grade": {"zh": "等次成为{grade}", "en": "the grade becomes {grade}"},
    "step_points": {"zh": "等次不变，得分 {points}", "en": "the grade stays, score {points}"},
    "why_title": {"zh": "为什么是这个等次", "en": "why this grade"},
    # Run and list
    "run_written": {"zh": "评定批次已写入 {folder}", "en": "Run written to {folder}"},
    "try_next": {"zh": "接下来可以：", "en": "Try next:"},
    "hint_why": {"zh": "一个单位为什么是这个等次", "en": "why a unit got its grade"},
    "hint_list": {"zh": "哪些单位还待定", "en": "which units are still pending"},
    "read_count": {
        "zh": "{kind}：读入 {read}，评定 {rated}，退回 {rejected}",
        "en": "{kind}: {read} read, {rated} rated, {rejected} refused",
    },
    "read_count_records": {
        "zh": "{kind}：读入 {read}，计入 {rated}，退回 {rejected}",
        "en": "{kind}: {read} read, {rated} counted, {rejected} refused",
    },
    "read_count_exempt": {
        "zh": "{kind}：读入 {read}，评定 {rated}，不参评 {exempt}，退回 {rejected}",
        "en": "{kind}: {read} read, {rated} rated, {exempt} exempt, {rejected} refused",
    },
    "roster_count": {
        "zh": "{kind}：名册 {roster} = 评定 {rated} + 不参评 {exempt} + 退回 {rejected} + 未报送 {missing}",
        "en": "{kind}: roster {roster} = {rated} rated + {exempt} exempt + {rejected} refused + {missing} not sent",
    },
    "roster_differs": {
        "zh": "{kind}：名册 {roster}，与评定 {rated} + 不参评 {exempt} + 退回 {rejected} + 未报送 {missing} 不符",
        "en": (
            "{kind}: roster {roster}, but {rated} rated + {exempt} exempt + {rejected} refused + {missing} not sent"
        ),
    },
    "not_submitted": {"zh": "未报送：{units}", "en": "not submitted: {units}"},
    "corrections_count": {"zh": "更正：{count} 项", "en": "Corrections: {count}"},
    "rulings_count": {
        "zh": "裁定：{count} 项，其中等次与规则所得不同的 {grades} 个单位",
        "en": "Rulings: {count}; grades that differ from what the rules gave: {grades}",
    },
    "stage": {"zh": "阶段：{stage}", "en": "Stage: {stage}"},
    "stage_draft": {"zh": "初评", "en": "draft"},
    "stage_public": {"zh": "公示", "en": "public"},
    "stage_final": {"zh": "定案", "en": "final"},
    "supersedes": {"zh": "取代 {run}：{because}", "en": "supersedes {run}: {because}"},
    "skipped": {
        "zh": "方案《{programme}》中，没有表或表中没有填报项的规则书未评定：{books}",
        "en": "rulebooks of “{programme}” with no table, or none of their facts in it, were skipped: {books}",
    },
    "skipped_programme": {
        "zh": "没有方案《{programme}》的数据，未按它评定",
        "en": "no facts for the programme “{programme}”: it was skipped",
    },
    "finding": {
        "zh": "数据核对“{check}”：{count} 个单位不符（{units}）",
        "en": "data check “{check}” fails, units: {count} ({units})",
    },
    "rejected_hint": {"zh": "退回的行和原因见 {file}", "en": "the refused rows and their reasons are in {file}"},
    "workbook_hint": {"zh": "Excel 汇总：{file}", "en": "as a workbook: {file}"},
    "final": {"zh": "（终评）", "en": " (final)"},
    "matches": {"zh": "共 {count} 个单位", "en": "{count} unit{s}"},
    "no_matches": {"zh": "没有符合条件的单位", "en": "no unit matches"},
    "problems": {"zh": "共 {count} 处问题，未写入任何结果", "en": "{count} problem{s}; nothing was written"},
    "warning": {"zh": "提示", "en": "note"},
    "error": {"zh": "错误", "en": "error"},
    "sample_written": {"zh": "样例数据已写入：", "en": "Synthetic facts written:"},
    "hint_run": {"zh": "用它试评", "en": "rate them"},
    "formatted": {"zh": "已整理 {file}", "en": "formatted {file}"},
    "would_format": {"zh": "需要整理 {file}", "en": "would be formatted: {file}"},
    "format_unchanged": {"zh": "已经整齐的文件：{count}", "en": "well formatted already: {count}"},
    "step_rules": {"zh": "读取规则", "en": "Reading the rules"},
    "step_facts": {"zh": "读取数据", "en": "Reading the facts"},
    "step_rate": {"zh": "评定", "en": "Rating"},
    "step_write": {"zh": "写入结果", "en": "Writing the run"},
    **CHECKING,
    **SEATS,
    **SELECTIONS,
    **VERIFYING,
    **TESTING,
    **CLAUSES,
    **COLLECTING,
    **COMPARING,
    **WHATIF,
    **LIFECYCLES,
    **REMEDIES,
    **OVERLAYS,
}


def word(key: str, language: str) -> str:
    """A word in a language."""
    return WORDS[key][language]


def listed(texts: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Several texts as one, in both languages."""
    every = list(texts)
    return {language: WORDS["comma"][language].join(text[language] for text in every) for language in ("zh", "en")}


def with_id(id_: str, label: Mapping[str, str] | None) -> dict[str, str]:
    """An id, with what it is called in brackets."""
    return {
        language: id_ + (WORDS["in_brackets"][language].format(text=label[language]) if label else "")
        for language in ("zh", "en")
    }


def phrase(key: str, language: str, **values: object) -> str:
    """A phrase, filled; `{s}` in it ends an English plural."""
    return WORDS[key][language].format(s="" if values.get("count") == 1 else "s", **values)
