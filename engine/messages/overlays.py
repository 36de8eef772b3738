"""Messages about overlays, and what their parts are called."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "not_an_overlay": {
        "zh": ("这个文件不是调整件", "调整件以 `overlay: 名称` 开头；规则书和方案用 `--rules` 给出"),
        "en": (
            "this file is no overlay",
            "an overlay begins with `overlay: name`; rulebooks and programmes are given with `--rules`",
        ),
    },
    "overlay_among_rulebooks": {
        "zh": ("`{file}` 是调整件，不是规则书", "请移出方案的文件夹，评定时用 `--overlay` 给出"),
        "en": (
            "`{file}` is an overlay and no rulebook",
            "move it out of the programme's folder, and give it with `--overlay`",
        ),
    },
    "overlay_programme": {
        "zh": ("读入的规则里没有方案 `{name}`", "请改正，或用 `--rules` 给出这个方案；读入的有：{programmes}"),
        "en": (
            "there is no programme `{name}` among the rules that are read",
            "mend it, or give its folder with `--rules`; there are: {programmes}",
        ),
    },
    "overlay_twice": {
        "zh": ("调整件 `{id}` 给了两次", "请只给一次；确是两个的，请给其中一个换一个名称"),
        "en": (
            "the overlay `{id}` is given twice",
            "give it once; if they are two, change the name of one of them",
        ),
    },
    "overlay_unknown_rulebook": {
        "zh": ("方案里没有规则书 `{name}`", "可以写：{rulebooks}"),
        "en": ("the programme has no rulebook `{name}`", "there are: {rulebooks}"),
    },
    "overlay_unknown": {
        "zh": ("规则书里没有叫 `{name}` 的{what:entry}", "要改的请改正名称；要新增的请写完整，还缺 {missing}"),
        "en": (
            "the rulebook has no {what:entry} `{name}`",
            "mend the name; to add a new one, write it whole: it lacks {missing}",
        ),
    },
    "overlay_off_unknown": {
        "zh": ("规则书里没有叫 `{name}` 的{what:entry}，无从取消", "请改正名称，或删去这一行"),
        "en": (
            "the rulebook has no {what:entry} `{name}` to be switched off",
            "mend the name, or delete this line",
        ),
    },
    "overlay_elsewhere": {
        "zh": ("{what:entry} `{name}` 在 `{where}` 下面，不在这里", "请把它移到 `{where}` 下面"),
        "en": ("the {what:entry} `{name}` stands under `{where}`, not here", "move it below `{where}`"),
    },
    "overlay_no_change": {
        "zh": (
            "`{name}` 后面没有写怎样改",
            "取消它写 `{name}: off`；改它写要改的各项，例如 `{name}: {{points: 5}}`",
        ),
        "en": (
            "what is written for `{name}` changes nothing",
            "write `{name}: off` to take it away, or what changes, as in `{name}: {{points: 5}}`",
        ),
    },
    "overlay_fixed_key": {
        "zh": ("调整件不能改 `{key}`", "请删去这一行；要评另一类单位，请另写一本规则书"),
        "en": ("an overlay cannot change `{key}`", "delete this line; to rate another kind, write a rulebook"),
    },
    "overlay_list": {
        "zh": (
            "调整件里 `{key}` 不写成列表，按名称写",
            "请把 `- id: {first}` 写作 `{first}:`，其余各项写在它下面",
        ),
        "en": (
            "in an overlay `{key}` is no list: each rule stands under its name",
            "write `{first}:` in place of `- id: {first}`, and the rest below it",
        ),
    },
    "off_not_there": {
        "zh": ("这里没有 `{key}`，无从取消", "请改正，或删去这一行"),
        "en": ("there is no `{key}` here to be switched off", "mend it, or delete this line"),
    },
    "off_required": {
        "zh": ("`{key}` 必须有，不能取消", "请写出要改成什么，或删去这一行"),
        "en": ("`{key}` is needed, and cannot be switched off", "write what it should be, or delete this line"),
    },
    "off_as_a_whole": {
        "zh": ("`{key}` 不能整个取消", "请在它下面逐项写：要取消的，在名称后面写 `off`"),
        "en": ("`{key}` cannot be switched off as a whole", "write `off` behind each name below it that is to go"),
    },
    "before_missing": {
        "zh": (
            "新的拟评规则 `{name}` 没有写排在哪一条前面",
            "第一条成立的算数，所以请补上，例如 `before: {last}`；现有：{rules}",
        ),
        "en": (
            "the new rule `{name}` does not say before which it stands",
            "the first that holds counts, so add it, as in `before: {last}`; there are: {rules}",
        ),
    },
    "before_unknown": {
        "zh": ("没有叫 `{name}` 的拟评规则", "`before` 可以写：{rules}"),
        "en": ("there is no rule `{name}` under `propose`", "`before` can be: {rules}"),
    },
    "taken_away_in_use": {
        "zh": ("这里取消了 `{name}`，但还有地方用到它：{where}", "请在调整件里把这些地方也取消或改掉，或保留 `{name}`"),
        "en": (
            "`{name}` is taken away here, but is still used: {where}",
            "take that away too in this overlay, or change it, or keep `{name}`",
        ),
    },
    "overlay_breaks": {
        "zh": ("这样改以后，{where} 就不对了：{problem:problem}", "{problem:advice}"),
        "en": ("with this change, {where} is not right any more: {problem:problem}", "{problem:advice}"),
    },
    "duplicate_id_elsewhere": {
        "zh": ("名称 `{id}` 已经用过：{first}", "请换一个名称：同一本规则书里，名称不能重复"),
        "en": (
            "the name `{id}` is already used: {first}",
            "choose another: no two things of a rulebook have the same name",
        ),
    },
}

WORDS: dict[str, dict[str, str]] = {
    "part_changed": {"zh": "{what}“{label}”", "en": "{what} “{label}”"},
    "part_added": {"zh": "新增{what}“{label}”", "en": "new {what} “{label}”"},
    "part_off": {"zh": "取消{what}“{label}”", "en": "without the {what} “{label}”"},
    "part_and": {"zh": "，", "en": ", "},
    "part_key": {"zh": "“{label}”的 {key}", "en": "{key} of “{label}”"},
    "overlays": {"zh": "调整件", "en": "Overlays"},
}
"""What the changes of an overlay are called."""
