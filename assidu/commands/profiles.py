"""`assidu profiles …`: which xAPI profiles are known, what a file breaks of them, and which rules senders break."""

from __future__ import annotations

import gzip
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
import orjson

from assidu.commands.connection import open_services
from assidu.wiring import FIRST_ORGANISATION
from lrs.credential import Settings
from lrs.errors import AssiduError, Problem
from lrs.http.api.profiles import broken_shape, pattern_report_shape, profile_shape
from lrs.organisations import Organisations
from lrs.pattern_report import read_pattern_report
from lrs.profile_report import read_report
from lrs.profiles.checks import CheckMode, Checks
from lrs.profiles.library import FILES, known_profiles
from lrs.services import Services
from lrs.statements.parse import parse_statements
from lrs.statements.rules import statement_problems
from lrs.tenancy import OrganisationId
from lrs.versions import Version

_SHOWN_MOST = 1_000
_slug = click.option(
    "--organisation", "slug", default=FIRST_ORGANISATION, show_default=True, metavar="SLUG",
    help="The organisation, as `assidu organisations list` names it.",
)  # fmt: skip
_json = click.option("--json", "as_json", is_flag=True, help="Write JSON, for scripts.")
_profiles = click.option(
    "--profile",
    "profiles",
    multiple=True,
    type=click.Choice(list(FILES)),
    help="A profile; may be given several times.",
)


@click.group("profiles")
def group() -> None:
    """XAPI profiles: hold senders' statements to them, and see which rules are broken."""


@group.command("list")
@_json
def list_profiles(*, as_json: bool) -> None:
    """List the profiles that are known."""
    shapes = [profile_shape(profile) for profile in known_profiles()]
    if as_json:
        _write(shapes)
        return
    for shape in shapes:
        click.echo(f"{shape['name']:<18} {len(shape['templates']):>3} templates  {shape['label']['en']}")


@group.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_profiles
@_json
def check(file: Path, profiles: Sequence[str], *, as_json: bool) -> None:
    """Hold the statements of FILE to profiles (all when none is named). Nothing is stored.

    FILE is JSON, a statement or a list of them, or one statement a line (.jsonl, .jsonl.gz). Ends with 1 when a rule is
    broken.
    """
    checks = Checks(CheckMode.FLAG, tuple(profiles) or tuple(FILES))
    found = [(line, problem) for line, body in _bodies(file) for problem in _problems(body, checks)]
    if as_json:
        _write([{"line": line, **_shape(problem)} for line, problem in found])
    else:
        for line, problem in found[:_SHOWN_MOST]:
            click.echo(f"{line}{problem.pointer}  {problem.message} {problem.accepted}\n    {problem.requirement}")
        for rule, count in Counter(problem.requirement for _, problem in found).most_common():
            click.echo(f"{count:>8}  {rule}")
    if found:
        raise SystemExit(1)


@group.command("set")
@click.argument("key")
@click.option("--mode", type=click.Choice([mode.value for mode in CheckMode]), required=True)
@_profiles
@_slug
def set_checks(key: str, mode: str, profiles: Sequence[str], slug: str) -> None:
    """Say what is done about statements of credential KEY that break a rule: nothing, count them, or refuse them.

    Profiles that are not named stay as they are.
    """
    services, organisation = _within(slug)
    before: Settings = services.credentials.get(organisation, key).settings
    changed = services.credentials.change(
        organisation, key, {"profile_checks": CheckMode(mode), "profiles": tuple(profiles) or before.profiles}
    )
    click.echo(f"{changed.key}: {changed.settings.profile_checks} {', '.join(changed.settings.profiles)}")


@group.command("report")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The first day (UTC).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option("--credential", help="Of one credential, by its key.")
@_slug
@_json
def report(since: Any, until: Any, credential: str | None, slug: str, *, as_json: bool) -> None:  # noqa: ANN401 - click's
    """Show which rules each sender breaks most, in the last 30 days when none are named."""
    services, organisation = _within(slug)
    found = read_report(services, organisation, _day(since), _day(until), credential)
    if as_json:
        _write([broken_shape(one) for one in found.broken])
        return
    click.echo(f"{found.since} to {found.until}")
    for one in found.broken:
        where = "" if one.rule is None else one.rule.location.text
        click.echo(f"{one.stored + one.refused:>8} of {one.looked:<8} {one.label}  {one.profile}  {where}")
        click.echo(f"{'':>21}{one.rule_id}")


@group.command("patterns")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="The first day of arrival (UTC).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option("--credential", help="Of one credential, by its key.")
@_slug
@_json
def patterns(since: Any, until: Any, credential: str | None, slug: str, *, as_json: bool) -> None:  # noqa: ANN401 - click's
    """Show which patterns each sender breaks most: what came where it could not, in the last 30 days by default.

    Everything that arrived in these days is read; each registration is judged whole.
    """
    services, organisation = _within(slug)
    found = read_pattern_report(
        services, organisation, _day(since), _day(until), credential, statements_most=sys.maxsize
    )
    if as_json:
        _write(pattern_report_shape(found))
        return
    click.echo(f"{found.since} to {found.until}: {found.registrations:,} registrations judged")
    if found.unregistered:
        click.echo(f"{found.unregistered:,} statements have no registration and cannot be judged.")
    for one in found.broken:
        click.echo(f"{one.broken:>8} of {one.judged:<8} {one.label}  {one.profile}  {one.pattern.id}")
        for template, count in one.came.most_common(3):
            click.echo(f"{'':>21}{count} x {template}")


def _bodies(file: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the bodies of a file, each with the number of its line, if it has one."""
    content = file.read_bytes()
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    if ".jsonl" not in file.suffixes:
        yield "", content
        return
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            yield f"{number}:", line


def _problems(body: bytes, checks: Checks) -> Iterator[Problem]:
    """Yield what is wrong with each statement of a body, by xAPI itself first."""
    try:
        texts = parse_statements(body, statement_bytes=len(body) + 1)
    except AssiduError as error:
        yield from error.problems
        return
    for text in texts:
        broken = list(statement_problems(text.value, Version.V2_0_0, text.base))
        yield from broken or [each.problem for each in checks.findings(text.value, text.base)]


def _shape(problem: Problem) -> dict[str, str]:
    return {
        "pointer": problem.pointer, "message": problem.message, "accepted": problem.accepted,
        "requirement": problem.requirement,
    }  # fmt: skip


def _day(given: Any) -> date | None:  # noqa: ANN401 - a datetime of click's
    return None if given is None else given.date()


def _within(slug: str) -> tuple[Services, OrganisationId]:
    services = open_services()
    return services, Organisations(services.store, services.clock).get_by_slug(slug).number


def _write(value: object) -> None:
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2))
