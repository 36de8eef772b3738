"""What `wuhao check` says, in every language."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "W101": {
        "zh": (
            "除数 `{divisor}` 可以为 0，这时算不出结果，资料齐全的单位在这里也定不下来",
            "加 applies 写明什么时候才考，或用 `… if {divisor} > 0 else …`，或给事实写 min: 1",
        ),
        "en": (
            "the divisor `{divisor}` can be 0: there is no result then, even for a unit without gaps",
            "say with `applies` when it is asked at all, write `… if {divisor} > 0 else …`, or give the fact `min: 1`",
        ),
    },
    "W201": {
        "zh": (
            "没有单位能评到 `{grade}`：{rules:givers}{reason:reason}",
            "核对这些规则的条件，或从 grades 里去掉这个等次",
        ),
        "en": (
            "no unit can get the grade `{grade}`: {rules:givers}{reason:reason}",
            "look at the conditions of these rules, or take the grade out of `grades`",
        ),
    },
    "W202": {
        "zh": ("没有单位能得到称号 `{title}`{reason:reason}", "核对 when 的条件，以及各个“好”能否同时达到"),
        "en": (
            "no unit can win the title `{title}`{reason:reason}",
            "look at its `when`, and whether all its goods can be met together",
        ),
    },
    "W205": {
        "zh": ("没有单位能实现目标 `{target}`{reason:reason}", "核对 value 的算式和 by 里最后一年的数，例如百分号"),
        "en": (
            "no unit can reach the target `{target}`{reason:reason}",
            "look at its `value` and at the last number of `by`, such as a percent sign",
        ),
    },
    "W206": {
        "zh": ("每个单位都已实现目标 `{target}`{reason:reason}", "核对 value 的算式和 by 里最后一年的数，是否写得太低"),
        "en": (
            "every unit has reached the target `{target}`{reason:reason}",
            "look at its `value` and at the last number of `by`: it may be too low",
        ),
    },
    "W203": {
        "zh": ("没有单位能达到这个“好”：`{good}`{unmet:unmet}", "核对必达项和 met 要求的分数"),
        "en": (
            "no unit can meet the good `{good}`{unmet:unmet}",
            "look at its essential criteria and at the points that `met` asks for",
        ),
    },
    "W204": {
        "zh": (
            "必达项 `{first}` 和 `{second}` 互相矛盾，没有单位能同时做到，`{good}` 因此永远达不到",
            "改其中一项的条件，或去掉一项的 essential: true",
        ),
        "en": (
            "the essential criteria `{first}` and `{second}` contradict each other: no unit can meet the good `{good}`",
            "change one of the conditions, or take `essential: true` from one of them",
        ),
    },
    "W207": {
        "zh": ("没有单位能参加评选 `{selection}`{reason:reason}", "核对 when 的条件"),
        "en": ("no unit can ever be eligible for the selection `{selection}`{reason:reason}", "look at its `when`"),
    },
    "W208": {
        "zh": ("每个单位都符合评选 `{selection}` 的条件{reason:reason}", "核对 when 的条件；不设条件的，把 when 删去"),
        "en": (
            "every unit is eligible for the selection `{selection}`{reason:reason}",
            "look at its `when`; to choose among all units, delete it",
        ),
    },
    "W301": {
        "zh": ("没有单位能达到考核项 `{criterion}`{reason:reason}", "核对门槛是否超出事实的 min 和 max"),
        "en": (
            "no unit can meet the criterion `{criterion}`{reason:reason}",
            "see whether it asks for more than `min` and `max` of its facts allow",
        ),
    },
    "W302": {
        "zh": (
            "每个单位都达到考核项 `{criterion}`，它什么也不区分{reason:reason}",
            "核对门槛是否低于事实的 min 和 max，或去掉这一项",
        ),
        "en": (
            "every unit meets the criterion `{criterion}`: it tells nothing apart{reason:reason}",
            "see whether `min` and `max` of its facts already say so, or drop it",
        ),
    },
    "W303": {
        "zh": (
            "考核项 `{criterion}` 的这一档没有单位能得到：`{band}`（{points:g} 分）{reason:reason}",
            "核对这一档是否超出 of 能取的值",
        ),
        "en": (
            "no unit can get this step of the criterion `{criterion}`: `{band}` ({points:g} points){reason:reason}",
            "see whether the step lies beyond what `of` can be",
        ),
    },
    "W304": {
        "zh": (
            "考核项 `{criterion}` 做到与否，不影响任何等次和称号",
            "给它（更多）分数或 essential: true，核对用到它的规则能不能启用，或去掉这一项",
        ),
        "en": (
            "whether the criterion `{criterion}` is met changes no grade and no title",
            "give it (more) points or `essential: true`, see whether the rules that hang on it can fire, or drop it",
        ),
    },
    "W401": {
        "zh": ("规则 `{rule}` 永远不会启用：没有单位满足它的条件{reason:reason}", "核对 when，或去掉这条规则"),
        "en": (
            "the rule `{rule}` never fires: no unit fulfils its condition{reason:reason}",
            "look at its `when`, or drop the rule",
        ),
    },
    "W402": {
        "zh": (
            "规则 `{rule}` 永远不会启用：它成立时，前面的 {earlier} 已经先提出了等次",
            "把更严的条件放在前面，或去掉这条规则",
        ),
        "en": (
            "the rule `{rule}` never fires: whenever it holds, an earlier one has proposed a grade ({earlier})",
            "put the stricter condition first, or drop the rule",
        ),
    },
    "W403": {
        "zh": (
            "规则 `{rule}` 会启用，但从不改变结果：{others:instead}",
            "核对它给的等次，或去掉它（两条规则作用相同的，只去一条）",
        ),
        "en": (
            "the rule `{rule}` fires but never changes a result: {others:instead}",
            "look at the grades that it gives, or drop it (of two rules that do the same only one)",
        ),
    },
    "W501": {
        "zh": (
            "事实 `{fact}` 标了 better: {better}，可是它变好时，等次反而会降",
            "看下面的例子：改规则，或去掉这个事实的 better",
        ),
        "en": (
            "the fact `{fact}` is marked `better: {better}`, yet a unit can lose a grade when it gets better",
            "see the example below: change the rules, or take `better` from the fact",
        ),
    },
    "W601": {
        "zh": (
            "参数 `{parameter}` 从 {first} 年才有值，而方案从 {start} 年开始",
            "补上 {start} 年的值，或改 programme.yaml 的 years",
        ),
        "en": (
            "the parameter `{parameter}` has its first value in {first}, and the programme starts in {start}",
            "add a value for {start}, or change `years` in programme.yaml",
        ),
    },
    "W602": {
        "zh": ("参数 `{parameter}` 在 {since} 年写的值从不执行：方案只管 {start} 至 {end} 年", "改年份，或去掉这个值"),
        "en": (
            "the value of `{parameter}` for {since} is never in force: the programme covers {start} to {end}",
            "change the year, or drop the value",
        ),
    },
    "W603": {
        "zh": (
            "从 {since} 年起，参数 `{one}` 和 `{other}` 的大小顺序和以前相反，而它们是同一个指标的两道线",
            "核对 {since} 年这两个参数的值",
        ),
        "en": (
            "from {since} on `{one}` and `{other}`, two limits of one number, stand in the opposite order",
            "look at the values of both for {since}",
        ),
    },
    "W701": {
        "zh": ("参数 `{name}` 没有任何规则用到", "用上它，或去掉它"),
        "en": ("no rule uses the parameter `{name}`", "use it, or drop it"),
    },
    "W702": {
        "zh": ("事实 `{name}` 没有任何规则用到，却要各单位填报", "用上它，或去掉它"),
        "en": ("no rule uses the fact `{name}`, and units are asked for it all the same", "use it, or drop it"),
    },
    "W703": {
        "zh": ("指标 `{name}` 没有任何规则用到，也没有写条款", "用上它，或去掉它；只供阅读的指标请写 cite"),
        "en": (
            "no rule uses the measure `{name}`, and it cites no clause",
            "use it, or drop it; give it a `cite` if it is only there to be read",
        ),
    },
    "W811": {
        "zh": ("`{lifecycle}` 的阶段 `{state}` 永远到不了", "查看或补上通往它的各步，或去掉它"),
        "en": (
            "no history reaches the state `{state}` of `{lifecycle}`",
            "look at the steps that lead to it, or drop it",
        ),
    },
    "W812": {
        "zh": ("`{lifecycle}` 里从 `{state}` 因 `{event}` 走的这一步永远走不到", "查看年份，以及怎样到达 `{state}`"),
        "en": (
            "no history takes this step of `{lifecycle}`, from `{state}` on `{event}`",
            "look at its years, and at what leads to `{state}`",
        ),
    },
    "W901": {
        "zh": (
            "`{about}` 没能断定：没找到能说明它有用的单位，也没能证明没有；这不等于写错了",
            "可以不改；核对一下这一处，条件写简单些（少让几个事实合在一个式子里）通常就能断定",
        ),
        "en": (
            "undecided about `{about}`: no unit was found that shows its use, and no proof that there is none",
            "it may well be right; read it once more, and simpler conditions help (fewer facts in one expression)",
        ),
    },
    "check_unknown_code": {
        "zh": ("没有这个编号或规则书：`{name}`", "编号有：{codes}"),
        "en": ("no such code or rulebook: `{name}`", "codes are: {codes}"),
    },
    "against_no_rulebook": {
        "zh": ("两边没有同名的规则书可比", "比较同一个方案的两个版本：rulebook 的 id 要相同"),
        "en": (
            "no rulebook of the same id on both sides",
            "compare two versions of one programme: their `rulebook` ids must agree",
        ),
    },
    "against_fact_differs": {
        "zh": ("事实 `{fact}` 在两个版本里的类型不同，没法比较", "先统一类型"),
        "en": (
            "the fact `{fact}` has another type in the other version: they cannot be compared",
            "make the types agree first",
        ),
    },
}

WORDS: dict[str, dict[str, str]] = {
    "property_defined": {"zh": "每个式子都算得出", "en": "every expression has a value"},
    "property_grades_reached": {"zh": "每个等次都评得到", "en": "each grade can be reached"},
    "property_targets_open": {
        "zh": "每个目标都有可能实现，也有可能没实现",
        "en": "each target can be reached, and can be missed",
    },
    "property_selections_open": {
        "zh": "每项评选有符合条件的，也有不符合的",
        "en": "each selection is for some units, not for all",
    },
    "property_titles_won": {"zh": "每个称号都得得到", "en": "each title can be won"},
    "property_goods_met": {"zh": "每个“好”都达得到", "en": "each good can be met"},
    "property_criteria_open": {"zh": "每个考核项既能做到，也能做不到", "en": "each criterion can be met, and missed"},
    "property_steps_reached": {"zh": "每个分档都得得到", "en": "each step of a table can be reached"},
    "property_criteria_matter": {
        "zh": "每个考核项都能影响等次或称号",
        "en": "each criterion can change a grade or title",
    },
    "property_rules_fire": {"zh": "每条评定规则都会启用", "en": "each policy rule can fire"},
    "property_rules_matter": {"zh": "每条评定规则都能改变结果", "en": "each policy rule can change the result"},
    "property_better": {
        "zh": "标了 better 的事实变好，等次不降",
        "en": "a fact that gets better never lowers the grade",
    },
    "property_dated": {"zh": "参数各年有值、顺序不乱", "en": "parameters have values, in order, in every year"},
    "property_stages": {"zh": "各阶段到得了，各步走得到", "en": "every state can be reached, every step taken"},
    "property_used": {"zh": "参数、事实、指标都用到了", "en": "every parameter, fact and measure is used"},
    "property_one_grade": {
        "zh": "资料齐全的单位有且只有一个等次",
        "en": "every unit without gaps gets exactly one grade",
    },
    "property_one_grade_before_seats": {
        "zh": "资料齐全的单位，不算名额只有一个等次",
        "en": "without gaps there is one grade, before seats",
    },
    "property_never_raised": {"zh": "限制规则从不抬高等次", "en": "adjusting rules never raise a grade"},
    "property_cited": {"zh": "引用的条款都存在", "en": "every clause cited exists"},
    "check_proved": {"zh": "已证明", "en": "proved"},
    "check_witnessed": {"zh": "有实例", "en": "shown by a unit"},
    "check_broken": {"zh": "不成立", "en": "broken"},
    "check_open": {"zh": "未断定", "en": "undecided"},
    "check_of": {"zh": "{part}/{count}", "en": "{part} of {count}"},
    "check_none": {"zh": "（没有）", "en": "(none)"},
    "check_years": {"zh": "{years} 年", "en": "{years}"},
    "check_proof": {"zh": "（已证明）", "en": " (proved)"},
    "check_by_unit": {"zh": "（有实例）", "en": " (shown by a unit)"},
    "check_since": {"zh": "（{year} 年）", "en": " (in {year})"},
    "check_before": {"zh": "甲", "en": "one unit"},
    "check_after": {"zh": "乙", "en": "the other"},
    "check_rest": {"zh": "其余事实相同", "en": "all other facts are the same"},
    "check_explain": {"zh": "说明见 wuhao check --explain {code}", "en": "see `wuhao check --explain {code}`"},
    "check_clean": {"zh": "{count} 本规则书，没有发现问题", "en": "{count} rulebook{s}, nothing found"},
    "check_found": {
        "zh": "{count} 本规则书：发现 {found} 处问题，{open} 处未断定",
        "en": "{count} rulebook{s}: {found} found, {open} undecided",
    },
    "step_check": {"zh": "正在检查规则书", "en": "Checking the rulebooks"},
    "moves_title": {
        "zh": "从 {old} 改到 {new}，等次可能怎样变（行：原来；列：改后）",
        "en": "From {old} to {new}: how grades can move (rows: before; columns: after)",
    },
    "moves_can": {"zh": "会", "en": "can"},
    "moves_never": {"zh": "不会", "en": "never"},
    "moves_open": {"zh": "？", "en": "?"},
    "moves_same": {"zh": "两个版本对每个单位评得一样", "en": "both versions rate every unit alike"},
    "moves_unit": {
        "zh": "例：{old} → {new}，和最好的单位相比",
        "en": "For example, {old} → {new}; where it differs from the best unit",
    },
    "moves_best": {"zh": "最好的单位就是这样", "en": "the best unit moves so"},
    "moves_only": {"zh": "只在一个版本里：{names}", "en": "only in one of the versions: {names}"},
}
"""The words of checking, for `engine.messages.words`."""
