"""Messages about rule tests, and the words that they use."""

from __future__ import annotations

ANSWERS: dict[str, tuple[str, ...]] = {
    "won": ("获得",),
    "not_won": ("未获得",),
    "met": ("达标",),
    "not_met": ("未达标",),
    "unknown": ("未知",),
    "not_applicable": ("不适用",),
    "reached": ("已实现",),
    "on_course": ("达到进度",),
    "not_due": ("未到期",),
    "short": ("未达进度",),
}
"""The answers that a case can expect, with their other words."""

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "test_unknown_rulebook": {
        "zh": ("这个方案里没有规则书 `{name}`", "有：{rulebooks}"),
        "en": ("the programme has no rulebook `{name}`", "there are: {rulebooks}"),
    },
    "test_unknown_name": {
        "zh": ("没有叫 `{name}` 的{sort:sort}", "请写规则书里的编号或标签"),
        "en": ("no {sort:sort} is called `{name}`", "write its id or label, as in the rulebook"),
    },
    "test_unknown_column": {
        "zh": (
            "`{name}` 不是可以核对的内容",
            "请写考核项、“好”、称号或指标的名称，`points.考核项`，或：{aspects}",
        ),
        "en": (
            "`{name}` is nothing that can be expected",
            "write a criterion, good, title or measure, `points.criterion`, or one of: {aspects}",
        ),
    },
    "test_unknown_base": {
        "zh": ("没有叫 `{name}` 的基准", "`bases` 里有：{names}"),
        "en": ("there is no base `{name}`", "there are: {names}"),
    },
    "test_base_cycle": {
        "zh": ("基准 `{name}` 绕了一圈，以自己为基准", "请改正 `extends`"),
        "en": ("the base `{name}` extends itself", "mend its `extends`"),
    },
    "test_base_of_other_kind": {
        "zh": ("基准 `{name}` 属于类别 `{kind}`，这里要 `{expected}`", "请在那个基准里写 `kind: {expected}`，或换一个"),
        "en": (
            "the base `{name}` is a `{kind}`; here a `{expected}` is needed",
            "write `kind: {expected}` there, or choose another base",
        ),
    },
    "test_kind_not_below": {
        "zh": ("类别 `{name}` 不是 `{of}` 的下一级", "下一级有：{kinds}"),
        "en": ("the kind `{name}` does not stand directly below `{of}`", "there are: {kinds}"),
    },
    "test_no_unit_below": {
        "zh": ("`{name}` 说的是下级单位 `{kind}`，可是这个情形没有这样的下级单位", "请在 `units` 里写上，或改正名称"),
        "en": ("`{name}` is about a `{kind}` below, and the case has none", "add it under `units`, or mend the name"),
    },
    "test_too_many_units": {
        "zh": ("这个情形有 {count} 个单位，最多 {limit} 个", "请检查 `times`"),
        "en": ("this case has {count} units; {limit} is the most", "check its `times`"),
    },
    "test_row_length": {
        "zh": ("这一行有 {count} 格，应有 {expected} 格", "每列一格，用半角逗号 `,` 隔开，不写的填 `~`"),
        "en": (
            "this row has {count} cells and should have {expected}",
            "one for each column, with commas between; `~` says nothing",
        ),
    },
    "test_cell": {
        "zh": ("这里应该是一个值，或 `[a, b]`", ""),
        "en": ("this should be a value, or `[a, b]`", ""),
    },
    "test_pair": {
        "zh": ("这里应该是一个值，或最低、最高两个值", "例如 `[qualified, excellent]`"),
        "en": ("this should be a value, or the lowest and the highest", "as in `[qualified, excellent]`"),
    },
    "test_not_number": {
        "zh": ("`{value}` 不是数字、日期、是或否", "例如 `92.5`、`75%`、`2004-12-31`、`是`"),
        "en": ("`{value}` is no number, date, yes or no", "write for instance `92.5`, `75%`, `2004-12-31` or `yes`"),
    },
    "test_no_reason": {
        "zh": (
            "“{name}”只核对结果，没有核对理由",
            "请加上 `rules`、`not_met`、`points` 等：结果对、理由错的规则也要能查出来",
        ),
        "en": (
            "“{name}” expects no reason, only a result",
            "add `rules`, `not_met`, `points` or the like: a right grade can have a wrong reason",
        ),
    },
    "test_options": {
        "zh": ("-o 只和 --suggest 一起用；--suggest 和 --update 不能一起用", ""),
        "en": ("-o goes with --suggest, and --suggest goes without --update", ""),
    },
    "test_none_found": {
        "zh": ("没有找到规则测试", "请在规则书旁边写 `test_….yaml`（见 docs/testing.md），或检查 -n"),
        "en": ("there are no rule tests", "write `test_….yaml` beside a rulebook (docs/testing.md), or check -n"),
    },
}

WORDS: dict[str, dict[str, str]] = {
    "step_test": {"zh": "运行规则测试", "en": "Running the rule tests"},
    "step_suggest": {"zh": "寻找可补的情形", "en": "Looking for cases"},
    "test_counts": {"zh": "{count} 个情形，{passed} 个符合", "en": "{passed} of {count} cases pass"},
    "test_expected": {"zh": "应为 ", "en": "expected "},
    "test_found": {"zh": "实为 ", "en": "found    "},
    "test_nothing": {"zh": "（没有）", "en": "(nothing)"},
    "test_untested": {"zh": "规则书《{book}》没有规则测试", "en": "the rulebook “{book}” has no rule tests"},
    "test_all_passed": {"zh": "全部 {count} 个情形都符合", "en": "all {count} cases pass"},
    "test_some_failed": {"zh": "{count} 个情形中有 {failed} 个不符合", "en": "{failed} of {count} cases fail"},
    # Traces
    "test_trace_met": {"zh": "达标", "en": "met"},
    "test_trace_unmet": {"zh": "未达标", "en": "not met"},
    "test_trace_unknown": {"zh": "未知", "en": "unknown"},
    "test_trace_not_applicable": {"zh": "不适用", "en": "not applicable"},
    "test_trace_propose": {"zh": "拟评", "en": "proposes"},
    "test_trace_adjust": {"zh": "限制", "en": "limits"},
    "test_trace_may_fire": {"zh": "可能适用", "en": "may apply"},
    "test_trace_taken": {"zh": "经过", "en": "event"},
    "test_trace_impossible": {"zh": "不能发生", "en": "impossible"},
    "test_trace_after": {"zh": "没有再看", "en": "not looked at"},
    "test_trace_open": {"zh": "有缺项", "en": "a gap"},
    "test_trace_won": {"zh": "获得", "en": "won"},
    "test_trace_not_won": {"zh": "未获得", "en": "not won"},
    "test_trace_reached": {"zh": "已实现", "en": "reached"},
    "test_trace_on_course": {"zh": "达到进度", "en": "on course"},
    "test_trace_not_due": {"zh": "未到期", "en": "not due yet"},
    "test_trace_short": {"zh": "未达进度", "en": "short"},
    "test_trace_withholds": {"zh": "不授予", "en": "withheld by"},
    # Coverage
    "test_coverage": {"zh": "《{book}》的测试覆盖", "en": "Coverage of “{book}”"},
    "test_seen": {"zh": "{seen} / {possible}（{percent}%）", "en": "{seen} / {possible} ({percent}%)"},
    "test_sort_criterion": {"zh": "考核项", "en": "criteria"},
    "test_sort_threshold": {"zh": "界线（低于、恰好、高于）", "en": "thresholds"},
    "test_sort_condition": {"zh": "条件（成立、不成立）", "en": "conditions"},
    "test_sort_rule": {"zh": "评定规则", "en": "policy rules"},
    "test_sort_grade": {"zh": "等次", "en": "grades"},
    "test_sort_good": {"zh": "各个“好”", "en": "goods"},
    "test_sort_title": {"zh": "称号", "en": "titles"},
    "test_sort_target": {"zh": "目标", "en": "targets"},
    "test_sort_check": {"zh": "数据核对", "en": "data checks"},
    "test_sort_period": {"zh": "分年标准", "en": "dated values"},
    "test_holes": {"zh": "还没有测试到：", "en": "Not seen by any case:"},
    "test_hole_criterion_met": {"zh": "从未达标：{label}", "en": "never met: {label}"},
    "test_hole_criterion_not_met": {"zh": "从未不达标：{label}", "en": "never not met: {label}"},
    "test_hole_criterion_unknown": {"zh": "从未因缺项而未知：{label}", "en": "never unknown: {label}"},
    "test_hole_criterion_not_applicable": {"zh": "从未不适用：{label}", "en": "never not applicable: {label}"},
    "test_hole_threshold_below": {"zh": "从未低于：{label} < {limit}", "en": "never below: {label} < {limit}"},
    "test_hole_threshold_at": {"zh": "从未恰好：{label} = {limit}", "en": "never at: {label} = {limit}"},
    "test_hole_threshold_above": {"zh": "从未高于：{label} > {limit}", "en": "never above: {label} > {limit}"},
    "test_hole_condition_true": {"zh": "从未成立：{label}", "en": "never true: {label}"},
    "test_hole_condition_false": {"zh": "从未不成立：{label}", "en": "never false: {label}"},
    "test_hole_good_met": {"zh": "从未成立：{label}", "en": "never met: {label}"},
    "test_hole_good_not_met": {"zh": "从未不成立：{label}", "en": "never not met: {label}"},
    "test_hole_rule_fired": {"zh": "从未适用：{id}（{label}）", "en": "never fired: {id} ({label})"},
    "test_hole_rule_not_fired": {"zh": "每次都适用：{id}（{label}）", "en": "always fired: {id} ({label})"},
    "test_hole_rule_mattered": {
        "zh": "从未改变等次：{id}（{label}）",
        "en": "never changed the grade: {id} ({label})",
    },
    "test_hole_grade_given": {"zh": "从未评出：{label}", "en": "never given: {label}"},
    "test_hole_title_won": {"zh": "从未获得：{label}", "en": "never won: {label}"},
    "test_hole_title_not_won": {"zh": "从未不获得：{label}", "en": "never not won: {label}"},
    "test_hole_title_withheld": {
        "zh": "从未够条件而被评定规则取消：{label}",
        "en": "never withheld although earned: {label}",
    },
    "test_hole_check_holds": {"zh": "从未通过：{label}", "en": "never passed: {label}"},
    "test_hole_check_fails": {"zh": "从未不通过：{label}", "en": "never failed: {label}"},
    "test_hole_target_reached": {"zh": "从未实现：{label}", "en": "never reached: {label}"},
    "test_hole_target_on_course": {"zh": "从未达到进度：{label}", "en": "never on course: {label}"},
    "test_hole_target_not_due": {"zh": "从未在未到期的年份评过：{label}", "en": "never before it is due: {label}"},
    "test_hole_target_short": {"zh": "从未落后于进度：{label}", "en": "never short: {label}"},
    "test_hole_period": {
        "zh": "从未评过 {state} 年起的标准：{label}",
        "en": "never in the period from {state}: {label}",
    },
    "test_exempt": {"zh": "不可能出现、不用测试的（{count}）：", "en": "Impossible, so not asked for ({count}):"},
    "test_state_criterion_unknown": {"zh": "{label} 未知", "en": "{label} unknown"},
    "test_state_threshold_below": {"zh": "{label} < {limit}", "en": "{label} < {limit}"},
    "test_state_threshold_at": {"zh": "{label} = {limit}", "en": "{label} = {limit}"},
    "test_state_threshold_above": {"zh": "{label} > {limit}", "en": "{label} > {limit}"},
    "test_state_target_reached": {"zh": "{label} 已实现", "en": "{label} reached"},
    "test_state_target_short": {"zh": "{label} 未达进度", "en": "{label} short"},
    "test_reason_span": {"zh": "只能在 {low} 到 {high} 之间", "en": "lies between {low} and {high}"},
    "test_reason_bound": {"zh": "填报时就不许超过", "en": "its declared bound forbids it"},
    "test_reason_whole": {"zh": "是整数，界线不是", "en": "a whole number, and the limit is none"},
    "test_reason_points": {"zh": "各项分值凑不出这个数", "en": "no points add up to it"},
    "test_reason_answers": {"zh": "空格都是答案，不会有缺项", "en": "every empty cell is an answer"},
    # Suggestions and updates
    "test_suggest_head": {
        "zh": "以下情形由程序补出，“# 待审”处是现行规则给出的结果：请核对对错，改好名称，再收进测试文件。",
        "en": "Suggested cases. What stands at `# review` is what the rules give now: check it, and name the cases.",
    },
    "test_suggest_review": {"zh": "待审", "en": "review"},
    "test_suggest_closed": {
        "zh": "建议 {cases} 个情形，可补上 {closed} 处空白，还剩 {left} 处",
        "en": "cases suggested: {cases}; holes closed: {closed}, left: {left}",
    },
    "test_suggest_none": {"zh": "没有可补的空白", "en": "there is no hole that a case could close"},
    "test_updated": {"zh": "已改写 {file}：", "en": "rewritten {file}:"},
    "test_not_updated": {
        "zh": "没有改写，各行结果不一样，请手工改：",
        "en": "not rewritten, as the rows of the table differ:",
    },
    "test_nothing_to_update": {"zh": "没有要改写的", "en": "nothing to rewrite"},
}
