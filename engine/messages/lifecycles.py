"""Messages and words about lifecycles."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "unknown_event_fact": {
        "zh": ("类别 `{kind}` 没有叫 `{name}` 的填报项", "`what` 写说明发生什么的选项，`dated` 写说明何时的日期"),
        "en": ("the kind `{kind}` has no fact `{name}`", "`what` names the choice that happened, `dated` the date"),
    },
    "events_dated": {
        "zh": (
            "类别 `{kind}` 有 {count} 个日期，不知道按哪个排先后",
            "请补上 `dated: …`（写在这里，或写在它的规则书里），可写：{names}",
        ),
        "en": (
            "the kind `{kind}` has {count} dates, and nothing says which one counts",
            "add `dated: …` here or in its rulebook, one of: {names}",
        ),
    },
    "events_undated": {
        "zh": ("类别 `{kind}` 没有日期，排不出先后", "请在它的规则书的 `facts` 里加一个 `type: date` 的填报项"),
        "en": ("the kind `{kind}` has no date to order events by", "add a fact with `type: date` to its rulebook"),
    },
    "event_fact_type": {
        "zh": ("类别 `{kind}` 的 `{name}` 是{found:type}，这里要{expected:type}", "`what` 写选项，`dated` 写日期"),
        "en": (
            "`{name}` of the kind `{kind}` is {found:type}, and not {expected:type}",
            "`what` names the choice that happened, `dated` the date",
        ),
    },
    "event_without_gap": {
        "zh": ("`{name}` 空着表示“没有填报”，不能说明发生了什么或何时发生", "请在它的规则书里去掉 `blank: none`"),
        "en": (
            "`{name}` may be left empty as an answer, which says neither what nor when",
            "delete `blank: none` there",
        ),
    },
    "unknown_state": {
        "zh": ("没有 `{name}` 这个阶段", "请写名称（不是中文标签）：{states}"),
        "en": ("there is no state `{name}`", "write a name, not a label: {states}"),
    },
    "step_years": {
        "zh": (
            "第 {first} 年到第 {last} 年不会有事件",
            "首件事的那一年是第 1 年，`to_year` 不早于 `from_year`",
        ),
        "en": (
            "no event is in the years from {first} to {last}",
            "the year of the first event is 1, and `to_year` is not before `from_year`",
        ),
    },
    "step_calendar_year": {
        "zh": ("`{year}` 是年份，这里要写第几年", "首件事的那一年是第 1 年，例如 `from_year: 3`"),
        "en": (
            "`{year}` is a year of the calendar, not the number of a year",
            "the year of the first event is 1, as in `from_year: 3`",
        ),
    },
    "steps_overlap": {
        "zh": (
            "在 `{state}` 发生 `{event}`，这一步和第 {first} 行那一步都能走",
            "请删去一步，或用 `from_year`、`to_year` 把两步的年份分开",
        ),
        "en": (
            "from `{state}` on `{event}` this step and the one in line {first} can both be taken",
            "delete one of them, or part their years with `from_year` and `to_year`",
        ),
    },
    "lifecycle_crowded": {
        "zh": ("`{name}` 出现在太多步里，最多 {limit} 步", "请合并阶段，或把一个过程分成两个"),
        "en": ("`{name}` is part of too many steps, at most {limit} can be", "merge states, or write two lifecycles"),
    },
}

WORDS: dict[str, dict[str, str]] = {
    "lifecycles_section": {"zh": "经过", "en": "Stages"},
    "lifecycle_state": {"zh": "{year} 年末", "en": "at the end of {year}"},
    "lifecycle_unknown": {"zh": "未知", "en": "unknown"},
    "lifecycle_year": {"zh": "第 {number} 年（{year}）", "en": "Year {number} ({year})"},
    "lifecycle_stays": {"zh": "仍为{state}", "en": "still {state}"},
    "lifecycle_no_events": {"zh": "没有记录", "en": "no events"},
    "lifecycle_no_table": {"zh": "没有“{kind}”表，经过未知", "en": "no table of {kind} was given: nothing is known"},
    "lifecycle_gap": {
        "zh": "事项或日期有缺项，还不能确定到了哪一步",
        "en": "what happened or when is not reported, so the state is open",
    },
    "lifecycle_refused": {"zh": "有退回的行，还不能确定到了哪一步", "en": "a row was refused, so the state is open"},
    "lifecycle_refused_row": {"zh": "退回的行", "en": "refused row"},
    "lifecycle_impossible": {
        "zh": "第 {number} 年在“{state}”不能发生“{event}”，以后的不再看",
        "en": "{event} cannot follow in year {number} from {state}; nothing after it was looked at",
    },
    "impossible_histories": {
        "zh": "{check}：{count} 个单位的记录前后矛盾（{units}）",
        "en": "{check}: impossible history, units: {count} ({units})",
    },
}
