"""The roster: which units are to be rated, and under which names they are known."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from unicodedata import normalize

from engine.collecting import files, layout, naming
from engine.collecting.columns import Meanings, parent_words
from engine.diagnostic import Diagnostic, Place
from engine.facts.headers import ID, NAME, header_key
from engine.facts.kinds import Kinds
from engine.facts.words import YES, reader
from engine.rulebook import Label
from engine.schema import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from engine.collecting.layout import Parts
    from engine.collecting.model import How
    from engine.facts.raw import Grid
    from engine.schema import Table

KIND = ("kind", "类别", "单位类别")
ALIASES = ("aliases", "alias", "别名", "曾用名", "又名", "其他名称")
SINCE = ("from", "since", "起", "自", "成立时间", "设立时间", "起始时间")
UNTIL = ("to", "until", "止", "至", "撤销时间", "终止时间")
MERGED = ("merged_into", "merged into", "并入", "合并到", "并入单位")
TEXT = ("reported name", "报来的名称")
CONFIRMED = ("confirmed", "confirm", "确认")
ANYWHERE = ""
"""In place of a unit above: it is not known."""
SEPARATOR = re.compile(r"[、;；,，\n]")
YEAR = re.compile(r"^([0-9]{4})年?$")
_day = reader(Column("day", "date", Label(zh="日期")))


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit of the roster: in force from a day to a day, perhaps merged into another."""

    kind: str
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    since: date | None = None
    until: date | None = None
    merged_into: str | None = None

    def left(self, year: int | None) -> bool:
        """Whether it is no longer to be rated at the end of a year, or not yet."""
        if self.merged_into and not self.until:
            return True
        end = date(year, 12, 31) if year else None
        return bool(end and ((self.until and self.until < end) or (self.since and self.since > end)))

    @property
    def names(self) -> tuple[str, ...]:
        """All names that it is known under."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a row is about; or which message says why that is not known, and who may be meant."""

    entry: Entry | None
    how: How | None = None
    code: str | None = None
    likely: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that somebody confirmed: in a kind, under a unit above (or anywhere), and the unit it means."""

    kind: str
    parent: str
    name: str
    id: str


class Roster:
    """The units to be rated, found by id or name.

    Args:
        entries: the units.
        parents: the kind above each kind.
        aliases: names that somebody confirmed.
        year: the year to be rated.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        parents: Mapping[str, str | None],
        aliases: Iterable[Alias] = (),
        year: int | None = None,
    ) -> None:
        self.year = year
        self.parents = parents
        self.entries: dict[str, dict[str, Entry]] = defaultdict(dict)
        for entry in entries:
            self.entries[entry.kind][entry.id] = entry
        self._above: dict[str, dict[str, tuple[str, ...]]] = {}
        self._called: dict[tuple[str, str], str | None] = {}
        self._named_in: dict[tuple[str, str], str | None] = {}
        for kind in [*self.entries]:
            self._above[kind] = self._units_above(kind)
            for id_, entry in self.entries[kind].items():
                found = self.above(kind, entry.parent or "")
                self.entries[kind][id_] = replace(entry, parent=found or entry.parent)
        self._keys: dict[tuple[str, str | None], dict[str, list[tuple[str, Entry]]]] = {}
        for kind, units in self.entries.items():
            for entry in units.values():
                above = self._above[kind].get(entry.parent or "", ())
                for name in entry.names:
                    named = (naming.plain(name), entry)
                    for under in {entry.parent, ANYWHERE}:
                        self._keys.setdefault((kind, under), {}).setdefault(naming.key(name, above), []).append(named)
        self._aliases = {
            (item.kind, self.above(item.kind, item.parent) or item.parent, naming.plain(item.name)): item.id
            for item in aliases
        }

    def _units_above(self, kind: str) -> dict[str, tuple[str, ...]]:
        """The units above a kind by id, with their names: those of the roster, or else those that it names."""
        own = self.entries.get(self.parents.get(kind) or "", {})
        if own:
            return {id_: entry.names for id_, entry in own.items()}
        return {entry.parent: (entry.parent,) for entry in self.entries[kind].values() if entry.parent}

    def above(self, kind: str, text: str) -> str | None:
        """The id of the unit above that a text names: its id, or a name as a whole."""
        if (kind, text) not in self._called:
            self._called[kind, text] = self._find_above(kind, text)
        return self._called[kind, text]

    def _find_above(self, kind: str, text: str) -> str | None:
        above = self._above.get(kind) or {}
        if text in above:
            return text
        for key in (naming.key, naming.place):
            found = {id_ for id_, names in above.items() if text and key(text) in {key(name) for name in names}}
            if found:
                return found.pop() if len(found) == 1 else None
        return None

    def above_in(self, kind: str, text: str) -> str | None:
        """The id of the one unit above that a text names somewhere, such as the name of a file."""
        if (kind, text) not in self._named_in:
            self._named_in[kind, text] = self._find_above_in(kind, text) or self.above(kind, text)
        return self._named_in[kind, text]

    def _find_above_in(self, kind: str, text: str) -> str | None:
        folded = naming.plain(text)
        found = {
            name: id_
            for id_, names in (self._above.get(kind) or {}).items()
            for name in map(naming.key, names)
            if len(name) > 1 and name in folded
        }
        longest = {id_ for name, id_ in found.items() if not any(name != other and name in other for other in found)}
        return longest.pop() if len(longest) == 1 else None

    def above_name(self, kind: str, id_: str | None) -> str:
        """What the unit above is called."""
        return (self._above.get(kind) or {}).get(id_ or "", (id_ or "",))[0]

    def in_force(self, kind: str) -> list[Entry]:
        """The units of a kind that are to be rated."""
        return [entry for entry in self.entries.get(kind, {}).values() if not entry.left(self.year)]

    def match(self, kind: str, id_: str | None, name: str | None, parent: str | None) -> Match:
        """Whom a row is about.

        Args:
            kind: the kind of the unit.
            id_: the id that the row gives.
            name: the name that it gives.
            parent: the unit above, as far as it is known.
        """
        units = self.entries.get(kind, {})
        by_id = units.get(id_ or "")
        if by_id is not None and parent is not None and by_id.parent not in {None, parent}:
            return Match(by_id, code="unit_elsewhere")
        if by_id is not None and (name in {None, id_} or self._is_called(by_id, name or "")):
            return self._of_the_year(Match(by_id, "id"))
        if name is None:
            return Match(None, code="unit_not_on_roster")
        found = self._by_name(kind, name, parent)
        if by_id is not None and (found.entry is None or found.entry.id != by_id.id):
            return Match(by_id, code="unit_id_and_name", likely=(by_id,))
        return self._of_the_year(found)

    def _is_called(self, entry: Entry, name: str) -> bool:
        above = self._above[entry.kind].get(entry.parent or "", ())
        return naming.key(name, above) in {naming.key(own, above) for own in entry.names}

    def _by_name(self, kind: str, name: str, parent: str | None) -> Match:
        """The unit that a name means, among those under a unit above where that is known."""
        plain, under = naming.plain(name), (ANYWHERE,) if parent is None else (parent, None)
        above = self._above.get(kind, {})
        prefixes = above.get(parent, ()) if parent else [text for names in above.values() for text in names]
        key = naming.key(name, prefixes)
        keys = [self._keys.get((kind, place), {}) for place in under]
        alike = [named for known in keys for named in known.get(key, ())]
        if parent is None and key != naming.key(name):  # the name itself says under whom
            named = {id_ for id_, names in above.items() if any(plain.startswith(naming.plain(own)) for own in names)}
            alike = [(text, entry) for text, entry in alike if entry.parent in named]
        same = {entry.id: entry for text, entry in alike if text == plain}
        found = same or {entry.id: entry for _, entry in alike}
        now = {id_: entry for id_, entry in found.items() if not entry.left(self.year)} or found
        if len(now) > 1:
            return Match(None, code="unit_ambiguous", likely=tuple(now.values()))
        if now:
            (entry,) = now.values()
            how: How = "normalised" if not same else "name" if plain == naming.plain(entry.name) else "alias"
            return Match(entry, how)
        confirmed = self._aliases.get((kind, parent or "", plain))
        if confirmed in self.entries.get(kind, {}):
            return Match(self.entries[kind][confirmed or ""], "confirmed")
        near = [
            entry
            for other in naming.likely(key, {own for known in keys for own in known})
            for known in keys
            for _, entry in known.get(other, ())
        ]
        distinct = tuple({entry.id: entry for entry in near}.values())
        return Match(None, code="unit_to_confirm" if distinct else "unit_not_on_roster", likely=distinct)

    def _of_the_year(self, match: Match) -> Match:
        if match.entry is None or not match.entry.left(self.year):
            return match
        code = "unit_merged" if match.entry.merged_into else "unit_left"
        return replace(match, code=code)


def restored(text: str) -> str | None:
    """An id as it was before a spreadsheet took it for a number; None where digits are lost."""
    if any(letter.isdigit() and not letter.isdecimal() for letter in text):  # ² would become another id
        return text.strip()
    plain = normalize("NFKC", text).strip().lstrip("'")
    if re.fullmatch(r"[0-9]+(?:\s+[0-9]+)+", plain):
        return re.sub(r"\s+", "", plain)
    if re.fullmatch(r"[0-9]+\.0+", plain):
        return plain.partition(".")[0]
    if not re.fullmatch(r"[0-9.]+[eE][+]?[0-9]{1,3}", plain):
        return plain
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return plain
    exact = int(number.as_tuple().exponent) <= 0 and number == number.to_integral_value()
    return f"{number.to_integral_value():f}" if exact else None


def read_roster(path: Path, schema: Mapping[str, Table]) -> tuple[list[Entry], list[Diagnostic]]:
    """Read a roster; an entry's parent is as written."""
    name, problems = path.name, list[Diagnostic]()
    entries: dict[tuple[str, str], Entry] = {}
    received, unread = files.read(path, name)
    problems += unread
    meanings = {kind: Meanings(table, schema.get(table.parent or "")) for kind, table in schema.items()}
    meant = _columns(schema)
    seen = False
    for grid in received.grids:
        chosen = layout.best(layout.headers(grid), lambda parts: meant.get(header_key(parts[-1])))
        if chosen is None:
            continue
        seen = True
        header, _ = chosen
        columns: dict[str, int] = {}
        for column, parts in header.labels.items():
            columns.setdefault(meant.get(header_key(parts[-1]), ""), column)
        for needed in ("id", "name"):
            if needed not in columns:
                problems.append(Diagnostic("roster_column", grid.place(header.last), {"column": needed}))
        if not {"id", "name"} <= columns.keys():
            continue
        identity = [header.labels[columns[key]] for key in ("id", "name")]
        default = _default_kind(grid, path, identity, meanings, schema)
        for row, cells in _rows(grid, header, columns):
            told = {key: cells[column].strip() for key, column in columns.items() if column < len(cells)}
            found = _entry(told, default, schema)
            place = grid.place(row, columns["id"])
            if isinstance(found, str):
                values = {"given": told.get("kind" if found == "roster_kind" else "id", ""), "kinds": ", ".join(schema)}
                problems.append(Diagnostic(found, place, values))
            elif (found.kind, found.id) in entries:
                problems.append(Diagnostic("roster_id_twice", place, {"given": found.id}))
            else:
                entries[found.kind, found.id] = found
    if not seen and not problems:
        problems.append(Diagnostic("roster_without_table", Place(name)))
    return [*entries.values()], problems


def _rows(grid: Grid, header: layout.Header, columns: Mapping[str, int]) -> Iterator[tuple[int, Sequence[str]]]:
    identity = [columns[key] for key in ("id", "name", "text") if key in columns]
    for row in layout.laid_out(grid, header, identity).rows:
        yield row, grid.rows[row]


def _columns(tables: Mapping[str, Table]) -> dict[str, str]:
    """What the columns of a roster hold, by their headers."""
    words = {
        "kind": KIND,
        "aliases": ALIASES,
        "since": SINCE,
        "until": UNTIL,
        "merged_into": MERGED,
        "id": (*ID, *(f"{table.label['zh']}{end}" for table in tables.values() for end in ("编号", "代码"))),
        "name": (*NAME, *(f"{table.label['zh']}{end}" for table in tables.values() for end in ("名", "名称"))),
    }
    below = {table.parent for table in tables.values()}
    lowest = [table for kind, table in tables.items() if kind not in below]
    words["name"] = (*words["name"], *(word for table in lowest for word in (table.kind, *table.label.texts.values())))
    words["parent"] = parent_words(tables)
    found: dict[str, str] = {}
    for meaning, texts in words.items():
        for text in texts:
            found.setdefault(header_key(text), meaning)
    return found


def _default_kind(
    grid: Grid,
    path: Path,
    identity: Iterable[Parts],
    meanings: Mapping[str, Meanings],
    schema: Mapping[str, Table],
) -> str | None:
    """The kind of units whose row names none: that of the headers, of the sheet or file, or the only one with facts."""
    labels = [*identity]
    named = [kind for kind, meaning in meanings.items() if any(meaning.names_kind(parts) for parts in labels)]
    if len(named) == 1:
        return named[0]
    told = Kinds(schema).of(grid.sheet or path.stem)
    reported = [kind for kind, table in schema.items() if table.columns and not table.record]
    return told or (reported[0] if len(reported) == 1 else None)


def _entry(told: Mapping[str, str], default: str | None, schema: Mapping[str, Table]) -> Entry | str:
    """A unit of the roster; or the code of what is wrong with its row."""
    labels = {naming.plain(label): kind for kind, table in schema.items() for label in table.label.texts.values()}
    written = naming.plain(told.get("kind", ""))
    kind = {**labels, **{kind: kind for kind in schema}}.get(written) if written else default
    if kind is None:
        return "roster_kind"
    id_ = restored(told.get("id", ""))
    if not id_:
        return "id_empty" if id_ == "" else "id_lost_digits"
    days = {key: _end_of(told.get(key, ""), last=key == "until") for key in ("since", "until")}
    if any(told.get(key) and days[key] is None for key in days):
        return "roster_day"
    aliases = tuple(text.strip() for text in SEPARATOR.split(told.get("aliases", "")) if text.strip())
    return Entry(
        kind,
        id_,
        told.get("name") or id_,
        aliases,
        told.get("parent") or None,
        days["since"],
        days["until"],
        told.get("merged_into") or None,
    )


def _end_of(text: str, *, last: bool) -> date | None:
    """A day; of a year its first or its last."""
    year = YEAR.match(normalize("NFKC", text).strip())
    if year:
        return date(int(year[1]), 12, 31) if last else date(int(year[1]), 1, 1)
    found = _day(text) if _day and text else None
    return found if isinstance(found, date) else None


def read_aliases(path: Path, schema: Mapping[str, Table]) -> tuple[list[Alias], list[Diagnostic]]:
    """Read the names that somebody confirmed: those with a yes beside them."""
    received, problems = files.read(path, path.name)
    words = {"kind": KIND, "parent": ("parent", "上级"), "text": TEXT, "id": ID, "confirmed": CONFIRMED}
    known = {header_key(text): meaning for meaning, texts in words.items() for text in texts}
    labels = {label: kind for kind, table in schema.items() for label in (kind, *table.label.texts.values())}
    found = []
    for grid in received.grids:
        chosen = layout.best(layout.headers(grid), lambda parts: known.get(header_key(parts[-1])))
        if chosen is None:
            continue
        columns = {
            known[header_key(parts[-1])]: at for at, parts in chosen[0].labels.items() if header_key(parts[-1]) in known
        }
        if not words.keys() <= columns.keys():
            continue
        for _, cells in _rows(grid, chosen[0], columns):
            told = {key: cells[at].strip() for key, at in columns.items()}
            if naming.plain(told["confirmed"]) in YES:
                kind = labels.get(told["kind"], told["kind"])
                found.append(Alias(kind, told["parent"], told["text"], told["id"]))
    return found, problems
