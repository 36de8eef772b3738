"""What would be: problems with what is supposed, and words about the answers."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "whatif_no_value": {
        "zh": ("没有写值", "写成 {option} 名称=值，如 --set village:V01.cross_posted=7"),
        "en": ("has no value", "write {option} NAME=VALUE, as --set village:V01.cross_posted=7"),
    },
    "whatif_no_unit": {
        "zh": ("没有说是哪个单位的 `{fact}`", "写成 village:V01.{fact}，或在批次后面写上单位"),
        "en": ("does not say which unit's `{fact}`", "write village:V01.{fact}, or name the unit after the run"),
    },
    "whatif_unknown_fact": {
        "zh": ("“{zh}”没有填报项 `{name}`", "写填报项的编号或叫法；编号、名称、上级和算出来的指标不能设"),
        "en": (
            "{en} has no fact `{name}`",
            "write its id or label; id, name, parent and what is computed cannot be set",
        ),
    },
    "whatif_unknown_reference": {
        "zh": ("没有编号为 `{name}` 的{zh}", "写已有单位的编号"),
        "en": ("there is no {en} with the id `{name}`", "write the id of a unit of the run"),
    },
    "whatif_unknown_parameter": {
        "zh": ("没有参数 `{name}`", "写规则书 parameters 里的编号或名称，或 规则书.参数"),
        "en": ("there is no parameter `{name}`", "write its id or label in the rulebook, or RULEBOOK.PARAMETER"),
    },
    "whatif_several_parameters": {
        "zh": ("不止一个参数叫 `{name}`", "写明规则书：{names}"),
        "en": ("several parameters are called `{name}`", "name the rulebook: {names}"),
    },
    "whatif_options": {
        "zh": ("{what} 不能一起用", "分开运行"),
        "en": ("{what} do not go together", "run them one by one"),
    },
    "whatif_sweep_unit": {
        "zh": ("没有说逐一试哪个单位", "在批次后面写上单位，如 wuhao whatif {run} V01 --sweep cross_posted=0..8"),
        "en": ("does not say which unit", "name it after the run: wuhao whatif {run} V01 --sweep cross_posted=0..8"),
    },
    "whatif_sweep_range": {
        "zh": ("`{text}` 不是取值范围", "写成 从..到，如 0..8 或 60%..90%，需要时加步长：0..10/0.5"),
        "en": ("`{text}` is no range", "write FROM..TO, as 0..8 or 60%..90%, with a step if need be: 0..10/0.5"),
    },
    "whatif_sweep_type": {
        "zh": ("`{fact}` 不是数，不能逐一试一个范围", "日期、是否、选项用 --set 一个一个试"),
        "en": (
            "`{fact}` is no number: there is no range to try",
            "try dates, yes and no and choices one by one with --set",
        ),
    },
    "whatif_sweep_many": {
        "zh": ("要试 {count} 个值，太多", "缩小范围或加大步长，最多 {most} 个"),
        "en": ("these are {count} values, too many", "narrow the range or widen the step: at most {most}"),
    },
}

WORDS: dict[str, dict[str, str]] = {
    "supposed_parameters": {"zh": "假设的参数", "en": "supposed parameters"},
    "whatif_title": {"zh": "假设 · {run}（{year} 年度）", "en": "What if · {run} ({year})"},
    "whatif_same": {
        "zh": "等次、称号、目标、评选都不会变",
        "en": "No grade, title, target or selection would move",
    },
    "whatif_others": {"zh": "还会变的单位：", "en": "Others that would move:"},
    "whatif_with": {"zh": "调整件：{overlays}", "en": "overlays: {overlays}"},
    "part_step": {"zh": "{before} → {after}", "en": "{before} → {after}"},
    "hypothetical": {"zh": "（假设）", "en": " (hypothetical)"},
    "hypothetical_run": {"zh": "这是假设的批次，不是实际结果", "en": "a hypothetical run: nothing that was reported"},
    "scenario": {"zh": "设想", "en": "Scenario"},
    "scenario_moves": {"zh": "会变的", "en": "What would move"},
    "moved_only": {"zh": "{count} 个有变化", "en": "{count} moved"},
    "sweep_title": {"zh": "{name}的{fact}：现在是 {now}", "en": "{fact} of {name}: now {now}"},
    "sweep_now": {"zh": "← 现在", "en": "← now"},
    "sweep_refused": {
        "zh": "另有 {count} 个值超出填报范围，或通不过数据核对，没有列出",
        "en": "{count} more value{s} beyond the bounds of the fact, or refused by a data check, left out",
    },
    "sweep_values": {"zh": "{first} 至 {last}", "en": "{first} to {last}"},
    "step_whatif": {"zh": "重新评定可能变的单位", "en": "Rating again what can move"},
}
