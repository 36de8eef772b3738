"""What a scenario says: facts that would be otherwise, parameters that would be, overlays that would hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from engine.diagnostic import Diagnostic, InvalidInputError, InvalidRulesError, Place
from engine.programme.files import validate
from engine.yaml_text import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that would be otherwise, as written: `name` is `village:V01.cross_posted`, or a parameter's.

    Attributes:
        text: the value; None: the fact would not be reported.
        place: where it was written.
    """

    name: str
    text: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Scenario:
    """What would be otherwise, all at once.

    Attributes:
        name: what it is called; empty for one of the command line.
        facts: the facts.
        parameters: the parameters.
        overlays: the files of overlays, in order.
    """

    name: str = ""
    facts: tuple[Asked, ...] = ()
    parameters: tuple[Asked, ...] = ()
    overlays: tuple[Path, ...] = ()


def scenario(
    sets: Iterable[str] = (), unsets: Iterable[str] = (), params: Iterable[str] = (), overlays: Sequence[Path] = ()
) -> Scenario:
    """A scenario from the options of a command.

    Args:
        sets: facts with their values, as `village:V01.cross_posted=7`.
        unsets: facts that would not be reported, as `village:V01.cross_posted`.
        params: parameters with their values, as `cross_posting_min=80%`.
        overlays: files.

    Raises:
        InvalidInputError: one of them lacks its value.
    """
    problems: list[Diagnostic] = []
    facts = [*_valued("--set", sets, problems), *(Asked(name, None, Place(f"--unset {name}")) for name in unsets)]
    parameters = _valued("--param", params, problems)
    if problems:
        raise InvalidInputError(problems)
    return Scenario("", tuple(facts), tuple(parameters), tuple(overlays))


def _valued(option: str, texts: Iterable[str], problems: list[Diagnostic]) -> list[Asked]:
    found = []
    for text in texts:
        name, equals, value = text.partition("=")
        place = Place(f"{option} {text}")
        if not equals or not name.strip():
            problems.append(Diagnostic("whatif_no_value", place, {"option": option}))
        found.append(Asked(name.strip(), value.strip(), place))
    return found


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    set: dict[str, str] = Field(default_factory=dict)
    unset: list[str] = Field(default_factory=list)
    param: dict[str, str] = Field(default_factory=dict)
    overlay: list[str] = Field(default_factory=list)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    scenarios: list[_Said] = Field(min_length=1)


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """Read the scenarios of a YAML file; the overlays in it are named relative to it.

    Raises:
        InvalidRulesError: with everything that is wrong with it.
    """
    source = read(path)
    reading = validate(_File, source)
    if reading.problems or reading.model is None:
        raise InvalidRulesError(reading.problems)
    found = []
    for at, said in enumerate(reading.model.scenarios):
        ahead = ("scenarios", at)
        sets = [Asked(name, text, source.key_place(*ahead, "set", name)) for name, text in said.set.items()]
        unsets = [Asked(name, None, source.place(*ahead, "unset", place)) for place, name in enumerate(said.unset)]
        params = [Asked(name, text, source.key_place(*ahead, "param", name)) for name, text in said.param.items()]
        overlays = tuple(path.parent / name for name in said.overlay)
        found.append(Scenario(said.name, (*sets, *unsets), tuple(params), overlays))
    return tuple(found)
