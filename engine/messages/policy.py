"""Messages about grades, titles and the policy."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "unknown_grade": {
        "zh": ("没有等次 `{name}`", "请照 `grades` 里的名称写，不写标签：{grades}；改过名称的，各处都要改"),
        "en": (
            "there is no grade `{name}`",
            "write a name of `grades`, not its label: {grades}; one that has a new name takes it everywhere",
        ),
    },
    "unknown_title": {
        "zh": ("没有称号 `{name}`", "请写 `titles` 里的名称（不是中文标签）"),
        "en": ("there is no title `{name}`", "write a name that stands under `titles`, not its label"),
    },
    "grade_from_not_grade": {
        "zh": ("`{name}` 不是填等次的事实", "`grade: {{from: …}}` 里要写一个 `type: grade` 的事实"),
        "en": ("`{name}` is not a fact that holds a grade", "`grade: {{from: …}}` names a fact with `type: grade`"),
    },
    # Proposals
    "last_proposal_conditional": {
        "zh": (
            "最后一条拟评规则不能有条件，否则有的单位会没有等次",
            "请在末尾加一条没有 `when` 的，例如 `- {{id: otherwise, grade: unqualified}}`",
        ),
        "en": (
            "the last proposal cannot have a condition, or some units would get no grade",
            "add one without `when` at the end, as in `- {{id: otherwise, grade: unqualified}}`",
        ),
    },
    "policy-otherwise": {
        "zh": (
            "最后一条拟评规则不能有条件，否则有的单位会没有等次",
            "请在末尾加一条没有 `when` 的，例如 `- {{id: otherwise, grade: unqualified}}`",
        ),
        "en": (
            "the last proposal cannot have a condition, or some units would get no grade",
            "add one without `when` at the end, as in `- {{id: otherwise, grade: unqualified}}`",
        ),
    },
    "proposal_unconditional": {
        "zh": ("拟评规则 `{id}` 没有条件，它后面的规则永远轮不到", "请给它写上 `when: …`，或移到最后"),
        "en": (
            "the proposal `{id}` has no condition, so those after it are never reached",
            "give it a `when: …`, or move it to the end",
        ),
    },
    # Adjustments
    "adjustment_without_effect": {
        "zh": ("调整规则 `{id}` 没有写怎样调整", "请写 `cap: …`、`downgrade: {{…}}` 或 `withhold: […]`"),
        "en": ("the adjustment `{id}` changes nothing", "write `cap: …`, `downgrade: {{…}}` or `withhold: […]`"),
    },
    "downgrade_raises": {
        "zh": ("从 `{source}` 到 `{target}` 是升等，不是降等", "请写不高于 `{source}` 的等次"),
        "en": ("from `{source}` to `{target}` the grade rises", "write a grade that is not above `{source}`"),
    },
    "policy-raises": {
        "zh": ("规则 `{rule}` 把 `{grade}` 升到了 `{limit}`", "调整只能降等：请写不高于 `{grade}` 的等次"),
        "en": (
            "the rule `{rule}` raises `{grade}` to `{limit}`",
            "an adjustment only lowers: write a grade that is not above `{grade}`",
        ),
    },
    "proposed_needs_grade": {
        "zh": (
            "`proposed` 只能直接和某个等次的名称比较",
            "例如 `proposed >= commendable` 或 `proposed in [excellent, commendable]`",
        ),
        "en": (
            "`proposed` is only compared to the names of grades",
            "write `proposed >= commendable` or `proposed in [excellent, commendable]`",
        ),
    },
    # The policy as a whole
    "policy-duplicate": {
        "zh": ("有两条规则都叫 `{rule}`", "请给其中一条换一个名称"),
        "en": ("two rules are called `{rule}`", "give one of them another name"),
    },
    "policy-malformed": {
        "zh": ("规则 `{rule}` 用到了这里没有的条件、事实或等次", "请检查它的 `when` 和等次"),
        "en": (
            "the rule `{rule}` uses a condition, fact or grade that is not there",
            "check its `when` and its grades",
        ),
    },
    "policy-rule-terms": {
        "zh": (
            "规则 `{rule}` 的条件太复杂：展开有 {terms} 种组合，最多 {most} 种",
            "请先在 `measures` 里合成一个是非值，再在 `when` 里引用，例如 `no_incident: fires == 0 and floods == 0`",
        ),
        "en": (
            "the condition of the rule `{rule}` has {terms} alternatives; {most} are possible",
            "make one measure of its parts and use that in `when`: `no_incident: fires == 0 and floods == 0`",
        ),
    },
    "policy-terms": {
        "zh": (
            "各条规则的条件加起来太复杂：展开有 {terms} 种组合，最多 {most} 种",
            "请先在 `measures` 里合成几个是非值，再在 `when` 里引用",
        ),
        "en": (
            "the conditions of the policy have {terms} alternatives together; {most} are possible",
            "make measures of their parts and use those in `when`",
        ),
    },
    "policy-symbols": {
        "zh": (
            "评定办法用到 {symbols} 个不同的条件，最多 {most} 个",
            "请先在 `measures` 里把几个条件合成一个，再在 `when` 里引用",
        ),
        "en": (
            "the policy asks {symbols} different questions; {most} are possible",
            "make one measure of several conditions and use that in `when`",
        ),
    },
    "policy-cases": {
        "zh": (
            "评定办法用到 {symbols} 个不同的条件，太多了，大约 39 个以内才能逐一推演",
            "请先在 `measures` 里把几个条件合成一个，再在 `when` 里引用",
        ),
        "en": (
            "the policy asks {symbols} different questions; about 39 can be reasoned together",
            "make one measure of several conditions and use that in `when`",
        ),
    },
}
