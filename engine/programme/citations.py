"""What a rulebook rests on: every clause cited and every open decision named is in a registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.diagnostic import near
from engine.rulebook import Losses

if TYPE_CHECKING:
    from engine import rulebook as said
    from engine.programme.reader import Reader
    from engine.yaml_text import Path_

_BETWEEN = re.compile(r"[\s,，、；;【】]+")
"""What authors put between the ids of a list that they do not write as one."""


def registered(reader: Reader) -> None:
    """Report what a rulebook cites and names that is in no registry."""
    book = reader.book
    cited: list[tuple[Path_, said.Cited]] = []
    for section in ("facts", "parameters", "lifecycle", "measures", "targets", "goods", "titles", "select"):
        written = getattr(book, section).items()
        cited += [((section, id_), item) for id_, item in written if (section, id_) in reader.source.places]
    for life_id, life in book.lifecycle.items():
        cited += [(("lifecycle", life_id, "steps", at), item) for at, item in enumerate(life.steps)]
    for good_id, good in book.goods.items():
        cited += [(("goods", good_id, "criteria", id_), item) for id_, item in good.criteria.items()]
        for id_, criterion in good.criteria.items():
            reasons = criterion.points.deduct if isinstance(criterion.points, Losses) else ()
            for at, reason in enumerate(reasons):
                cited.append((("goods", good_id, "criteria", id_, "points", "deduct", at), reason))
    cited += [(("policy", "propose", at), item) for at, item in enumerate(book.policy.propose)]
    cited += [(("policy", "adjust", at), item) for at, item in enumerate(book.policy.adjust)]
    cited += [(("policy", "settle", at), item) for at, item in enumerate(book.policy.settle)]
    cited += [(("checks", at), item) for at, item in enumerate(book.checks)]
    for path, item in cited:
        for key, known, code in (
            ("cite", reader.around.clauses, "unknown_clause"),
            ("open", reader.around.decisions, "unknown_decision"),
        ):
            for at, name in enumerate(getattr(item, key)):
                parts = [part for part in _BETWEEN.split(name) if part]
                if name not in known and (parts != [name] and set(parts) & set(known)):
                    reader.refuse("list_as_text", (*path, key, at), text=name, instead=f"[{', '.join(parts)}]")
                elif name not in known:
                    reader.refuse(code, (*path, key, at), near=near(name, known), name=name)
