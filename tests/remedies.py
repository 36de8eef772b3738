"""Small random rulebooks of everything that points and policies can say, and every plan that there is for their units."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from engine.facts.stated import stated
from engine.programme import tables
from engine.rating import rate

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from random import Random

    from engine.programme import Programme
    from engine.programme.rules import Rules
    from engine.remedies import Remedy

YEAR = 2004
KINDS = {"village": ""}
GRADES = ["excellent", "commendable", "qualified", "unqualified"]
FACTS: dict[str, dict[str, Any]] = {
    "members": {"type": "count", "min": "1", "max": "4"},
    "posted": {"type": "count", "max": "members"},
    "trained": {"type": "count", "max": "4"},
    "helpers": {"type": "count"},
    "unfit": {"type": "count", "max": "helpers"},
    "rooted": {"type": "boolean"},
    "quiet": {"type": "boolean"},
    "colour": {"type": "choice", "choices": ["red", "green", "blue"]},
    "size": {"type": "choice", "choices": ["small", "middle", "large"], "ordered": "true"},
    "fund": {"type": "money", "min": "0", "max": "3"},
    "ruled": {"type": "grade", "blank": "none", "mutable": "false"},
    "extra": {"type": "count", "max": "3", "blank": "none"},
}
VALUES: dict[str, Sequence[Any]] = {
    "members": range(1, 5),
    "posted": range(5),
    "trained": range(5),
    "helpers": range(4),
    "unfit": range(4),
    "rooted": (True, False),
    "quiet": (True, False),
    "colour": ("red", "green", "blue"),
    "size": ("small", "middle", "large"),
    "fund": (0.0, 1.0, 2.0, 3.0),
    "ruled": GRADES,
    "extra": range(4),
}
CONDITIONS = (
    "posted / members >= 75%",
    "posted / members > 1 / 2",
    "posted == members",
    "trained >= 3",
    "trained > 1 and rooted",
    "rooted or quiet",
    "not quiet",
    "not (rooted and quiet)",
    "rooted != quiet",
    "colour == green",
    "colour in [green, blue]",
    "colour not in [red]",
    "size >= middle",
    "size != large",
    "fund >= 2",
    "1 <= fund < 3",
    "fund + trained >= 4",
    "trained - posted >= 1",
    "min(trained, posted) >= 2",
    "max(trained, posted) >= 3",
    "abs(trained - 2) <= 1",
    "round(trained / 3) >= 1",
    "round_up(trained / 3) >= 2",
    "round_down(fund / 2) >= 1",
    "(1 if rooted else 0) + (1 if quiet else 0) + trained >= 3",
    "trained >= 3 if rooted else trained <= 1",
    "unfit <= 1",
    "unfit == 0 and rooted",
    "entered(extra)",
    "given(extra, 1) >= 2",
    "fund * trained >= 3",
    "members / posted <= 200%",
    "trained / 4 + fund / 3 >= 1",
    "-trained >= -1",
)
NUMBERS = ("trained", "fund", "trained + fund", "4 - trained", "given(extra, 0)", "posted - trained", "unfit")
SHARES = ("trained / 4", "posted / members", "posted / 4 - 10%")
APPLIES = ("rooted", "trained > 0", "colour != red", "fund >= 1")
WHENS = (
    *(
        "good.first",
        "not good.second",
        "goods_met >= 1",
        "quiet",
        "score < 30",
        "colour == red",
        "posted / members < 25%",
    ),
    *("proposed >= commendable and not rooted", "rooted or not good.first", "score_max < 30"),
)


def rulebook(random: Random) -> dict[str, Any]:
    """A random rulebook of villages."""
    facts = {id_: {"label": id_, **fact, **_of_plans(random, fact["type"])} for id_, fact in FACTS.items()}
    goods: dict[str, dict[str, Any]] = {
        good: {
            "label": good,
            "met": {
                "points": random.choice(["50%", "80%", "100%", "any"]),
                "essential": random.choice(["all", "none"]),
            },
            "criteria": {f"{good}_{at}": criterion(random) for at in range(random.randint(1, 3))},
        }
        for good in ("first", "second")
    }
    bounds = sorted(random.sample(range(1, 20), 3))
    total = sum(
        _most(item["points"])
        for good in goods.values()
        for item in good["criteria"].values()
        if not {"bonus", "penalty"} & {*item}
    )
    scaled = [f"{total * bound / 20:g}" for bound in bounds]
    propose: list[dict[str, Any]] = [
        {"id": grade, "when": f"score >= {limit}", "grade": grade}
        for grade, limit in zip(GRADES, reversed(scaled), strict=False)
    ]
    if random.random() < 0.3:
        propose.insert(0, {"id": "ruled", "when": "entered(ruled)", "grade": {"from": "ruled"}})
    if random.random() < 0.3:
        propose.insert(0, {"id": "by_good", "when": random.choice(WHENS[:3]), "grade": random.choice(GRADES[:3])})
    propose.append({"id": "otherwise", "grade": "unqualified"})
    adjust = []
    for at, when in enumerate(random.sample(WHENS, random.randint(0, 2))):
        limit: dict[str, Any] = {"cap": random.choice(GRADES[1:])}
        if random.random() < 0.4:
            limit = {"downgrade": {"excellent": "qualified", "commendable": "qualified", "qualified": "unqualified"}}
        adjust.append({"id": f"limit_{at}", "when": when, **limit})
    return {
        "rulebook": "v",
        "kind": "village",
        "label": "v",
        "facts": facts,
        "goods": goods,
        "score": {
            "bonus_max": "2",
            "bonus_groups": {"prizes": {"max": "1.5", "take": random.choice(["all", "highest"])}},
            "penalty_max": "3",
            "not_applicable": random.choice(["rescale", "full", "zero"]),
            **random.choice([{}, {}, {"round": "0"}, {"round": "1"}]),
        },
        "grades": GRADES,
        "policy": {"propose": propose, **({"adjust": adjust} if adjust else {})},
        "checks": [{"id": "refuses", "require": "fund <= 2 or rooted", "severity": "refuse"}][: random.randint(0, 1)],
    }


def _of_plans(random: Random, type_: str) -> dict[str, str]:
    """What a fact says for plans."""
    said = {"mutable": "false"} if random.random() < 0.25 else {}
    if type_ in {"count", "money"} and random.random() < 0.4:
        said["better"] = random.choice(["more", "less"])
    return said | ({"cost": str(random.randint(0, 4))} if random.random() < 0.5 else {})


def criterion(random: Random) -> dict[str, Any]:
    """A random criterion, with some form of points."""
    require, of, share = random.choice(CONDITIONS), random.choice(NUMBERS), random.choice(SHARES)
    points: Any = random.choice(
        [
            str(random.randint(1, 9)),
            {"of": of, "bands": {"3": "6", "1": "2"}, "else": "0"},
            {"of": share, "bands": {"75%": "1", "50%": "3"}, "else": "5"},
            {"of": of, "linear": {"0": "0", "3": "6"}},
            {"of": share, "linear": {"0%": "0", "50%": "4", "100%": "5"}},
            {"of": of, "linear": {"1": "6", "4": "0"}},
            {"of": of, "deduct": "1.5", "from": "6"},
            {
                "from": "5",
                "deduct": [
                    {"id": "at_once", "when": random.choice(CONDITIONS), "by": "3"},
                    {"id": "each_one", "each": of, "by": "1.5", "max": "2"},
                ],
                "floor": random.choice(["0", "-2"]),
            },
            {
                "from": "4",
                "deduct": [
                    {
                        "id": "by_steps",
                        "each": f"1 - {share}",
                        "by": "0.5",
                        "step": "20%",
                        "part": random.choice(["ignored", "counted"]),
                    }
                ],
            },
        ]
    )
    made: dict[str, Any] = {"label": "c", "points": points}
    if isinstance(points, str) or random.random() < 0.5:
        made["require"] = require
    if isinstance(points, str) or points.get("floor", "0") == "0":
        made |= random.choice([{}, {}, {}, {}, {"bonus": "true"}, {"bonus": "prizes"}, {"penalty": "true"}])
    chances = (("applies", random.choice(APPLIES), 0.3), ("essential", "true", 0.3))
    return made | {key: value for key, value, chance in chances if random.random() < chance}


def _most(points: Any) -> float:  # noqa: ANN401
    if isinstance(points, str):
        return float(points)
    if "from" in points:
        return float(points["from"])
    return max(map(float, [*points.get("bands", points.get("linear", {})).values(), points.get("else", "0")]))


def unit(random: Random, gaps: float) -> dict[str, Any]:
    """A random unit: facts within their bounds, some of them gaps."""
    row = {id_: random.choice(list(values)) for id_, values in VALUES.items()}
    row["posted"] = min(row["posted"], row["members"])
    row["unfit"] = min(row["unfit"], row["helpers"])
    row["ruled"] = row["ruled"] if random.random() < 0.3 else None
    row["rooted"] = row["rooted"] or row["fund"] > 2
    return {id_: None if random.random() < gaps else value for id_, value in row.items()}


def cheapest(programme: Programme, row: Mapping[str, Any], found: Remedy, frozen: Container[str]) -> Fraction | None:
    """Rate a unit with every combination of changes; the cost of the cheapest that reaches the grade."""
    (book,) = programme.rulebooks
    ways = [list(_ways(book, id_, row[id_], frozen=id_ in frozen)) for id_ in VALUES]
    tried = [
        (dict(zip(VALUES, (value for value, _ in combination), strict=True)), sum(cost for _, cost in combination))
        for combination in product(*ways)
    ]
    lawful = [(values, cost) for values, cost in tried if _lawful(values) and not (book.checks and _fails(values))]
    rows = [{"id": f"{at:06}", **values} for at, (values, _) in enumerate(lawful)]
    costs = [Fraction(cost) for _, cost in lawful]
    rating = rate(programme, stated({"village": rows}, tables([programme])), year=YEAR, measures=False)
    goal = next(at for at, id_ in enumerate(book.grades) if book.said.grades[id_].texts == found.target)
    grades = rating.books["v"].ratings["grade_low"]
    return min(
        (cost for cost, grade in zip(costs, grades, strict=True) if book.grades.index(grade) <= goal), default=None
    )


def _lawful(values: Mapping[str, Any]) -> bool:
    """What is known lies within the facts that bound it."""
    pairs = (("posted", "members"), ("unfit", "helpers"))
    return all(None in {values[one], values[other]} or values[one] <= values[other] for one, other in pairs)


def _fails(values: Mapping[str, Any]) -> bool:
    """The check that refuses is certainly false."""
    return values["fund"] is not None and values["fund"] > 2 and values["rooted"] is False


def _ways(book: Rules, id_: str, now: Any, *, frozen: bool) -> Iterator[tuple[Any, Fraction]]:  # noqa: ANN401
    """What a fact may be, with the cost of it: as it is, changed towards the better side, or established."""
    yield now, Fraction(0)
    said = book.said.facts[id_]
    if frozen or (not said.mutable and (now is not None or said.blank == "none")):
        return
    for value in VALUES[id_]:
        if now is None:
            yield value, Fraction(said.cost)
        elif value != now and not ((said.better == "more" and value < now) or (said.better == "less" and value > now)):
            amount = Fraction(abs(value - now)) if said.type in {"count", "money"} else Fraction(1)
            yield value, amount * said.cost / (10 if said.type == "money" else 1)
