"""Messages about what a programme or rulebook says beside its expressions."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    # Keys and forms
    "unknown_key": {
        "zh": ("这里没有 `{key}` 这一项", "这里可以写：{keys}"),
        "en": ("there is no key `{key}` here", "there are: {keys}"),
    },
    "key_of_inner_level": {
        "zh": ("`{key}` 不在这一层，是 `{outer}` 下面的一项", "请把它移到 `{outer}` 下面，比 `{outer}` 多缩进两格"),
        "en": ("`{key}` is a key of `{outer}`, not of this level", "move it below `{outer}`, two spaces further in"),
    },
    "list_as_text": {
        "zh": ("`{text}` 是几项，没有写成列表", "请写作 `{instead}`"),
        "en": ("`{text}` names several, and is no list", "write `{instead}`"),
    },
    "threshold_as_range": {
        "zh": ("`{value}` 不是一档的界线", "只写这一档的下限，例如 `{instead}`：达到哪一档得哪一档"),
        "en": ("`{value}` is no threshold", "write only where the band begins, as in `{instead}`"),
    },
    "else_in_table": {
        "zh": ("`else` 不是一档", "请写在括号外面，例如 `bands: {{90%: 5, 80%: 4}}`，下一行 `else: 1`"),
        "en": (
            "`else` is no threshold",
            "write it outside the brackets, as in `bands: {{90%: 5, 80%: 4}}` and, on the next line, `else: 1`",
        ),
    },
    "kind_without_colon": {
        "zh": ("类别 `{name}` 的后面缺少冒号", "请写作 `{name}:`"),
        "en": ("a colon is missing after the kind `{name}`", "write `{name}:`"),
    },
    "missing_key": {
        "zh": ("{of:part}缺少 `{key}`", "请补上 `{key}: …`"),
        "en": ("{of:part} lacks `{key}`", "add `{key}: …`"),
    },
    "unknown_value": {
        "zh": ("这里不能写 `{value}`", "可以写：{options}"),
        "en": ("`{value}` cannot stand here", "write one of: {options}"),
    },
    "wrong_shape": {
        "zh": ("这里应该是{expected:shape}", "{expected:shape_advice}"),
        "en": ("this should be {expected:shape}", "{expected:shape_advice}"),
    },
    "years_for_values": {
        "zh": ("`{key}` 要写年份和应达到的数", "写作 `{key}: {{2008: 80%}}`，有几年写几项，用逗号隔开"),
        "en": (
            "`{key}` says by year how much it is",
            "write `{key}: {{2008: 80%}}`, a year and a value for each, with commas between",
        ),
    },
    "name_level_missing": {
        "zh": (
            "`{key}` 下面先要起一个名称，再写它的内容",
            "请在下面加一行 `名称:`，把内容再缩进两格，例如 `{key}: {{road_share: {{label: …}}}}`",
        ),
        "en": (
            "an entry of `{key}` begins with its name",
            (
                "write the name on a line of its own and what follows two spaces further in, as in "
                "`{key}: {{road_share: {{label: …}}}}`"
            ),
        ),
    },
    "empty_list": {
        "zh": ("`{key}` 下面一项也没有", "请至少写一项，每项以 `- ` 开头"),
        "en": ("`{key}` has no items", "write at least one, beginning with `- `"),
    },
    "empty_mapping": {
        "zh": ("`{key}` 下面一项也没有", "请至少写一个 `键: 值`，或把 `{key}` 删去"),
        "en": ("`{key}` is empty", "write `key: value` in it, or delete `{key}`"),
    },
    "empty_label": {
        "zh": ("这里缺少叫法", "请写出表格和结果里显示的文字，例如 `label: 两委成员数`"),
        "en": ("a text to show is missing here", "write what tables and results call it, as in `label: Members`"),
    },
    "duplicate_item": {
        "zh": ("`{name}` 在这个列表里写了两次", "请删去一处，或改正其中一个"),
        "en": ("`{name}` stands twice in this list", "delete one of the two, or mend it"),
    },
    "not_a_boolean": {
        "zh": ("`{value}` 既不是 `true` 也不是 `false`", "“是”写作 `true`，“否”写作 `false`"),
        "en": ("`{value}` is neither `true` nor `false`", "write `true` for yes and `false` for no"),
    },
    "not_a_whole_number": {
        "zh": ("`{value}` 不是整数", "请用半角数字写 0 或正整数，例如 `3` 或 `2004`"),
        "en": ("`{value}` is not a whole number", "write digits only, as in `3` or `2004`"),
    },
    # Names
    "not_an_identifier": {
        "zh": (
            "`{name}` 不能作名称",
            "请写作 `{instead}`：名称由汉字、字母、数字和 `_` 组成，不以数字开头，没有空格、横线和括号",
        ),
        "en": (
            "`{name}` cannot be a name",
            "write `{instead}`: a name has letters, digits and `_` only, and begins with no digit",
        ),
    },
    "name_with_wide_sign": {
        "zh": ("`{wide}` 是全角符号，不能用来隔开", "请改用半角符号，后面空一格：`{instead}`"),
        "en": ("`{wide}` is a full-width sign", "write `{instead}`, with a space after each sign"),
    },
    "reserved_name": {
        "zh": ("`{name}` 在规则或结果里另有意思，不能作名称", "请换一个，例如 `{name}_1`"),
        "en": ("`{name}` already means something in rules or results", "choose another name, such as `{name}_1`"),
    },
    "name_of_column": {
        "zh": ("结果里 `{of}` 旁边的一列叫 `{name}`，所以不能再用它作名称", "请换一个，例如 `{name}_1`"),
        "en": ("`{name}` is a column that results have beside `{of}`", "choose another name, such as `{name}_1`"),
    },
    "duplicate_id": {
        "zh": ("名称 `{id}` 在第 {first} 行已经用过", "请换一个名称：同一个文件里，名称不能重复"),
        "en": (
            "the name `{id}` is already used on line {first}",
            "choose another: no two things of a file have the same name",
        ),
    },
    "duplicate_rulebook": {
        "zh": ("`{first}` 里已经有一本规则书叫 `{id}`", "请给其中一本的 `rulebook` 换一个名称"),
        "en": ("`{first}` is already a rulebook called `{id}`", "give one of them another `rulebook` name"),
    },
    "fact_declared_differently": {
        "zh": (
            "事实 `{id}` 和 `{first}` 里写得不一样",
            "同一类别的表里，它是同一列：两处的类型、标签、范围和选项要完全一样，否则请换一个名称",
        ),
        "en": (
            "the fact `{id}` is declared in another way in `{first}`",
            "it is one column of one table: declare it alike in both, or choose another name",
        ),
    },
    "unknown_kind": {
        "zh": ("方案里没有类别 `{name}`", "`programme.yaml` 的 `kinds` 里有：{kinds}"),
        "en": ("the programme has no kind `{name}`", "`kinds` in `programme.yaml` has: {kinds}"),
    },
    "unknown_source": {
        "zh": ("`sources` 里没有 `{name}`", "请改正，或在 `sources` 里写上它和叫法；已有：{sources}"),
        "en": ("there is no source `{name}`", "mend it, or add it with its label to `sources`; there are: {sources}"),
    },
    "listing_without_blank": {
        "zh": (
            "`{source}` 只列出部分单位，名单之外的单位这一项是多少没有写",
            "请写 `blank`，例如 `blank: 0`；是非项不写就是否",
        ),
        "en": (
            "`{source}` lists some units only, and what holds for the others is not said",
            "say it with `blank`, such as `blank: 0`; a yes-no fact is false without it",
        ),
    },
    "unknown_document": {
        "zh": ("没有登记文件 `{name}`", "请改正，或在 `documents` 里登记它；已登记：{documents}"),
        "en": ("the document `{name}` is not registered", "mend it, or add it to `documents`; there are: {documents}"),
    },
    "unknown_clause": {
        "zh": ("条款 `{name}` 没有登记", "请改正编号，或在 `documents.yaml` 的 `clauses` 里登记它"),
        "en": ("the clause `{name}` is not registered", "mend its id, or add it to `clauses` in `documents.yaml`"),
    },
    "unknown_decision": {
        "zh": ("待定事项 `{name}` 没有登记", "请改正编号，或在 `documents.yaml` 的 `decisions` 里登记它"),
        "en": ("the decision `{name}` is not registered", "mend its id, or add it to `decisions` in `documents.yaml`"),
    },
    # Facts and parameters
    "previous_unknown": {
        "zh": ("没有 `{name}` 可取上年的值", "可写：{known}"),
        "en": ("there is no `{name}` of the year before", "write one of: {known}"),
    },
    "previous_other_type": {
        "zh": ("`{name}` 的类型是 {type}，与这个事实不同", "请让两者类型一致"),
        "en": ("`{name}` is a {type}, which this fact is not", "give both the same type"),
    },
    "previous_with_blank": {
        "zh": ("取上年值的事实，空格不能另有含义", "请写 `blank: none`，或删去 `blank` 和 `required`"),
        "en": (
            "a fact that takes the value of the year before gives its blanks no other meaning",
            "write `blank: none`, or delete `blank` and `required`",
        ),
    },
    "scope_not_facts": {
        "zh": ("`{value}` 用到了还没有算出的结果", "`scope` 在评定之前判断，只能用事实和参数"),
        "en": (
            "`{value}` reads what is not measured yet",
            "`scope` is asked before anything is rated: use facts and parameters",
        ),
    },
    "required_with_blank": {
        "zh": ("必填的事实（`required: true`）不会有空格", "请删去 `blank`，或删去 `required`"),
        "en": ("a fact with `required: true` has no blanks", "delete `blank` or `required`"),
    },
    "blank_beyond_bounds": {
        "zh": ("空格当作 `{value}`，超出了这个事实的 `{key}`：`{bound}`", "请改正 `blank` 或 `{key}`，两者要相符"),
        "en": (
            "an empty cell cannot stand for `{value}`: the `{key}` of this fact is `{bound}`",
            "mend `blank` or `{key}`, so that they agree",
        ),
    },
    "reference_without_kind": {
        "zh": ("这个事实是对其他单位的引用，却没有写是哪一类单位", "请补上 `kind: …`，可以写：{kinds}"),
        "en": ("this reference does not say to which kind of unit", "add `kind: …` with one of: {kinds}"),
    },
    "kind_without_reference": {
        "zh": ("类型是{type:type}的事实不写 `kind`", "请改成 `type: reference`，或删去 `kind`"),
        "en": ("{type:type} has no `kind`", "write `type: reference`, or delete `kind`"),
    },
    "choice_without_choices": {
        "zh": ("这个选项型事实没有列出选项", "请写出来，例如 `choices: [done, not_done]`"),
        "en": ("this fact of type `choice` has no choices", "list them, as in `choices: [done, not_done]`"),
    },
    "choices_without_choice": {
        "zh": ("类型是{type:type}的事实没有选项", "请改成 `type: choice`，或删去 `choices` 和 `ordered`"),
        "en": ("{type:type} has no choices", "write `type: choice`, or delete `choices` and `ordered`"),
    },
    "bound_without_number": {
        "zh": ("类型是{type:type}的事实没有最小值和最大值", "请删去 `min` 和 `max`：只有数字和日期才有"),
        "en": (
            "{type:type} has no smallest or greatest value",
            "delete `min` and `max`: only numbers and dates have them",
        ),
    },
    "bounds_reversed": {
        "zh": ("最小值 `{min}` 大于最大值 `{max}`", "请改正 `min` 或 `max`"),
        "en": ("the smallest value `{min}` is above the greatest, `{max}`", "mend `min` or `max`"),
    },
    "dated_no_date": {
        "zh": ("`dated` 写的 `{name}` 不是这份规则书的日期", "请写一个 `date` 类型的事实"),
        "en": ("`dated` names `{name}`, which is no date of this rulebook", "name a fact of type `date`"),
    },
    "kinds_in_circle": {
        "zh": ("这些类别互相汇总，没有先后：{path}", "请删去其中一处汇总，或改用事实"),
        "en": ("these kinds gather from each other in a circle: {path}", "drop one of them, or use a fact instead"),
    },
    "grades_and_policy": {
        "zh": ("只写了 `{key}`，没有写 `{other}`", "两个都写；只统计、不评等次的规则书两个都不写"),
        "en": (
            "`{key}` stands without `{other}`",
            "write both, or neither in a rulebook that counts and gives no grades",
        ),
    },
    "record_rated": {
        "zh": (
            "`{kind}` 列在 `records` 中，只统计，不评等次",
            "请删去 `grades` 和 `policy`，或把它从 `records` 中删去",
        ),
        "en": (
            "`{kind}` is one of `records`, which are counted and not rated",
            "delete `grades` and `policy` here, or take it out of `records`",
        ),
    },
    "grade_without_grades": {
        "zh": ("这份规则书不评等次，不能有 `grade` 类型的事实", "请改用 `choice` 并写出 `choices`"),
        "en": ("a rulebook that gives no grades has no fact of type `grade`", "use `choice` with its `choices`"),
    },
    "bound_of_bound": {
        "zh": ("`{name}` 的范围本身又取决于一个事实", "请改用另一个事实，它自己的 `min` 和 `max` 是数字"),
        "en": (
            "the bounds of `{name}` depend on a fact themselves",
            "use a fact whose own `min` and `max` are numbers",
        ),
    },
    "undated_parameter": {
        "zh": ("这个参数没有写从哪一年起执行", "请在值的前面写上年份，例如 `{{2004: 40%}}`"),
        "en": ("this parameter does not say from which year on", "write the year before the value: `{{2004: 40%}}`"),
    },
    "not_a_year": {
        "zh": ("`{value}` 不是四位年份", "请用四位半角数字写年份，例如 `2004`"),
        "en": ("`{value}` is not a year", "write a year with four digits, as in `2004`"),
    },
    "undated_target": {
        "zh": ("`{value}` 没有写是哪一年", "请在值的前面写上年份，例如 `{{2008: {value}}}`"),
        "en": ("`{value}` does not say of which year", "write the year before it, as in `{{2008: {value}}}`"),
    },
    "target_without_year": {
        "zh": ("这里没有写年份和应达到的数", "请写出到哪一年应达到多少，例如 `{{2004: 40%, 2008: 80%}}`"),
        "en": ("no year and value stands here", "write what is due by when, as in `{{2004: 40%, 2008: 80%}}`"),
    },
    "target_share_of_count": {
        "zh": ("`{value}` 是比例，`value` 却是个数", "请写出比例，例如 `value: degrees / towns`，或把应达到的写成个数"),
        "en": (
            "`{value}` is a share, but `value` is a count",
            "write the share, as in `value: degrees / towns`, or how many are due",
        ),
    },
    "target_years_unordered": {
        "zh": ("`{year}` 写在 `{before}` 的后面", "请把各年从早到晚排列，最后一年是期限"),
        "en": ("`{year}` stands after `{before}`", "write the years in their order; the last is the deadline"),
    },
    "target_year_outside": {
        "zh": (
            "方案只管 {first} 到 {last} 年，不包括 {year} 年",
            "请写其中的一年；方案延长了的，请改 `programme.yaml` 里的 `years`",
        ),
        "en": (
            "the programme has the years {first} to {last}, not {year}",
            "write one of them; if the programme goes on, mend `years` in `programme.yaml`",
        ),
    },
    "target_falls": {
        "zh": (
            "{year} 年应达到 `{value}`，比前面一年还低",
            "目标只能提高；要降低的数请反过来写，例如 `value: 1 - poor_share`，目标 `95%`",
        ),
        "en": (
            "`{value}` is due by {year}, less than before",
            "what is due can only rise; turn a number that should fall round, as in `value: 1 - poor_share` and `95%`",
        ),
    },
    "target_baselines": {
        "zh": ("`baseline` 里只能有一年", "请只写起点，例如 `baseline: {{2003: 20%}}`；以后各年写进 `by`"),
        "en": (
            "`baseline` has one year",
            "write where it started, as in `baseline: {{2003: 20%}}`; what is due stands in `by`",
        ),
    },
    "target_baseline_late": {
        "zh": ("起点 {year} 年不在第一个期限 {first} 年之前", "请写 {first} 年以前的一年，或把这一年写进 `by`"),
        "en": (
            "the baseline of {year} is not before {first}",
            "write a year before {first}, or move what is due into `by`",
        ),
    },
    "years_reversed": {
        "zh": ("起始年份 {first} 在截止年份 {last} 之后", "请改正，例如 `years: {{from: {last}, to: {first}}}`"),
        "en": ("the first year, {first}, is after the last, {last}", "write `years: {{from: {last}, to: {first}}}`"),
    },
    "year_outside": {
        "zh": (
            "方案“{zh}”只管 {first} 到 {last} 年，不包括 {year} 年",
            "请评定其中的一年；方案延长了的，请改 `programme.yaml` 里的 `years`",
        ),
        "en": (
            "the programme “{en}” has the years {first} to {last}, not {year}",
            "rate one of them; if the programme goes on, mend `years` in `programme.yaml`",
        ),
    },
    "parameter_before_first_year": {
        "zh": (
            "没有 {year} 年的值：{count:parameters}（{names}）",
            "请给它们补上 `{year}: …`，或评定 {first} 年及以后的年度",
        ),
        "en": (
            "no value for {year}: {count:parameters} ({names})",
            "add `{year}: …` to each, or rate {first} or a later year",
        ),
    },
    "not_a_number": {
        "zh": ("`{value}` 不是数字", "请写数字或百分数，例如 `5` 或 `80%`"),
        "en": ("`{value}` is not a number", "write a number or a share, as in `5` or `80%`"),
    },
    "not_a_constant": {
        "zh": (
            "`{value}` 不是一个固定的值",
            '这里要写数字、`75%`、`true`、`false` 或 `date("2004-10-11")`；文字放在引号里：`\'"甲类"\'`',
        ),
        "en": (
            "`{value}` is not a fixed value",
            'write a number, `75%`, `true`, `false` or `date("2004-10-11")`; a text has quotes of its own: `\'"A"\'`',
        ),
    },
    # Measures, goods and points
    "measure_cycle": {
        "zh": ("要算出指标值 `{name}`，先要有它自己", "请改掉其中一步，使它们不再互相引用：{way}"),
        "en": ("the measure `{name}` needs itself", "change one step, so that they no longer use each other: {way}"),
    },
    "measure_type": {
        "zh": (
            "这个指标值算出来是{found:type}",
            "指标值只能是数字、是非或日期，例如 `cross_posted / committee_members`",
        ),
        "en": (
            "this measure is {found:type}",
            "a measure is a number, true or false, or a date, as in `cross_posted / committee_members`",
        ),
    },
    "good_without_criteria": {
        "zh": ("“好” `{name}` 没有考核项", "请在它的 `criteria` 下面至少写一项"),
        "en": ("the good `{name}` has no criteria", "write at least one under its `criteria`"),
    },
    "criterion_without_condition": {
        "zh": (
            "考核项 `{name}` 没有说怎样才算做到",
            "请写 `require: …`，或按档计分，例如 `points: {{of: satisfaction, bands: {{90%: 5, 80%: 4}}}}`",
        ),
        "en": (
            "the criterion `{name}` does not say when it is met",
            "write `require: …`, or points by bands: `points: {{of: satisfaction, bands: {{90%: 5, 80%: 4}}}}`",
        ),
    },
    "unknown_points": {
        "zh": (
            "看不懂这种计分方式",
            (
                "可以写 `5`、`{{of: a, bands: {{90%: 5, 80%: 4}}, else: 1}}`、"
                "`{{of: a, linear: {{0%: 0, 6%: 5}}}}`、`{{of: a, deduct: 1, from: 6}}`、"
                "`{{from: 5, deduct: [{{id: late, when: a > 1, by: 2}}]}}` 或 `{{assessed: 3}}`"
            ),
        ),
        "en": (
            "these are no points that rules have",
            (
                "write `5`, `{{of: a, bands: {{90%: 5, 80%: 4}}, else: 1}}`, "
                "`{{of: a, linear: {{0%: 0, 6%: 5}}}}`, `{{of: a, deduct: 1, from: 6}}`, "
                "`{{from: 5, deduct: [{{id: late, when: a > 1, by: 2}}]}}` or `{{assessed: 3}}`"
            ),
        ),
    },
    "points_in_percent": {
        "zh": ("分值 `{value}` 不能是百分数", "请写分数，例如 `{number}`"),
        "en": ("points are no share, so not `{value}`", "write a plain number, as in `{number}`"),
    },
    "negative_points": {
        "zh": ("分值 `{value}` 小于 0", "要扣分，请写 `points: {{of: a, deduct: 1, from: 6}}`"),
        "en": ("the points `{value}` are below 0", "to deduct, write `points: {{of: a, deduct: 1, from: 6}}`"),
    },
    "duplicate_threshold": {
        "zh": ("`{value}` 和 `{first}` 是同一档", "请删去一档，或改正其中一个"),
        "en": ("`{value}` is the same threshold as `{first}`", "delete one of the two, or mend it"),
    },
    "points_not_monotone": {
        "zh": ("分值时升时降", "从低到高（`else` 最低），各档的分值只能一直升或一直降"),
        "en": ("the points rise and fall", "from the lowest up (`else` first), points only rise or only fall"),
    },
    "linear_needs_two": {
        "zh": ("`linear` 至少要有两个点", "例如 `linear: {{0%: 0, 6%: 5}}`"),
        "en": ("`linear` needs two points at least", "write it as in `linear: {{0%: 0, 6%: 5}}`"),
    },
    "points_total": {
        "zh": ("考核项的分值加起来是 {total} 分，不是 `{of}`", "请改正分值或 `of`（加分项不算在内）；各个“好”：{sums}"),
        "en": (
            "the points of the criteria add up to {total}, not `{of}`",
            "mend the points or `of` (bonus points do not count); by good: {sums}",
        ),
    },
    "bonus_without_maximum": {
        "zh": ("有加分项，但没有加分的上限", "请写上，例如 `score: {{bonus_max: 10}}`"),
        "en": ("bonus points need a limit", "write it, as in `score: {{bonus_max: 10}}`"),
    },
    "loss_when_or_each": {
        "zh": (
            "扣分的原因要写 `when`（一次扣）或 `each`（按数扣），只写一个",
            "例如 `- {{id: no_meeting, when: meetings < 1, by: 2}}`，或 `- {{id: late, each: late_reports, by: 0.5}}`",
        ),
        "en": (
            "a reason to deduct has `when` (once) or `each` (for each one of a number), one of both",
            "as in `- {{id: no_meeting, when: meetings < 1, by: 2}}` or `- {{id: late, each: late_reports, by: 0.5}}`",
        ),
    },
    "step_without_part": {
        "zh": (
            "`step` 和 `part` 要一起写",
            "不足一步的不扣写 `part: ignored`，也算一步的写 `part: counted`",
        ),
        "en": (
            "`step` and `part` go together",
            "write `part: ignored` where less than a step costs nothing, `part: counted` where it costs a whole one",
        ),
    },
    "loss_only_of_each": {
        "zh": ("`step`、`part` 和 `max` 只用于 `each`", "一次扣的分由 `by` 写明，请删去其他"),
        "en": ("`step`, `part` and `max` belong to `each`", "`by` says what `when` costs: delete the others"),
    },
    "not_more_than_zero": {
        "zh": ("`{value}` 应大于 0", "请写大于 0 的数"),
        "en": ("`{value}` should be more than 0", "write a number above 0"),
    },
    "floor_above_start": {
        "zh": ("最低分 `{floor}` 不低于起始分 `{start}`", "`floor` 要小于 `from`；可以写负数，例如 `floor: -3`"),
        "en": (
            "the floor `{floor}` is not below the `{start}` to begin with",
            "write a `floor` below `from`; it may be negative, as in `floor: -3`",
        ),
    },
    "floor_of_extra": {
        "zh": ("加分项和扣减项的最低分不能小于 0", "请删去 `floor`"),
        "en": ("the floor of a bonus or penalty cannot be below 0", "delete `floor`"),
    },
    "no_assessors": {
        "zh": (
            "没有写明由谁评分",
            "请在规则书里写 `assessors`，例如 `assessors: {{scores: {{county: {{label: 县考核分}}}}, counts: county}}`",
        ),
        "en": (
            "nobody is named who assesses",
            "add `assessors`, as in `assessors: {{scores: {{county: {{label: County score}}}}, counts: county}}`",
        ),
    },
    "fact_of_assessed": {
        "zh": ("`{name}` 由评分项 `{criterion}` 自动声明", "请删去这一项，或给它换个名称"),
        "en": ("`{name}` is declared by the assessed criterion `{criterion}` itself", "delete it, or rename it"),
    },
    "unknown_assessor": {
        "zh": ("`scores` 里没有 `{name}`", "可以写：{known}"),
        "en": ("there is no `{name}` in `scores`", "there are: {known}"),
    },
    "sample_with_weight": {
        "zh": (
            "`{name}` 只抽查一部分单位，不能占权重",
            "没抽到的单位就没有总分；请写先后，例如 `counts: [{name}, township]`",
        ),
        "en": (
            "`{name}` scores a sample only and cannot have a weight",
            "the others would have no score; write an order, as in `counts: [{name}, township]`",
        ),
    },
    "assessor_never_counts": {
        "zh": (
            "`{first}` 给每个单位都评分，排在后面的 `{name}` 永远不会采用",
            "如果 `{first}` 只抽查一部分，请给它写 `sample: true`",
        ),
        "en": (
            "`{first}` scores every unit, so `{name}` behind it never counts",
            "write `sample: true` at `{first}` if it scores only some of them",
        ),
    },
    "weights_total": {
        "zh": ("权重加起来是 {total}，不是 100%", "请改正，例如 `70%` 和 `30%`"),
        "en": ("the weights add up to {total}, not 100%", "mend them, as in `70%` and `30%`"),
    },
    "not_a_span": {
        "zh": ("`{value}` 不是分数范围", "写最高分，例如 `3`；或从几分到几分，例如 `5..10`"),
        "en": ("`{value}` is no range of points", "write the most, as in `3`, or from least to most, as in `5..10`"),
    },
    "bonus_and_penalty": {
        "zh": ("一项不能又加分又扣减", "请删去 `bonus` 或 `penalty`"),
        "en": ("one criterion cannot be a bonus and a penalty", "delete `bonus` or `penalty`"),
    },
    "penalty_without_maximum": {
        "zh": ("有扣减项，但没有扣减的上限", "请写上，例如 `score: {{penalty_max: 20}}`"),
        "en": ("penalties need a limit", "write it, as in `score: {{penalty_max: 20}}`"),
    },
    "penalty_without_points": {
        "zh": ("扣减项没有分值", "请写上做不到时扣多少，例如 `points: 3`"),
        "en": ("a penalty needs points", "write what is taken off when it is not met, as in `points: 3`"),
    },
    "unknown_part": {
        "zh": ("总分的组成里没有叫 `{name}` 的数", "可以写：{known}"),
        "en": ("there is no number `{name}` for a part of the score", "there are: {known}"),
    },
    "parts_without_goods": {
        "zh": ("`parts` 里没有 `goods`", "请写各项得分占多少，例如 `parts: {{goods: 70%, appraisal: 30%}}`"),
        "en": (
            "`parts` lacks `goods`",
            "say what share the points of the goods have, as in `parts: {{goods: 70%, appraisal: 30%}}`",
        ),
    },
    "parts_not_of_100": {
        "zh": ("有 `parts` 时各项满分应是 100，不是 `{of}`", "请写 `of: 100`，并让分值加起来是 100"),
        "en": (
            "with `parts` the points are of 100, not `{of}`",
            "write `of: 100`, and points that add up to it",
        ),
    },
    "too_many_digits": {
        "zh": ("得分最多保留 {most} 位小数", "例如 `round: 2`"),
        "en": ("a score is rounded to {most} digits at most", "as in `round: 2`"),
    },
    "step_without_number": {
        "zh": ("{type:type}没有 `step`", "请删去，或把类型改为 `number`"),
        "en": ("{type:type} has no `step`", "delete it, or make the fact a `number`"),
    },
    # Selections
    "key_most_or_least": {
        "zh": (
            "排序依据一项一行，每项要写 `most` 或 `least`，只写一个",
            "高的在前写 `- most: score`，低的在前写 `- least: age`",
        ),
        "en": (
            "candidates are ordered by a list, each item with `most` or `least`, one of both",
            "write `- most: score` for the most first, `- least: age` for the least first",
        ),
    },
    "key_without_order": {
        "zh": ("`{value}` 是{found:type}，排不出先后", "请写数字、日期、等次或有序的选项，例如 `1 if done else 0`"),
        "en": (
            "`{value}` is {found:type}, which puts nobody first",
            "write a number, a date, a grade or an ordered choice, as in `1 if done else 0`",
        ),
    },
    "not_seats": {
        "zh": ("`{value}` 不能作名额", "请写 100% 以内的比例、整数或参数的名称，例如 `at_most: 20%`"),
        "en": (
            "`{value}` is no number of seats",
            "write a share up to 100%, a whole number, or a parameter, as in `at_most: 20%`",
        ),
    },
    "unknown_seats": {
        "zh": ("没有叫 `{name}` 的参数", "名额写比例或整数，例如 `at_most: 20%`，或写 `parameters` 里的一个名称"),
        "en": (
            "there is no parameter `{name}`",
            "write a share or a whole number, as in `at_most: 20%`, or one of `parameters`",
        ),
    },
    "parameter_not_seats": {
        "zh": ("参数 `{name}` 是名额，{year} 年的值 `{value}` 却不能作名额", "请写 100% 以内的比例，或整数"),
        "en": (
            "the parameter `{name}` is a number of seats, and its value for {year}, `{value}`, is none",
            "write a share up to 100%, or a whole number",
        ),
    },
    "settle_lowest": {
        "zh": ("`{grade}` 是最低的等次，没有名额的无处可去", "请写更好的等次"),
        "en": ("`{grade}` is the lowest grade: there is none for those without a seat", "name a better grade"),
    },
    "surplus_not_lower": {
        "zh": ("没有名额的评 `{surplus}`，并不低于 `{grade}`", "`surplus` 请写更低的等次，或删去（就是下一等）"),
        "en": (
            "`{surplus}` is not lower than `{grade}`",
            "name a lower grade in `surplus`, or delete it for the next lower one",
        ),
    },
    "settle_order": {
        "zh": ("`{grade}` 比前一条的 `{before}` 更好，名额应先分给好的等次", "请把这一条移到前面"),
        "en": (
            "`{grade}` is better than `{before}` of the rule before",
            "move this rule up: the best grade comes first",
        ),
    },
    "not_places": {
        "zh": ("名额 `{value}` 不是 1 或更大的整数", "请写整数或参数的名称，例如 `best: 10`"),
        "en": ("`{value}` is no number of places", "write a whole number from 1 up, as in `best: 10`, or a parameter"),
    },
    "unknown_places": {
        "zh": ("没有叫 `{name}` 的参数", "名额写整数，例如 `best: 10`，或写 `parameters` 里的一个名称"),
        "en": ("there is no parameter `{name}`", "write a whole number, as in `best: 10`, or one of `parameters`"),
    },
    "parameter_not_places": {
        "zh": ("参数 `{name}` 是名额，{year} 年的值 `{value}` 不是 1 或更大的整数", "请改成整数，例如 `10`"),
        "en": (
            "the parameter `{name}` is a number of places, and its value for {year}, `{value}`, is none",
            "write a whole number from 1 up, as in `10`",
        ),
    },
    "kind_not_above": {
        "zh": ("类别 `{name}` 不在 `{kind}` 的上面", "`within` 可以写：{kinds}；不分上级的，把 `within` 删去"),
        "en": (
            "the kind `{name}` does not stand above `{kind}`",
            "`within` can be: {kinds}; delete it to choose among all units",
        ),
    },
    "not_a_share": {
        "zh": ("`{value}` 不在 0% 和 100% 之间", "请写百分数，例如 `points: 80%`；不看得分的写 `points: any`"),
        "en": (
            "`{value}` is not between 0% and 100%",
            "write a share, as in `points: 80%`, or `points: any` where none is needed",
        ),
    },
}
