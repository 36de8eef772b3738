"""Messages about formatting rules and writing files."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "format_not_safe": {
        "zh": (
            "整理之后，这个文件的内容或注释会变，所以没有整理",
            "请把不常见的写法（`?` 开头的键、括号里的注释、`|2`）改成一行一项，再试一次",
        ),
        "en": (
            "formatted, this file would not say the same, so it was left alone",
            "write unusual forms (keys after `?`, comments in brackets, `|2`) in plain lines, and try again",
        ),
    },
    "file_not_written": {
        "zh": ("文件写不进去：{reason:system}", "请检查磁盘空间和权限，是否正在别的程序里打开"),
        "en": (
            "the file cannot be written: {reason:system}",
            "check space and permissions, and that no other program has it open",
        ),
    },
}
