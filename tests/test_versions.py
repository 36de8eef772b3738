"""`check --against`: what it says of two versions is compared with the rating of every unit that there can be."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from engine.checking.versions import Moves, compare
from engine.facts.stated import stated
from engine.programme import Programme, load, tables
from engine.rating import rate

if TYPE_CHECKING:
    from collections.abc import Iterable

CASES = yaml.safe_load((Path(__file__).parent / "data" / "versions.yaml").read_text(encoding="utf-8"))
GRADES = ("excellent", "qualified", "unqualified")


def folder(path: Path, book: str) -> Path:
    """A programme of one rulebook."""
    path.mkdir()
    head = "programme: small\nlabel: small\nyears: {from: 2004, to: 2004}\nkinds: {village: }\n"
    (path / "programme.yaml").write_text(head, encoding="utf-8")
    (path / "small.yaml").write_text(book, encoding="utf-8")
    return path


def changed(book: str, edits: Iterable[tuple[str, str]]) -> str:
    for old, new in edits:
        assert old in book, old
        book = book.replace(old, new)
    return book


def every_unit() -> list[dict[str, Any]]:
    units = product(range(1, 5), range(5), range(6), range(5), (True, False), (None, *GRADES))
    names = ("members", "posted", "visits", "satisfied", "clean", "assessed")
    rows = [dict(zip(names, unit, strict=True)) for unit in units if unit[1] <= unit[0]]
    return [{"id": f"{at:05}", **row} for at, row in enumerate(rows)]


def grades(programme: Programme, rows: list[dict[str, Any]]) -> list[str]:
    facts = stated({"village": rows}, tables([programme]))
    found = rate(programme, facts, year=2004).books["small"].ratings
    assert not found["pending"].any()
    return [str(grade) for grade in found["grade"]]


@pytest.mark.parametrize("name", CASES["changes"])
def test_every_move_is_what_all_units_show(name: str, tmp_path: Path) -> None:
    (old,) = load([folder(tmp_path / "old", CASES["book"])])
    (new,) = load([folder(tmp_path / "new", changed(CASES["book"], CASES["changes"][name]))])
    (moves,) = compare([old], [new]).books
    rows = every_unit()
    before, after = grades(old, rows), grades(new, rows)
    real = set(zip(before, after, strict=True))
    assert {move for move, found in moves.moves.items() if found.known == "witness"} <= real
    assert not {move for move, found in moves.moves.items() if found.known == "proved"} & real
    assert moves.alike == all(one == other for one, other in real)
    replay(moves, old, new)
    undecided = {
        (one, other) for (one, other), found in moves.moves.items() if found.known == "undecided" and one != other
    }
    assert undecided <= set(map(tuple, CASES.get("undecided", {}).get(name, ()))), undecided


def replay(moves: Moves, old: Programme, new: Programme) -> None:
    for (before, after), move in moves.moves.items():
        if move.unit is not None:
            unit = [{"id": "unit", **move.unit}]
            assert (grades(old, unit), grades(new, unit)) == ([before], [after])
