"""Messages about collecting facts from received files, and the words of what it says."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    # Files and sheets
    "facts_exist": {
        "zh": ("这个文件夹已经有了", "请换一个 -o，或移走它"),
        "en": ("this folder is there already", "choose another -o, or move it away"),
    },
    "collect_nothing": {
        "zh": ("没有找到任何报表", "表头里要有编号或名称，以及要填报的事项；类别有：`{kinds}`"),
        "en": (
            "there is no table of units here",
            "a header has an id or a name, and facts of one of the kinds `{kinds}`",
        ),
    },
    "sheet_without_table": {
        "zh": ("已跳过：没有找到表头",),
        "en": ("passed over: no header was found",),
    },
    "column_not_read": {
        "zh": ("没有读取列 `{header}`：{zh}表没有这一项",),
        "en": ("the column `{header}` is not read: a table of {kind} has none",),
    },
    "column_missing_here": {
        "zh": ("缺少“{zh}”这一列，别的表有；空格会被当作 {blank}", "请报送单位补上这一列"),
        "en": (
            "the column “{en}” is missing here; others have it, and its empty cells would count as {blank}",
            "ask the sender to add it",
        ),
    },
    # Readings
    "reading_asked": {
        "zh": (
            "“{zh}”有 {count} 个单元格（{files} 个文件）写的是大于 1 的数，没有写单位，如 `{given}`：是 {given}% 吗？",
            "是百分数就加上 `--reading {fact}=percent`，是倍数就加上 `--reading {fact}=ratio`",
        ),
        "en": (
            "“{en}” has {count} bare numbers beyond 1 (files: {files}), such as `{given}`: is that {given}%?",
            "if so, add `--reading {fact}=percent`; if they are shares, `--reading {fact}=ratio`",
        ),
    },
    "reading_doubtful": {
        "zh": (
            "“{zh}”在这张表里都不大于 1，如 `{given}`，而别处按百分数读",
            "请加上 `--reading {file}:{fact}=ratio`（是比例）或 `--reading {file}:{fact}=percent`（真是 {given}%）",
        ),
        "en": (
            "no number of “{en}” in this table is beyond 1, as `{given}`, and elsewhere they are per cent",
            "add `--reading {file}:{fact}=ratio`, or `--reading {file}:{fact}=percent` if {given}% is meant",
        ),
    },
    "percent_small": {
        "zh": (
            "“{zh}”的表头写着 %，数字却都不大于 1：`{given}` 按 {given}% 读",
            "若是比例，请加上 `--reading {file}:{fact}=ratio`",
        ),
        "en": (
            "the header of “{en}” says %, but no number is beyond 1: `{given}` is read as {given}%",
            "if they are shares, add `--reading {file}:{fact}=ratio`",
        ),
    },
    "reading_unknown_fact": {
        "zh": ("没有填报项 `{name}`", "`=` 前写填报项的标识"),
        "en": ("there is no fact `{name}`", "before `=` stands the id of a fact"),
    },
    "reading_unknown": {
        "zh": ("“{zh}”的数字不能按 `{given}` 读", "可以写：{readings}"),
        "en": ("the numbers of “{en}” cannot be read as `{given}`", "it is one of: {readings}"),
    },
    # Units
    "row_without_unit": {
        "zh": ("这一行没有写是哪个单位", "请填写名称或编号；多余的内容请删去"),
        "en": ("this row names no unit", "enter its name or id, or clear the row"),
    },
    "unit_needs_roster": {
        "zh": ("`{given}` 没有编号，无法确定是哪个{zh}", "请加上名册：`--roster 名册.xlsx`，或在表里补编号"),
        "en": ("`{given}` has no id", "give a roster with `--roster`, or add ids to the table"),
    },
    "kind_not_on_roster": {
        "zh": ("`{given}` 没有编号，名册上也没有{zh}", "请在名册上补上{zh}，或在表里补编号"),
        "en": ("`{given}` has no id, and the roster has no {kind}", "add the {kind} units to it, or ids to the table"),
    },
    "unit_not_on_roster": {
        "zh": ("名册上没有 `{given}`", "请核对名称和编号；确应评定的，请补进名册"),
        "en": ("`{given}` is not on the roster", "check its name and id; add it to the roster if it is to be rated"),
    },
    "unit_to_confirm": {
        "zh": (
            "名册上没有 `{given}`，相近的有 `{units}`",
            "请在 aliases_to_confirm.xlsx 里确认（“确认”一栏写“是”），再用 `--aliases` 读入",
        ),
        "en": (
            "`{given}` is not on the roster; much like it: `{units}`",
            "confirm it in aliases_to_confirm.xlsx (write yes under Confirmed), and give that with `--aliases`",
        ),
    },
    "unit_ambiguous": {
        "zh": ("有几个单位都叫 `{given}`：`{units}`", "请写编号，或加一列所属上级"),
        "en": ("several units are called `{given}`: `{units}`", "write the id, or add a column of parents"),
    },
    "unit_id_and_name": {
        "zh": ("编号 `{id}` 在名册上是 `{name}`，这里写的是 `{given}`", "请核对编号和名称"),
        "en": ("on the roster `{id}` is `{name}`, but here it is `{given}`", "check the id and the name"),
    },
    "unit_elsewhere": {
        "zh": ("`{given}`（{id}）在名册上属于{above}", "请核对编号；确已划转的，请改名册"),
        "en": (
            "on the roster `{given}` ({id}) is under {above}",
            "check the id, or correct the roster if it has moved",
        ),
    },
    "unit_left": {
        "zh": ("名册上 `{name}`（{id}）在 {year} 年度不在册", "请删去这一行；名册有误的，请改名册"),
        "en": ("on the roster `{name}` ({id}) is not in force in {year}", "remove the row, or correct the roster"),
    },
    "unit_merged": {
        "zh": ("名册上 `{name}`（{id}）已并入 `{merged}`", "请报送合并后的单位；名册有误的，请改名册"),
        "en": (
            "on the roster `{name}` ({id}) has been merged into `{merged}`",
            "report the unit that it is part of now, or correct the roster",
        ),
    },
    "unit_only_listed": {
        "zh": ("`{given}` 只在这份名单上，没有哪张表报送它", "请核对编号"),
        "en": ("`{given}` stands on this list only; no table reports it", "check the id"),
    },
    # Values
    "facts_differ": {
        "zh": (
            "“{zh}”两处不一致（{id}）：这里是 `{given}`，{other_place} 是 `{first}`",
            "请核实；若以某个来源为准，请在规则书里写 `source`",
        ),
        "en": (
            "“{en}” of {id} is `{given}` here and `{first}` at {other_place}",
            "find out which is right; if one source prevails, say so in the rulebook with `source`",
        ),
    },
    # The roster
    "roster_without_table": {
        "zh": ("没有找到名册的表头", "表头要有编号、名称和所属上级"),
        "en": ("no header of a roster was found", "it has the columns id, name and parent"),
    },
    "roster_column": {
        "zh": ("名册缺少 `{column}` 这一列", "请补上；表头可以写 id（编号）、name（名称）"),
        "en": ("the roster has no column `{column}`", "add it"),
    },
    "roster_kind": {
        "zh": ("看不出是哪一类单位：`{given}`", "请加一列“类别”，可以写：`{kinds}`"),
        "en": ("it is not clear of which kind this unit is: `{given}`", "add a column `kind` with one of `{kinds}`"),
    },
    "roster_id_twice": {
        "zh": ("名册上编号 `{given}` 重复", "请改正其中一个"),
        "en": ("the id `{given}` stands on the roster twice", "correct one of them"),
    },
    "roster_day": {
        "zh": ("名册上 `{given}` 的起止时间看不懂", "请写年份或日期，如 `2024` 或 `2024-06-30`"),
        "en": ("the days of `{given}` on the roster cannot be read", "write a year or a day: `2024`, `2024-06-30`"),
    },
    "roster_needs_year": {
        "zh": ("名册有起止时间，却没有说评哪一年", "请加上 `--year`"),
        "en": ("the roster has days from and to, but the year is not given", "add `--year`"),
    },
}

WORDS: dict[str, dict[str, str]] = {
    "step_collect": {"zh": "正在读取报表…", "en": "Reading what was received …"},
    "returned": {"zh": "问题清单", "en": "Problems"},
    "returned_sheet": {"zh": "工作表", "en": "Sheet"},
    "returned_cell": {"zh": "单元格", "en": "Cell"},
    "alias_sheet": {"zh": "待确认名称", "en": "To be confirmed"},
    "alias_parent": {"zh": "上级名称", "en": "Parent's name"},
    "alias_text": {"zh": "报来的名称", "en": "Reported name"},
    "alias_name": {"zh": "名册上的名称", "en": "Name on the roster"},
    "alias_others": {"zh": "其他相近的", "en": "Others like it"},
    "alias_confirmed": {"zh": "确认", "en": "Confirmed"},
    "alias_file": {"zh": "文件", "en": "File"},
    "collected": {"zh": "收齐", "en": "Collected"},
    "collected_files": {
        "zh": "读取 {files} 个文件、{sheets} 张表；跳过 {skipped} 行",
        "en": "files: {files}, tables: {sheets}, lines passed over: {skipped}",
    },
    "collected_ignored": {"zh": "没有读取的文件和工作表：{count}", "en": "Files and sheets not read: {count}"},
    "collected_why_title": {"zh": "标题 {count}", "en": "titles {count}"},
    "collected_why_total": {"zh": "合计 {count}", "en": "totals {count}"},
    "collected_why_signature": {"zh": "落款 {count}", "en": "signatures {count}"},
    "collected_why_note": {"zh": "说明 {count}", "en": "notes {count}"},
    "collected_why_header": {"zh": "重复的表头 {count}", "en": "repeated headers {count}"},
    "collected_why_numbers": {"zh": "栏次 {count}", "en": "column numbers {count}"},
    "collected_why_empty": {"zh": "只有序号 {count}", "en": "numbered only {count}"},
    "collected_why_nobody": {"zh": "“无” {count}", "en": "“none” {count}"},
    "collected_units": {"zh": "{kind}：{count} 个", "en": "{kind}: {count}"},
    "collected_reading": {"zh": "“{fact}”的数字按 {reading} 读", "en": "Bare numbers of {fact} are read as {reading}"},
    "collected_matched": {
        "zh": "名称与名册写法不同、已对上的：{count}",
        "en": "Names written otherwise than on the roster: {count}",
    },
    "collected_overruled": {
        "zh": "与来源单位不一致、以来源单位为准的值：{count}",
        "en": "Values overruled by the source that prevails: {count}",
    },
    "collected_list": {
        "zh": "{source}的名单：列出 {named} 个，其余 {others} 个按没有算",
        "en": "List of {source}: {named} named, the other {others} clear",
    },
    "collected_list_missing": {
        "zh": "{source}的名单没有到：有关各项按缺项",
        "en": "The list of {source} has not come: what it says are gaps",
    },
    "collected_roster": {
        "zh": "名册上{kind} {roster} = 已报 {submitted} + 未报 {missing}",
        "en": "roster of {kind} {roster} = submitted {submitted} + not submitted {missing}",
    },
    "collected_left": {"zh": "；不在册或已合并 {count}", "en": "; no longer in force or merged {count}"},
    "collected_not_submitted": {"zh": "未报 · {above}：{names}", "en": "Not submitted · {above}: {names}"},
    "collected_unreported": {
        "zh": "没有人报送的填报项（按缺项处理）：{facts}",
        "en": "Reported by nobody, and so gaps: {facts}",
    },
    "collected_written": {"zh": "已写入：{folder}", "en": "Written: {folder}"},
    "collected_returns": {"zh": "标出问题的副本：{folder}（{count} 个）", "en": "Marked copies: {folder} ({count})"},
    "collected_aliases": {"zh": "待确认的名称：{file}", "en": "Names to be confirmed: {file}"},
    "collected_problems": {
        "zh": "{count} 处问题，涉及 {files} 个文件；没有写入任何数据",
        "en": "{count} problem{s} (files: {files}); no facts are written",
    },
    "hint_collected": {"zh": "评定", "en": "rate them"},
}
