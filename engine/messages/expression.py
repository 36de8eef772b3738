"""Messages about expressions: how they are written, and what their names mean."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    # How they are written
    "expression_invisible": {
        "zh": ("这里有看不见的字符，多半是从 Word 或网页粘贴来的", "请删去它，或把这一行重新打一遍"),
        "en": ("an invisible character stands here, as pasted text has them", "delete it, or type the line again"),
    },
    "expression_empty": {
        "zh": ("这里缺少条件或算式", "请写在冒号后面，例如 `require: done`；用不到的，把整行删去"),
        "en": ("an expression is missing here", "write it after the colon, as in `require: done`, or delete the line"),
    },
    "expression_syntax": {
        "zh": (
            "{reason:expression}",
            "{reason:expression_advice}",
        ),
        "en": (
            "{reason:expression}",
            "{reason:expression_advice}",
        ),
    },
    "expression_left_missing": {
        "zh": (
            "比较符号的前面缺少内容",
            "条件要写完整，例如 `score >= 90`；只要门槛的地方，只写数字，例如 `80%`",
        ),
        "en": (
            "nothing stands before this comparison",
            "write the whole condition, as in `score >= 90`; where a threshold is wanted, the number alone: `80%`",
        ),
    },
    "expression_right_missing": {
        "zh": ("`{sign}` 的后面缺少内容", "条件和算式要写完整，例如 `score >= 90 and done`；多余的 `{sign}` 请删去"),
        "en": ("nothing stands after `{sign}`", "write what follows, as in `score >= 90 and done`, or delete `{sign}`"),
    },
    "expression_sign": {
        "zh": ("不能用 `{sign}`", "请写 `{instead}`"),
        "en": ("`{sign}` is not a sign of expressions", "write `{instead}`"),
    },
    "expression_percent": {
        "zh": ("`%` 要紧跟在数字后面", "例如 `75%`"),
        "en": ("a `%` directly follows a number", "write it as in `75%`"),
    },
    "expression_comment": {
        "zh": ("条件或算式里不能写 `#` 说明", "请把说明写在它上面，单独成行"),
        "en": ("an expression holds no `#` comment", "write the comment on a line of its own, above the key"),
    },
    "expression_bare_date": {
        "zh": ("日期 `{date}` 不能直接写", "请写作 `{instead}`：月和日都是两位"),
        "en": ("the date `{date}` cannot stand alone", "write `{instead}`, month and day with two digits"),
    },
    "expression_bad_date": {
        "zh": ("`{written}` 不是一个日期", "请写作 `{instead}`：年四位，月和日各两位"),
        "en": ("`{written}` is not a date", "write it as in `{instead}`, month and day with two digits"),
    },
    "expression_no_such_day": {
        "zh": ("没有 `{date}` 这一天", "请改正月份或日期，例如 11 月只有 30 天"),
        "en": ("there is no day `{date}`", "mend the month or the day: November has 30 days, for example"),
    },
    "expression_number": {
        "zh": ("数字不能写作 `{number}`", "请只写半角数字：`{instead}`"),
        "en": ("a number cannot be written as `{number}`", "write digits only: `{instead}`"),
    },
    "expression_open_quote": {
        "zh": ("这个引号 `{quote}` 没有配对", "请在这段文字的另一头补上 `{quote}`，或把多余的删去"),
        "en": ("the quote `{quote}` has no partner", "write `{quote}` at the other end of the text too, or delete it"),
    },
    "expression_digits": {
        "zh": ("`{number}` 的位数太多", "数字最多有 {limit} 位有效数字"),
        "en": ("`{number}` has too many digits", "a number has at most {limit} significant digits"),
    },
    "expression_in_needs_list": {
        "zh": ("`in` 的后面应该是列表，里面至少一项", "例如 `proposed in [excellent, commendable]`"),
        "en": ("a list with one item or more follows `in`", "write it as in `proposed in [excellent, commendable]`"),
    },
    "expression_not_in_language": {
        "zh": (
            "条件和算式里没有 `{what}` 这种写法",
            (
                "可以写名称、数字、`75%`、`true`、`false`、`+ - * /`、`>= > <= < == !=`、`and or not`、`in […]`、"
                "`a if c else b` 和函数"
            ),
        ),
        "en": (
            "expressions have nothing like `{what}`",
            (
                "they have names, numbers, `75%`, `true`, `false`, `+ - * /`, `>= > <= < == !=`, `and or not`, "
                "`in […]`, `a if c else b` and functions"
            ),
        ),
    },
    "expression_too_long": {
        "zh": ("有 {length} 个字，最多 {limit} 个", "请把其中一部分写成 `measures` 里的指标值，再引用它"),
        "en": (
            "this expression has {length} characters; {limit} are possible",
            "make a measure of a part of it and use its name",
        ),
    },
    "expression_too_deep": {
        "zh": ("括号或运算超过 {limit} 层", "请把其中一部分写成 `measures` 里的指标值，再引用它"),
        "en": (
            "brackets or operations go deeper than {limit} levels",
            "make a measure of a part of it and use its name",
        ),
    },
    # Functions
    "unknown_function": {
        "zh": (
            "没有函数 `{name}`",
            (
                "有这些：min、max、abs、round、round_up、round_down、entered、given、date、year_of；"
                "汇总下级用 count、share、sum、mean、any、all、periods"
            ),
        ),
        "en": (
            "there is no function `{name}`",
            (
                "there are min, max, abs, round, round_up, round_down, entered, given, date and year_of, "
                "and over lower units count, share, sum, mean, any, all and periods"
            ),
        ),
    },
    "wrong_arguments": {
        "zh": ("`{function}` 的括号里不应是 {given} 项", "请写作 {function:call}"),
        "en": ("`{function}` cannot take {given} items", "write it as in {function:call}"),
    },
    "wrong_aggregate": {
        "zh": (
            "`{function}` 的括号里应该先写下级类别，再写要汇总的内容",
            "请写作 {function:call}；经引用汇总的，最后写 `via=…`",
        ),
        "en": (
            "`{function}` takes a lower kind, then what to read from its units",
            "write it as in {function:call}; a reference comes last, as `via=…`",
        ),
    },
    "wrong_periods": {
        "zh": (
            "`periods` 的括号里应该依次写记录的类别、时段、至少几条、条件，后两项可以不写",
            "请写作 {function:call}；时段有 month、quarter、half_year、year",
        ),
        "en": (
            "`periods` takes a kind of records, a period, and if need be how many and a condition",
            "write it as in {function:call}; a period is month, quarter, half_year or year",
        ),
    },
    "wrong_rank": {
        "zh": ("`{function}` 的括号里应该写排名依据，可以再写 `within=…`", "请写作 {function:call}"),
        "en": ("`{function}` takes what to order by, and `within=…` if need be", "write it as in {function:call}"),
    },
    "rank_not_alone": {
        "zh": (
            "`{function}` 要和别的单位比，只能单独作一个指标值",
            "请在 `measures` 里写作 {function:call}，再在这里用它的名称",
        ),
        "en": (
            "`{function}` looks at other units, and can only be the whole of a measure",
            "give it a name in `measures`, as in {function:call}, and write that name here",
        ),
    },
    "rank_without_order": {
        "zh": ("{found:type}不分大小，不能用 `{function}` 排名", "请写数字、日期或 `ordered: true` 的选项"),
        "en": (
            "{found:type} has no order that `{function}` could follow",
            "rank by a number, a date or an ordered choice",
        ),
    },
    "rank_within_unknown": {
        "zh": ("不能按 `{name}` 分组", "`within` 可以写：{known}；不分组的，把 `within` 删去"),
        "en": ("units cannot be grouped by `{name}`", "`within` can be: {known}; leave it out to rank all units"),
    },
    "round_needs_digits": {
        "zh": ("取整的第二项应该是小数位数", "请写 0 到 10 的整数，例如 `round(average, 2)`"),
        "en": ("the second item of a rounding is a number of decimals", "write 0 to 10, as in `round(average, 2)`"),
    },
    # Names
    "unknown_name": {
        "zh": ("没有叫 `{name}` 的事实、指标值或参数", "请检查拼写，或先在 `facts`、`measures` 或 `parameters` 里写明"),
        "en": (
            "no fact, measure or parameter is called `{name}`",
            "check the spelling, or declare it under `facts`, `measures` or `parameters`",
        ),
    },
    "label_for_id": {
        "zh": ("`{name}` 是标签，不是名称", "请写 `{id}`"),
        "en": ("`{name}` is a label, not a name", "write `{id}`"),
    },
    "name_not_here": {
        "zh": (
            "这里还没有 `{name}`",
            (
                "得分和各个“好”只能用在 `titles`、`policy` 和 `select` 里，"
                "`proposed` 只能用在 `adjust` 里，`grade` 只能用在 `titles` 和 `select` 里，"
                "称号只能用在 `select` 里；不评等次的规则书没有 `grade` 和 `proposed`；"
                "下级的结果前面要写规则书的名称，例如 `five_goods.grade`"
            ),
        ),
        "en": (
            "`{name}` is not known here",
            (
                "the score and goods are known in `titles`, `policy` and `select`, `proposed` in `adjust`, "
                "`grade` in `titles` and `select`, a title in `select`; "
                "a rulebook that gives no grades has no `grade`; "
                "a result of lower units begins with their rulebook, as in `five_goods.grade`"
            ),
        ),
    },
    "name_of_lower_kind": {
        "zh": ("`{name}` 是下级（{kind}）的内容，不能直接用", "请先汇总，例如 `count({kind}, …)` 或 `sum({kind}, …)`"),
        "en": (
            "`{name}` belongs to the units below (`{kind}`)",
            "sum them up first, as in `count({kind}, …)` or `sum({kind}, …)`",
        ),
    },
    "unknown_lower_kind": {
        "zh": (
            "`{kind}` 的下级里没有类别 `{name}`",
            "请检查 `programme.yaml` 的 `kinds`：写在 `{kind}` 下面、比它多缩进两格的，才是它的下级",
        ),
        "en": (
            "below `{kind}` there is no kind `{name}`",
            "see `kinds` in `programme.yaml`: a lower kind of `{kind}` stands below it, two spaces further in",
        ),
    },
    "via_no_reference": {
        "zh": (
            "`{kind}` 没有引用 `{asking}` 的事实 `{name}`",
            "请写上引用它的事实；要有这样的事实，先写 `…: {{type: reference, kind: {asking}}}`",
        ),
        "en": (
            "`{kind}` has no fact `{name}` that refers to a `{asking}`",
            "name one that does; it is declared as `…: {{type: reference, kind: {asking}}}`",
        ),
    },
    "via_missing": {
        "zh": ("`{kind}` 不是 `{asking}` 的下级，只是引用它", "请写明经哪个事实引用，例如 `via={example}`"),
        "en": (
            "`{kind}` does not stand below `{asking}`, but refers to it",
            "say by which fact, as in `via={example}`",
        ),
    },
    "unknown_period": {
        "zh": ("没有叫 `{name}` 的时段", "可以写：{periods}"),
        "en": ("there is no period `{name}`", "write one of: {periods}"),
    },
    "periods_need_date": {
        "zh": (
            "说不清 `{kind}` 是什么时候的：它没有日期，或有几个日期",
            "请在它的规则书里用 `dated: …` 写明一个 `date` 类型的事实",
        ),
        "en": (
            "nothing says when a `{kind}` was: it has no date fact, or several",
            "name a fact of type `date` in its rulebook, as `dated: …`",
        ),
    },
    "periods_need_number": {
        "zh": (
            "`periods` 的第三项应该是一个时段至少要有几条：1 以上的整数，或一个参数",
            "例如 `periods({kind}, {period}, 1)`；条件写在它后面：`periods({kind}, {period}, 1, …)`",
        ),
        "en": (
            "the third item of `periods` is how many a period needs: a whole number from 1 on, or a parameter",
            (
                "write it as in `periods({kind}, {period}, 1)`, "
                "with a condition after it: `periods({kind}, {period}, 1, …)`"
            ),
        ),
    },
    "unknown_result": {
        "zh": (
            "下级的规则书没有 `{name}` 这个结果",
            (
                "可以写 `five_goods.grade`、`five_goods.score`、`five_goods.title.称号` 和 `five_goods.good.好`，"
                "前面是规则书的名称"
            ),
        ),
        "en": (
            "the lower rulebook has no result `{name}`",
            "results are `five_goods.grade`, `five_goods.score`, `five_goods.title.…` and `five_goods.good.…`",
        ),
    },
    "aggregate_in_aggregate": {
        "zh": ("汇总里面不能再用 `{function}` 汇总", "请先在下级的规则书里写成 `measures` 里的指标值"),
        "en": ("`{function}` cannot stand inside another summary", "make a measure of it in the lower rulebook"),
    },
    "unknown_choice": {
        "zh": ("没有 `{name}` 这个选项", "请写名称（不是中文标签）：{choices}"),
        "en": ("there is no choice `{name}`", "write a name, not a label: {choices}"),
    },
    "fact_needs_entered": {
        "zh": (
            "`{name}` 可以空着不填，不能直接用",
            "请写 `entered({name})` 问它填了没有，或写 `given({name}, …)` 说明没填时当作什么",
        ),
        "en": (
            "`{name}` may be left empty, so it cannot be used alone",
            "ask with `entered({name})` if it is there, or say with `given({name}, …)` what stands in for it",
        ),
    },
    "this_needs_measure": {
        "zh": (
            "`{name}` 可以空着不填，在汇总里不能用 `this.{name}` 直接引用",
            "请先在 `measures` 里说明没填时当作什么，例如 `{name}_1: given({name}, 0)`，再写 `this.{name}_1`",
        ),
        "en": (
            "`{name}` may be left empty, so a summary cannot read `this.{name}`",
            ("say in a measure what stands in for it, as in `{name}_1: given({name}, 0)`, and write `this.{name}_1`"),
        ),
    },
    "entered_needs_none": {
        "zh": ("`{function}` 只能用于可以空着不填的事实", "请在那个事实里写 `blank: none`，或直接用它的名称"),
        "en": (
            "`{function}` is for facts that may be left empty",
            "declare the fact with `blank: none`, or use its name alone",
        ),
    },
    "given_needs_none": {
        "zh": (
            "`given` 的第一项只能是可以空着不填的事实，或一个汇总",
            "请在那个事实里写 `blank: none`，或写作 `given(count(village), reported)`：有表按表，没有表取后面的数",
        ),
        "en": (
            "the first item of `given` is a fact that may be left empty, or one aggregate",
            (
                "declare the fact with `blank: none`, or write `given(count(village), reported)`: "
                "the table where there is one, else what follows"
            ),
        ),
    },
    "no_targets": {
        "zh": ("这本规则书没有目标，所以没有 `{name}`", "请先写 `targets`，或删去这个条件"),
        "en": ("this rulebook has no targets, so there is no `{name}`", "declare `targets` first, or drop this"),
    },
    # Types
    "wrong_type": {
        "zh": ("这里应该是{expected:type}，现在是{found:type}", "{expected:type_advice}"),
        "en": ("this should be {expected:type}, but is {found:type}", "{expected:type_advice}"),
    },
    "types_differ": {
        "zh": (
            "{first:type}和{second:type}不能放在一起",
            '请改成同一种：比例写作 `75%`，日期写作 `date("2004-05-01")`，是非写作 `true` 或 `false`',
        ),
        "en": (
            "{first:type} and {second:type} do not go together",
            'use two of one sort: `75%` for a share, `date("2004-05-01")` for a date, `true` or `false` for yes or no',
        ),
    },
    "choices_differ": {
        "zh": ("两边的选项（或等次）不是同一组，不能比较", "请和它自己的选项比较，例如 `state == done`"),
        "en": (
            "the two sides have different choices or grades",
            "compare it to one of its own, as in `state == done`",
        ),
    },
    "text_for_value": {
        "zh": ("引号里的 `{written}` 是文字，这里要的是{type:type}", "请写 `{instead}`"),
        "en": ("`{written}` in quotes is a text, and {type:type} is due", "write `{instead}`"),
    },
    "parameter_without_percent": {
        "zh": (
            "和比例比较的参数 `{name}` 是 `{number}`，没有百分号",
            "如果是百分之 {number}，请在 `parameters` 里写 `{number}%`",
        ),
        "en": (
            "the parameter `{name}` is `{number}` without a percent sign, and stands beside a share",
            "write `{number}%` under `parameters` for {number} percent",
        ),
    },
    "not_ordered": {
        "zh": (
            "{type:type}不分大小，不能用 `{operator}`",
            "请用 `==`、`!=` 或 `in […]`；选项要分大小的，在那个事实里写 `ordered: true`",
        ),
        "en": (
            "{type:type} is neither more nor less than another, so `{operator}` has no meaning",
            "write `==`, `!=` or `in […]`; choices compare when their fact says `ordered: true`",
        ),
    },
    "percent_missing": {
        "zh": ("这里要的是比例，`{number}` 却没有百分号", "如果是百分之 {number}，请写 `{number}%`"),
        "en": ("`{number}` stands beside a share but has no percent sign", "write `{number}%` for {number} percent"),
    },
}
