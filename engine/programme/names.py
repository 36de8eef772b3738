"""One name, one thing: expressions and tables could not tell two apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnostic import Diagnostic

if TYPE_CHECKING:
    from engine.diagnostic import Place
    from engine.programme.reader import Reader
    from engine.yaml_text import Path_


def unique(reader: Reader) -> None:
    """Report names that are given twice."""
    seen: dict[str, Path_] = {}
    sections: list[tuple[Path_, str]] = [(("facts", id_), id_) for id_ in reader.book.facts]
    sections += [(("parameters", id_), id_) for id_ in reader.book.parameters]
    sections += [(("lifecycle", id_), id_) for id_ in reader.book.lifecycle]
    sections += [(("measures", id_), id_) for id_ in reader.book.measures]
    sections += [(("targets", id_), id_) for id_ in reader.book.targets]
    sections += [(("goods", id_), id_) for id_ in reader.book.goods]
    sections += [
        (("goods", good, "criteria", id_), id_)
        for good in reader.book.goods
        for id_ in reader.book.goods[good].criteria
    ]
    sections += [(("titles", id_), id_) for id_ in reader.book.titles if id_ != reader.book.rulebook]
    sections += [(("grades", id_), id_) for id_ in reader.book.grades if reader.book.rated]
    sections += [(("select", id_), id_) for id_ in reader.book.select]
    for path, id_ in sections:
        if id_ in seen:
            _twice(reader, reader.source.key_place(*path), id_, reader.source.key_place(*seen[id_]))
        seen.setdefault(id_, path)
    _columns_of_runs(reader)
    policy = reader.book.policy
    for section, ids in (
        (("policy", "propose"), [rule.id for rule in policy.propose]),
        (("policy", "adjust"), [rule.id for rule in policy.adjust]),
        (("policy", "settle"), [rule.id for rule in policy.settle]),
        (("checks",), [rule.id for rule in reader.book.checks]),
    ):
        for at, id_ in enumerate(ids):
            if id_ in ids[:at]:
                path = (*section, at, "id")
                first = reader.source.place(*section, ids.index(id_), "id")
                _twice(reader, reader.source.place(*path), id_, first)
    taken = {id_: reader.source.key_place("select", id_) for id_ in reader.book.select}
    taken |= {rule.id: reader.source.place("policy", "propose", at, "id") for at, rule in enumerate(policy.propose)}
    for stage, ids in (
        ("adjust", [rule.id for rule in policy.adjust]),
        ("settle", [rule.id for rule in policy.settle]),
    ):
        for at, id_ in enumerate(ids):
            if id_ in taken and (stage == "settle" or id_ not in reader.book.select):
                _twice(reader, reader.source.place("policy", stage, at, "id"), id_, taken[id_])
        taken |= {id_: reader.source.place("policy", stage, at, "id") for at, id_ in enumerate(ids)}


def _twice(reader: Reader, place: Place, id_: str, first: Place) -> None:
    """Report a name that is given a second time; between a rulebook and what changes it, the change is told."""
    if place.file == reader.source.file != first.file:
        place, first = first, place
    if first.file == place.file:
        problem = Diagnostic("duplicate_id", place, {"id": id_, "first": first.line})
    else:
        problem = Diagnostic("duplicate_id_elsewhere", place, {"id": id_, "first": str(first)})
    reader.problems.append(problem)


def _columns_of_runs(reader: Reader) -> None:
    """No name is that of a column which a run has beside another name."""
    book = reader.book
    numbers = ("score_max", "goods_met", "goods_count", *book.measures, *book.targets)
    histories = {f"{id_}_history": id_ for id_ in book.lifecycle}
    criteria = [(good, id_, item) for good in book.goods for id_, item in book.goods[good].criteria.items()]
    applicable = {f"{id_}_applicable": id_ for _, id_, item in criteria if item.applies is not None}
    answers: list[Path_] = [("titles", id_) for id_ in book.titles]
    answers += [("goods", id_) for id_ in book.goods]
    answers += [("goods", good, "criteria", id_) for good, id_, _ in criteria]
    ruled = {f"{path[-1]}_computed": str(path[-1]) for path in answers} if book.rulings else {}
    high = {f"{id_}_high": id_ for id_ in numbers}
    found = [(path, {**applicable, **ruled}) for path in answers]
    found += [(("measures", id_), {**high, **histories}) for id_ in book.measures]
    found += [(("targets", id_), {**high, **applicable}) for id_ in book.targets]
    for path, taken in found:
        name = str(path[-1])
        if name in taken:
            reader.refuse("name_of_column", path, of_key=True, name=name, of=taken[name])
