"""The kinds of a programme: the tree that they form, and what they are called."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.diagnostic import near
from engine.programme import ordering
from engine.rulebook import Label, as_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.diagnostic import Diagnostic
    from engine.programme.reporter import Reporter
    from engine.rulebook import ProgrammeFile

STANDARD_KINDS = {
    kind: Label(zh=zh, en=en)
    for kind, zh, en in (
        ("county", "县区", "County"),
        ("township", "乡镇", "Township"),
        ("village", "村", "Village"),
        ("department", "单位", "Department"),
        ("work_team", "工作组", "Work team"),
        ("cadre", "干部", "Cadre"),
        ("member", "党员", "Member"),
        ("report", "报告", "Report"),
        ("visit", "走访", "Visit"),
        ("event", "事项", "Event"),
    )
}


def label_of(kind: str, said: ProgrammeFile) -> Label | None:
    """What a kind of a programme is called, where anything says so."""
    return said.kind_labels.get(kind) or STANDARD_KINDS.get(kind)


def meant(problem: Diagnostic, said: ProgrammeFile, parents: Mapping[str, str | None]) -> Diagnostic:
    """A problem with the name of a kind, which may be the label of the one that was meant."""
    if problem.code not in {"unknown_kind", "unknown_lower_kind", "kind_not_above"}:
        return problem
    asking = str(problem.values.get("kind"))
    fits = (
        kind
        for kind in parents
        if (problem.code != "unknown_lower_kind" or asking in ordering.above(kind, parents))
        and (problem.code != "kind_not_above" or kind in ordering.above(asking, parents))
    )
    labels = {kind: label for kind in fits if (label := label_of(kind, said))}
    written = problem.values["name"]
    named = tuple(kind for kind, label in labels.items() if written in label.texts.values())
    return replace(problem, near=named[:1]) if named else problem


def parents(reporter: Reporter, said: ProgrammeFile) -> dict[str, str | None]:
    """The kinds of the tree with the kind above each; what is wrong with it is reported."""
    found: dict[str, str | None] = {}
    paths: dict[str, tuple[str, ...]] = {}

    def walk(branch: object, path: tuple[str, ...]) -> None:
        if not isinstance(branch, dict):
            if isinstance(branch, str) and branch.isidentifier():
                reporter.refuse("kind_without_colon", path, name=branch)
                found.setdefault(branch, path[-1] if len(path) > 1 else None)
            elif branch:
                reporter.refuse("wrong_shape", path, key=path[-1], expected="mapping")
            return
        for kind, below in branch.items():
            at = (*path, kind)
            if not kind.isidentifier():
                reporter.refuse("not_an_identifier", at, of_key=True, name=kind, instead=as_name(kind))
            if kind in paths:  # one that lacks its colon is told of as such
                first = reporter.source.key_place(*paths[kind]).line
                reporter.refuse("duplicate_id", at, of_key=True, id=kind, first=first)
            found[kind] = path[-1] if len(path) > 1 else None
            paths.setdefault(kind, at)
            walk(below, at)

    walk(said.kinds, ("kinds",))
    _named(reporter, said, found)
    return found


def _named(reporter: Reporter, said: ProgrammeFile, parents: Mapping[str, str | None]) -> None:
    """Records are kinds of the tree; only these, and kinds of the tree, have labels."""
    known = ", ".join(parents)
    for kind in said.kind_labels:
        if kind not in {*parents, *said.records}:
            guess = near(kind, parents)
            reporter.refuse("unknown_kind", ("kind_labels", kind), near=guess, of_key=True, name=kind, kinds=known)
    for at, kind in enumerate(said.records):
        if kind not in parents:
            reporter.refuse("unknown_kind", ("records", at), near=near(kind, parents), name=kind, kinds=known)
