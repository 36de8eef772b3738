"""What a value of a message is called: `{expected:type}` shows the term that `TERMS["type"]` has for `expected`.

Values are data (`boolean`, a parser's own sentence), terms are for the reader. A table's `""` stands for every value
that the table does not have; `{}` in it is the value.
"""

from __future__ import annotations

Terms = dict[str, dict[str, str]]

TYPE: Terms = {
    "number": {"zh": "数字", "en": "a number"},
    "count": {"zh": "数量", "en": "a count"},
    "money": {"zh": "金额", "en": "an amount of money"},
    "ratio": {"zh": "比例", "en": "a share"},
    "boolean": {"zh": "条件（是或否）", "en": "a yes or no"},
    "date": {"zh": "日期", "en": "a date"},
    "text": {"zh": "文字", "en": "text"},
    "choice": {"zh": "选项", "en": "a choice"},
    "grade": {"zh": "等次", "en": "a grade"},
    "reference": {"zh": "对其他单位的引用", "en": "a reference"},
}

TYPE_ADVICE: Terms = {
    "number": {
        "zh": "请写数字、名称或算式，例如 `75%` 或 `cross_posted / committee_members`",
        "en": "write a number, a name or a calculation, as in `75%` or `cross_posted / committee_members`",
    },
    "boolean": {
        "zh": "请写能答“是”或“否”的内容，例如 `score >= 90` 或 `not done`",
        "en": "write what can be answered with yes or no, as in `score >= 90` or `not done`",
    },
    "date": {"zh": '日期写作 `date("2004-05-01")`', "en": 'write a date as in `date("2004-05-01")`'},
}

SHAPE: Terms = {
    "mapping": {"zh": "若干个 `键: 值`", "en": "keys with values"},
    "list": {"zh": "列表", "en": "a list"},
    "text": {"zh": "一个值", "en": "a single value"},
    "number": {"zh": "一个整数", "en": "a whole number"},
}

SHAPE_ADVICE: Terms = {
    "mapping": {
        "zh": "请另起一行写 `键: 值`，前面不加 `- `，比上一行多缩进两格；没有内容的，把这一项整个删去",
        "en": "write `key: value` on the lines below, without `- ` and two spaces further in, or delete what is empty",
    },
    "list": {
        "zh": "请每项一行，以 `- ` 开头，或写作 `[a, b]`",
        "en": "begin each item with `- ` on a line of its own, or write `[a, b]`",
    },
    "text": {
        "zh": "请在冒号后面只写一个值，不用 `- `、`[ ]` 和 `{ }`",
        "en": "write one value after the colon, without `- `, `[ ]` or `{ }`",
    },
    "number": {"zh": "请用半角数字只写一个整数，例如 `3`", "en": "write one whole number, as in `3`"},
}

CALL: Terms = {
    "min": {"zh": "`min(a, b)`", "en": "`min(a, b)`"},
    "max": {"zh": "`max(a, b)`", "en": "`max(a, b)`"},
    "abs": {"zh": "`abs(a)`", "en": "`abs(a)`"},
    "round": {"zh": "`round(a)` 或 `round(a, 2)`", "en": "`round(a)` or `round(a, 2)`"},
    "round_up": {"zh": "`round_up(a)` 或 `round_up(a, 2)`", "en": "`round_up(a)` or `round_up(a, 2)`"},
    "round_down": {"zh": "`round_down(a)` 或 `round_down(a, 2)`", "en": "`round_down(a)` or `round_down(a, 2)`"},
    "entered": {"zh": "`entered(assessed_grade)`", "en": "`entered(assessed_grade)`"},
    "given": {
        "zh": "`given(quota, 0)` 或 `given(count(village), reported)`",
        "en": "`given(quota, 0)` or `given(count(village), reported)`",
    },
    "count": {"zh": "`count(village)` 或 `count(village, done)`", "en": "`count(village)` or `count(village, done)`"},
    "share": {"zh": "`share(village, done)`", "en": "`share(village, done)`"},
    "sum": {"zh": "`sum(village, income)`", "en": "`sum(village, income)`"},
    "mean": {"zh": "`mean(village, income)`", "en": "`mean(village, income)`"},
    "any": {"zh": "`any(village, done)`", "en": "`any(village, done)`"},
    "all": {"zh": "`all(village, done)`", "en": "`all(village, done)`"},
    "periods": {"zh": "`periods(report, quarter, 1, done)`", "en": "`periods(report, quarter, 1, done)`"},
    "rank": {"zh": "`rank(income, within=county)`", "en": "`rank(income, within=county)`"},
    "percentile": {"zh": "`percentile(income, within=county)`", "en": "`percentile(income, within=county)`"},
    "year_of": {"zh": "`year_of(day)`", "en": "`year_of(day)`"},
}

ENTRY: Terms = {
    "facts": {"zh": "事实", "en": "fact"},
    "parameters": {"zh": "参数", "en": "parameter"},
    "lifecycle": {"zh": "过程", "en": "lifecycle"},
    "measures": {"zh": "指标值", "en": "measure"},
    "targets": {"zh": "目标", "en": "target"},
    "goods": {"zh": "“好”", "en": "good"},
    "criteria": {"zh": "考核项", "en": "criterion"},
    "titles": {"zh": "称号", "en": "title"},
    "select": {"zh": "评选", "en": "selection"},
    "propose": {"zh": "拟评规则", "en": "rule of `propose`"},
    "settle": {"zh": "名额规则", "en": "rule of `settle`"},
    "adjust": {"zh": "限制规则", "en": "rule of `adjust`"},
    "checks": {"zh": "数据核对", "en": "data check"},
}

UNITS: Terms = {
    "1": {"zh": "1 个单位", "en": "1 unit"},
    "": {"zh": "{} 个单位", "en": "{} units"},
}

PARAMETERS: Terms = {
    "1": {"zh": "1 个参数", "en": "1 parameter"},
    "": {"zh": "{} 个参数", "en": "{} parameters"},
}

PART: Terms = {
    "file": {"zh": "这个文件", "en": "the file"},
    "": {"zh": "`{}` ", "en": "`{}`"},
}

SYSTEM: Terms = {
    "Is a directory": {"zh": "它是一个文件夹", "en": "it is a folder"},
    "No such file or directory": {"zh": "没有这个文件", "en": "there is no such file"},
    "File name too long": {"zh": "名称太长", "en": "its name is too long"},
    "Permission denied": {"zh": "没有读取权限", "en": "you may not read it"},
    "": {"zh": "系统提示“{}”", "en": "{}"},
}

YAML: Terms = {
    "mapping values are not allowed in this context": {
        "zh": "这里多出一个冒号，或这一行缩进不对，或上一行缺少冒号和空格",
        "en": "a colon too many: this line may be indented too far, or the line above lacks a colon and a space",
    },
    "did not find expected '-' indicator": {
        "zh": "这里没有和列表上面各项的 `-` 对齐",
        "en": "this does not line up with the `-` of the items above",
    },
    "could not find expected ':'": {"zh": "这一行缺少冒号", "en": "this line has no colon"},
    "found unexpected ':'": {"zh": "冒号后面缺少空格", "en": "a space is missing after a colon"},
    "found character that cannot start any token": {
        "zh": "值不能用这个符号开头",
        "en": "a value cannot begin with this sign",
    },
    "did not find expected comment or line break": {
        "zh": "值不能用 `>` 或 `|` 开头",
        "en": "a value cannot begin with `>` or `|`",
    },
    "block sequence entries are not allowed in this context": {
        "zh": "列表的第一项 `- ` 应该另起一行",
        "en": "the first `- ` of a list begins a new line",
    },
    "did not find expected node content": {
        "zh": "这里缺少内容，或多了逗号、括号",
        "en": "a value is missing here, or there is a comma or bracket too many",
    },
    "found unknown escape character": {
        "zh": "双引号里的反斜杠不能这样用",
        "en": "a backslash in double quotes does not mean this",
    },
    "": {"zh": "从这里起看不懂", "en": "the file cannot be understood from here on"},
}

_QUOTE_IT = {
    "zh": "条件要写完整，例如 `score >= 60`；门槛只写数字，例如 `points: 80%`；"
    "文字以 `%`、`@` 等符号开头的，请整个加单引号",
    "en": "write the whole condition, as in `score >= 60`, or a threshold as a number alone, as in `points: 80%`; "
    "a text that begins with a sign such as `%` or `@` stands in single quotes",
}
_SPACE_AFTER_COLON = {
    "zh": "冒号后面空一格，例如 `kind: village`；文字里有冒号的，请整个加引号",
    "en": "a space follows each colon, as in `kind: village`; a text with a colon stands in quotes",
}

YAML_ADVICE: Terms = {
    "mapping values are not allowed in this context": {
        "zh": "同一层的各行左边对齐，冒号后面空一格，例如 `kind: village`；文字里有 `: ` 的，请整个加引号",
        "en": "lines of one level begin in the same column, and a space follows each colon, as in `kind: village`; "
        "a text with `: ` stands in quotes",
    },
    "did not find expected '-' indicator": {
        "zh": "同一个列表里，各项的 `-` 上下对齐",
        "en": "the `-` of all items of a list stand in the same column",
    },
    "could not find expected ':'": {
        "zh": "冒号后面空一格，例如 `kind: village`；是说明的，前面加 `# `；接着上一行写的，比它多缩进两格",
        "en": "a space follows each colon, as in `kind: village`; a comment begins with `# `; "
        "a line that goes on with the one above stands two spaces further in",
    },
    "found unexpected ':'": _SPACE_AFTER_COLON,
    "found character that cannot start any token": _QUOTE_IT,
    "did not find expected comment or line break": _QUOTE_IT,
    "block sequence entries are not allowed in this context": {
        "zh": "请另起一行写 `- `，或写作 `[a, b]`",
        "en": "write the `- ` on a line of its own, or the list as `[a, b]`",
    },
    "did not find expected node content": {
        "zh": "请补上内容，或删去多余的逗号、括号",
        "en": "write the value, or delete the comma or bracket",
    },
    "found unknown escape character": {
        "zh": "请改用单引号，例如 `'甲\\乙'`",
        "en": "use single quotes, as in `'A\\B'`",
    },
    "": {
        "zh": "请和能用的规则文件对照：一行一个 `键: 值`，文字里有符号的，请整个加引号",
        "en": "compare it with rules that work: one `key: value` on each line, and quotes around text with signs",
    },
}

_OPEN_BRACKET = {"zh": "这个左括号没有配对", "en": "this bracket is not closed"}
_CLOSED_BRACKET = {"zh": "这个右括号没有配对", "en": "this bracket closes none"}
_WIDE_SPACE = {"zh": "这里有全角空格，请改用半角空格", "en": "this is a full-width space; use an ordinary one"}

EXPRESSION: Terms = {
    "'(' was never closed": _OPEN_BRACKET,
    "'[' was never closed": _OPEN_BRACKET,
    "'{' was never closed": _OPEN_BRACKET,
    "unmatched ')'": _CLOSED_BRACKET,
    "unmatched ']'": _CLOSED_BRACKET,
    "unmatched '}'": _CLOSED_BRACKET,
    "unterminated string literal (detected at line 1)": {"zh": "这个引号没有配对", "en": "this quote is not closed"},
    "expected 'else' after 'if' expression": {
        "zh": "有 `if` 却没有 `else`，应写作 `a if c else b`",
        "en": "an `if` needs an `else`, as in `a if c else b`",
    },
    "invalid non-printable character U+3000": _WIDE_SPACE,
    "invalid non-printable character U+00A0": _WIDE_SPACE,
    "": {"zh": "从这里起看不懂", "en": "the expression cannot be understood from here on"},
}

_PAIRS = {
    "zh": '括号和引号都要成对：`(a + b) / c`、`note == "甲"`',
    "en": 'brackets and quotes come in pairs, as in `(a + b) / c` and `note == "A"`',
}
_EXAMPLE = {"zh": "例如 `5 if done else 0`", "en": "write it as in `5 if done else 0`"}

EXPRESSION_ADVICE: Terms = {
    **dict.fromkeys(
        (
            *("'(' was never closed", "'[' was never closed", "'{' was never closed"),
            *("unmatched ')'", "unmatched ']'", "unmatched '}'", "unterminated string literal (detected at line 1)"),
        ),
        _PAIRS,
    ),
    "expected 'else' after 'if' expression": _EXAMPLE,
    "": {
        "zh": "请检查名称、数字之间的运算符；“且、或、不”写作 `and`、`or`、`not`，例如 `done and score >= 90`",
        "en": "check the signs between names and numbers; words are `and`, `or` and `not`: `done and score >= 90`",
    },
}

SORT: Terms = {
    "fact": {"zh": "填报项", "en": "fact"},
    "grade": {"zh": "等次", "en": "grade"},
    "title": {"zh": "称号", "en": "title"},
    "good": {"zh": "“好”", "en": "good"},
    "criterion": {"zh": "考核项", "en": "criterion"},
    "scored": {"zh": "计分的考核项", "en": "criterion with points"},
    "rule": {"zh": "评定规则", "en": "policy rule"},
    "check": {"zh": "数据核对", "en": "data check"},
    "selection": {"zh": "评选", "en": "selection"},
    "measure": {"zh": "指标", "en": "measure"},
    "lifecycle": {"zh": "过程", "en": "lifecycle"},
    "state": {"zh": "阶段", "en": "state"},
}

REASON: Terms = {
    "–": {"zh": "", "en": ""},
    "": {"zh": "（总有 `{}`）", "en": " (always `{}`)"},
}

GIVERS: Terms = {
    "–": {"zh": "没有规则给这个等次", "en": "no rule gives it"},
    "": {
        "zh": "给这个等次的规则 {} 从不启用，或总被别的规则限制",
        "en": "the rules that give it ({}) never fire, or others always limit it",
    },
}

UNMET: Terms = {
    "–": {"zh": "", "en": ""},
    "": {"zh": "（其中 {} 没有单位做得到）", "en": " (no unit meets its {})"},
}

INSTEAD: Terms = {
    "–": {"zh": "它要求的，没有它也已经如此", "en": "what it asks for is so without it"},
    "": {"zh": "没有它，{} 给出的结果也一样", "en": "without it {} leads to the same"},
}

TERMS: dict[str, Terms] = {
    "entry": ENTRY,
    "reason": REASON,
    "givers": GIVERS,
    "unmet": UNMET,
    "instead": INSTEAD,
    "sort": SORT,
    "type": TYPE,
    "type_advice": TYPE_ADVICE,
    "shape": SHAPE,
    "shape_advice": SHAPE_ADVICE,
    "call": CALL,
    "part": PART,
    "units": UNITS,
    "parameters": PARAMETERS,
    "system": SYSTEM,
    "yaml": YAML,
    "yaml_advice": YAML_ADVICE,
    "expression": EXPRESSION,
    "expression_advice": EXPRESSION_ADVICE,
}
