"""What an editor says about each key, in every language: what stands under the cursor, in a sentence or two.

`MODELS` describes what a mapping is, `KEYS` what its keys mean, `VALUES` what the words mean that a key takes. The keys
that many models have in common are described with the model that they come from.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.messages.clauses import WORDS as CLAUSES


class Text(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


FILE = Text(
    "一个规则文件：规则书、`programme.yaml`、`documents.yaml`、调整件或规则测试。",
    "A file of rules: a rulebook, `programme.yaml`, `documents.yaml`, an overlay, or tests of rules.",
)

BEFORE = Text(
    "调整件里：排在哪一条拟评规则的前面；新增的必须写，原有的写了就移到那里。",
    "In an overlay: the rule before which this one stands. A new one needs it; another one moves there.",
)

MODELS: dict[str, tuple[Text, Text]] = {
    # each with its name and what it is
    "Rulebook": (
        Text("规则书", "Rulebook"),
        Text("一类单位怎样评定或统计。", "How one kind of unit is rated or counted."),
    ),
    "Label": (
        Text("叫法", "Label"),
        Text(
            "`{zh: …, en: …}`，或只写一个，两种语言都用它。", "`{zh: …, en: …}`, or one plain text for both languages."
        ),
    ),
    "Source": (
        Text("来源", "Source"),
        Text("谁另行报送，如部门的名单。", "Who reports facts besides the units' own senders, such as a department."),
    ),
    "Fact": (Text("填报项", "Fact"), Text("表里的一列。", "One column of the kind's table.")),
    "Parameter": (
        Text("参数", "Parameter"),
        Text(
            "各年的标准，例如 `{2004: 60%, 2006: 75%}`：从写明的年份起执行，直到下一个写明的年份。",
            "A dated constant, as in `{2004: 60%, 2006: 75%}`: in force from that year until the next one named.",
        ),
    ),
    "Measure": (
        Text("指标值", "Measure"),
        Text(
            "算出来的数、是非或日期；不写叫法时，可以直接写算式。",
            "A named expression: a number, a yes or no, or a date. Without a label it can be the expression alone.",
        ),
    ),
    "Target": (
        Text("目标", "Target"),
        Text("一个数，到哪一年应达到多少。", "A number, and what it should be by the end of which year."),
    ),
    "Lifecycle": (
        Text("过程", "Lifecycle"),
        Text(
            "单位按有日期的事件经过的各个阶段；表达式里是一个选项。",
            "States that a unit passes through, by dated events; expressions read it as a choice.",
        ),
    ),
    "Events": (
        Text("事件", "Events"),
        Text("过程读哪些记录。", "Which records a lifecycle reads."),
    ),
    "Step": (
        Text("一步", "Step"),
        Text("在某个阶段发生某事，到哪个阶段。", "From a state, on an event, to a state."),
    ),
    "FixedPoints": (
        Text("分值", "Points"),
        Text("条件成立得全部，否则不得分。", "All of them when `require` is true, else none."),
    ),
    "Bands": (
        Text("按档计分", "Points by bands"),
        Text("达到哪一档得哪一档。", "The points of the highest threshold that `of` reaches."),
    ),
    "Linear": (
        Text("按比例计分", "Points on a line"),
        Text("两点之间按比例，两端封顶。", "On straight lines between the thresholds; those of the ends beyond them."),
    ),
    "Deduction": (
        Text("扣分", "Points by deduction"),
        Text("从 `from` 起，每 1 扣 `deduct`，扣完为止。", "`from` − `deduct` × `of`, never below 0 or above `from`."),
    ),
    "Loss": (
        Text("扣分的原因", "Reason to deduct"),
        Text(
            "一次扣（`when`），或按数扣（`each`）。",
            "Points lost once (`when`), or for each one or each step of a number (`each`).",
        ),
    ),
    "Losses": (
        Text("按原因扣分", "Points by reasons to deduct"),
        Text("从 `from` 起逐项扣，不低于 `floor`。", "`from` less what each reason costs, never below `floor`."),
    ),
    "Within": (
        Text("评分的档次", "Bands of points to give"),
        Text("由一个数定档，在档内评分。", "A number picks the band; the assessors choose the points in it."),
    ),
    "Assessed": (
        Text("由人评分", "Points that assessors give"),
        Text("采用的评分就是得分，见 `assessors`。", "The score that counts, see `assessors`."),
    ),
    "Assessor": (Text("评分方", "Assessor"), Text("谁评分。", "Who gives scores.")),
    "Assessors": (
        Text("评分方", "Assessors"),
        Text("谁给评分项评分，以谁的为准。", "Who scores the assessed criteria, and whose score counts."),
    ),
    "BonusGroup": (
        Text("加分项的一组", "Group of bonuses"),
        Text("有自己的上限；可以只取最高一项。", "It has a limit of its own; only the highest may count."),
    ),
    "Criterion": (
        Text("考核项", "Criterion"),
        Text("一个条件或一张计分表，或两者都有。", "A condition, a table of points, or both."),
    ),
    "Met": (Text("怎样算成立", "When a good is met"), Text("必备项和得分。", "Essential criteria and points.")),
    "Good": (Text("好", "Good"), Text("一组考核项，成立或不成立。", "A group of criteria, met or not.")),
    "Title": (Text("称号", "Title"), Text("等次以外的荣誉。", "An honour beside the grade.")),
    "Score": (Text("得分", "Score"), Text("得分怎样合计。", "How points become the score.")),
    "EnteredGrade": (
        Text("填报的等次", "Entered grade"),
        Text("采用填报的等次；没填则这条不成立。", "The grade entered in a fact; if none is, the rule does not hold."),
    ),
    "Proposal": (
        Text("拟评", "Proposal"),
        Text(
            "从上往下，第一条成立的提出等次；最后一条没有条件。",
            "The first that holds proposes the grade. The last has no condition.",
        ),
    ),
    "Adjustment": (
        Text("限制", "Adjustment"),
        Text(
            "成立时限制拟评等次；取最低的结果，与先后无关。",
            "Limits the proposed grade when it holds; the lowest limit counts, whatever the order.",
        ),
    ),
    "Policy": (
        Text("评定办法", "Policy"),
        Text("先拟评等次，再加限制。", "First a grade is proposed, then it is limited."),
    ),
    "Key": (Text("排序依据", "Key"), Text("按什么排先后。", "What candidates are ordered by.")),
    "Settlement": (
        Text("名额", "Seats"),
        Text("某一等次最多多少个：排在前面的有名额。", "At most so many of a grade: who is first has a seat."),
    ),
    "Selection": (
        Text("评选", "Selection"),
        Text("从符合条件的单位里择优。", "The best so many of the units that are eligible."),
    ),
    "Scope": (
        Text("参评范围", "Scope"),
        Text("谁不像别的单位那样评。", "Who is not rated as the others are."),
    ),
    "Rulings": (
        Text("裁定", "Rulings"),
        Text(
            "规则之外，人可以决定什么；裁定写在事实旁边的 `rulings.xlsx` 里。",
            "What people may decide beside what the rules give; rulings stand in `rulings.xlsx` beside the facts.",
        ),
    ),
    "Check": (
        Text("数据核对", "Data check"),
        Text("数据本身是否可信；不改变等次。", "Is the data itself believable? It does not change a grade."),
    ),
    "Years": (Text("起止年份", "Years"), Text("方案的首年和末年。", "The first and the last year of a programme.")),
    "ProgrammeFile": (
        Text("方案", "Programme"),
        Text("一个文件夹里各规则书的共同事项。", "What the rulebooks of a folder have in common."),
    ),
    "Document": (Text("文件", "Document"), Text("一份来源文件。", "A source document.")),
    "Clause": (
        Text("条款", "Clause"),
        Text("来源文件里的一处，用自己的话概述。", "A numbered place in a source document, in our own words."),
    ),
    "Registry": (
        Text("条款登记", "Registry"),
        Text("`cite` 和 `open` 可以引用的文件、条款和待定事项。", "What `cite` and `open` may name."),
    ),
    "OverlayFile": (
        Text("调整件", "Overlay"),
        Text(
            "一县的地方版本，或一次试算：改规则书里的哪些内容。",
            "A county's local version of a programme, or a what-if: what changes in its rulebooks.",
        ),
    ),
    "TestFile": (
        Text("规则测试", "Rule tests"),
        Text(
            "一本规则书的测试：给出数据，写明应得的结果。",
            "Tests of one rulebook: facts, and what should come of them.",
        ),
    ),
    "Case": (Text("测试例", "Case"), Text("一个单位和它应得的结果。", "A unit, and what should come of it.")),
    "Base": (
        Text("基本例", "Base"),
        Text("一个典型单位，各例只写不同之处。", "A typical unit; cases say how they differ."),
    ),
    "Lower": (Text("下级单位", "Lower units"), Text("下面的单位，都一样。", "Units below, all alike.")),
    "Table": (Text("例表", "Table of cases"), Text("一行一例。", "Cases as rows.")),
    "Expect": (
        Text("应得的结果", "Expectation"),
        Text("没有写的不核对。", "What is left out is not looked at."),
    ),
    "Kinds": (
        Text("类别", "Kinds"),
        Text("下面的类别；没有的留空。", "The kinds below this one; nothing where there are none."),
    ),
}

KEYS: dict[str, dict[str, Text]] = {
    "Cited": {
        "label": Text("显示的叫法。", "What it is called."),
        "cite": Text(
            "依据的条款（一条或一列），须在 `documents.yaml` 登记。",
            "The clause it comes from, or a list of clauses; each must be in a `documents.yaml`.",
        ),
        "open": Text(
            "文件没有规定、此处取默认的待定事项（一项或一列）。",
            "The decisions that the documents leave open and whose defaults this takes: one or a list.",
        ),
    },
    "Label": {
        "zh": Text("中文。", "The text in Chinese."),
        "en": Text("英文；不写时显示中文。", "The text in English; the Chinese one stands in for it."),
    },
    "Source": {
        "label": Text(
            "叫法；`wuhao collect` 在文件名、工作表名或“报送单位”里找它。",
            "What it is called: so its files, sheets or senders are named, and `wuhao collect` knows them.",
        ),
        "listing": Text(
            "只列出部分单位：名单到了，其余单位就按空格计（是非项为否）。",
            "It lists some units only: once the list is there, a blank holds for all others (false for a yes-no fact).",
        ),
    },
    "Fact": {
        "type": Text("类型。", "What its values are."),
        "label": Text("表头。", "The header of its column, in either language."),
        "min": Text(
            "最小值：一个值，或另一个填报项的名称；更小的不收。",
            "The smallest value, or the name of another fact; less is refused.",
        ),
        "max": Text(
            "最大值：一个值，或另一个填报项的名称；更大的不收。",
            "The greatest value, or the name of another fact; more is refused.",
        ),
        "step": Text("数值的最小一档：不是它的整数倍的不收。", "Values are whole multiples of it; others are refused."),
        "required": Text("必填，空格不收；不与 `blank` 同用。", "An empty cell is refused; not together with `blank`."),
        "blank": Text(
            "空格的意思：`gap` 尚未填报；`none` 就是没有；或一个值，如 `0`、`false`。",
            "What an empty cell means: `gap` not reported yet, `none` not entered, or a value such as `0` or `false`.",
        ),
        "choices": Text("选项：一列名称，或带叫法。", "Of a choice: its values as a list, or with labels."),
        "ordered": Text("选项分大小，小的在前。", "Choices compare, the first being the smallest."),
        "kind": Text("引用哪一类单位；类型为 `reference` 时必填。", "Of a reference: the kind it names a unit of."),
        "source": Text(
            "由谁报送（`sources` 之一）；几张表不一致时以它为准。",
            "Who reports it, one of `sources`: its value prevails where tables differ.",
        ),
        "at_close": Text("终评时仍是缺项怎么办。", "What a gap does in a final run."),
        "previous": Text(
            "空格取上年评定的什么：`grade`、`score`、`title.x`，或一个填报项。",
            "What of the run before fills empty cells: `grade`, `score`, `title.x`, or a fact.",
        ),
        "better": Text("多为好还是少为好。", "Whether more or less of it is better."),
        "mutable": Text(
            "本单位能否改变它；`false` 的，`wuhao remedy` 不改。",
            "Whether a unit can change it; what is `false`, `wuhao remedy` leaves as it is.",
        ),
        "cost": Text(
            "改变一步有多难，`wuhao remedy` 据此找最省的办法。",
            "How hard a step of change is; by it `wuhao remedy` finds the cheapest way.",
        ),
    },
    "Parameter": {"values": Text("从这一年起执行的值。", "The value from this year on, until the next year named.")},
    "Measure": {"value": Text("算式或条件。", "The expression.")},
    "Target": {
        "label": Text("显示的叫法。", "What it is called."),
        "value": Text("现在是多少：一个算式。", "Where it stands: an expression that gives a number."),
        "baseline": Text("起点：哪一年是多少，例如 `{2003: 20%}`。", "Where it started: `{2003: 20%}`."),
        "by": Text(
            "到哪一年底应达到多少，从早到晚；最后一年是期限。",
            "What is due by the end of which year, in order; the last is the deadline.",
        ),
    },
    "Lifecycle": {
        "events": Text(
            "读哪些记录：`{kind: event, what: what}`。", "The records it reads: `{kind: event, what: what}`."
        ),
        "states": Text(
            "各个阶段；第一件事之前是 `start`。", "The states, by name; before the first event a unit is in `start`."
        ),
        "steps": Text("各步，每步从哪里、因什么、到哪里。", "The steps: from where, on what, to where."),
    },
    "Events": {
        "kind": Text("记录的类别，在这一类单位之下。", "The kind of the records, below this kind."),
        "what": Text("它的一个选项：发生了什么。", "A choice of that kind: what happened."),
        "dated": Text(
            "它的一个日期：何时发生；不写则用它的规则书的 `dated`。",
            "A date of that kind: when; by default that of its rulebook.",
        ),
    },
    "Step": {
        "from": Text("从哪个阶段，或哪几个。", "The state, or states, that it starts from."),
        "on": Text("发生什么，或哪几件之一。", "The event, or events, that it is taken on."),
        "to": Text("到哪个阶段；不写则阶段不变。", "The state that it leads to; without it the state stays."),
        "from_year": Text(
            "最早在第几年；首件事的那一年是第 1 年。",
            "The first year in which it can be taken; that of the first event is 1.",
        ),
        "to_year": Text("最晚在第几年。", "The last year in which it can be taken."),
    },
    "FixedPoints": {"fixed": Text("分值。", "The points.")},
    "Bands": {
        "of": Text("按哪个数计分。", "The number that counts: any expression."),
        "bands": Text(
            "各档的界线和分值，例如 `{90%: 5, 80%: 4}`。", "Thresholds with their points: `{90%: 5, 80%: 4}`."
        ),
        "else": Text("最低一档以下的得分。", "The points below the lowest threshold."),
    },
    "Linear": {
        "of": Text("按哪个数计分。", "The number that counts: any expression."),
        "linear": Text("各点的数值和分值，例如 `{0%: 0, 6%: 5}`。", "Thresholds with their points: `{0%: 0, 6%: 5}`."),
    },
    "Deduction": {
        "of": Text("按哪个数计分。", "The number that counts: any expression."),
        "deduct": Text("每 1 扣几分。", "The points lost for each one."),
        "from": Text("从几分起扣。", "The points to begin with."),
    },
    "Loss": {
        "id": Text("原因的名称。", "Its name."),
        "when": Text("成立时一次扣 `by` 分。", "Costs `by` while this holds."),
        "each": Text(
            "每 1（或每一步）扣 `by` 分；负数按 0 计。", "Each one, or each step, costs `by`; below 0 counts 0."
        ),
        "by": Text("扣几分。", "How many points."),
        "step": Text("每多少算一步，与 `part` 一起写。", "How much makes a step; with `part`."),
        "part": Text("不足一步的怎样算。", "What counts of a step that is not whole."),
        "max": Text("最多扣几分。", "The most points that it costs."),
    },
    "Losses": {
        "from": Text("从几分起扣。", "The points to begin with."),
        "deduct": Text("各项扣分的原因。", "The reasons to deduct, as a list."),
        "floor": Text("最低几分，可以是负数（倒扣）。", "The fewest points; it may be negative."),
    },
    "Within": {
        "within": Text("按哪个数定档。", "The number that picks the band: any expression."),
        "bands": Text(
            "各档的界线和可评的分，例如 `{5500: 20..25}`。", "Thresholds with their points: `{5500: 20..25}`."
        ),
        "else": Text("最低一档以下可评的分。", "The points to choose from below the lowest threshold."),
    },
    "Assessed": {
        "assessed": Text("最多评几分；或按档，见 `within`。", "The most points; or bands, see `within`."),
        "step": Text("评分按几分一档，例如 `0.5`。", "Scores come in such steps, as in `0.5`."),
    },
    "Assessor": {
        "label": Text("这一方评分的叫法，用在表头里。", "What its scores are called, as headers say it."),
        "sample": Text("只抽查一部分单位；没抽到的不算缺项。", "Scores only some units; where it did not is no gap."),
    },
    "Assessors": {
        "scores": Text("各方的评分。", "Those who give scores, by name."),
        "counts": Text(
            "采用谁的：排在前面的有评分就用它的；或写各方的权重。",
            "Whose score counts: the first in the list that gave one; or a weight for each.",
        ),
    },
    "BonusGroup": {
        "label": Text("显示的叫法。", "What it is called."),
        "max": Text("这一组最多加几分。", "The most points that the group adds."),
        "take": Text("全部相加，还是只取最高一项。", "Whether all of them count, or only the highest."),
    },
    "Criterion": {
        "label": Text("显示的叫法。", "What it is called."),
        "require": Text("条件，成立就是做到。", "The condition: true is met."),
        "applies": Text(
            "不成立时“不适用”：不算做到也不算没做到，不占应得分。",
            "Where this is false, the criterion is not applicable: not met, not unmet, and out of the score.",
        ),
        "points": Text(
            "分值：一个数，或按档 `bands`、按比例 `linear`、扣分 `deduct`、评分 `assessed`。",
            "The points: a number, or by `bands`, `linear`, `deduct` or `assessed`.",
        ),
        "essential": Text("必备：做不到，“好”就不成立（见 `met`）。", "The good needs it, see `met`."),
        "bonus": Text(
            "加分项，在 `bonus_max` 以内另加；或写它属于 `bonus_groups` 的哪一组。",
            "Its points come on top, up to `bonus_max`; or the group of `bonus_groups` in which they do.",
        ),
        "penalty": Text(
            "扣减项：没得到的分从总分里扣，最多扣 `penalty_max`。",
            "What it lacks of its points is taken off the score, up to `penalty_max`.",
        ),
    },
    "Met": {
        "essential": Text("必备项是否要全部做到。", "Whether every essential criterion must be met."),
        "points": Text(
            "得分要占应得分的多少；`any` 不看得分。", "The share of its points that is needed; `any`: no share is."
        ),
    },
    "Good": {
        "label": Text("显示的叫法。", "What it is called."),
        "met": Text("这个“好”怎样算成立。", "When the good is met."),
        "criteria": Text("考核项，至少一项。", "The criteria by name, at least one."),
    },
    "Title": {
        "label": Text("称号的叫法。", "What it is called."),
        "when": Text(
            "成立且没有被 `withhold` 的，获得称号。",
            "The title is won when this is true and no adjustment withholds it.",
        ),
    },
    "Score": {
        "of": Text(
            "各项分值（不含加分项）应合计多少，对不上不收。",
            "What the points of all criteria, bonuses aside, must add up to.",
        ),
        "bonus_max": Text("加分的上限。", "The most points that bonuses add."),
        "parts": Text(
            "总分的组成和权重，例如 `{goods: 70%, appraisal: 30%}`；`goods` 是各项得分，其余是 0 至 100 的指标。",
            "What the score is made of: `{goods: 70%, appraisal: 30%}`; all but `goods` are measures up to 100.",
        ),
        "bonus_groups": Text("加分项的分组。", "Groups of bonuses, by name."),
        "penalty_max": Text("扣减的上限。", "The most points that penalties take off."),
        "round": Text(
            "得分保留几位小数，四舍五入；等次按舍入后的得分。",
            "To how many digits the score is rounded, half away from zero; the policy compares the rounded score.",
        ),
        "not_applicable": Text("不适用的考核项怎样计分。", "How criteria that do not apply count."),
    },
    "EnteredGrade": {"from": Text("类型为 `grade` 的填报项。", "A fact of type `grade`.")},
    "Proposal": {
        "id": Text("规则的名称，`wuhao list --rule` 用。", "Its name in `wuhao list --rule`."),
        "when": Text("条件；只有最后一条和采用填报等次的不写。", "The condition; the last proposal has none."),
        "grade": Text(
            "提出的等次，或 `{from: 填报项}`：采用填报的等次。",
            "The grade, or `{from: FACT}`: the grade entered in that fact.",
        ),
    },
    "Adjustment": {
        "id": Text("规则的名称，`wuhao list --rule` 用。", "Its name in `wuhao list --rule`."),
        "when": Text("条件；也可以用 `proposed`。", "The condition; it may also test `proposed`."),
        "downgrade": Text(
            "降等：从哪一等到哪一等；没写到的不变。",
            "What each proposed grade becomes; one that is not named stays.",
        ),
        "cap": Text("最高只能评的等次。", "At most this grade."),
        "withhold": Text("不授予的称号（一个或一列）。", "The title, or titles, that are not won."),
    },
    "Policy": {
        "propose": Text("拟评：第一条成立的提出等次。", "Proposals: the first that holds proposes the grade."),
        "adjust": Text("限制：凡成立的都起作用，取最低。", "Adjustments: each that holds limits; the lowest counts."),
        "settle": Text(
            "名额：某一等次最多多少个，好的等次在前。",
            "Seats: at most so many of a grade, one after the other, the best grade first.",
        ),
    },
    "Settlement": {
        "id": Text("规则的名称，`wuhao list --rule` 用。", "Its name in `wuhao list --rule`."),
        "grade": Text("限名额的等次。", "The grade of which there may be so many."),
        "at_most": Text(
            "名额：占单位数的比例（如 `20%`）、整数，或参数的名称。",
            "The seats: a share of the units such as `20%`, a whole number, or a parameter.",
        ),
        "of": Text("比例的基数。", "Of which units a share is taken."),
        "within": Text(
            "上面的一个类别：它的每个单位各有名额。", "A kind above: so many seats under each of its units."
        ),
        "round": Text("比例算出的名额不是整数时怎么取整。", "How a share is rounded to whole seats."),
        "by": Text(
            "排序依据：先看第一项，相同的再看下一项。",
            "The keys: the first decides, the next among those that are equal by it.",
        ),
        "ties": Text("最后的名额上并列、容不下时怎么办。", "What becomes of those who tie for the last seat."),
        "surplus": Text(
            "没有名额的评什么等次；不写就是下一等。", "What the others get; by default the next lower grade."
        ),
    },
    "Key": {
        "most": Text("高的在前。", "The greatest value comes first."),
        "least": Text("低的在前。", "The smallest value comes first."),
    },
    "Selection": {
        "label": Text("评选的叫法。", "What it is called."),
        "when": Text("谁符合条件；不写就都可以。", "Who is eligible; without it, every unit."),
        "by": Text(
            "排序依据：先看第一项，相同的再看下一项。",
            "The keys: the first decides, the next among those that are equal by it.",
        ),
        "best": Text("名额：整数，或参数的名称。", "How many are chosen: a whole number, or a parameter."),
        "within": Text(
            "上面的一个类别：它的每个单位各有这么多名额。", "A kind above: so many are chosen under each of its units."
        ),
        "ties": Text("最后的名额上并列、容不下时怎么办。", "What becomes of those who tie for the last place."),
    },
    "Scope": {
        "id": Text("名称。", "Its name."),
        "when": Text("条件，只用填报项和参数。", "The condition, over facts and parameters."),
        "outcome": Text("怎么办。", "What becomes of the unit."),
    },
    "Rulings": {
        "on": Text(
            "可以裁定什么：`grade` 等次、`title` 称号、`criterion` 考核项、`exempt` 不参评。",
            "What may be ruled on: `grade`, `title`, `criterion`, and `exempt`, whether a unit is rated.",
        ),
        "up": Text("等次最多上调几档；不写不限。", "A grade may be raised by so many steps; without it, by any."),
        "down": Text("等次最多下调几档；不写不限。", "A grade may be lowered by so many steps; without it, by any."),
        "by": Text("谁可以裁定；不写不限。", "Who may decide; without it, anybody who signs."),
    },
    "Check": {
        "id": Text("名称。", "Its name."),
        "require": Text("可信的数据应满足的条件。", "What believable data fulfils."),
        "severity": Text("不满足时怎么办。", "What happens where it fails."),
    },
    "Rulebook": {
        "rulebook": Text("规则书的名称。", "Its id."),
        "kind": Text("评哪一类单位。", "The kind that it rates."),
        "label": Text("显示的叫法。", "What it is called."),
        "sources": Text("谁另行报送。", "Who reports facts besides the units' own senders, by name."),
        "facts": Text("填报项：表里的列。", "The columns of the kind's table, by name."),
        "scope": Text("谁不参评，谁只供参考。", "Who is exempt, and who is rated for information only."),
        "parameters": Text("各年的标准。", "Dated constants, by name."),
        "lifecycle": Text("单位经过的阶段。", "States that units pass through, by dated events."),
        "measures": Text("算出来的指标。", "Named expressions."),
        "targets": Text("到哪一年应达到多少。", "What should be reached by when, by name."),
        "assessors": Text("评分项由谁评分，以谁的为准。", "Who scores the assessed criteria, and whose score counts."),
        "goods": Text("各个“好”和考核项。", "Groups of criteria, by name."),
        "titles": Text("等次以外的称号。", "Honours beside the grade, by name."),
        "score": Text("得分怎样合计。", "How points become the score."),
        "grades": Text(
            "等次，好的在前：一列名称，或带叫法；与 `policy` 一起写，或都不写（只统计、不评等次）。",
            "The grades, best first: a list of names, or with labels; with `policy`, or neither (counted, not rated).",
        ),
        "dated": Text(
            "说明记录时间的日期填报项；不写时用唯一的日期填报项。",
            "The date fact that says when a record was made; by default its only date fact.",
        ),
        "policy": Text("评定办法；与 `grades` 一起写，或都不写。", "How the grade follows; with `grades`, or neither."),
        "rulings": Text("人可以裁定什么。", "What people may decide beside the rules."),
        "select": Text("评选：择优若干。", "The best so many of those who are eligible."),
        "checks": Text("数据核对。", "Is the data itself believable?"),
    },
    "Years": {
        "from": Text("首年。", "The first year."),
        "to": Text("末年。", "The last year."),
    },
    "OverlayFile": {
        "overlay": Text("调整件的名称。", "Its id."),
        "label": Text("显示的叫法。", "What it is called."),
        "programme": Text("改哪个方案。", "The programme that it changes."),
        "trial": Text(
            "只是试算：不核对分值合计（`score` 的 `of`）。",
            "It only tries something: what the points should add up to (`of` of `score`) is not checked.",
        ),
        "rulebooks": Text(
            "改什么：按规则书的样子写，只写要改的；`off` 是取消。",
            "What changes, written as the rulebooks are; only what changes is said, and `off` takes away.",
        ),
        "documents": Text("这里登记的来源文件。", "Source documents that it registers."),
        "clauses": Text("这里登记的条款。", "Clauses that it registers."),
        "decisions": Text("这里登记的待定事项。", "Decisions that it registers."),
    },
    "ProgrammeFile": {
        "programme": Text("方案的名称。", "Its id."),
        "label": Text("显示的叫法。", "What it is called."),
        "years": Text("方案的起止年份；别的年度不评。", "The years of the programme; others cannot be rated."),
        "kinds": Text(
            "单位的类别，按上下级写成树，上级在外。",
            "The kinds of units as a tree, the highest outside.",
        ),
        "kind_labels": Text(
            "类别的叫法；标准类别已有。", "What kinds are called; the standard kinds have labels already."
        ),
        "records": Text(
            "记录：只计数、不评定的类别；表中不需要编号和名称。",
            "Records: kinds that are counted and not rated; their tables need no id and no name.",
        ),
    },
    "Document": {
        "label": Text("文件的标题。", "Its title."),
        "issued": Text("发文时间。", "When it was issued."),
        "sections": Text("各部分说什么。", "What each of its sections is about."),
    },
    "Clause": {
        "document": Text("出自哪份文件。", "In which document it stands."),
        "section": Text("在文件的哪一处。", "Where in the document it stands."),
        "kind": Text("是哪一种规定。", "What sort of provision it is."),
        "status": Text("有没有规则实现它。", "Whether rules encode it."),
        "reason": Text(
            "为什么无法考核；`status: not_checkable` 时必填。",
            "Why it cannot be checked; required with `status: not_checkable`.",
        ),
        "hedge": Text(
            "文件里留有余地的用词（一个或一列）：`strive` 力争、`principle` 原则上、`about` 左右、`encourage` 提倡、"
            "`promote` 推行。",
            "The words by which it is less than strict, one or a list: `strive`, in `principle`, `about`, `encourage`, "
            "`promote`.",
        ),
        "open": Text(
            "它留下的、由县里定夺的待定事项（一个或一列）。",
            "The decisions that it leaves open: one or a list.",
        ),
        "zh": Text("条款说了什么，用自己的话。", "What it says, in Chinese and our own words."),
        "en": Text("条款的英文。", "What it says, in English and our own words."),
        "note": Text("不够明确的地方怎样理解。", "How it is read where it is not clear."),
    },
    "Registry": {
        "documents": Text("来源文件。", "The source documents, by id."),
        "clauses": Text("条款。", "Their clauses, by id."),
        "decisions": Text(
            "文件没有规定的待定事项，写明问题和默认做法。",
            "What the documents leave open: the question and its default.",
        ),
    },
    "TestFile": {
        "rulebook": Text("测试哪一本规则书。", "The rulebook that is tested."),
        "year": Text("按哪一年评定。", "The year to rate."),
        "base": Text("各例共同的基本例。", "What all cases start from."),
        "bases": Text("有名称的基本例。", "More bases, by name."),
        "cases": Text("测试例，至少一个。", "The cases, at least one."),
    },
    "Base": {
        "kind": Text("单位的类别。", "The kind of the unit."),
        "extends": Text("以哪个基本例为底。", "The base that this one starts from."),
        "facts": Text("填报的值。", "Its facts."),
        "units": Text("下级单位，按类别。", "The units below it, by kind."),
        "no_table": Text("没有表的类别（一个或一列）。", "The kinds of which there is no table: one or a list."),
    },
    "Lower": {
        "base": Text("以哪个基本例为底。", "The base that they start from."),
        "times": Text("有几个。", "How many of them there are."),
        "facts": Text("填报的值。", "Their facts."),
        "units": Text("它们的下级单位，按类别。", "The units below them, by kind."),
    },
    "Table": {
        "facts": Text("各列是哪些填报项。", "The facts that its first columns hold."),
        "expect": Text("各列是哪些结果。", "The results that its other columns hold."),
        "rows": Text("各行的值，一行一例。", "The values, a row for each case."),
    },
    "Case": {
        "name": Text("名称，说明测的是什么。", "What it shows."),
        "base": Text("以哪个基本例为底。", "The base that it starts from."),
        "year": Text("按哪一年评定，与文件的不同时写。", "The year to rate, where it is not that of the file."),
        "final": Text("按终评。", "Rate as in a final run."),
        "facts": Text("与基本例不同的值。", "Its facts, where they differ from the base."),
        "units": Text("下级单位，按类别。", "The units below it, by kind."),
        "no_table": Text("没有表的类别（一个或一列）。", "The kinds of which there is no table: one or a list."),
        "others": Text("一同参加评选、排名的同类单位。", "Units of its kind beside which it has its place."),
        "expect": Text("应得的结果。", "What should come of it."),
        "table": Text("一行一例的表。", "A table of cases."),
    },
    "Expect": {
        "grade": Text("等次；待定的写最低、最高两个。", "The grade; of a pending unit the lowest and the highest."),
        "proposed": Text("拟评等次，或最低、最高两个。", "The proposed grade, or the lowest and the highest."),
        "score": Text("得分，或最低、最高两个。", "The score, or the lowest and the highest."),
        "lifecycle": Text("各过程到了哪个阶段。", "The state of each lifecycle, `unknown` or `impossible`."),
        "titles": Text("各称号是否获得。", "Whether titles are won."),
        "select": Text("各项评选的结果。", "What it is in selections."),
        "goods": Text("各个“好”是否成立。", "Whether goods are met."),
        "criteria": Text("各考核项是否做到。", "Whether criteria are met."),
        "targets": Text("各目标的状态。", "How targets stand."),
        "rules": Text("适用的全部规则。", "All policy rules that fire."),
        "may_fire": Text("可能适用的全部规则。", "All policy rules that fire or not, as gaps are filled."),
        "met": Text("做到的全部考核项。", "All criteria that are met."),
        "not_met": Text("没做到的全部考核项。", "All criteria that are not met."),
        "unknown": Text("未知的全部考核项。", "All criteria whose answer is unknown."),
        "not_applicable": Text("不适用的全部考核项。", "All criteria that do not apply."),
        "checks": Text("不满足的全部数据核对。", "All data checks that fail."),
        "undefined": Text("无法计算的全部指标值。", "All measures that cannot be computed."),
        "points": Text("各考核项的得分。", "The points of criteria."),
        "measures": Text("各指标值。", "The values of measures."),
        "shortfall": Text(
            "各考核项差什么，与 `wuhao why` 的说法相同。", "What criteria are short of, as `wuhao why` says it."
        ),
    },
}

VALUES: dict[tuple[str, str], dict[str, Text]] = {
    ("Fact", "type"): {
        "count": Text("整数，0 以上", "whole numbers, 0 and up"),
        "number": Text("数字", "numbers"),
        "money": Text("金额（元）", "yuan"),
        "ratio": Text("比例，0 至 100%", "shares, 0 to 100%"),
        "boolean": Text("是非", "yes and no"),
        "date": Text("日期", "days"),
        "text": Text("文字", "any text"),
        "choice": Text("`choices` 之一", "one of `choices`"),
        "grade": Text("本规则书的等次", "one of the rulebook's grades"),
        "reference": Text("其他单位的编号", "the id of another unit"),
    },
    ("Fact", "at_close"): {
        "refuse": Text("若还会影响等次，就不评", "stop the run while it still matters"),
        "against": Text("按最低计", "it counts against the unit"),
    },
    ("Fact", "better"): {"more": Text("多为好", "more is better"), "less": Text("少为好", "less is better")},
    ("Met", "essential"): {
        "all": Text("必备项全部做到", "every essential criterion that applies"),
        "none": Text("不看必备项", "they need not be met"),
    },
    ("Loss", "part"): {
        "ignored": Text("不足一步的不扣", "less than a step costs nothing"),
        "counted": Text("不足一步的按一步扣", "less than a step costs a whole one"),
    },
    ("BonusGroup", "take"): {
        "all": Text("全部相加", "all of them, added up"),
        "highest": Text("只取最高一项", "only the highest"),
    },
    ("Score", "not_applicable"): {
        "rescale": Text("按应得分折算成满分", "the score is rescaled to all points"),
        "full": Text("按满分计", "it counts with all its points"),
        "zero": Text("不得分", "it counts nothing"),
    },
    ("Clause", "kind"): {
        "scope": Text("范围：对象、期限、分工", "who and what it is about, and for how long"),
        "target": Text("目标：到某年达到多少", "how much by when"),
        "criterion": Text("标准：单位每年应达到的数", "a number that a unit reaches each year"),
        "duty": Text("职责：应做到或应具备", "what is to be done or in place"),
        "record": Text("频次：隔多久做一次、报一次", "what is done or reported so often"),
        "ban": Text("禁止", "what may not be"),
        "allocation": Text("配备：派多少、谁包谁", "how many are sent, and who answers for whom"),
        "grading": Text("评定：等次及其后果", "grades, classes and what follows from them"),
        "acceptance": Text("验收", "acceptance at the end"),
        "honour": Text("评选", "who is chosen as a model"),
        "aim": Text("倡导：没有标准可考", "what is hoped for, without a measure"),
        "frame": Text("文件说明", "what stands around the provisions"),
    },
    ("Clause", "status"): {
        status: Text(**CLAUSES[f"clauses_{status}"]) for status in ("encoded", "planned", "not_checkable")
    },
    ("Clause", "reason"): {
        reason: Text(**CLAUSES[f"clauses_reason_{reason}"])
        for reason in ("frame", "guidance", "conduct", "encouragement", "manner", "elsewhere")
    },
    ("Settlement", "of"): {
        "rated": Text("参加评定的单位", "those that were rated"),
        "all": Text("全部单位，退回的也算", "all of them, refused ones too"),
    },
    ("Settlement", "round"): {
        "down": Text("舍尾", "down"),
        "up": Text("进一", "up"),
        "half": Text("四舍五入", "half up"),
    },
    ("Settlement", "ties"): {
        "decide": Text("全部列出，由人决定", "all of them are listed, for people to decide"),
        "in": Text("都评这一等（可超名额）", "all get the grade, beyond the seats"),
        "out": Text("都不评这一等", "none of them gets it"),
    },
    ("Selection", "ties"): {
        "decide": Text("全部列出，由人决定", "all are listed, for decision"),
        "in": Text("全部入选", "all are chosen"),
        "out": Text("全部不入选", "all are passed over"),
    },
    ("Scope", "outcome"): {
        "exempt": Text("不参评", "it is not rated"),
        "advisory": Text("照评，仅供参考，不占名额", "it is rated for information only, outside quotas"),
    },
    ("Check", "severity"): {
        "warn": Text("提醒", "the summary and `why` name the units"),
        "refuse": Text("不评", "the run stops"),
    },
}
