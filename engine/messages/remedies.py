"""What `wuhao remedy` says, in every language."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "step_remedy": {"zh": "寻找办法", "en": "Looking for a remedy"},
    "remedy_found": {
        "zh": "{unit}现为{now}。要达到{target}，改 {count} 项即可：{changes}",
        "en": "{unit} is {now}. To be {target}, {count} change{s}: {changes}",
    },
    "remedy_reached": {
        "zh": "{unit}现为{now}，已不低于{target}，不用改什么",
        "en": "{unit} is {now}, no less than {target}: there is nothing to change",
    },
    "remedy_there": {
        "zh": "{unit}已经是{now}，不用改什么",
        "en": "{unit} is {now} already: there is nothing to change",
    },
    "remedy_impossible": {
        "zh": "{unit}现为{now}。本单位可以改的填报项，怎么改都达不到{target}（已证明）",
        "en": "{unit} is {now}. No change of its own facts that may change makes it {target}; that is proved",
    },
    "remedy_not_planned": {
        "zh": "{unit}现为{now}。只要{facts}不变，怎么改都达不到{target}（已证明）；"
        "改了它行不行没有算，可用 wuhao whatif 试",
        "en": "{unit} is {now}. As long as this stays as it is, nothing that may change makes it {target}: {facts}. "
        "That is proved; what changing it would do is not known, so try it with wuhao whatif",
    },
    "remedy_no_seat": {
        "zh": "{unit}现为{now}。没有找到能在{target}的名额里排上的办法",
        "en": "{unit} is {now}. No plan was found that wins a seat for {target}",
    },
    "remedy_others_stay": {
        "zh": "{seats}：按别的单位都不变来算，要求超过末位名额的单位；别的单位一变，结果就可能不同",
        "en": "{seats}: planned as if the other units stayed as they are, to pass the last who has a seat; "
        "as they move, so may this",
    },
    "remedy_limited": {
        "zh": "{unit}现为{now}。在限定的项数和难度以内达不到{target}（已证明）",
        "en": "{unit} is {now}. Nothing within the limits that were set makes it {target}; that is proved",
    },
    "remedy_undecided": {
        "zh": "{unit}现为{now}。没有在规定的计算量内得出结论：是否有办法达到{target}还不知道",
        "en": "{unit} is {now}. Whether anything makes it {target} was not decided with the effort allowed",
    },
    "remedy_undecided_hint": {
        "zh": "可用 --max-changes 或 --freeze 缩小范围，再试一次",
        "en": "ask for less with --max-changes or --freeze, and try again",
    },
    "remedy_pending": {"zh": "待定（最低{low}）", "en": "pending ({low} at worst)"},
    "remedy_change": {"zh": "{label} {now} → {value}", "en": "{label} {now} → {value}"},
    "remedy_establish_least": {"zh": "核实填报{label}，至少 {value}", "en": "establish {label}: at least {value}"},
    "remedy_establish_most": {"zh": "核实填报{label}，至多 {value}", "en": "establish {label}: at most {value}"},
    "remedy_establish_this": {"zh": "核实填报{label}，须为 {value}", "en": "establish {label}: {value}"},
    "remedy_more": {"zh": "（增加 {amount}）", "en": " ({amount} more)"},
    "remedy_later": {"zh": "（推迟 {amount} 天）", "en": " ({amount} day{s} later)"},
    "remedy_earlier": {"zh": "（提前 {amount} 天）", "en": " ({amount} day{s} earlier)"},
    "remedy_fewer": {"zh": "（减少 {amount}）", "en": " ({amount} less)"},
    "remedy_and_more": {"zh": " 等共 {count} 项", "en": "; and {count} more"},
    "remedy_met": {"zh": "“{label}”由此达标", "en": "“{label}” is met then"},
    "remedy_points_of": {"zh": "“{label}”由此多得分", "en": "“{label}” gives more points then"},
    "remedy_lifted": {"zh": "“{label}”不再限制等次", "en": "“{label}” no longer limits the grade"},
    "remedy_now": {"zh": "；现在 ", "en": "; now "},
    "remedy_must": {"zh": "，须 {sign} {limit}", "en": ", needed {sign} {limit}"},
    "remedy_applies": {"zh": "，属于 {sign} {limit}", "en": ", which is {sign} {limit}"},
    "remedy_gains": {"zh": "多得 {points} 分", "en": "gains {points} points"},
    "remedy_good": {"zh": "“{good}”成立", "en": "makes “{good}” met"},
    "remedy_cost": {"zh": "难度 {cost}", "en": "cost {cost}"},
    "remedy_then": {
        "zh": "改后：{grade}，{points} 分，难度 {cost}。已重新评定核实，缺一项都达不到",
        "en": "Then: {grade} with {points} points, at a cost of {cost}. Rated to be sure; each change is needed",
    },
    "remedy_others": {"zh": "其他办法", "en": "Other ways"},
    "remedy_other": {
        "zh": "{number}. {changes}（难度 {cost}，{points} 分）",
        "en": "{number}. {changes} (cost {cost}, {points} points)",
    },
    "remedy_blocked": {
        "zh": "要达到，就得改变现在不能改的项，例如：",
        "en": "That would take a change of what may not change, such as:",
    },
    "remedy_blocked_lower": {
        "zh": "{label}（要看下级单位或记录）",
        "en": "{label} (it depends on the units or records below)",
    },
    "remedy_nothing_known": {
        "zh": "即使什么都能改，也达不到：规则本身不允许，或者有的条件无法规划",
        "en": "Not even if everything might change: the rules do not allow it, or ask what cannot be planned for",
    },
    "remedy_needed": {
        "zh": "不设限制时最省的办法要改 {count} 项，难度 {cost}",
        "en": "Without the limits that were set, the cheapest way takes {count} change{s}, at a cost of {cost}",
    },
    "remedy_unplanned": {
        "zh": "无法规划、保持不变的填报项：{facts}（规则不是按比例或加减计算它们）",
        "en": "Left as they are, because no plan can follow how the rules read them: {facts}",
    },
    "remedy_try": {"zh": "试算：", "en": "Try it: "},
    "remedy_try_allow": {"zh": "若允许改变：", "en": "If it may change: "},
    # --all
    "remedy_sheet": {"zh": "整改办法", "en": "Remedies"},
    "remedy_summary": {
        "zh": "{count} 个单位还没有达到要求的等次：有办法 {found}，没有办法 {impossible}，未得出结论 {undecided}",
        "en": "{count} unit{s} below the grade asked for: {found} with a remedy, {impossible} without, "
        "{undecided} undecided",
    },
    "remedy_written": {"zh": "已写入 {file}", "en": "written to {file}"},
    "target_grade": {"zh": "目标等次", "en": "Grade to reach"},
    "remedy_verdict": {"zh": "结论", "en": "Answer"},
    "remedy_verdict_found": {"zh": "有办法", "en": "possible"},
    "remedy_verdict_reached": {"zh": "已达到", "en": "reached"},
    "remedy_verdict_impossible": {"zh": "没有办法", "en": "impossible"},
    "remedy_verdict_not_planned": {
        "zh": "没有找到办法（有的项没有算）",
        "en": "none found (some facts left out)",
    },
    "remedy_verdict_undecided": {"zh": "未得出结论", "en": "not decided"},
    "remedy_plan": {"zh": "办法", "en": "Plan"},
    "remedy_fact": {"zh": "填报项", "en": "Fact"},
    "remedy_from": {"zh": "现在", "en": "From"},
    "remedy_to": {"zh": "改为", "en": "To"},
    "remedy_why": {"zh": "作用", "en": "Why"},
    "remedy_gain": {"zh": "多得分", "en": "Points gained"},
    "remedy_cost_word": {"zh": "难度", "en": "Cost"},
    "remedy_points_then": {"zh": "改后得分", "en": "Score then"},
}

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "remedy_not_installed": {
        "zh": ("求解办法需要 OR-tools，本机没有安装", "安装附加组件：pip install 'wuhao[remedy]'"),
        "en": ("remedies need OR-tools, which is not installed", "install the extra: pip install 'wuhao[remedy]'"),
    },
    "remedy_unknown_fact": {
        "zh": ("规则书 {rulebook} 没有填报项 `{name}`", "写填报项的编号或叫法"),
        "en": ("the rulebook {rulebook} has no fact `{name}`", "write the id or label of a fact"),
    },
    "remedy_fact_of_words": {
        "zh": ("`{name}` 是文字或指向别的单位，办法不改这类填报项", "去掉这一项"),
        "en": ("`{name}` is a text or names another unit; no plan changes that", "leave it out"),
    },
    "remedy_allow_form": {
        "zh": (
            "`{written}` 没有说清在什么范围内改",
            "写成 `{name}=最小..最大`，两头可以空着；是否、选项类的只写 `{name}`",
        ),
        "en": (
            "`{written}` does not say within which values",
            "write `{name}=lo..hi`, either end may be empty; of a yes-no fact or a choice only `{name}`",
        ),
    },
    "remedy_freeze_and_allow": {
        "zh": ("`{name}` 又要不变，又许改变", "在 --freeze 和 --allow 中去掉一个"),
        "en": ("`{name}` is both frozen and allowed to change", "leave it out of --freeze or of --allow"),
    },
    "remedy_unknown_grade": {
        "zh": ("没有叫 `{name}` 的等次", "写等次的编号或叫法；有：{zh}"),
        "en": ("no grade is called `{name}`", "write its id or label; there are: {en}"),
    },
    "remedy_unknown_rulebook": {
        "zh": ("这里没有评定等次的规则书 `{name}`", "有：{zh}"),
        "en": ("no rulebook `{name}` gives grades here", "there are: {en}"),
    },
    "remedy_no_grades": {
        "zh": (
            "`{name}` 所属的“{zh}”没有等次可评，谈不上怎样达到",
            "换一个评等次的单位；wuhao why 说明这个单位各项考核的结果",
        ),
        "en": (
            "`{name}` is a {en}, and these are given no grades here: there is none to reach",
            "name a unit that has a grade; `wuhao why` tells how this one stands",
        ),
    },
    "remedy_which_rulebook": {
        "zh": ("评定等次的规则书不止一本", "用 --rulebook 说明按哪一本：{zh}"),
        "en": ("several rulebooks give grades here", "say which with --rulebook: {en}"),
    },
    "remedy_unit_or_all": {
        "zh": ("要么写一个单位，要么用 --all", "写一个 UNIT；或不写，用 --all 和 -o 为所有单位写成一张表"),
        "en": ("either one unit or all", "name a UNIT; or name none, and write a sheet for all with --all and -o"),
    },
    "remedy_only_all": {
        "zh": ("{option} 只能和 --all 一起用", "加上 --all，或去掉 {option}"),
        "en": ("{option} goes with --all only", "add --all, or leave {option} out"),
    },
    "remedy_sheet_form": {
        "zh": ("`{name}` 不是能写的表", "文件名以 .xlsx 或 .csv 结尾"),
        "en": ("`{name}` is no sheet that can be written", "end the file's name in .xlsx or .csv"),
    },
}
