"""Change a rulebook by what an overlay says of it, before anything of it is understood.

An overlay mirrors the rulebook. Under a name that exists, the keys that are written replace those of the rulebook; a
name that does not exist is an addition, written whole; `off` takes away. What comes out is the text of a rulebook
again, in which every value knows the file that it was written in. So all that reads rulebooks reads it too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from engine import rulebook as said
from engine.diagnostic import Diagnostic, near
from engine.programme.files import inside, models_in, word_meant
from engine.programme.overlays.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.diagnostic import Place

Path = tuple[str, ...]
Kind = Literal["changed", "added", "off"]

OFF = "off"
"""What takes away."""
BEFORE = "before"
"""The key that says where a proposal stands: the first that holds counts."""
ENTRIES: dict[str, type[said.Cited]] = {
    "facts": said.Fact,
    "parameters": said.Parameter,
    "lifecycle": said.Lifecycle,
    "measures": said.Measure,
    "targets": said.Target,
    "goods": said.Good,
    "titles": said.Title,
    "select": said.Selection,
}
"""The sections of named entries."""
RULES: dict[str, type[said.Cited]] = {
    "propose": said.Proposal,
    "adjust": said.Adjustment,
    "settle": said.Settlement,
}
_ENOUGH = {said.Criterion: ("require", "points"), said.Adjustment: ("downgrade", "cap", "withhold")}
"""Of these keys a new one has one at least."""


@dataclass(frozen=True)
class Change:
    """The smallest thing that an overlay says: an entry of a section, or a key of the rulebook.

    Attributes:
        path: where it stands under `rulebooks` of the overlay; the rulebook first.
        kind: whether it changes, adds, or takes away.
        before: what the rulebook said; None for nothing.
        after: what it says now.
        label: what that is called whose entry or key it is, as written; None where it has no label.
        place: where the overlay says it.
    """

    path: Path
    kind: Kind
    before: Any
    after: Any
    label: Any
    place: Place

    @property
    def section(self) -> str | None:
        """Of which section an entry is changed; None for a key of the rulebook or of a good."""
        match self.path:
            case (_, "policy", stage, _):
                return stage
            case (_, "goods", _, "criteria", _):
                return "criteria"
            case (_, section, _) if section != "score":
                return section
        return None

    @property
    def inert(self) -> bool:
        """Whether it changes no grade unless something else names what it adds, or named what it takes away."""
        return self.section in {"facts", "parameters", "measures"} and self.kind != "changed"


class Merger:
    """Changes rulebooks; collects what is wrong with the changes.

    Attributes:
        problems: what is wrong.
        changes: what was changed.
        lost: the names of what was not understood: that others miss it is no problem of its own.
    """

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []
        self.changes: list[Change] = []
        self.lost: set[str] = set()
        self._criteria: dict[str, str] = {}  # of the rulebook, each with where it stands

    def rulebook(self, id_: str, base: Node, change: Node) -> Node:
        """A rulebook with what an overlay changes in it."""
        if not self._mapping(id_, change):
            return base
        goods = base.named["goods"].named if "goods" in base.named else {}
        self._criteria = {
            name: f"goods.{good}.criteria"
            for good, item in goods.items()
            if "criteria" in item.named
            for name in item.named["criteria"].named
        }
        found = dict(base.named)
        for written, item in change.named.items():
            key = self._section_meant(written, item)
            old = base.named.get(key)
            path = (id_, written)
            if key in {"rulebook", "kind"}:
                self._refuse("overlay_fixed_key", item.start, key=key)
            elif key in ENTRIES and self._mapping(key, item):
                found[key] = self._section(path, _or_empty(old, item), item, ENTRIES[key])
            elif key == "checks" and self._by_name(key, item):
                found[key] = self._rules(path, _or_empty(old, item), item, said.Check)
            elif key == "policy" and self._mapping(key, item):
                found[key] = self._policy(path, _or_empty(old, item), item)
            elif key == "score" and self._mapping(key, item):
                found[key] = self._keys(path, _or_empty(old, item), item, said.Score, of=base)
            elif key not in {*ENTRIES, "checks", "policy", "score"}:
                alone = Node({key: item}, change.place)
                found = dict(self._keys((id_,), Node(found, base.place), alone, said.Rulebook, of=base).named)
        return base.holding(found)

    def _section_meant(self, written: str, item: Node) -> str:
        """The key of a rulebook that is written, or that is meant."""
        known = list(said.Rulebook.model_fields)
        meant = word_meant(written, known) if written not in known else ()
        if meant:
            self._refuse("unknown_key", item.start, meant, key=written, keys=", ".join(known))
        return next(iter(meant), written)

    # What a rulebook is made of

    def _policy(self, path: Path, base: Node, change: Node) -> Node:
        found = dict(base.named)
        for key, item in change.named.items():
            if key not in RULES:
                found[key] = item  # which reading the rulebook refuses
            elif self._by_name(key, item):
                found[key] = self._rules((*path, key), _or_empty(base.named.get(key), item), item, RULES[key])
        return base.holding(found)

    def _section(self, path: Path, base: Node, change: Node, model: type[said.Cited]) -> Node:
        """Named entries."""
        found = dict(base.named)
        for name, item in change.named.items():
            here, old = (*path, name), base.named.get(name)
            if old is None:
                if self._whole(here, item, model, base.named):
                    found[name] = item
                    self._tell(here, "added", None, item)
            elif item.text == OFF:
                del found[name]
                self._tell(here, "off", old, item)
            elif model is said.Good and self._changes(name, item):
                found[name] = self._good(here, old, item)
            elif model is not said.Good:
                found[name] = self._entry(here, old, item, model) or old
        return base.holding(found)

    def _good(self, path: Path, base: Node, change: Node) -> Node:
        rest = {key: item for key, item in change.named.items() if key != "criteria"}
        found = self._keys(path, base, change.holding(rest), said.Good, of=base)
        criteria = change.named.get("criteria")
        if criteria is None or not self._mapping("criteria", criteria):
            return found
        old = _or_empty(base.named.get("criteria"), criteria)
        return found.holding(
            {**found.named, "criteria": self._section((*path, "criteria"), old, criteria, said.Criterion)}
        )

    def _rules(self, path: Path, base: Node, change: Node, model: type[said.Cited]) -> Node:
        """Entries of a list that have an `id`."""
        found = list(base.items)
        for name, item in change.named.items():
            here = (*path, name)
            names = [_id(rule) for rule in found]
            known = dict(zip(names, found, strict=True))
            old = known.get(name)
            rule, ahead = _without_before(item) if model is said.Proposal else (item, None)
            if old is None and self._whole(here, rule, model, known):
                if model is said.Proposal and ahead is None:
                    self._refuse("before_missing", item.start, name=name, rules=", ".join(names), last=names[-1])
                    continue
                new = rule.holding({"id": Node(name, item.start, item.start), **rule.named})
                found.insert(self._position(names, ahead), new)
                self._tell(here, "added", None, item)
            elif old is not None and item.text == OFF:
                found.remove(old)
                self._tell(here, "off", old, item)
            elif old is not None and (new_rule := self._entry(here, old, rule, model, written=item)):
                at = found.index(old)
                found.remove(old)
                names.remove(name)
                found.insert(at if ahead is None else self._position(names, ahead), new_rule)
        return Node(found, base.place, base.key)

    def _position(self, names: list[str], ahead: Node | None) -> int:
        """Where a proposal is to stand."""
        if ahead is None:
            return len(names)
        name = ahead.text
        if name in names:
            return names.index(name)
        if name is None:
            self._refuse("wrong_shape", ahead.place, key=BEFORE, expected="text")
            return 0
        self._refuse("before_unknown", ahead.place, near(name, names), name=name, rules=", ".join(names))
        return 0

    # What entries are made of

    def _entry(
        self, path: Path, base: Node, change: Node, model: type[said.Cited], written: Node | None = None
    ) -> Node | None:
        """An entry that exists, with the keys that change; None when no change is written."""
        if model is said.Measure:
            base, change = _as_mapping(base), _as_mapping(change)
        if model is not said.Parameter and not self._changes(path[-1], change):
            return None
        self._tell(path, "changed", base, written or change)
        if not isinstance(change.content, dict):
            return change  # which reading the parameter refuses
        found = self._keys(path, base, change, model)
        return replace(found, place=change.place, key=change.key)

    def _keys(self, path: Path, base: Node, change: Node, model: type[BaseModel], *, of: Node | None = None) -> Node:
        """Keys that a model knows; a value takes the place of what stood there.

        Args:
            path: where the keys stand.
            base: the keys that there are.
            change: the keys that change.
            model: what it is.
            of: the rulebook or good that has the keys, where each is a change of its own.
        """
        found = dict(base.named)
        for key, item in change.named.items():
            old = base.named.get(key)
            annotation = inside(model, key)
            inner = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
            by_year = getattr(annotation, "__origin__", None) is dict and not models_in(annotation)
            if item.text == OFF and self._can_be_off(model, key):
                if old is None:
                    self._refuse("off_not_there", item.start, near(key, base.named), key=key)
                    continue
                del found[key]
            elif item.text == OFF and _is_required(model, key):
                self._refuse("off_required", item.start, key=key)
                continue
            elif old and item.named and (by_year or (inner and inner is not said.Label)):
                found[key] = self._keys((*path, key), old, item, inner or BaseModel)
            else:
                found[key] = item
            if of:
                self._tell((*path, key), "changed", old, item, of)
        return base.holding(found)

    def _can_be_off(self, model: type[BaseModel], key: str) -> bool:
        """Whether an entry can be without a key: not one that it needs, nor one whose value `off` may be meant."""
        field = _field(model, key)
        if field is None:
            return model in {said.Parameter, BaseModel} and key.isdecimal()
        return not field.is_required() and not isinstance(field.default, (str, bool, int))

    # What is wrong

    def _whole(self, path: Path, item: Node, model: type[said.Cited], known: Mapping[str, Node]) -> bool:
        """Whether an entry that the rulebook does not have is written whole: then it is new, else a name is wrong."""
        name, what = path[-1], path[-2]
        meant = _meant(name, known)
        if where := self._criteria.get(name) if model is said.Criterion else None:
            self._refuse("overlay_elsewhere", item.start, name=name, what=what, where=where)
            return False
        if item.text == OFF:
            self._refuse("overlay_off_unknown", item.start, meant, name=name, what=what)
            return False
        missing = _missing(item, model)
        if missing:
            lacks = ", ".join(f"`{key}`" for key in missing)
            self._refuse("overlay_unknown", item.start, meant, name=name, what=what, missing=lacks)
        return not missing

    def _changes(self, name: str, item: Node) -> bool:
        """Whether keys are written."""
        if isinstance(item.content, dict):
            return True
        self._refuse("overlay_no_change", item.start, name=name)
        return False

    def _mapping(self, key: str, item: Node) -> bool:
        if isinstance(item.content, dict):
            return True
        if item.text == OFF:
            self._refuse("off_as_a_whole", item.start, key=key)
        else:
            self._refuse("wrong_shape", item.start, key=key, expected="mapping")
        return False

    def _by_name(self, key: str, item: Node) -> bool:
        """Whether rules are written under their names, and not in a list as rulebooks have them."""
        if item.items:
            first = _id(item.items[0]) or "veto"
            self._refuse("overlay_list", item.start, key=key, first=first)
            return False
        return self._mapping(key, item)

    def _refuse(self, code: str, place: Place, guess: tuple[str, ...] = (), **values: object) -> None:
        self.lost |= {str(values[key]) for key in ("name", "key") if key in values}
        self.problems.append(Diagnostic(code, place, values, guess))

    def _tell(self, path: Path, kind: Kind, before: Node | None, after: Node, of: Node | None = None) -> None:
        label = next(
            (item.named["label"].value for item in (of, before, after) if item and "label" in item.named), None
        )
        self.changes.append(Change(path, kind, before.value if before else None, after.value, label, after.start))


def _id(rule: Node) -> str:
    found = rule.named.get("id")
    return (found.text if found else None) or ""


def _or_empty(base: Node | None, change: Node) -> Node:
    """A section of the rulebook; an empty one at the overlay's where it has none."""
    return base or Node({}, change.place, change.key)


def _as_mapping(measure: Node) -> Node:
    """A measure that is an expression alone, written out."""
    return measure if measure.text in {None, OFF} else measure.under("value")


def _without_before(rule: Node) -> tuple[Node, Node | None]:
    """A proposal as rulebooks have it, and what it is to stand before."""
    ahead = rule.named.get(BEFORE)
    return (
        (rule.holding({key: item for key, item in rule.named.items() if key != BEFORE}), ahead)
        if ahead
        else (rule, None)
    )


def _field(model: type[BaseModel], key: str) -> Any:  # noqa: ANN401
    return next((field for name, field in model.model_fields.items() if (field.alias or name) == key), None)


def _is_required(model: type[BaseModel], key: str) -> bool:
    field = _field(model, key)
    return field is not None and field.is_required()


def _missing(item: Node, model: type[said.Cited]) -> list[str]:
    """The keys that an entry of its own has, and this has not."""
    if model is said.Measure:
        item = _as_mapping(item)
    written = item.named
    named = {field.alias or name: field for name, field in model.model_fields.items() if name not in {"id", "values"}}
    missing = [key for key, field in named.items() if (field.is_required() or key == "label") and key not in written]
    if model is said.Parameter and not any(re.fullmatch("[0-9]{4}", key) for key in written):
        missing.append("2004")
    if (enough := _ENOUGH.get(model)) and not written.keys() & set(enough):
        missing.append(enough[0])
    return missing


def _meant(name: str, known: Mapping[str, Node]) -> tuple[str, ...]:
    """The name that an author may have meant: the one whose label was written, or one spelled alike."""
    named = [id_ for id_, item in known.items() if name in _texts(item.named.get("label"))]
    return tuple(named[:1]) or near(name, known)


def _texts(label: Node | None) -> Iterable[str | None]:
    return [label.text, *(item.text for item in label.named.values())] if label else ()
