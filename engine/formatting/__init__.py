"""Rules in one look: order of keys, indentation, quotes and line breaks, with every comment kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import yaml_text
from engine.diagnostic import Diagnostic, InvalidRulesError, Place
from engine.formatting.layout import MODELINE, lay_out
from engine.formatting.order import order
from engine.formatting.tree import comments, read
from engine.programme.files import inside
from engine.rule_files import model_of
from engine.writing import write as write_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SCHEMA = "schema.json"
"""The file with which editors check rules; see `wuhao schema`."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file, and how it should look.

    Attributes:
        path: the file.
        before: what it holds.
        after: what it should hold.
    """

    path: Path
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether the file should look different."""
        return self.before != self.after


def format_files(paths: Iterable[Path], *, write: bool) -> list[Formatted]:
    """Format files, and all files of rules in folders.

    Args:
        paths: files and folders.
        write: write the files that should look different.

    Returns:
        Every file that was looked at.

    Raises:
        InvalidRulesError: with everything that is wrong with any of them; then nothing is written.
    """
    found: list[Formatted] = []
    problems: list[Diagnostic] = []
    for path, named in _files(paths):
        try:
            formatted = _formatted(path, named=named)
        except InvalidRulesError as error:
            problems += error.diagnostics
        else:
            found += [formatted] if formatted else []
    if problems:
        raise InvalidRulesError(problems)
    for item in found:
        if write and item.changed:
            write_text(item.path, item.after)
    return found


def format_text(text: str, file: str = "rules.yaml") -> str:
    """A text of rules as it should look.

    Args:
        text: YAML.
        file: the name to show in places.

    Raises:
        InvalidRulesError: when it is not YAML of rules, or when it would not say the same.
    """
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    before = yaml_text.parse(plain, file).value
    model = model_of(before)
    root = read(plain)
    remarks = Counter(comments(root))
    new = lay_out(root, model)
    try:
        kept = _same(before, yaml_text.parse(new, file).value, model) and remarks == Counter(comments(read(new)))
    except InvalidRulesError:
        kept = False
    if not kept:
        raise InvalidRulesError([Diagnostic("format_not_safe", Place(file))])
    return new


def _files(paths: Iterable[Path]) -> Iterable[tuple[Path, bool]]:
    """The files to format, and whether they were named themselves."""
    for path in paths:
        if path.is_dir():
            found = sorted(path.rglob("*.yaml"))
            yield from (
                (file, False)
                for file in found
                if not any(part.startswith(".") for part in file.relative_to(path).parts) and file.is_file()
            )
        else:
            yield path, True


def _formatted(path: Path, *, named: bool) -> Formatted | None:
    """A file as it should look; None when it was found in a folder and holds no rules."""
    model = model_of(yaml_text.read(path, str(path)).value)
    if model is None and not named:
        return None
    raw = path.read_bytes().decode()
    text = raw.removeprefix("\ufeff")
    after = format_text(f"{_modeline(path)}\n{text}" if model and MODELINE not in text else text, str(path))
    return Formatted(path, raw, after)


def _modeline(path: Path) -> str:
    """The line that tells editors which schema to use, where there is one beside the file or in the folder around."""
    folder = path.resolve().parent
    for where, up in ((folder, "./"), (folder.parent, "../")):
        if (where / SCHEMA).is_file():
            return f"{MODELINE}{up}{SCHEMA}"
    return ""


def _same(before: object, after: object, annotation: object) -> bool:
    """Whether two values say the same: only keys that a model knows may change places."""
    if isinstance(before, dict) and isinstance(after, dict):
        if not order(annotation, one_line=False) and list(before) != list(after):
            return False
        return before.keys() == after.keys() and all(
            _same(value, after[key], inside(annotation, key)) for key, value in before.items()
        )
    if isinstance(before, list) and isinstance(after, list):
        return len(before) == len(after) and all(
            _same(one, other, inside(annotation, 0)) for one, other in zip(before, after, strict=True)
        )
    return bool(before == after)
