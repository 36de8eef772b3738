"""Read parameters: dated constants."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from engine.expression import typed
from engine.expression.typed import ParameterLeaf, number_of
from engine.programme import rules

if TYPE_CHECKING:
    from engine.programme.reader import Reader


def parameters(reader: Reader) -> dict[str, rules.Parameter]:
    """The parameters; from now on expressions may name them."""
    found = {}
    for id_, item in reader.book.parameters.items():
        path = ("parameters", id_)
        constants = {year: reader.constant(text, (*path, str(year))) for year, text in sorted(item.values.items())}
        read = {year: constant for year, constant in constants.items() if constant}
        types = list(read.values())
        for year, (_, type_) in read.items():
            if type_.name != types[0][1].name:
                first, second = types[0][1].name, type_.name
                reader.refuse("types_differ", (*path, str(year)), first=first, second=second)
        type_ = types[0][1] if types else typed.UNKNOWN
        found[id_] = rules.Parameter(id_, item, {year: node for year, (node, _) in read.items()}, type_)
        bare = {year: number_of(node) or 0 for year, (node, constant) in read.items() if constant.unit != "ratio"}
        if len(bare) < len(read):  # some values are shares
            for year in [year for year, value in bare.items() if value > 1]:
                reader.refuse("percent_missing", (*path, str(year)), number=item.values[year])
                del bare[year]
        largest = Fraction(max(bare.values(), default=0))
        reader.names[id_] = ParameterLeaf(0, 0, type_, reader.book.rulebook, id_, largest)
    return found
