"""What the papers of a run say of one unit: where its values were sent from, what was corrected, what was ruled."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from engine.diagnostic import Place
from engine.explanation.model import Corrected, Ruled, Source
from engine.messages.words import WORDS

if TYPE_CHECKING:
    from engine.archive import Run
    from engine.archive.trail import Sent
    from engine.archive.units import Unit
    from engine.explanation.model import Piece, Text

Data = dict[str, Any]
_TRUTHS = {"title": ("won", "not_won"), "criterion": ("met", "unmet")}


class PaperReader:
    """The papers of one unit."""

    def __init__(self, run: Run, unit: Unit) -> None:
        self.run = run
        self.unit = unit

    @cached_property
    def sent(self) -> dict[str, Sent]:
        """Where the values were sent from."""
        return self.run.trail.of(self.unit.kind, self.unit.id) if self.run.trail else {}

    @cached_property
    def corrected(self) -> dict[str, Corrected]:
        """What was corrected, by fact."""
        return {
            item["fact"]: Corrected(**{name: item[name] for name in Corrected.__dataclass_fields__})
            for item in self.run.corrections
            if self._own(item)
        }

    def source(self, fact: str, label: Text, value: Piece | None, cell: Place, *, answer: bool = False) -> Source:
        """A fact with all that is known of where its value comes from."""
        sent, correction = self.sent.get(fact), self.corrected.get(fact)
        if sent is None:
            return Source(fact, label, value, str(cell), answer, correction=correction)
        return Source(
            fact, label, value, str(sent.cell), answer, sent.sender, sent.submitted, sent.document, correction
        )

    def row(self, cell: Place) -> Place:
        """The row of the unit, as it was sent."""
        rows = [(item.cell.file, item.cell.line, item.cell.sheet) for item in self.sent.values() if item.cell.line]
        if not rows:
            return cell
        file, line, sheet = max(rows, key=rows.count)  # the unit's own sender tells most of it
        return Place(file, line, None, sheet)

    def ruled(self, book: Data, rating: Data) -> tuple[Ruled, ...]:
        """What was ruled on the grade, titles and criteria of a rulebook, where it holds."""
        found = (self._ruled(item, book, rating) for item in self.run.rulings if self._own(item))
        return tuple(item for item in found if item is not None)

    def _own(self, item: Data) -> bool:
        return (item["kind"], item["id"]) == (self.unit.kind, self.unit.id)

    def _ruled(self, item: Data, book: Data, rating: Data) -> Ruled | None:
        if item["on"] == "grade":
            if rating.get("ruled_by") != item["place"]:
                return None
            labels: dict[str, Text] = {grade["id"]: grade["label"] for grade in book["grades"]}
            before = labels.get(rating["computed_grade"], WORDS["pending"])
            what, after = WORDS["grade"], labels[rating["grade"]]
        else:
            names = book["titles"] if item["on"] == "title" else [c for good in book["goods"] for c in good["criteria"]]
            named = next((name for name in names if _is_called(name, item["name"])), None)
            if named is None or rating.get(f"{named['id']}_computed") == rating[named["id"]]:
                return None
            yes, no = (WORDS[word] for word in _TRUTHS[item["on"]])
            computed = rating[f"{named['id']}_computed"]
            before = WORDS["unknown"] if computed is None else yes if computed else no
            what, after = named["label"], yes if rating[named["id"]] else no
        said = {name: item[name] for name in ("reason", "decided_by", "document", "date", "place")}
        return Ruled(item["on"], what, before, after, **said)


def _is_called(named: Data, name: str) -> bool:
    return _folded(name) in {_folded(text) for text in (named["id"], *(named["label"] or {}).values())}


def _folded(text: str) -> str:
    return " ".join(normalize("NFKC", text).split()).casefold()
