"""Read points that assessors give.

Each assessed criterion declares its facts by itself: the score of each assessor, and the reason why points were not
given. The points are the score that counts, a line on which a point is a point.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

from engine import rulebook as said
from engine.diagnostic import near
from engine.expression import check, syntax
from engine.expression.typed import fact_leaf, number_of
from engine.messages.words import WORDS
from engine.programme import rules
from engine.programme.amounts import positive
from engine.programme.losses import as_node, line
from engine.programme.thresholds import thresholds
from engine.schema import NOT_ENTERED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.expression.syntax import Node
    from engine.programme.reader import Reader
    from engine.yaml_text import Path_

Span = tuple[Fraction, Fraction]


def fact_of(criterion: str, assessor: str) -> str:
    """The fact that holds the score of an assessor."""
    return f"{criterion}_{assessor}"


def reason_of(criterion: str) -> str:
    """The fact that holds why points were not given."""
    return f"{criterion}_reason"


def declared(book: said.Rulebook) -> said.Rulebook:
    """The rulebook with the facts that its assessed criteria declare by themselves."""
    if book.assessors is None:
        return book
    facts = {
        id_: fact
        for good in book.goods.values()
        for name, item in good.criteria.items()
        if isinstance(item.points, said.Assessed)
        for id_, fact in _facts(name, item, item.points, book.assessors)
    }
    return book.model_copy(
        update={"facts": {**book.facts, **{id_: fact for id_, fact in facts.items() if id_ not in book.facts}}}
    )


def _facts(
    criterion: str, item: said.Criterion, points: said.Assessed, assessors: said.Assessors
) -> Iterator[tuple[str, said.Fact]]:
    spans = [_span(text) for text in _texts(points)]
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return  # it is told where it stands
    least, most = min(low for low, _ in known), max(high for _, high in known)
    counts = list(assessors.counts)
    for id_, assessor in assessors.scores.items():
        # Who comes last, or has a weight, is awaited; who comes before may have given no score.
        awaited = id_ in counts and (isinstance(assessors.counts, dict) or id_ == counts[-1])
        yield (
            fact_of(criterion, id_),
            said.Fact(
                type="number",
                label=_label(item.label, "score_of", assessor.label),
                min=_written(least),
                max=_written(most),
                step=points.step if _is_positive(points.step) else None,
                blank="gap" if awaited else NOT_ENTERED,
                better="more" if id_ in counts else None,
                cite=item.cite,
            ),
        )
    label = _label(item.label, "reason_of", item.label)
    yield reason_of(criterion), said.Fact(type="text", label=label, blank=NOT_ENTERED)


def _label(criterion: said.Label, phrase: str, assessor: said.Label) -> said.Label:
    zh, en = (
        WORDS[phrase][language].format(criterion=criterion[language], assessor=assessor[language])
        for language in ("zh", "en")
    )
    return said.Label(zh=zh, en=en)


def _texts(points: said.Assessed) -> list[str]:
    """What says how many points can be given."""
    given = points.assessed
    return [given] if isinstance(given, str) else [*given.bands.values(), given.otherwise]


def _span(text: str) -> Span | None:
    """`5..10` as two numbers; a number alone is from 0 up to it. None for anything else."""
    low, dots, high = text.partition("..")
    try:
        ends = (Fraction(low), Fraction(high)) if dots else (Fraction(0), Fraction(low))
    except ValueError:
        return None
    return ends if 0 <= ends[0] < ends[1] else None


def _is_positive(text: str | None) -> bool:
    try:
        return Fraction(text or "0") > 0
    except ValueError:
        return False


def _written(value: Fraction) -> str:
    return f"{float(value):g}"


# Points


def points(reader: Reader, criterion: str, item: said.Assessed, path: Path_) -> rules.Linear | None:
    """The points that assessors give; None when something is wrong, which is reported."""
    assessors = reader.book.assessors
    if assessors is None:
        reader.refuse("no_assessors", path)
        return None
    if item.step is not None:
        positive(reader, item.step, (*path, "step"))
    facts = {id_: fact_of(criterion, id_) for id_ in assessors.scores}
    names = [*facts.values(), reason_of(criterion)]
    for name in names:
        if ("facts", name) in reader.source.places:
            reader.refuse("fact_of_assessed", ("facts", name), of_key=True, name=name, criterion=criterion)
    counts = _counts(assessors)
    if not set(names) <= reader.facts.keys() or not {id_ for id_, _ in counts} <= facts.keys():
        _bad_spans(reader, item, path)
        return None
    of = _score(reader, facts, counts)
    if isinstance(item.assessed, str):
        span = _span(item.assessed)
        return (
            None if span is None else rules.Linear(of, line(*span), rules.Scores(facts, reason_of(criterion), counts))
        )
    number = reader.typed(item.assessed.of, (*path, "assessed", "within"), "number")
    # Where a text is no span the facts are not declared: that was told above.
    bands = thresholds(
        reader, item.assessed.bands, (*path, "assessed", "bands"), number, lambda _, text, __: _span(text)
    )
    otherwise = _span(item.assessed.otherwise)
    if number is None or not bands or otherwise is None:
        return None
    low, high = (_picked(number, bands, otherwise, end) for end in (0, 1))
    of = syntax.Call(0, 0, "min", (syntax.Call(0, 0, "max", (of, low)), high))
    spans = [otherwise, *(span for _, span in bands)]
    knots = line(min(low for low, _ in spans), max(high for _, high in spans))
    return rules.Linear(of, knots, rules.Scores(facts, reason_of(criterion), counts, low, high, number))


def assessors(reader: Reader) -> None:
    """Report what is wrong with who counts."""
    said_ = reader.book.assessors
    if said_ is None:
        return
    path: Path_ = ("assessors", "counts")
    weighted = isinstance(said_.counts, dict)
    for at, id_ in enumerate(said_.counts):
        place = (*path, id_ if weighted else at)
        if id_ not in said_.scores:
            known = ", ".join(said_.scores)
            reader.refuse(
                "unknown_assessor", place, near=near(id_, said_.scores), of_key=weighted, name=id_, known=known
            )
        elif weighted and said_.scores[id_].sample:
            reader.refuse("sample_with_weight", place, of_key=True, name=id_)
        elif not weighted and at < len(said_.counts) - 1 and not said_.scores[id_].sample:
            reader.refuse("assessor_never_counts", (*path, at + 1), name=list(said_.counts)[at + 1], first=id_)
    if isinstance(said_.counts, dict):
        weights = [reader.number(text, (*path, id_)) for id_, text in said_.counts.items()]
        if None not in weights and sum(weight or 0 for weight in weights) != 1:
            reader.refuse("weights_total", path, of_key=True, total=_percent(sum(weight or 0 for weight in weights)))


def checks(criteria: tuple[rules.Criterion, ...], columns: Mapping[str, object]) -> tuple[rules.Check, ...]:
    """That scores lie in the band that a number picks."""
    found = []
    for item in criteria:
        scores = item.scores
        if scores is None or scores.least is None or scores.most is None:
            continue
        parts: list[Node] = []
        for name in (scores.facts[id_] for id_, _ in scores.counts):
            leaf = fact_leaf(columns[name])  # type: ignore[arg-type] # mapping of columns
            for end, operator in ((scores.least, ">="), (scores.most, "<=")):
                score: Node = leaf if leaf.column.blank is None else syntax.Call(0, 0, "given", (leaf, end))
                parts.append(syntax.Comparison(0, 0, (operator,), (score, end)))
        label = _label(item.said.label, "within_band", item.said.label)
        told = said.Check(id="-", require="", severity="refuse", label=label, cite=item.said.cite)
        found.append(rules.Check(f"band:{item.id}", told, syntax.Both(0, 0, tuple(parts))))
    return tuple(found)


def _percent(value: Fraction | int) -> str:
    return f"{float(value) * 100:g}%"


def _counts(assessors: said.Assessors) -> tuple[tuple[str, Fraction | None], ...]:
    if isinstance(assessors.counts, dict):
        found = ((id_, _weight(text)) for id_, text in assessors.counts.items())
        return tuple(found)
    return tuple((id_, None) for id_ in assessors.counts)


def _weight(text: str) -> Fraction:
    """A weight; what is none is told elsewhere."""
    try:
        return number_of(check.type_of_constant(text)[0]) or Fraction(0)
    except syntax.ExpressionError:
        return Fraction(0)


def _score(reader: Reader, facts: Mapping[str, str], counts: tuple[tuple[str, Fraction | None], ...]) -> Node:
    """The score that counts: the first that is given, or the weighted sum."""
    leaves: list[tuple[Node, Fraction | None]] = [
        (fact_leaf(reader.facts[facts[id_]]), weight) for id_, weight in counts
    ]
    if counts[0][1] is not None:
        parts = (syntax.Arithmetic(0, 0, "*", leaf, as_node(weight or Fraction(0))) for leaf, weight in leaves)
        return reduce(lambda left, part: syntax.Arithmetic(0, 0, "+", left, part), parts)
    *before, (score, _) = leaves
    for leaf, _ in reversed(before):
        score = syntax.Call(0, 0, "given", (leaf, score))
    return score


def _picked(number: Node, bands: list[tuple[Node, Span]], otherwise: Span, end: int) -> Node:
    """One end of the band that a number picks."""
    found = as_node(otherwise[end])
    for threshold, span in bands:  # the lowest first, so that the highest is asked first
        reached = syntax.Comparison(0, 0, (">=",), (number, threshold))
        found = syntax.Conditional(0, 0, reached, as_node(span[end]), found)
    return found


def _bad_spans(reader: Reader, item: said.Assessed, path: Path_) -> None:
    """Report what is no number of points that can be given."""
    if isinstance(item.assessed, str):
        if _span(item.assessed) is None:
            reader.refuse("not_a_span", (*path, "assessed"), value=item.assessed)
        return
    rows = {("bands", key): text for key, text in item.assessed.bands.items()} | {("else",): item.assessed.otherwise}
    for at, text in rows.items():
        if _span(text) is None:
            reader.refuse("not_a_span", (*path, "assessed", *at), value=text)
