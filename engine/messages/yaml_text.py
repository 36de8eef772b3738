"""Messages about YAML: what makes a file unreadable before a word of it is understood."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    # The file
    "no_programme": {
        "zh": (
            "这个文件夹里没有方案",
            "请指定含有 `{file}` 的文件夹；新建方案时，先在 `{file}` 里写明 `programme`、`label` 和 `kinds`",
        ),
        "en": (
            "this folder holds no programme",
            "name a folder with a `{file}`; a new programme begins with its `programme`, `label` and `kinds` there",
        ),
    },
    "file_misnamed": {
        "zh": ("规则文件的名称以 `.yaml` 结尾，这个文件不会被读取", "请把文件改名为 `{instead}`"),
        "en": ("files of rules end in `.yaml`, so this one would not be read", "rename the file to `{instead}`"),
    },
    "unreadable_folder": {
        "zh": ("文件夹打不开：{reason:system}", "请检查文件夹的名称，以及您有没有读取权限"),
        "en": ("the folder cannot be opened: {reason:system}", "check its name, and that you may read it"),
    },
    "unreadable_file": {
        "zh": ("文件打不开：{reason:system}", "请检查它是不是文件、您有没有读取权限"),
        "en": ("the file cannot be opened: {reason:system}", "check that it is a file and that you may read it"),
    },
    "yaml_too_large": {
        "zh": ("文件有 {megabytes} MB，太大了", "规则文件最多 2 MB：请检查是否放错了文件，或拆成几个文件"),
        "en": (
            "the file has {megabytes} MB, too many for rules",
            "rules have at most 2 MB: check that it is the right file, or divide it",
        ),
    },
    "yaml_not_utf8": {
        "zh": ("这一行的文字不是 UTF-8 编码", "请在编辑器（记事本、WPS 等）里选“另存为”，编码选 UTF-8"),
        "en": ("the text of this line is not UTF-8", "save the file again with the encoding UTF-8"),
    },
    "yaml_control_character": {
        "zh": ("这一行有看不见的控制字符 {code}", "请把它删去，或把这一行重新打一遍"),
        "en": ("this line holds the invisible control character {code}", "delete it, or type the line again"),
    },
    "yaml_not_a_mapping": {
        "zh": ("文件里没有 `键: 值` 形式的内容", "请一行写一项，例如 `rulebook: five_goods`"),
        "en": ("the file does not consist of keys with values", "write lines such as `rulebook: five_goods`"),
    },
    "yaml_several_documents": {
        "zh": ("文件在这里用 `---` 开始了另一份内容", "一个文件只放一份：请删去 `---`，或拆成两个文件"),
        "en": ("a second document begins here with `---`", "delete the `---`, or use a file for each"),
    },
    # Slips of writing
    "yaml_tab": {
        "zh": ("这一行用制表符（Tab）缩进", "缩进只能用空格，每层两个"),
        "en": ("this line is indented with a tab", "indent with spaces, two for each level"),
    },
    "yaml_no_space": {
        "zh": ("`{written}` 里冒号或横线后面缺少空格", "请写作 `{instead}`"),
        "en": ("a space is missing after the colon or dash of `{written}`", "write `{instead}`"),
    },
    "yaml_deeper_than_value": {
        "zh": (
            "这一行比上一行缩进得多，可是上一行的冒号后面已经有值了",
            "同一层的各行左边对齐：请检查这一行和上一行前面的空格；两行中间漏了一行的（例如 `criteria:`），请补上",
        ),
        "en": (
            "this line is indented further than the one above, which has its value already",
            (
                "lines of one level begin in the same column: check the spaces before this line and the one above, "
                "and that no line is missing between the two, such as `criteria:`"
            ),
        ),
    },
    "yaml_first_dash_missing": {
        "zh": (
            "这里缺少 `- `：第 {line} 行是同一个列表的一项，以 `- ` 开头",
            "同一个列表的每一项都以 `- ` 开头，第一项也要写，例如 `- id: otherwise`",
        ),
        "en": (
            "a `- ` is missing here: line {line} is an item of the same list, and begins with one",
            "begin every item of the list with `- `, the first one too, as in `- id: otherwise`",
        ),
    },
    "yaml_dash_missing": {
        "zh": (
            "从第 {first} 行起是列表（各项以 `- ` 开头），这一行却不是",
            "请在这一行前面也写 `- `，和上面对齐；这里本来不是列表的（例如 `facts` 下面），请把上面的 `- ` 删去",
        ),
        "en": (
            "a list begins on line {first}, whose items begin with `- `, and this line is no item",
            "begin it with `- ` in the same column; where no list is due, as under `facts`, delete the `- ` above",
        ),
    },
    "yaml_item_without_dash": {
        "zh": (
            "这一项里又写了 `{key}`（上一次在第 {first} 行），像是新的一项缺少横线",
            "新的一项请写作 `- {key}: …`；不是的，请删去一处",
        ),
        "en": (
            "`{key}` stands here again (first on line {first}), as if the dash of a new item was missing",
            "begin a new item with `- {key}: …`, or delete one of the two",
        ),
    },
    "yaml_entry_without_name": {
        "zh": (
            "从这里起，`{key}` 等几项又写了一遍（上一次在第 {first} 行），像是新的一项丢了开头的一行，或那一行没有对齐",
            "请看这一行的上面：新的一项要有自己的名称（`名称:` 或 `- id: …`），和同类的各项左边对齐；多余的，请删去",
        ),
        "en": (
            (
                "`{key}` and the keys below it stand here again (first on line {first}), as if the first line of "
                "a new entry was missing or out of line"
            ),
            (
                "look above: an entry begins with its name (`name:` or `- id: …`) in the column of the others; "
                "or delete what stands twice"
            ),
        ),
    },
    "yaml_item_misaligned": {
        "zh": (
            "这里的 `- ` 没有和上面各项的 `- ` 对齐",
            "同一个列表里，各项的 `- ` 上下对齐：请改正这一行和下面几行前面的空格",
        ),
        "en": (
            "this `- ` is not in the column of the items above",
            "the `-` of all items of a list stand in one column: mend the spaces before this line and those below",
        ),
    },
    "yaml_misaligned": {
        "zh": (
            "这一行前面空 {indent} 格，和上面哪一层都没有对齐（上面各层空 {levels} 格）",
            "请和同类的各行左边对齐；上面漏了一行的（例如 `propose:`），请补上",
        ),
        "en": (
            "the spaces before this line, {indent}, are those of no level above ({levels})",
            "begin it in the column of its likes, or add the line that is missing above, such as `propose:`",
        ),
    },
    "yaml_bracket_too_many": {
        "zh": ("这个 `{bracket}` 多了", "左右括号要成对：请把它删去，或在前面补上左括号"),
        "en": ("this `{bracket}` closes nothing", "delete it, or write the bracket that it should close"),
    },
    "yaml_after_value": {
        "zh": ("值在前面的引号或括号那里已经结束，后面又有内容", "请把整段加引号：`{instead}`"),
        "en": ("the value ends with the quote or bracket before this, and more follows", "quote it all: `{instead}`"),
    },
    "yaml_second_colon": {
        "zh": (
            "`{{ }}` 里的这一项有两个冒号，或前面缺少逗号",
            '文字里有冒号的，请整段加引号，例如 `zh: "村: 东片"`；本来是两项的，中间补上逗号',
        ),
        "en": (
            "a second colon in one item of `{{ }}`, or a comma is missing before it",
            'put a text with a colon in quotes, as in `en: "Villages: east"`; two items have a comma between them',
        ),
    },
    "yaml_strange_space": {
        "zh": (
            "这里有看不出来的空格：全角空格，或从 Word、网页粘贴来的特殊空格",
            "请删去，用半角空格重新打",
        ),
        "en": (
            "this is no ordinary space, but a full-width one or one that a word processor or web page has left",
            "delete it and type an ordinary space",
        ),
    },
    "yaml_full_width": {
        "zh": (
            "`{wide}` 是全角符号，不能用在这里",
            "请改用半角 `{plain}`；冒号、逗号和横线后面空一格，例如 `kind: village`",
        ),
        "en": (
            "`{wide}` is a full-width sign",
            "write `{plain}`, and a space after a colon, comma or dash, as in `kind: village`",
        ),
    },
    "yaml_open_quote": {
        "zh": ("从这里开始的引号没有配对", '请在这段文字的末尾补上同样的引号，例如 `zh: "村"`'),
        "en": ("the quote that begins here is not closed", 'end the text with the same quote, as in `en: "Village"`'),
    },
    "yaml_open_bracket": {
        "zh": (
            "从这里开始的括号缺少逗号或右括号",
            "请在各项之间补上逗号，在末尾补上右括号；` #` 后面的内容算作说明，含有它的文字请整个加引号",
        ),
        "en": (
            "the bracket that begins here lacks a comma or is not closed",
            "put commas between its items and close it; a text with ` #`, which begins a comment, stands in quotes",
        ),
    },
    "yaml_flow": {
        "zh": (
            "这里的前面缺少逗号或右括号",
            "`{{ }}` 和 `[ ]` 里各项之间用逗号隔开，括号要配对；表达式里有括号的，请给整个表达式加引号，或另起一行写",
        ),
        "en": (
            "a comma or a closing bracket is missing before this",
            (
                "put commas between the items of `{{ }}` and `[ ]` and close each bracket; "
                "an expression with brackets stands in quotes or on a line of its own"
            ),
        ),
    },
    "yaml_cut_at_comma": {
        "zh": (
            "`{text}` 后面没有值，像是一段内容在逗号处被切断了",
            '`{{ }}` 里每个逗号都另起一项：含逗号的表达式或文字请整个加引号，例如 `value: "max(a, b)"`，或另起一行写',
        ),
        "en": (
            "`{text}` has no value, as if something was cut at a comma",
            (
                "inside `{{ }}` each comma begins a new key: "
                'put an expression or text with commas in quotes, as in `value: "max(a, b)"`, or on a line of its own'
            ),
        ),
    },
    "yaml_syntax": {
        "zh": ("{reason:yaml}", "{reason:yaml_advice}"),
        "en": ("{reason:yaml}", "{reason:yaml_advice}"),
    },
    "yaml_duplicate_key": {
        "zh": ("`{key}` 在同一层写了两次，上一次在第 {first} 行", "请删去一处，或给其中一个改名"),
        "en": (
            "`{key}` stands twice in one place, first on line {first}",
            "delete one of the two, or give it another name",
        ),
    },
    "yaml_key_not_text": {
        "zh": ("冒号前面应该是一个名称，不能是列表或括号", "例如 `label: 村`；以 `[` 或 `{{` 开头的值请整个加引号"),
        "en": (
            "a name stands before a colon, not a list or brackets",
            "write it as in `label: Village`; a value that begins with `[` or `{{` stands in quotes",
        ),
    },
    "yaml_too_deep": {
        "zh": ("括号、横线或缩进超过 {depth} 层", "规则用不到这么多层：请检查多余的括号和横线"),
        "en": (
            "brackets, dashes or indentation go deeper than {depth} levels",
            "no rule needs so many: look for brackets and dashes too many",
        ),
    },
    # What YAML has and rules do not
    "yaml_anchor": {
        "zh": ("规则文件不用 `&` 和 `*` 开头的标记", "请把内容直接写在这里；如果是文字，请加引号"),
        "en": ("rules have no marks that begin with `&` or `*`", "write the content itself; put a text in quotes"),
    },
    "yaml_tag": {
        "zh": ("值不能用 `!` 开头", "“不”写作 `not`，例如 `require: not done`；如果是文字，请加引号"),
        "en": ("a value cannot begin with `!`", "write `not`, as in `require: not done`; put a text in quotes"),
    },
    "yaml_merge_key": {
        "zh": ("规则文件不用 `<<` 合并内容", "请把各项直接写在这里"),
        "en": ("rules do not merge content with `<<`", "write the keys here"),
    },
}
