"""Whatever a file holds, reading it ends in facts or in diagnostics: no traceback, no crash, little memory and time."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from facts_cases import SCHEMA, found, village
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.diagnostic import InvalidFactsError
from engine.facts import read_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
MEGABYTE = 1 << 20
HEAD = b"<worksheet><sheetData>"
TAIL = b"</sheetData></worksheet>"
ID_ROW = b'<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relationships(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{PACKAGE}relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def workbook(**parts: bytes | tuple[bytes, int]) -> bytes:
    """An .xlsx file made of raw parts; a pair is a piece and how many times it stands there."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("_rels/.rels", relationships("officeDocument", "xl/workbook.xml"))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns:r="{OFFICE}"><sheets><sheet name="village" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr("xl/_rels/workbook.xml.rels", relationships("worksheet", "worksheets/sheet1.xml"))
        for name, content in parts.items():
            piece, times = content if isinstance(content, tuple) else (content, 1)
            path = {"sheet": "xl/worksheets/sheet1.xml", "texts": "xl/sharedStrings.xml"}[name]
            with archive.open(path, "w", force_zip64=True) as part:
                for _ in range(times):
                    part.write(piece)
    return buffer.getvalue()


def sheet(rows: bytes) -> bytes:
    return HEAD + ID_ROW + rows + TAIL


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "ten megabytes in a cell": ("csv", lambda: b"id,name\nV1," + b"x" * 10 * MEGABYTE, "cell_too_long"),
    "ten megabytes in a quoted cell": ("csv", lambda: b'id,name\nV1,"' + b"x" * 10 * MEGABYTE + b'"', "cell_too_long"),
    "a quote that never closes": ("csv", lambda: b'id,name\nV1,"' + b"x,y\n" * 2_000_000, "cell_too_long"),
    "fifty thousand columns": (
        "csv",
        lambda: b"id," + b",".join(b"c%d" % n for n in range(50_000)),
        "file_too_many_columns",
    ),
    "ten megabytes of line ends": ("csv", lambda: b"\n" * 10 * MEGABYTE, "file_empty"),
    "ten megabytes of nothing": ("csv", lambda: b"\0" * 10 * MEGABYTE, "file_not_text"),
    "ten megabytes of commas": ("csv", lambda: b"id\n" + b"," * 10 * MEGABYTE, "table_empty"),
    "a million wrong cells": (
        "csv",
        lambda: b"id,index\n" + b"".join(b"V%d,x\n" % n for n in range(1_000_000)),
        "cell_not_number",
    ),
    "a million rows of one id": ("csv", lambda: b"id\n" + b"V\n" * 1_000_000, "id_duplicate"),
    "a bomb": ("xlsx", lambda: workbook(sheet=(b" " * MEGABYTE, 500)), "file_too_large"),
    "a bomb of text": ("xlsx", lambda: workbook(sheet=sheet(b""), texts=(b"x" * MEGABYTE, 90)), "file_not_workbook"),
    "a stray cell": (
        "xlsx",
        lambda: workbook(sheet=sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "sheet_too_large",
    ),
    "a stray cell before the others": (
        "xlsx",
        lambda: workbook(
            sheet=HEAD + b"<row r = '9999999'><c s=\"1\"r\t=\n'zzz9999999'><v>1</v></c></row>" + ID_ROW + TAIL
        ),
        "sheet_too_large",
    ),
    "cells without addresses": ("xlsx", lambda: workbook(sheet=(b"<c><v>1</v></c>" * 70_000, 60)), "file_not_workbook"),
    "more cells than fit": (
        "xlsx",
        lambda: workbook(sheet=sheet(b'<row><c r="A2"><v>1</v></c></row>' * 3_100_000)),
        "sheet_too_large",
    ),
    "a text shared by many cells": (
        "xlsx",
        lambda: workbook(
            sheet=sheet(b'<row><c t="s"><v>0</v></c></row>' * 1_000),
            texts=b"<sst><si><t>" + b"x" * MEGABYTE + b"</t></si></sst>",
        ),
        "file_too_large",
    ),
    "a count of texts that is a lie": (
        "xlsx",
        lambda: workbook(sheet=sheet(b""), texts=b'<sst uniqueCount="99999999999999"><si><t>x</t></si></sst>'),
        "table_empty",
    ),
    "UTF-16": ("xlsx", lambda: workbook(sheet=sheet(b"").decode().encode("utf-16")), "file_not_workbook"),
    "a part that ends early": ("xlsx", lambda: workbook(sheet=HEAD + ID_ROW[:-20]), "file_damaged"),
    "no parts": ("xlsx", workbook, "file_not_workbook"),
    "half a workbook": ("xlsx", lambda: workbook(sheet=sheet(b""))[:-60], "file_not_workbook"),
    "a footer that is a lie": (
        "parquet",
        lambda: b"PAR1" + bytes(99) + struct.pack("<I", 1 << 31) + b"PAR1",
        "file_damaged",
    ),
}
CHILD = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}, {root!r}]
from facts_cases import found
from memory import peak
print(*{{line.split()[-1] for line in found(Path(sys.argv[1]))}})
print(peak())
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_diagnostics(tmp_path: Path, name: str) -> None:
    suffix, content, code = HOSTILE[name]
    (tmp_path / f"village.{suffix}").write_bytes(content())
    script = CHILD.format(tests=str(ROOT / "tests"), root=str(ROOT))
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    codes, most = ended.stdout.splitlines()
    assert code in codes.split()
    assert int(most) < 1 << 30


def test_many_rows_packed_into_few_bytes(tmp_path: Path) -> None:
    frame = pl.select(pl.repeat("V", 12_000_000).alias("id"))
    frame.write_parquet(tmp_path / "village.parquet")
    assert found(tmp_path) == ["village.parquet file_too_many_rows"]


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.Enum(["x" * 30_000])])
def test_long_texts_packed_into_few_bytes(tmp_path: Path, dtype: pl.DataType) -> None:
    text = pl.Series("note", ["x" * 30_000]).cast(dtype)
    ids = pl.int_range(10_000, eager=True).cast(pl.String).alias("id")
    pl.DataFrame([ids, text.new_from_index(0, 10_000)]).write_parquet(tmp_path / "village.parquet")
    assert found(tmp_path) == ["village.parquet file_too_large"]


def read_anything(folder: Path, suffix: str, content: bytes) -> None:
    (folder / f"village.{suffix}").write_bytes(content)
    for quarantine in (False, True):
        try:
            read_facts(folder, SCHEMA, quarantine=quarantine)
        except InvalidFactsError as error:
            assert error.diagnostics  # noqa: PT017


@given(content=st.binary(max_size=400), suffix=st.sampled_from(["csv", "xlsx", "parquet", "tsv"]))
@settings(max_examples=200, deadline=None)
def test_random_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str) -> None:
    read_anything(tmp_path_factory.mktemp("facts"), suffix, content)


@given(lines=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=8))
@settings(max_examples=100, deadline=None)
def test_random_text(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    text = "\n".join(["id,index,满意率,founded,terrain,task_completed,note", *lines])
    read_anything(tmp_path_factory.mktemp("facts"), "csv", text.encode())


@given(cells=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_random_cells(tmp_path_factory: pytest.TempPathFactory, cells: list[str]) -> None:
    columns = {column: [*cells] for column in SCHEMA["village"].columns}
    folder = tmp_path_factory.mktemp("facts")
    pl.DataFrame({"id": cells, **columns}).write_parquet(folder / "village.parquet")
    read_anything(folder, "parquet", (folder / "village.parquet").read_bytes())


def damaged(content: bytes, seed: int) -> Iterator[bytes]:
    """A file with a few bytes changed, many times."""
    random_ = random.Random(seed)  # noqa: S311
    for _ in range(60):
        changed = bytearray(content)
        for _ in range(random_.choice([1, 3, 10])):
            changed[random_.randrange(len(changed))] = random_.randrange(256)
        yield bytes(changed)


def test_damaged_workbooks(tmp_path: Path) -> None:
    content = (ROOT / "fixtures" / "bad" / "formula_error" / "district.xlsx").read_bytes()
    for changed in damaged(content, 2004):
        read_anything(tmp_path, "xlsx", changed)


def test_control_characters_never_reach_a_message(tmp_path: Path) -> None:
    assert found(village(tmp_path, 'id,"na\x1bme"\nV1,x\n'))
