"""Messages about the papers beside the facts: corrections and rulings."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "paper_twice": {
        "zh": ("已经有 `{other}`", "只留一个文件，把各行写在一起"),
        "en": ("there is `{other}` already", "keep one file, with all lines in it"),
    },
    "paper_column_unknown": {
        "zh": ("不认识列 `{header}`", "请对照文档中的列名改写，或删去这一列"),
        "en": ("unknown column `{header}`", "write one of the headers in docs/papers.md, or remove the column"),
    },
    "paper_column_twice": {
        "zh": ("列 `{header}` 与前面一列重复", "请只保留一列"),
        "en": ("the column `{header}` stands there twice", "keep one of the two"),
    },
    "paper_column_missing": {
        "zh": ("缺少列 `{zh}`（{column}）", "请补上这一列"),
        "en": ("the column `{column}` ({zh}) is missing", "add it"),
    },
    "paper_cell_missing": {
        "zh": ("`{zh}` 没有填写", "请填写；没有理由、依据和经手人的更正或裁定不予采用"),
        "en": (
            "`{column}` is empty",
            "fill it in; nothing is corrected or ruled without a reason, a document and a name",
        ),
    },
    "paper_kind_unknown": {
        "zh": ("没有类别 `{kind}` 的单位", "请写：{kinds}"),
        "en": ("there are no units of the kind `{kind}`", "write one of: {kinds}"),
    },
    "paper_unit_unknown": {
        "zh": ("没有单位 `{name}`", "请写编号、名称，或“上级/名称”"),
        "en": ("there is no unit `{name}`", "write its id, its name, or “unit above/name”"),
    },
    "paper_units_several": {
        "zh": ("有 {count} 个单位叫 `{name}`：{units}", "请写编号，或“上级/名称”"),
        "en": ("{count} units are called `{name}`: {units}", "write the id, or “unit above/name”"),
    },
    "correction_twice": {
        "zh": ("`{unit}` 的这一项已经更正过（{other}）", "每项只能更正一次：请合并为一行"),
        "en": (
            "this fact of `{unit}` is corrected already ({other})",
            "a fact is corrected once: make one line of both",
        ),
    },
    "correction_stale": {
        "zh": (
            "原值写的是 `{old}`，而 `{unit}` 报送的是 `{now}`",
            "请核对单位和原值；报送的数已经改过的，请删去这一行",
        ),
        "en": (
            "the old value is said to be `{old}`, but `{unit}` reported `{now}`",
            "check the unit and the value; if it has been reported anew, remove this line",
        ),
    },
    "ruling_on_unknown": {
        "zh": ("不能就 `{on}` 作裁定", "请写：等次、称号、考核项、免评"),
        "en": ("nothing can be ruled on `{on}`", "write one of: grade, title, criterion, exempt"),
    },
    "ruling_not_allowed": {
        "zh": ("规则书 `{rulebook}` 不允许就{zh}作裁定", "规则允许的，请在规则书中写 `rulings: {{on: [{on}]}}`"),
        "en": (
            "the rulebook `{rulebook}` allows no ruling on a {on}",
            "if the rules do, write `rulings: {{on: [{on}]}}` in the rulebook",
        ),
    },
    "ruling_by": {
        "zh": ("`{by}` 无权裁定", "规则书只允许：{known}"),
        "en": ("`{by}` may not decide that", "the rulebook names: {known}"),
    },
    "ruling_no_rulebook": {
        "zh": ("没有评定{zh}的规则书可作此裁定", "请检查单位和事项；有几本规则书的，请在“名称”中写明"),
        "en": (
            "no rulebook for this {on} rates the unit",
            "check the unit and what is ruled; of several rulebooks, name one under `name`",
        ),
    },
    "ruling_unknown_name": {
        "zh": ("规则书 `{rulebook}` 没有{zh} `{name}`", "可写：{known}"),
        "en": ("the rulebook `{rulebook}` has no {on} `{name}`", "it has: {known}"),
    },
    "ruling_unknown_result": {
        "zh": ("看不懂 `{text}`", "可写：{known}"),
        "en": ("`{text}` says nothing here", "write one of: {known}"),
    },
    "ruling_exempt": {
        "zh": ("`{unit}` 不参评，没有可裁定的", "请核对单位，或删去这一行"),
        "en": ("`{unit}` is exempt: there is nothing to rule on", "check the unit, or remove the line"),
    },
    "ruling_twice": {
        "zh": ("同一事项已有裁定（{other}）", "每个事项只能裁定一次"),
        "en": ("that is ruled already ({other})", "it can be ruled once"),
    },
    "ruling_too_far": {
        "zh": (
            "从{old_zh}到{new_zh}相差 {steps} 档，规则书最多允许 {most} 档",
            "请核对裁定，或经批准修改规则书的 `rulings`",
        ),
        "en": (
            "from {old_en} to {new_en} is {steps} steps, the rulebook allows {most}",
            "check the ruling, or have `rulings` in the rulebook changed",
        ),
    },
    "ruling_stale": {
        "zh": ("裁定以 `{said}` 为前提，而规则算得 {now_zh}", "数据或规则已变：请重新裁定，或删去这一行"),
        "en": (
            "the ruling says the rules gave `{said}`, but they give {now_en}",
            "facts or rules have changed since: rule anew, or remove the line",
        ),
    },
}
