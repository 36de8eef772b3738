"""What `wuhao clauses` says, in every language."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "clauses_heading": {"zh": "条款与规则对照", "en": "Clauses and the rules that encode them"},
    "clauses_checkable": {"zh": "可考核", "en": "checkable"},
    "clauses_encoded": {"zh": "已有规则", "en": "encoded"},
    "clauses_planned": {"zh": "尚无规则", "en": "not yet"},
    "clauses_not_checkable": {"zh": "无法考核", "en": "not checkable"},
    "clauses_all": {"zh": "合计", "en": "in all"},
    "clauses_total": {
        "zh": "可考核的条款 {checkable} 条，已有规则 {encoded} 条；另有 {not_checkable} 条无法考核",
        "en": "{encoded} of {checkable} checkable clauses are encoded; {not_checkable} others cannot be checked",
    },
    "clauses_none": {"zh": "没有登记的条款", "en": "no clause is registered"},
    "clauses_missing": {"zh": "还没有规则的条款（{count} 条）", "en": "Clauses that no rule encodes: {count}"},
    "clauses_complete": {"zh": "可考核的条款都有规则", "en": "Every checkable clause is encoded"},
    "clauses_uncited": {"zh": "没有注明条款的规则（{count} 项）", "en": "Rules that cite no clause: {count}"},
    "clauses_all_cited": {"zh": "每项规则都注明了条款", "en": "Every rule cites a clause"},
    "clauses_default": {"zh": "默认 {ids}", "en": "default {ids}"},
    "clauses_misregistered": {
        "zh": "登记与规则不一致的条款（{count} 条）",
        "en": "Clauses whose registered status differs from the rules: {count}",
    },
    "clauses_status_differs": {
        "zh": "登记为“{said}”，按规则是“{found}”",
        "en": "registered as {said}, by the rules {found}",
    },
    "clauses_written": {"zh": "对照页已写入 {file}", "en": "Page written to {file}"},
    "clauses_filter": {"zh": "只看", "en": "Show"},
    "clauses_every": {"zh": "全部", "en": "all"},
    "clauses_outline": {"zh": "目录", "en": "Contents"},
    "clauses_of": {"zh": "{checkable} 条中 {encoded} 条", "en": "{encoded} of {checkable}"},
    "clauses_none_yet": {"zh": "还没有规则。", "en": "No rule yet."},
    "clauses_cannot": {"zh": "无法考核：{reason}。", "en": "Cannot be checked: {reason}."},
    "clauses_reading": {"zh": "怎样理解", "en": "How it is read"},
    "clauses_open": {"zh": "待定事项", "en": "Open decisions"},
    "clauses_hedged": {"zh": "留有余地", "en": "Less than strict"},
    "clauses_issued": {"zh": "发文", "en": "Issued"},
    "clauses_summary_note": {
        "zh": "条款是我们自己的概述，不是原文。左边是条款，右边是引用它的规则。",
        "en": "Clauses are in our own words, not those of the documents. On the right are the rules that cite them.",
    },
    # What cites a clause
    "clauses_fact": {"zh": "填报项", "en": "fact"},
    "clauses_parameter": {"zh": "参数", "en": "parameter"},
    "clauses_measure": {"zh": "指标值", "en": "measure"},
    "clauses_target": {"zh": "目标", "en": "target"},
    "clauses_good": {"zh": "好", "en": "good"},
    "clauses_criterion": {"zh": "考核项", "en": "criterion"},
    "clauses_title": {"zh": "称号", "en": "title"},
    "clauses_propose": {"zh": "拟评规则", "en": "proposing rule"},
    "clauses_adjust": {"zh": "限制规则", "en": "limiting rule"},
    "clauses_check": {"zh": "数据核对", "en": "data check"},
    # Kinds of clauses
    "clauses_kind_scope": {"zh": "范围", "en": "scope"},
    "clauses_kind_target": {"zh": "目标", "en": "target"},
    "clauses_kind_criterion": {"zh": "标准", "en": "criterion"},
    "clauses_kind_duty": {"zh": "职责", "en": "duty"},
    "clauses_kind_record": {"zh": "频次", "en": "record"},
    "clauses_kind_ban": {"zh": "禁止", "en": "ban"},
    "clauses_kind_allocation": {"zh": "配备", "en": "allocation"},
    "clauses_kind_grading": {"zh": "评定", "en": "grading"},
    "clauses_kind_acceptance": {"zh": "验收", "en": "acceptance"},
    "clauses_kind_honour": {"zh": "评选", "en": "honour"},
    "clauses_kind_aim": {"zh": "倡导", "en": "aim"},
    "clauses_kind_frame": {"zh": "文件说明", "en": "frame"},
    # Why a clause cannot be checked
    "clauses_reason_frame": {
        "zh": "标题、网站说明或文件依据",
        "en": "a heading, a note of a website, or the legal basis",
    },
    "clauses_reason_guidance": {"zh": "指导思想、意义或目的", "en": "guiding ideas, importance or purpose"},
    "clauses_reason_conduct": {
        "zh": "思想、作风或品行，没有指标",
        "en": "attitude, style or character, without a measure",
    },
    "clauses_reason_encouragement": {
        "zh": "只鼓励或侧重，没有定数",
        "en": "an encouragement or preference without a number",
    },
    "clauses_reason_manner": {"zh": "工作方法或配合，没有标准", "en": "a manner of working, without a standard"},
    "clauses_reason_elsewhere": {
        "zh": "总的提法，可考的部分另有条款",
        "en": "a general statement; what can be checked is in other clauses",
    },
    # Words by which a clause is less than strict
    "clauses_hedge_strive": {"zh": "力争", "en": "strive"},
    "clauses_hedge_principle": {"zh": "原则上", "en": "in principle"},
    "clauses_hedge_about": {"zh": "左右、基本", "en": "about"},
    "clauses_hedge_encourage": {"zh": "提倡", "en": "encouraged"},
    "clauses_hedge_promote": {"zh": "推行", "en": "promoted"},
}
