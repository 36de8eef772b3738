"""What `wuhao verify` says, in every language."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "verify_holds": {
        "zh": "没有差异：由批次自身的数据和规则重新计算，结果完全一致",
        "en": "Nothing differs: recomputed from the facts and rules of the run itself",
    },
    "verify_fails": {
        "zh": "有差异：{faults} 个文件不符，{differences} 处数值不符",
        "en": "The run differs from what was recomputed; files: {faults}, values: {differences}",
    },
    "verify_incomplete": {
        "zh": "没有差异，但未能全部重新计算",
        "en": "Nothing differs so far, but not all could be recomputed",
    },
    "verify_checked": {
        "zh": "已核对：文件 {files} 个，单位 {units} 个，数值 {values} 个",
        "en": "Checked: {files} files, {units} units, {values} values",
    },
    "verify_manifest": {
        "zh": "manifest.json 的 SHA-256：{digest}",
        "en": "SHA-256 of manifest.json: {digest}",
    },
    "verify_version": {
        "zh": "写这个批次时 {name} 的版本是 {then}，现在是 {now}",
        "en": "the run was written with {name} {then}; this is {now}",
    },
    "verify_other_engine": {
        "zh": "差异可能出自版本不同：请用写它的版本再核对一次",
        "en": "differences may come from that: verify with the versions that wrote it",
    },
    "verify_no_version": {"zh": "（无）", "en": "(none)"},
    "verify_files": {"zh": "文件", "en": "Files"},
    "file_missing": {"zh": "缺失", "en": "missing"},
    "file_extra": {"zh": "多出", "en": "not part of the run"},
    "file_changed": {"zh": "写好后被改动", "en": "changed after the run was written"},
    "file_unreadable": {"zh": "已损坏，读不出", "en": "damaged, cannot be read"},
    "verify_not_read": {
        "zh": "缺失或被改动的表（.parquet）不再读取，没有逐项比对",
        "en": "tables (.parquet) that are missing or were changed are not read, so their values were not compared",
    },
    "verify_count": {"zh": "{count} 处不符", "en": "{count} differ"},
    "verify_column": {"zh": "{column} {count} 处", "en": "{column} {count}"},
    "differs_value": {
        "zh": "批次为 `{stored}`，重算为 `{recomputed}`",
        "en": "`{stored}` in the run, recomputed `{recomputed}`",
    },
    "differs_missing": {"zh": "批次中缺少", "en": "is missing in the run"},
    "differs_extra": {"zh": "只在批次中有", "en": "is in the run only"},
    "differs_twice": {"zh": "在批次中重复出现", "en": "is in the run more than once"},
    "differs_order": {"zh": "各行次序不对", "en": "the rows are out of order"},
    "differs_type": {"zh": "类型为 {stored}，应为 {recomputed}", "en": "is of type {stored}, should be {recomputed}"},
    "verify_more": {"zh": "…… 另有 {count} 处", "en": "… and {count} more"},
    "verify_empty": {"zh": "空", "en": "empty"},
    "undone_rules": {
        "zh": "批次中的规则读不出，没有重新评定",
        "en": "The rules of the run cannot be read: nothing was rated again",
    },
    "undone_facts": {
        "zh": "原始文件没有重新读取，评定所用的数据没有与其比对",
        "en": "The files as received were not read again: the facts were not compared with them",
    },
    "undone_rating": {"zh": "没有重新评定", "en": "Nothing was rated again"},
    "step_verify": {"zh": "重新计算并比对", "en": "Recomputing and comparing"},
}
