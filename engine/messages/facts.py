"""Messages about tables of facts."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    # Files and sheets
    "file_cannot_open": {
        "zh": ("打不开这个文件（{reason}）", "请检查路径和权限；文件若正在 Excel 或 WPS 中打开，请先关闭"),
        "en": (
            "this file cannot be opened ({reason})",
            "check its path and permissions; close it if Excel or WPS has it open",
        ),
    },
    "file_damaged": {
        "zh": ("文件已损坏，读不出内容", "请用原来的软件打开并重新保存，或请报送单位重新发送"),
        "en": (
            "this file is damaged and cannot be read",
            "open it in the program it came from and save it again, or ask for it again",
        ),
    },
    "file_too_large": {
        "zh": ("文件展开后太大（上限 {limit} MB）", "请删去无关的工作表、图片和格式，或改存为 CSV"),
        "en": (
            "this file takes too much memory (the limit is {limit} MB)",
            "remove sheets and formats that are not needed, or save it as CSV",
        ),
    },
    "file_not_text": {
        "zh": ("这不是文本文件，或编码既不是 UTF-8 也不是 GB 18030", "请在 Excel 或 WPS 中另存为“CSV UTF-8”"),
        "en": ("this is no text in UTF-8, UTF-16 or GB 18030", "save it as “CSV UTF-8” in Excel or WPS"),
    },
    "file_empty": {
        "zh": ("文件是空的", "第一行应是表头：编号、名称和各项事实"),
        "en": ("this file is empty", "its first row should be the header: id, name and the facts"),
    },
    "file_too_many_columns": {
        "zh": ("表有 {count} 列，上限是 {limit} 列", "请检查这是不是要报送的表"),
        "en": ("this table has {count} columns; the limit is {limit}", "check that it is the table you meant"),
    },
    "file_too_many_rows": {
        "zh": ("表有 {count} 行，文件却很小，或超过上限 {limit} 行", "请检查这是不是要报送的表"),
        "en": (
            "this table has {count} rows, too many for so small a file or beyond the limit of {limit}",
            "check that it is the table you meant",
        ),
    },
    "file_unclosed_quote": {
        "zh": ("从这一行起引号不成对，后面的内容无法分列", "请补上或删去多余的双引号，或改存为 .xlsx"),
        "en": (
            "A quotation mark that opens in this row is not closed properly",
            'add or remove the stray `"`, or save the table as .xlsx.',
        ),
    },
    "file_too_ragged": {
        "zh": ("许多行的列数与表头不同：这一行有 {count} 列，表头有 {expected} 列", "请检查分隔符，或改存为 .xlsx"),
        "en": (
            "many rows differ from the header in length: this one has {count} cells, the header {expected}",
            "check the delimiter, or save the table as .xlsx",
        ),
    },
    "file_not_workbook": {
        "zh": ("这不是 .xlsx 工作簿，或已损坏", "请在 Excel 或 WPS 中打开并另存为 .xlsx"),
        "en": ("this is no .xlsx workbook, or a damaged one", "open it in Excel or WPS and save it as .xlsx"),
    },
    "file_locked": {
        "zh": ("工作簿有密码，打不开", "请取消密码后另存为 .xlsx"),
        "en": ("this workbook has a password", "remove the password and save it as .xlsx"),
    },
    "file_old_format": {
        "zh": ("不能读取这种格式的工作簿", "请在 Excel 或 WPS 中另存为 .xlsx"),
        "en": ("workbooks in this format cannot be read", "save it as .xlsx in Excel or WPS"),
    },
    "file_not_parquet": {
        "zh": ("这不是 parquet 文件，或没有传完", "请重新导出或重新传送"),
        "en": ("this is no parquet file, or only a part of one", "export or copy it again"),
    },
    "file_not_regular": {
        "zh": ("名称像一张表，但它不是文件", "请移走它，或放入同名的文件"),
        "en": ("this is named like a table but is no file", "move it away, or put the file in its place"),
    },
    "file_not_table": {
        "zh": ("这不是表", "请给出一个文件夹，或一个 .xlsx、.csv、.parquet 文件"),
        "en": ("this is no table", "give a folder, or an .xlsx, .csv or .parquet file"),
    },
    "file_unknown_kind": {
        "zh": ("文件名 `{name}` 看不出是哪一类单位的表", "请以类别命名，如 `village.csv` 或 `village-大岭镇.csv`"),
        "en": (
            "the file's name `{name}` tells no kind of unit",
            "name it after a kind, such as `village.csv` or `village-north.csv`",
        ),
    },
    "file_reserved": {
        "zh": ("`{name}` 是保留的表名，未作为事实读取",),
        "en": ("`{name}` is a reserved name; it is not read as facts",),
    },
    "file_open_elsewhere": {
        "zh": ("已跳过：这是 Excel 或 WPS 打开工作簿时的临时文件", "若那个工作簿还开着，请保存并关闭"),
        "en": (
            "passed over: Excel or WPS keeps this file beside an open workbook",
            "if that workbook is still open, save and close it",
        ),
    },
    "file_hidden": {
        "zh": ("已跳过隐藏的文件",),
        "en": ("passed over: a hidden file",),
    },
    "file_other": {
        "zh": ("已跳过：不是 .xlsx、.csv 或 .parquet 表",),
        "en": ("passed over: no .xlsx, .csv or .parquet table",),
    },
    "sheet_unknown": {
        "zh": ("工作表名 `{sheet}` 看不出是哪一类单位的表", "请以类别命名，如 `village`；不用的工作表请删去"),
        "en": (
            "the sheet's name `{sheet}` tells no kind of unit",
            "name it after a kind, such as `village`, or remove it",
        ),
    },
    "sheet_hidden": {
        "zh": ("已跳过隐藏的工作表",),
        "en": ("passed over: a hidden sheet",),
    },
    "sheet_too_large": {
        "zh": ("工作表的范围太大（超过 {limit} 个单元格）", "请删去远处零散的单元格，或改存为 CSV"),
        "en": (
            "the cells of this sheet span too large a range (more than {limit} cells)",
            "delete stray cells far away, or save it as CSV",
        ),
    },
    "tables_none": {
        "zh": ("没有找到任何表", "请放入以类别命名的 .xlsx、.csv 或 .parquet 表：`{kinds}`"),
        "en": ("there is no table here", "put in .xlsx, .csv or .parquet tables named after kinds: `{kinds}`"),
    },
    "table_empty": {
        "zh": ("表中只有表头，没有单位", "请填写，或删去这张表"),
        "en": ("this table has a header but no units", "fill it in, or remove it"),
    },
    "table_too_many_refused": {
        "zh": ("{kind} 表有 {count} 行有问题，超过可隔离的 {limit} 行", "请先不加 --quarantine 运行，改正后再试"),
        "en": (
            "{count} rows of {kind} are refused, more than the {limit} that can be set aside",
            "run without --quarantine and correct them first",
        ),
    },
    # Headers
    "column_unknown": {
        "zh": ("{zh}表没有 `{header}` 这一列", "请改正列名，或删去这一列"),
        "en": ("A table of {kind} has no column `{header}`", "correct the header, or remove the column"),
    },
    "column_duplicate": {
        "zh": ("列 `{header}` 与 {other_place} 重复，都是 `{column}`", "请删去其中一列"),
        "en": (
            "`{header}` is `{column}` a second time; the first is at {other_place}",
            "remove one of the two columns",
        ),
    },
    "column_ambiguous": {
        "zh": ("列名 `{header}` 可以指 `{columns}`", "请直接用其中一个标识作列名"),
        "en": ("the header `{header}` may mean `{columns}`", "write one of these as the header"),
    },
    "column_missing": {
        "zh": ("没有“{zh}”这一列，所有单位都按缺项处理",),
        "en": ("there is no column “{en}”: it is a gap for every unit",),
    },
    "column_not_entered": {
        "zh": ("没有“{zh}”这一列，所有单位都按未填报（视为无）处理",),
        "en": ("there is no column “{en}”: it counts as not entered for every unit",),
    },
    "column_required_missing": {
        "zh": ("没有“{zh}”这一列，而它是必填的", "请补上这一列，列名写 `{fact}` 或标签"),
        "en": ("there is no column “{en}”, which is required", "add it, with `{fact}` or its label as the header"),
    },
    "column_id_missing": {
        "zh": ("没有编号列", "第一行应是表头，请给编号列写上 `id` 或 `编号`"),
        "en": ("there is no column of ids", "the first row should be the header; head the ids with `id` or `编号`"),
    },
    "column_parent_missing": {
        "zh": ("没有上级列", "请加一列 `parent` 或 `上级`，写明每个单位所属的{zh}"),
        "en": ("there is no column of parents", "add a column `parent` with the {kind} of each unit"),
    },
    "column_without_header": {
        "zh": ("这一列没有列名，但第 {row} 行有内容", "请写上列名，或清空这一列"),
        "en": (
            "this column has no header, but row {row} has something in it",
            "write its header, or empty the column",
        ),
    },
    "column_type": {
        "zh": ("列 `{column}` 的类型 {type} 不能作为事实", "请存为数字、文本、布尔值或日期"),
        "en": (
            "column `{column}` has the type {type}, which no fact has",
            "store it as numbers, text, booleans or dates",
        ),
    },
    # Rows
    "row_ragged": {
        "zh": ("这一行有 {count} 列，表头有 {expected} 列", "请检查多余或缺少的分隔符；含分隔符的内容要加双引号"),
        "en": (
            "this row has {count} cells, the header {expected}",
            "look for a stray or missing delimiter; text that contains one needs quotation marks",
        ),
    },
    "id_empty": {
        "zh": ("这一行没有编号", "请填写编号；合计、填表人等行请删去"),
        "en": ("this row has no id", "fill it in; remove rows of totals and signatures"),
    },
    "id_lost_digits": {
        "zh": ("编号 `{given}` 是科学计数，末尾的数字已经丢失", "请把这一列设为文本格式，重新填写编号"),
        "en": (
            "the id `{given}` is in scientific notation and has lost its last digits",
            "format the column as text and enter the ids again",
        ),
    },
    "id_unusable": {
        "zh": ("编号 `{given}` 含有看不见的字符，或以 `?` 开头", "请重新输入编号"),
        "en": ("the id `{given}` has characters that cannot be seen, or begins with `?`", "type it again"),
    },
    "id_duplicate": {
        "zh": ("编号 `{given}` 重复，另一处在 {other_place}", "请改正编号，或删去重复的一行"),
        "en": (
            "the id `{given}` stands in two rows; the other is at {other_place}",
            "correct one of them, or remove a row",
        ),
    },
    "parent_empty": {
        "zh": ("没有写上级{zh}", "请填写上级的编号或名称"),
        "en": ("there is no parent here, a {kind}", "enter its id or name"),
    },
    "parent_unknown": {
        "zh": ("{zh}表中没有 `{given}`", "请改正，或在上级表中补上这个单位"),
        "en": ("there is no {kind} `{given}`", "correct it, or add that unit to its own table"),
    },
    "parent_ambiguous": {
        "zh": ("有几个{zh}都叫 `{given}`：`{ids}`", "请改写编号"),
        "en": ("several {kind} units are called `{given}`: `{ids}`", "write the id instead"),
    },
    "reference_unknown": {
        "zh": ("{zh}表中没有“{other_zh}”所写的 `{given}`", "请改正，或在那张表中补上这个单位"),
        "en": (
            "“{other_en}” names a {kind} that there is not: `{given}`",
            "correct it, or add that unit to its own table",
        ),
    },
    "reference_ambiguous": {
        "zh": ("有几个{zh}都叫“{other_zh}”所写的 `{given}`：`{ids}`", "请改写编号"),
        "en": ("“{other_en}” names `{given}`, and several {kind} units are called so: `{ids}`", "write the id instead"),
    },
    # Cells
    "cell_error_value": {
        "zh": ("单元格是公式错误 `{given}`", "请改正公式；确实没有数据时请留空"),
        "en": (
            "the cell holds the error `{given}` of a formula",
            "correct the formula; leave the cell empty if there is no value",
        ),
    },
    "cell_control_character": {
        "zh": ("`{given}` 含有控制字符", "请重新输入"),
        "en": ("`{given}` has control characters in it", "type it again"),
    },
    "cell_too_long": {
        "zh": ("单元格的内容太长，超过电子表格的上限 32,767 个字符", "请检查引号和分隔符，或缩短内容"),
        "en": (
            "the cell holds more than the 32,767 characters of a spreadsheet's cell",
            "check quotation marks and delimiters, or shorten it",
        ),
    },
    "cell_dash": {
        "zh": ("“{zh}”写的是 `{given}`，看不出是没有还是未报", "不知道时请留空；确实没有时请填 0、否或相应的值"),
        "en": (
            "“{en}” says `{given}`, which may mean none or not known",
            "leave the cell empty if it is not known; enter the value if it is none",
        ),
    },
    "cell_exponent": {
        "zh": ("“{zh}” `{given}` 是科学计数，可能已丢失数字", "请写出全部数字"),
        "en": ("“{en}” `{given}` is in scientific notation and may have lost digits", "write the number out"),
    },
    "cell_not_number": {
        "zh": ("“{zh}” `{given}` 不是数字", "请只写数字；不知道时请留空"),
        "en": ("“{en}” `{given}` is not a number", "write digits only; leave the cell empty if it is not known"),
    },
    "cell_number_too_large": {
        "zh": ("“{zh}” `{given}` 太大了", "请检查单位和位数"),
        "en": ("“{en}” `{given}` is too large", "check its unit and digits"),
    },
    "cell_too_many_digits": {
        "zh": ("“{zh}” `{given}` 的有效数字超过 11 位", "请四舍五入，例如用 ROUND 保留四位小数"),
        "en": (
            "“{en}” `{given}` has more than 11 significant digits",
            "round it, for instance with ROUND to four decimals",
        ),
    },
    "cell_not_whole": {
        "zh": ("“{zh}” `{given}` 不是整数", "请填写整数"),
        "en": ("“{en}” `{given}` is not a whole number", "enter a whole number"),
    },
    "cell_percent_or_share": {
        "zh": (
            "“{zh}”有 {count} 个单元格写的是大于 1 的数，如 `{given}`：是 {given}% 吗？",
            "是百分数请写 `{given}%` 或改用小数",
        ),
        "en": (
            "“{en}” has {count} cells with a bare number beyond 1, such as `{given}`: is that {given}%?",
            "if so, write `{given}%`, or the share as a decimal",
        ),
    },
    "cell_not_boolean": {
        "zh": ("“{zh}” `{given}` 看不出是或否", "请填 `是` 或 `否`"),
        "en": ("“{en}” `{given}` is neither yes nor no", "enter `yes` or `no`"),
    },
    "cell_not_date": {
        "zh": ("“{zh}” `{given}` 不是日期", "请写成 `2004-10-11`"),
        "en": ("“{en}” `{given}` is not a date", "write it like `2004-10-11`"),
    },
    "cell_not_choice": {
        "zh": ("“{zh}”没有 `{given}` 这一项", "可填：{choices_zh}"),
        "en": ("“{en}” cannot be `{given}`", "it is one of: {choices_en}"),
    },
    "cell_not_grade": {
        "zh": ("“{zh}” `{given}` 不是等次", "可填：{choices_zh}"),
        "en": ("“{en}” `{given}` is not a grade", "it is one of: {choices_en}"),
    },
    "cell_required": {
        "zh": ("“{zh}”是必填的，不能为空", "请填写"),
        "en": ("“{en}” is required and cannot be empty", "fill it in"),
    },
    "cell_below_bound": {
        "zh": ("“{zh}” `{given}` 小于最小值 {bound}", "请核对"),
        "en": ("“{en}” `{given}` is below its minimum, {bound}", "check the value"),
    },
    "cell_above_bound": {
        "zh": ("“{zh}” `{given}` 大于最大值 {bound}", "请核对"),
        "en": ("“{en}” `{given}` is above its maximum, {bound}", "check the value"),
    },
    "cell_off_step": {
        "zh": ("“{zh}” `{given}` 不是 {step} 的整数倍", "请按 {step} 一档填写"),
        "en": ("“{en}” `{given}` is not a multiple of {step}", "write it in steps of {step}"),
    },
    "cell_below_fact": {
        "zh": ("“{zh}” `{given}` 小于“{other_zh}” `{bound}`（{other_place}）", "请核对这两个数"),
        "en": ("“{en}” `{given}` is below “{other_en}” `{bound}` ({other_place})", "check the two values"),
    },
    "cell_above_fact": {
        "zh": ("“{zh}” `{given}` 大于“{other_zh}” `{bound}`（{other_place}）", "请核对这两个数"),
        "en": ("“{en}” `{given}` is above “{other_en}” `{bound}` ({other_place})", "check the two values"),
    },
    "facts_more": {
        "zh": ("同样的问题还有 {count} 处，与 {like} 一样",),
        "en": ("{count} more have the same problem as {like}",),
    },
}
