"""The command line: read what was asked, call the engine, print. No logic of its own.

Every command imports what it needs when it runs: `wuhao why` must answer at once.
"""

from __future__ import annotations

import gc
import json
import locale
import os
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from engine.diagnostic import Diagnostic, InvalidFactsError, InvalidInputError, InvalidRulesError, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.messages import Language

NO, USAGE, INVALID_RULES, INVALID_FACTS = 1, 2, 3, 4
"""Exit codes: 0 done, 1 the answer is "no", 2 usage, 3 invalid rulebook, 4 invalid facts."""


def _default_language() -> Language:
    """The language of the machine: Chinese where the locale says so, else English."""
    named = (os.environ.get(variable) for variable in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = next(filter(None, named), None) or locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def _output_options(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)
    return click.option(
        "--lang",
        "language",
        type=click.Choice(["zh", "en"]),
        default=_default_language,
        show_default="from the locale",
        help="Language of labels and sentences.",
    )(command)


_overlay_option = click.option(
    "--overlay",
    "overlays",
    multiple=True,
    type=click.Path(path_type=str),
    help="A file that changes the rules. May repeat; the later changes what the earlier made.",
)
_format_option = click.option(
    "--format", "form", type=click.Choice(["text", "md", "html", "json"]), default="text", help="How it is written."
)
_run_argument = click.argument("run", type=click.Path(path_type=str))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wuhao")
def main() -> None:
    """Rate organizations by declarative rules, and explain every grade.

    \b
    wuhao run fixtures/district --year 2004 -o runs/2004
    wuhao why runs/2004 V07
    """
    gc.set_threshold(50_000)  # what a command loads stays: to look for garbage in it takes a tenth of its time
    for stream in (sys.stdout, sys.stderr):
        # A console that lacks a sign shows a stand-in; a command never ends in an encoding error.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


@main.command()
@click.argument("facts", type=click.Path(path_type=str))
@click.option("--year", type=int, required=True, help="The year to rate; dated parameters take their value in it.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=str), help="The run: a folder to be made.")
@click.option(
    "--rules", multiple=True, type=click.Path(path_type=str), help="A programme, or a folder of some. May repeat."
)
@_overlay_option
@click.option("--final", is_flag=True, help="Close the evidence: a pending unit gets the worst grade of its range.")
@click.option("--quarantine", is_flag=True, help="Set rows with problems aside, and rate the rest.")
@click.option("--stage", type=click.Choice(["draft", "public", "final"]), help="What it is; `final`: nothing is open.")
@click.option("--supersedes", type=click.Path(path_type=str), metavar="RUN", help="The run whose place it takes.")
@click.option("--because", metavar="TEXT", help="Why it takes its place.")
@click.option("--previous", type=click.Path(path_type=str), metavar="RUN", help="The run of the year before.")
@_output_options
def run(  # noqa: PLR0913, PLR0917
    facts: str,
    year: int,
    output: str,
    rules: Sequence[str],
    overlays: Sequence[str],
    stage: str | None,
    supersedes: str | None,
    because: str | None,
    previous: str | None,
    language: Language,
    *,
    final: bool,
    quarantine: bool,
    as_json: bool,
) -> None:
    """Rate every unit in FACTS, a folder of tables or one workbook.

    \b
    Example:
        wuhao run fixtures/district --year 2004 -o runs/2004
    """
    from datetime import UTC, datetime
    from pathlib import Path

    from engine.archive import Occasion, Run, check_target, write_run
    from engine.archive.previous import previous_values
    from engine.facts import read_facts
    from engine.facts.previous import with_previous
    from engine.messages import sentence
    from engine.programme import load, tables
    from engine.rating import rate
    from engine.rating.closing import still_open
    from engine.rendering.summary import as_tables, summary

    with _problems(language, as_json=as_json), _progress(language) as step:
        check_target(Path(output))
        if (supersedes is None) != (because is None):
            raise InvalidInputError([Diagnostic("run_stage_options", Place("wuhao run"))])
        occasion = Occasion(
            stage or "",
            Run.open(supersedes) if supersedes else None,
            because or "",
            Run.open(previous) if previous else None,
        )
        step("step_rules")
        programmes = load(rules, overlays)
        step("step_facts")
        found = read_facts(Path(facts), tables(programmes), quarantine=quarantine)
        if occasion.previous is not None:
            found = with_previous(found, previous_values(occasion.previous, programmes))
        step("step_rate")
        rating = rate(programmes, found, year=year, final=final)
        if stage == "final" and (problems := still_open(rating)):
            raise InvalidFactsError(problems)
        step("step_write")
        written = datetime.now(UTC).isoformat(timespec="seconds")
        write_run(rating, Path(output), written=written, language=language, occasion=occasion)
    if found.warnings and not as_json:
        click.echo(_worded(found.warnings, language), nl=False, err=True)
    data = summary(Run.open(output))
    if as_json:
        worded = [{"place": str(item.place), "message": sentence(item, language)[0]} for item in found.warnings]
        click.echo(json.dumps({**data, "warnings": worded}, ensure_ascii=False, indent=2, default=str))
        return
    _print(as_tables(data, language), "run.txt.j2", language, as_json=False)


@main.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=str))
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FACTS",
    type=click.Path(path_type=str),
    help="The folder of facts to be made.",
)
@click.option(
    "--rules", multiple=True, type=click.Path(path_type=str), help="A programme, or a folder of some. May repeat."
)
@_overlay_option
@click.option("--year", type=int, help="The year to be rated: units of the roster that ended before are left out.")
@click.option("--roster", type=click.Path(path_type=str), help="The units to be rated: a table of ids, names, parents.")
@click.option(
    "--aliases", type=click.Path(path_type=str), help="Names that somebody confirmed: aliases_to_confirm.xlsx."
)
@click.option("--returns", metavar="DIR", type=click.Path(path_type=str), help="Copies of files with problems, marked.")
@click.option(
    "--reading",
    "readings",
    multiple=True,
    metavar="FACT=HOW",
    help="What bare numbers of a fact are: percent or ratio, yuan or wan. May repeat; FILE:FACT for one file.",
)
@_output_options
def collect(  # noqa: PLR0913, PLR0917
    source: str,
    output: str,
    rules: Sequence[str],
    overlays: Sequence[str],
    year: int | None,
    roster: str | None,
    aliases: str | None,
    returns: str | None,
    readings: Sequence[str],
    language: Language,
    *,
    as_json: bool,
) -> None:
    """Collect the workbooks and lists in IN into a folder of facts.

    The files stay as they are. With problems, all are told at once and no facts are written.

    \b
    Example:
        wuhao collect received --roster roster.xlsx --year 2024 -o facts --returns returns
    """
    from pathlib import Path

    from engine import collecting
    from engine.collecting import writing
    from engine.programme import load, tables
    from engine.rendering.collecting import sent_back, view

    with _problems(language, as_json=as_json), _progress(language) as step:
        writing.check_target(Path(output))
        step("step_rules")
        schema = tables(load(rules, overlays))
        step("step_collect")
        options = collecting.Options(
            Path(roster) if roster else None,
            Path(aliases) if aliases else None,
            collecting.parse_readings(readings, schema),
            year,
        )
        found = collecting.collect(Path(source), schema, options)
        if not found.problems:
            step("step_write")
            writing.write_facts(found, Path(output))
        copies = writing.write_returns(found, Path(returns), language) if returns else []
        names = writing.write_proposals(found, Path(returns) if returns else Path(output).parent, language)
    if found.warnings and not as_json:
        click.echo(_worded(collecting.shown(found.warnings), language), nl=False, err=True)
    if found.problems:
        with ExitStack() as last:
            if not as_json:
                last.callback(click.echo, sent_back(found, copies, names, language), nl=False, err=True)
            with _problems(language, as_json=as_json):
                raise InvalidFactsError(collecting.shown(found.problems))
    if as_json:
        click.echo(json.dumps(writing.as_data(found), ensure_ascii=False, indent=2))
        return
    shown = {"folder": output, "rules": list(rules), "overlays": list(overlays), "year": year}
    _print({**view(found, schema, language), **shown}, "collect.txt.j2", language, as_json=False)


@main.command()
@_run_argument
@click.argument("unit")
@click.option("--not", "other", metavar="GRADE", help="Only what stands between the unit and this grade (id or label).")
@click.option("--next", "following", is_flag=True, help="Only the way to the next grade: what one change would bring.")
@click.option("--clause", "--clauses", is_flag=True, help="Also the wording of each clause and open decision.")
@_format_option
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=str), help="Write it to a file.")
@_output_options
def why(  # noqa: PLR0913
    run: str,
    unit: str,
    other: str | None,
    form: str,
    output: str | None,
    language: Language,
    *,
    following: bool,
    clause: bool,
    as_json: bool,
) -> None:
    """Explain why UNIT got its grade in RUN.

    UNIT is an id, a name, kind:id, or parent/name.

    \b
    Example:
        wuhao why runs/2004 V07
    """
    from pathlib import Path

    from engine.archive import Run
    from engine.diagnostic import Diagnostic, Place
    from engine.explanation import explain
    from engine.messages.words import phrase
    from engine.writing import write

    as_json = as_json or form == "json"
    with _problems(language, as_json=as_json), _progress(language) as step:
        if following:
            from engine.distance import with_steps

            if other is not None:
                raise InvalidInputError([Diagnostic("why_options", Place("wuhao why"))])
            step("step_rate")
            explanations = with_steps(Run.open(run), unit)
        else:
            explanations = explain(Run.open(run), unit, other=other)
        if as_json:
            text = json.dumps([item.as_data() for item in explanations], ensure_ascii=False, indent=2) + "\n"
        else:
            from engine.rendering.why import written

            only, coloured = "not" if other else "next" if following else None, output is None and _colour()
            text = written(explanations, language, form, clauses=clause, only=only, colour=coloured)
        if output is not None:
            write(Path(output), text)
            text = "" if as_json else phrase("file_written", language, file=output) + "\n"
    click.echo(text, nl=False)


@main.command(name="list")
@_run_argument
@click.option("--grade", help="Only units of this grade (id or label).")
@click.option("--rule", help="Only units for which this policy rule fired.")
@click.option("--criterion", help="Only units with this answer, as cross_posting_share=false.")
@click.option("--target", help="Only units of which a target stands so, as five_goods_villages=short.")
@click.option("--parent", help="Only units under this one (id or name).")
@click.option("--pending", is_flag=True, help="Only units whose grade is still open.")
@click.option("--near", type=click.FloatRange(0), help="Only units within so many points of a boundary between grades.")
@click.option("--select", "selection", help="The candidates of this selection (id or label), in order of places.")
@_output_options
def list_(  # noqa: PLR0913, PLR0917
    run: str,
    grade: str | None,
    rule: str | None,
    criterion: str | None,
    parent: str | None,
    near: float | None,
    selection: str | None,
    language: Language,
    *,
    target: str | None,
    pending: bool,
    as_json: bool,
) -> None:
    """List the units of RUN, all or those that fulfil every option.

    \b
    Example:
        wuhao list runs/2004 --rule unfinished_task
    """
    from engine.archive import Run
    from engine.listing import Filter, select
    from engine.rendering.summary import listing, selection_listing
    from engine.selected import candidates

    wanted = Filter(grade, rule, criterion, parent, pending, near, target)
    with _problems(language, as_json=as_json):
        opened = Run.open(run)
        found = select(opened, wanted) if selection is None or wanted != Filter() else []
        if selection is not None:
            among = {book["rulebook"]: [unit["id"] for unit in book["units"]] for book in found}
            found = candidates(opened, selection, among if wanted != Filter() else None)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return
    shown = listing(found, language) if selection is None else selection_listing(found, language)
    _print(shown, "list.txt.j2", language, as_json=False)


@main.command()
@click.argument("before", type=click.Path(path_type=str))
@click.argument("after", type=click.Path(path_type=str))
@click.option("--kind", help="Only this kind of units, as village.")
@click.option(
    "--top", type=click.IntRange(0), default=20, show_default=True, help="Tell this many of the units that moved."
)
@click.option("--unexplained", is_flag=True, help="Only what changed without a correction or ruling.")
@_format_option
@_output_options
def compare(  # noqa: PLR0913
    before: str,
    after: str,
    kind: str | None,
    top: int,
    form: str,
    language: Language,
    *,
    unexplained: bool,
    as_json: bool,
) -> None:
    """Compare two runs: which units moved from BEFORE to AFTER, and why.

    \b
    Example:
        wuhao compare runs/2004 runs/2005
    """
    from engine.archive import Run
    from engine.comparing import compare as compare_runs
    from engine.comparing import rulebooks_of
    from engine.comparing.unexplained import unexplained as find_unexplained
    from engine.rendering.questions import comparison, unexplained_changes

    as_json = as_json or form == "json"
    with _problems(language, as_json=as_json), _progress(language) as step:
        step("step_compare")
        first, second = Run.open(before), Run.open(after)
        if unexplained:
            left = find_unexplained(first, second)
            text = unexplained_changes(left, language, form, colour=_colour())
            click.echo(json.dumps(left.as_data(), ensure_ascii=False, indent=2) if as_json else text, nl=as_json)
            sys.exit(NO if left.changes else 0)
        rulebooks = rulebooks_of(first, kind) if kind else None
        found = compare_runs(first, second, most=top, rulebooks=rulebooks)
    if as_json:
        click.echo(json.dumps(found.as_data(), ensure_ascii=False, indent=2, default=str))
        return
    click.echo(comparison(found, language, form, colour=_colour()), nl=False)


@main.command()
@_run_argument
@click.argument("unit", required=False)
@click.option("--set", "sets", multiple=True, metavar="UNIT.FACT=VALUE", help="A fact, as village:V01.cross_posted=7.")
@click.option("--unset", "unsets", multiple=True, metavar="UNIT.FACT", help="A fact that would not be reported.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter, as cross_posting_min=80%.")
@click.option("--overlay", "overlays", multiple=True, type=click.Path(path_type=str), help="Rules changed by a file.")
@click.option("--file", "file", type=click.Path(path_type=str), help="Scenarios in YAML, one after another.")
@click.option("--sweep", metavar="FACT=FROM..TO", help="At which values of a fact the grade of UNIT changes.")
@click.option("--top", type=click.IntRange(0), default=20, show_default=True, help="Tell this many units that move.")
@click.option("-o", "--output", type=click.Path(path_type=str), help="Write it as a new run, marked hypothetical.")
@_format_option
@_output_options
def whatif(  # noqa: PLR0913, PLR0917
    run: str,
    unit: str | None,
    sets: Sequence[str],
    unsets: Sequence[str],
    params: Sequence[str],
    overlays: Sequence[str],
    file: str | None,
    sweep: str | None,
    top: int,
    output: str | None,
    form: str,
    language: Language,
    *,
    as_json: bool,
) -> None:
    """What would change in RUN if facts, parameters or rules were others. The run stays as it is.

    Facts that name no unit are those of UNIT.

    \b
    Example:
        wuhao whatif runs/2004 V07 --set cross_posted=6
    """
    from datetime import UTC, datetime
    from pathlib import Path

    from engine import supposing as asking
    from engine.archive import Run, check_target, write_run
    from engine.messages.words import phrase
    from engine.rendering.questions import sweeps, whatifs

    as_json = as_json or form == "json"
    with _problems(language, as_json=as_json), _progress(language) as step:
        asking.check_options(sets=[*sets, *unsets, *params, *overlays], file=file, sweep=sweep, output=output)
        opened = Run.open(run)
        step("step_whatif")
        if sweep is not None:
            swept = asking.sweep(opened, unit, sweep)
            data: Any = [item.as_data() for item in swept]
            text = sweeps(swept, language, form, colour=_colour())
        else:
            asked = asking.read_scenarios(Path(file)) if file else ()
            asked = asked or (asking.scenario(sets, unsets, params, [Path(name) for name in overlays]),)
            if output is not None:
                check_target(Path(output))
                written = datetime.now(UTC).isoformat(timespec="seconds")
                supposed = asking.supposed(opened, asked[0], unit=unit)
                write_run(supposed, Path(output), written=written, language=language)
            found = [asking.whatif(opened, item, unit=unit, most=top) for item in asked]
            data = [item.as_data() for item in found] if file else found[0].as_data()
            text = whatifs(found, language, form, colour=_colour())
            if output is not None and form == "text":
                text += phrase("run_written", language, folder=output) + phrase("hypothetical", language) + "\n"
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str) if as_json else text, nl=as_json)


@main.command()
@_run_argument
@click.argument("unit", required=False)
@click.option("--to", metavar="GRADE", help="The grade to reach (id or label); the next one up when it is not given.")
@click.option("--plans", type=click.IntRange(1, 20), help="How many plans to seek: 3, with --all 1.")
@click.option("--freeze", metavar="FACT", multiple=True, help="A fact that must stay as it is. May repeat.")
@click.option("--allow", metavar="FACT=LO..HI", multiple=True, help="A fact that may change so far. May repeat.")
@click.option("--max-changes", type=click.IntRange(1), help="Change at most so many facts.")
@click.option("--budget", type=click.FloatRange(0), help="Only plans that cost at most so much.")
@click.option("--rulebook", metavar="ID", help="The rulebook that rates the unit, where there are several.")
@click.option("--all", "all_units", is_flag=True, help="Plan for every unit, and write a sheet.")
@click.option("--below", metavar="GRADE", help="With --all: only units that have not reached this grade.")
@click.option("-o", "--output", type=click.Path(path_type=str), help="With --all: the sheet, .xlsx or .csv.")
@_output_options
def remedy(
    run: str,
    unit: str | None,
    output: str | None,
    language: Language,
    *,
    all_units: bool,
    as_json: bool,
    **wishes: Any,  # noqa: ANN401
) -> None:
    """Find the cheapest changes of facts by which UNIT of RUN reaches a grade.

    Each plan is rated before it is shown. It needs the extra: pip install 'wuhao[remedy]'.

    \b
    Examples:
        wuhao remedy runs/2004 V04
        wuhao remedy runs/2004 --all --rulebook five_goods -o remedies.xlsx
    """
    from engine.archive import Run
    from engine.remedies import asking, sheet
    from engine.remedies import remedy as seek
    from engine.remedies import remedy_all as seek_all
    from engine.rendering import remedies

    given = {key: value for key, value in wishes.items() if value is not None}
    with _problems(language, as_json=as_json), _progress(language) as step:
        asking.check(unit, output, all_units=all_units, given=given)
        step("step_remedy")
        if all_units or unit is None:
            found = seek_all(Run.open(run), **given)
            if output is not None:
                sheet.write(found, output, language)
        else:
            found = (seek(Run.open(run), unit, **given),)
    if as_json:
        click.echo(json.dumps([item.as_data() for item in found], ensure_ascii=False, indent=2))
    elif all_units:
        click.echo(remedies.as_summary(found, output, language), nl=False)
    else:
        click.echo(remedies.as_text(found[0], language, colour=_colour()), nl=False)
    if not all_units and found[0].verdict in {"impossible", "not_planned", "undecided"}:
        raise SystemExit(NO)


@main.command()
@_run_argument
@_output_options
def verify(run: str, language: Language, *, as_json: bool) -> None:
    """Recompute RUN from its own facts and rules, and name whatever differs.

    \b
    Example:
        wuhao verify runs/2004
    """
    from engine.archive import Run
    from engine.rendering.verification import as_data, as_text
    from engine.verifying import verify as recompute

    with _problems(language, as_json=as_json), _progress(language) as step:
        step("step_verify")
        found = recompute(Run.open(run))
    if as_json:
        click.echo(json.dumps(as_data(found, language), ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(found, language, colour=_colour()), nl=False)
    if not found.holds:
        raise SystemExit(NO)


@main.command()
@click.argument("rules", nargs=-1, type=click.Path(path_type=str))
@click.option(
    "--against", type=click.Path(path_type=str), help="Another version: how grades can move from it to RULES."
)
@_overlay_option
@click.option("--strict", is_flag=True, help="What is undecided fails too.")
@click.option("--only", multiple=True, help="Only this code (W501, W5), or this rulebook. May repeat.")
@click.option("--explain", metavar="CODE", help="Print the page about a code.")
@click.option("--sarif", is_flag=True, help="Print SARIF, for code review tools.")
@_output_options
def check(  # noqa: PLR0913
    rules: Sequence[str],
    overlays: Sequence[str],
    against: str | None,
    only: Sequence[str],
    explain: str | None,
    language: Language,
    *,
    strict: bool,
    sarif: bool,
    as_json: bool,
) -> None:
    """Prove that the rulebooks in RULES (default: those that come with wuhao) say what they should.

    \b
    Example:
        wuhao check rules/pioneer
    """
    from engine.checking import check as check_rulebooks
    from engine.checking import versions
    from engine.programme import load
    from engine.rendering import checking, moves

    with _problems(language, as_json=as_json), _progress(language) as step:
        if explain:
            click.echo(checking.page(explain, language), nl=False)
            return
        step("step_rules")
        programmes = load(rules, overlays)
        step("step_check")
        if against:
            matrices = versions.compare(load([against]), programmes)
            _print(moves.view(matrices, against, rules, language), "moves.txt.j2", language, as_json=as_json)
            return
        reports = check_rulebooks(programmes, only)
    if sarif or as_json:
        data = checking.as_sarif(reports, language) if sarif else checking.as_data(reports, language)
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo(checking.as_text(reports, language, colour=_colour()), nl=False)
    if any(finding.verdict != "undecided" or strict for report in reports for finding in report.findings):
        raise SystemExit(NO)


@main.command()
@click.argument("rules", nargs=-1, type=click.Path(path_type=str))
@click.option("--missing", is_flag=True, help="Only what is missing: no table of coverage.")
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=str), help="Write one page: clauses, and their rules."
)
@_output_options
def clauses(rules: Sequence[str], html: str | None, language: Language, *, missing: bool, as_json: bool) -> None:
    """Show which clauses of the documents the rules in RULES (default: those that come with wuhao) encode.

    \b
    Example:
        wuhao clauses --html clauses.html
    """
    from pathlib import Path

    from engine.clauses import cover
    from engine.messages.words import phrase
    from engine.programme import load
    from engine.rendering import clauses as rendering
    from engine.writing import write

    with _problems(language, as_json=as_json), _progress(language) as step:
        step("step_rules")
        coverage = cover(load(rules))
        if html is not None:
            write(Path(html), rendering.as_page(coverage, language))
    if as_json:
        click.echo(json.dumps(rendering.as_data(coverage, missing_only=missing), ensure_ascii=False, indent=2))
    elif html is not None:
        click.echo(phrase("clauses_written", language, file=html))
    else:
        click.echo(rendering.as_text(coverage, language, colour=_colour(), missing_only=missing), nl=False)


@main.command()
@click.argument("rules", nargs=-1, type=click.Path(path_type=str))
@_overlay_option
@click.option("-n", "--name", default="", help="Only cases whose name holds this.")
@click.option("--coverage", is_flag=True, help="Also show which conditions of the rules no case has seen.")
@click.option("--suggest", is_flag=True, help="Print cases that would close the holes of the coverage, to be reviewed.")
@click.option("-o", "--output", type=click.Path(path_type=str), help="The file for --suggest, instead of printing.")
@click.option("--update", is_flag=True, help="Write what the rules give now over expectations that differ.")
@_output_options
def test(  # noqa: PLR0913
    rules: Sequence[str],
    overlays: Sequence[str],
    name: str,
    output: str | None,
    language: Language,
    *,
    coverage: bool,
    suggest: bool,
    update: bool,
    as_json: bool,
) -> None:
    """Run the rule tests (test_*.yaml) beside the rulebooks in RULES (default: those that come with wuhao).

    \b
    Example:
        wuhao test rules/pioneer --coverage
    """
    from pathlib import Path

    from engine.diagnostic import Diagnostic, Place
    from engine.messages import sentence
    from engine.programme import load
    from engine.testing import run as run_tests
    from engine.testing.suggesting import suggest_cases
    from engine.testing.suggestion_text import as_text
    from engine.testing.updating import update_files
    from engine.testing.view import changes_view, view
    from engine.writing import write

    with _problems(language, as_json=as_json), _progress(language) as step:
        if (output is not None and not suggest) or (suggest and update):
            raise InvalidInputError([Diagnostic("test_options", Place("wuhao test"))])
        step("step_rules")
        programmes = load(rules, overlays)
        step("step_test")
        report = run_tests(programmes, name)
        if update:
            _print(changes_view(update_files(report)), "test_update.txt.j2", language, as_json=as_json)
            return
        if suggest:
            step("step_suggest")
            text = as_text(suggest_cases(report), language)
            if output is None:
                click.echo(text, nl=False)
            else:
                write(Path(output), text)
            return
        data = view(report, coverage=coverage)
    if as_json:
        data["warnings"] = [
            {"place": str(item.place), "message": sentence(item, language)[0]} for item in report.warnings
        ]
    elif report.warnings:
        click.echo(_worded(report.warnings, language), nl=False, err=True)
    _print(data, "test.txt.j2", language, as_json=as_json)
    if report.failed:
        raise SystemExit(NO)


@main.command()
@click.argument("rules", nargs=-1, type=click.Path(path_type=str))
@_overlay_option
@click.option(
    "--villages",
    "units",
    type=click.IntRange(1, 10_000_000),
    default=100,
    show_default=True,
    help="Units of each lowest kind that is graded.",
)
@click.option(
    "--gaps", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="The share of cells left empty."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, other facts.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=str), help="The folder of tables to be made.")
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@_output_options
def sample(  # noqa: PLR0913, PLR0917
    rules: Sequence[str],
    overlays: Sequence[str],
    units: int,
    gaps: float,
    seed: int,
    output: str,
    form: str,
    language: Language,
    *,
    as_json: bool,
) -> None:
    """Make synthetic facts for the programmes in RULES (default: those that come with wuhao).

    \b
    Example:
        wuhao sample --villages 1000 --gaps 0.02 -o /tmp/facts
    """
    from pathlib import Path

    from engine.programme import load
    from engine.sampling import sample as make
    from engine.sampling import write_tables

    with _problems(language, as_json=as_json):
        made = make(load(rules, overlays), units, seed=seed, gaps=gaps)
        files = write_tables(made, Path(output), form)
    _print(
        {"files": [str(file) for file in files], "folder": output, "rules": list(rules)},
        "sample.txt.j2",
        language,
        as_json=as_json,
    )


@main.command(name="format")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=str))
@click.option("--check", is_flag=True, help="Write nothing; list the files that would change, and exit with 1.")
@_output_options
def format_(files: Sequence[str], language: Language, *, check: bool, as_json: bool) -> None:
    """Give rules one look: order of keys, indentation, quotes. Comments stay.

    FILES are files of rules, or folders that hold some.

    \b
    Example:
        wuhao format my_rules
    """
    from pathlib import Path

    from engine.formatting import format_files

    with _problems(language, as_json=as_json):
        found = format_files([Path(file) for file in files], write=not check)
    changed = [str(item.path) for item in found if item.changed]
    data = {"changed": changed, "unchanged": len(found) - len(changed), "check": check}
    _print(data, "format.txt.j2", language, as_json=as_json)
    if check and changed:
        raise SystemExit(NO)


@main.command()
@click.option("-o", "--output", type=click.Path(path_type=str), help="The file to write, instead of printing.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["zh", "en"]),
    show_default="both",
    help="Language of the descriptions.",
)
def schema(output: str | None, language: Language | None) -> None:
    """Print the JSON Schema of rules, with which editors help to write them.

    \b
    Example:
        wuhao schema -o my_rules/schema.json
    """
    from pathlib import Path

    from engine.json_schema import as_text
    from engine.writing import write

    text = as_text([language] if language else ["zh", "en"])
    if output is None:
        click.echo(text, nl=False)
        return
    with _problems(language or _default_language(), as_json=False):
        write(Path(output), text)


# Printing


def _colour() -> bool:
    return sys.stdout.isatty()


def _print(data: dict[str, Any], template: str, language: Language, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))
        return
    from engine.rendering import render

    click.echo(render(template, language, colour=_colour(), **data), nl=False)


def _worded(diagnostics: Sequence[Diagnostic], language: Language) -> str:
    from engine.messages import sentence
    from engine.rendering import render

    worded = [(item, *sentence(item, language)) for item in diagnostics]
    problems = [
        {"severity": item.severity, "place": str(item.place), "sentence": text, "advice": advice}
        for item, text, advice in worded
    ]
    problems.sort(key=lambda problem: problem["severity"] == "error")  # what must be mended stands last, in sight
    return render("problems.txt.j2", language, colour=sys.stderr.isatty(), problems=problems)


@contextmanager
def _problems(language: Language, *, as_json: bool) -> Iterator[None]:
    """Print what is wrong with the input, and leave with its exit code."""
    try:
        yield
    except InvalidInputError as error:
        if as_json:
            from engine.messages import sentence

            worded = [(item, *sentence(item, language)) for item in error.diagnostics]
            problems = [
                {
                    "code": item.code,
                    "place": str(item.place),
                    "message": text,
                    "help": advice,
                    "severity": item.severity,
                }
                for item, text, advice in worded
            ]
            click.echo(json.dumps({"problems": problems}, ensure_ascii=False, indent=2))
        else:
            click.echo(_worded(error.diagnostics, language), nl=False, err=True)
        code = (
            INVALID_RULES
            if isinstance(error, InvalidRulesError)
            else INVALID_FACTS
            if isinstance(error, InvalidFactsError)
            else USAGE
        )
        raise SystemExit(code) from None


@contextmanager
def _progress(language: Language) -> Iterator[Callable[[str], None]]:
    """Say on a terminal what is being done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    from engine.messages.words import word

    with Console(stderr=True).status("") as status:
        yield lambda key: status.update(word(key, language))


if __name__ == "__main__":
    main()
