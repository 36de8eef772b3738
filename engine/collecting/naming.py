"""Names of units as people write them: the same unit is 东村, 东村村委会 and 大岭镇东 村党支部."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from engine.facts.raw import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

BODIES = re.compile(
    "(?:党总支部委员会|党支部委员会|党总支部|党总支|党支部|支部委员会|支部|党委会|党委|党组织"
    "|村民委员会|村委会|村委|居民委员会|居委会|人民政府|政府"
    "|partycommittee|villagecommittee|partybranch|committee|branch)$",
)
"""The bodies of a unit, at the end of its name."""
VILLAGE = re.compile("(?:行政村|村|village)$")
PLACE = re.compile("(?:街道办事处|办事处|街道|镇|乡)$")
ALIKE = 0.5
"""How alike two names are of which one may be a slip of the other: one of two characters."""


def plain(name: str) -> str:
    """A name without what may differ between hands: width, case, blanks."""
    return fold(name).replace(" ", "")


def key(name: str, above: Iterable[str] = ()) -> str:
    """What is left of a name without the unit above it, the body that is meant, and the word for a village.

    Args:
        name: the name as written.
        above: what the unit above is called.
    """
    found = plain(name)
    for prefix in sorted({plain(text) for text in above}, key=len, reverse=True):
        if prefix and found.startswith(prefix) and found != prefix:
            found = found.removeprefix(prefix)
            break
    shorter = BODIES.sub("", found)
    while shorter and shorter != found:
        found, shorter = shorter, BODIES.sub("", shorter)
    return VILLAGE.sub("", found) or found


def place(name: str) -> str:
    """The key of a township, without the word for one: 大岭 may be written for 大岭镇."""
    found = key(name)
    return PLACE.sub("", found) or found


def likely(name: str, candidates: Iterable[str]) -> list[str]:
    """The keys that a key may be a slip of, best first."""
    scored = [(SequenceMatcher(None, name, other).ratio(), other) for other in candidates]
    return [other for score, other in sorted(scored, key=lambda item: (-item[0], item[1])) if score >= ALIKE]
