"""How long `wuhao check` takes: the shipped programmes, and a generated rulebook of 50 criteria in 6 goods.

    python benchmarks/bench_check.py

Seconds of this process's CPU, so that a busy machine counts less; and the same as a multiple of rating 10,000 units.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import process_time

import yaml

from engine.checking import check
from engine.facts.stated import stated
from engine.programme import Programme, load, tables
from engine.rating import rate
from engine.sampling import sample

GOODS, CRITERIA, POINTS = 6, 50, 2
HEAD = {"programme": "made", "label": "made", "years": {"from": 2004, "to": 2004}, "kinds": {"village": ""}}


def made_rulebook() -> dict[str, object]:
    """Shares, counts, answers and amounts by turns; two conditions of the policy besides the score."""
    facts: dict[str, object] = {"flag": {"type": "boolean", "label": "flag"}}
    goods: dict[str, dict[str, dict[str, object]]] = {
        f"good{at}": {"label": f"good {at}", "criteria": {}}  # type: ignore[dict-item]
        for at in range(GOODS)
    }
    for at in range(CRITERIA):
        criterion: dict[str, object] = {"label": f"criterion {at}", "points": POINTS}
        name = f"x{at}"
        match at % 4:
            case 0:
                facts |= {
                    f"{name}_of": {"type": "count", "min": 1, "label": f"{name} of"},
                    name: {"type": "count", "max": f"{name}_of", "better": "more", "label": name},
                }
                criterion["require"] = f"{name} / {name}_of >= {50 + at}%"
            case 1:
                facts[name] = {"type": "count", "better": "less", "label": name}
                criterion |= {"require": f"{name} <= {at % 7}", "essential": True}
            case 2:
                facts[name] = {"type": "boolean", "label": name}
                criterion["require"] = name
            case _:
                facts[name] = {"type": "money", "better": "more", "label": name}
                criterion["points"] = {"of": name, "linear": {0: 0, 1000 * (at + 1): POINTS}}
        goods[f"good{at % GOODS}"]["criteria"][f"c{at}"] = criterion
    propose = [{"id": f"from_{least}", "when": f"score >= {least}", "grade": grade} for least, grade in BANDS]
    return {
        "rulebook": "made",
        "kind": "village",
        "label": "made",
        "facts": facts,
        "goods": goods,
        "titles": {"every": {"label": "every", "when": "goods_met == goods_count"}},
        "score": {"of": CRITERIA * POINTS},
        "grades": [*(grade for _, grade in BANDS), "unqualified"],
        "policy": {
            "propose": [*propose, {"id": "otherwise", "grade": "unqualified"}],
            "adjust": [
                {"id": "flagged", "when": "flag", "cap": "unqualified"},
                {"id": "weak", "when": "not good.good0 and x1 > 3", "cap": "qualified"},
            ],
        },
    }


BANDS = ((90, "excellent"), (80, "commendable"), (60, "qualified"))


def seconds(*programmes: Programme) -> tuple[float, int]:
    """CPU seconds of a check, and what was left undecided."""
    start = process_time()
    reports = check(programmes)
    taken = process_time() - start
    return taken, sum(result.undecided for report in reports for result in report.results)


def main() -> None:
    """Print the figures."""
    shipped = load()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("programme", HEAD), ("made", made_rulebook())):
            (Path(folder) / f"{name}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        (made,) = load([folder])
        seconds(made)
        units = sample([made], 10_000)["village"]
        facts = stated({"village": units.to_dicts()}, tables([made]))
        start = process_time()
        rate(made, facts, year=2004)
        rating = process_time() - start
        for label, programmes in (("shipped programmes", shipped), (f"{CRITERIA} criteria", (made,))):
            taken, undecided = seconds(*programmes)
            print(f"{label:20} {taken:5.1f} s  {taken / rating:5.1f} × rating 10,000 units  undecided {undecided}")


if __name__ == "__main__":
    main()
