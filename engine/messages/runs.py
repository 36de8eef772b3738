"""Messages about runs and about what a command was asked for."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "run_exists": {
        "zh": ("这个文件夹已经存在，评定批次写好后不再改动", "换一个 -o 名称，或先移走它"),
        "en": (
            "this folder exists, and a run is never changed once written",
            "choose another -o, or move it away first",
        ),
    },
    "run_not_written": {
        "zh": ("写不进去：{reason}", "检查磁盘空间和权限；若其中的文件正在 Excel 或 WPS 中打开，请先关闭"),
        "en": ("cannot be written: {reason}", "check space and permissions; close its files in Excel or WPS"),
    },
    "not_a_run": {
        "zh": ("不是评定批次（没有可读的 manifest.json）", "写 wuhao run 的 -o 所给的文件夹"),
        "en": ("is no run (no manifest.json that can be read)", "name the folder that was given to `wuhao run` as -o"),
    },
    "run_format": {
        "zh": ("批次的格式版本是 {found}，本程序只认 {known}", "用写它的那个版本打开，或重新评定"),
        "en": (
            "the run has format {found}; this version reads {known}",
            "open it with the version that wrote it, or rate again",
        ),
    },
    "run_part_missing": {
        "zh": ("评定批次缺了这个文件", "找回这个批次的备份，或重新评定；wuhao verify 逐项核对整个批次"),
        "en": (
            "this file of the run is missing",
            "restore the run from a copy, or rate again; `wuhao verify` checks the whole run",
        ),
    },
    "run_part_changed": {
        "zh": ("评定批次写好后，这个文件被改动过", "找回这个批次的备份，或重新评定；wuhao verify 指出哪里不同"),
        "en": (
            "this file was changed after the run was written",
            "restore the run from a copy, or rate again; `wuhao verify` names what differs",
        ),
    },
    "run_part_unreadable": {
        "zh": ("评定批次的这个文件已损坏，读不出应有的内容", "找回这个批次的备份，或重新评定"),
        "en": (
            "this file of the run is damaged: it does not hold what a run holds there",
            "restore the run from a copy, or rate again",
        ),
    },
    "unknown_unit": {
        "zh": ("没有叫 `{name}` 的单位", "写编号、名称、`类别:编号` 或 `上级/名称`；wuhao list 列出全部单位"),
        "en": ("no unit is called `{name}`", "write an id, a name, `kind:id` or `parent/name`; `wuhao list` shows all"),
    },
    "unknown_selection": {
        "zh": ("这个批次里没有叫 `{name}` 的评选", "写评选的编号或叫法；有：{selections}"),
        "en": ("the run has no selection `{name}`", "write its id or label; there are: {selections}"),
    },
    "several_units": {
        "zh": ("有 {count} 个单位叫 `{name}`：{units}", "写 `类别:编号` 或 `上级/名称`"),
        "en": ("{count} units are called `{name}`: {units}", "write `kind:id` or `parent/name`"),
    },
    "unit_refused": {
        "zh": ("`{name}`（{id}）的数据被退回，没有评定", "原因见批次里的 rejected.xlsx；改正后重新评定"),
        "en": (
            "the row of `{name}` ({id}) was refused, so it was not rated",
            "see rejected.xlsx in the run; mend it and rate again",
        ),
    },
    "unit_exempt": {
        "zh": ("`{name}`（{id}）不参评：{zh}", "依据：{place}"),
        "en": ("`{name}` ({id}) is exempt: {en}", "see {place}"),
    },
    "run_stage_options": {
        "zh": ("`--supersedes` 和 `--because` 要一起写", "写明取代哪一次评定，为什么"),
        "en": ("`--supersedes` and `--because` go together", "say which run is superseded, and why"),
    },
    "run_still_open": {
        "zh": (
            "定案时还有 {count} 个单位待定：{units}",
            "请补报缺项、决定并列，或用 --final 按最低计；草稿用 --stage draft",
        ),
        "en": (
            "{count} units are still pending, and this run is to be final: {units}",
            "report what is missing, decide ties, or close the evidence with --final; a draft is --stage draft",
        ),
    },
    "unit_not_rated": {
        "zh": (
            "`{name}` 属于“{kind}”，这个批次没有评定这一类的规则书",
            "用 --rules 指定含这一类规则书的方案，重新评定",
        ),
        "en": (
            "`{name}` is a {kind}, and no rulebook of this run rates that kind",
            "rate again with --rules naming a programme that does",
        ),
    },
    "unknown_grade_in_run": {
        "zh": ("没有叫 `{name}` 的等次", ""),
        "en": ("no grade is called `{name}`", ""),
    },
    "unknown_grade_of_unit": {
        "zh": ("没有叫 `{name}` 的等次", "写等次的编号或叫法；有：{zh}"),
        "en": ("no grade is called `{name}`", "write its id or label; there are: {en}"),
    },
    "unit_has_no_grades": {
        "zh": ("评定这个单位的规则书都不分等次", "不写 --not 和 --next，看各项考核结果"),
        "en": (
            "no rulebook that rates this unit gives grades",
            "leave out --not and --next, to see how it stands in each",
        ),
    },
    "why_options": {
        "zh": ("--not 和 --next 不能同时用", "先用一个，再用另一个"),
        "en": ("--not and --next are two questions", "ask one after the other"),
    },
    "unknown_rule_in_run": {
        "zh": ("没有叫 `{name}` 的评定规则", "规则的编号见 wuhao why --json"),
        "en": ("no policy rule is called `{name}`", "`wuhao why --json` shows the ids of rules"),
    },
    "unknown_criterion_in_run": {
        "zh": ("没有叫 `{name}` 的考核项、“好”或称号", "编号见 wuhao why --json"),
        "en": ("no criterion, good or title is called `{name}`", "`wuhao why --json` shows their ids"),
    },
    "criterion_filter": {
        "zh": ("`{written}` 没有说要哪种结果", "写成 `编号=true`、`编号=false` 或 `编号=unknown`"),
        "en": ("`{written}` does not say which answer", "write `id=true`, `id=false` or `id=unknown`"),
    },
    "unknown_target_in_run": {
        "zh": ("没有叫 `{name}` 的目标", "编号见 wuhao why --json"),
        "en": ("no target is called `{name}`", "`wuhao why --json` shows their ids"),
    },
    "target_filter": {
        "zh": (
            "`{written}` 没有说要哪种状态",
            (
                "写成 `编号=short` 或 `编号=未达进度`；"
                "状态有 reached 已实现、on_course 达到进度、not_due 未到期、short 未达进度、unknown 待定"
            ),
        ),
        "en": (
            "`{written}` does not say which status",
            "write `id=short`; there are: reached, on_course, not_due, short, unknown",
        ),
    },
    "near_not_finite": {
        "zh": ("`{written}` 不是分数", "写 0 或正数，例如 `--near 2`"),
        "en": ("`{written}` is no number of points", "write 0 or a positive number, as in `--near 2`"),
    },
    "check_refuses": {
        "zh": (
            "数据核对“{label}”不通过，涉及 {count:units}：{units}",
            "改正数据后重新评定；这项核对的严重程度是 refuse",
        ),
        "en": (
            "data check `{check}` fails for {count:units}: {units}",
            "mend the facts and rate again; its severity is `refuse`",
        ),
    },
    "gap_at_close": {
        "zh": (
            "终评时“{label}”仍有缺项，且会影响等次，涉及 {count:units}：{units}",
            "补报后再终评（规则书写明 at_close: refuse）",
        ),
        "en": (
            "`{fact}` is still a gap that matters for {count:units}: {units}",
            "report it before the final run (at_close: refuse)",
        ),
    },
}
