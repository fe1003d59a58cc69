"""`assidu sources …`, `assidu import-from` and `assidu pull`: other ways that traces arrive, without a browser."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
import orjson
from tqdm import tqdm

from assidu.commands.connection import open_services
from assidu.wiring import FIRST_ORGANISATION
from lrs.errors import InvalidRequest, Problem
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from training.attendance.mark import Author
from training.http.meetings import parse_decisions
from training.http.sources import read_secret, run_shape
from training.meetings.stamps import DateOrder
from training.records.ids import PersonId, SessionId, SlotId
from training.sources.definition import parse_source, write_source
from training.sources.plan import Asked, RunReport
from training.sources.pulling import Pull, seal_secret
from training.sources.run import FileRun
from training.sources.schedule import write_schedule
from training.sources.schedules import Schedules
from training.sources.source import Source
from training.sources.store import Sources

_BY = Author("credential", "command")
_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
_SHOWN = 20
_slug = click.option(
    "--organisation", "slug", default=FIRST_ORGANISATION, show_default=True, metavar="SLUG",
    help="The organisation, as `assidu organisations list` names it.",
)  # fmt: skip
_json = click.option("--json", "as_json", is_flag=True, help="Write JSON, for scripts.")


@click.group("sources")
def group() -> None:
    """Sources of traces: what is settled once for the files of a system, or for another record store."""


@group.command("list")
@_slug
@_json
def listed(slug: str, *, as_json: bool) -> None:
    """List an organisation's sources, never with a secret."""
    services, organisation = _within(slug)
    found = [(item, _schedule(services, organisation, item)) for item in _sources(services).all(organisation)]
    if as_json:
        shapes = [{"id": item.id, **write_source(item), "schedule": schedule} for item, schedule in found]
        click.echo(orjson.dumps(shapes, option=orjson.OPT_INDENT_2))
        return
    for item, schedule in found:
        click.echo(f"{item.id:<20}  {item.kind.value:<11}  {item.title}")
        if schedule is not None:
            click.echo(f"{'':<20}  {_pulls(schedule)}")


@group.command("put")
@click.argument("source_id", metavar="SOURCE")
@click.argument("file", type=_FILE)
@_slug
def put(source_id: str, file: Path, slug: str) -> None:
    """Make or replace SOURCE by the JSON in FILE, - for standard input; its `secret` is sealed and never shown."""
    services, organisation = _within(slug)
    try:
        plain: Any = orjson.loads(_bytes(file))
    except orjson.JSONDecodeError as error:
        message = "The source cannot be read."
        raise InvalidRequest(message, [Problem("", f"This is not JSON: {error}", "an object")]) from error
    secret = read_secret(plain)
    source = _sources(services).put(organisation, parse_source(source_id, plain), _BY.text)
    if secret is not None:
        sealed = seal_secret(services, organisation, source.id, secret)
        _sources(services).keep_secret(organisation, source.id, sealed)
    click.echo(f"{source.id}: {source.kind.value}, {source.title}")


@group.command("runs")
@click.argument("source_id", metavar="SOURCE")
@_slug
@_json
def runs(source_id: str, slug: str, *, as_json: bool) -> None:
    """List the receipts of SOURCE's runs, the newest first."""
    services, organisation = _within(slug)
    _sources(services).get(organisation, source_id)
    found = [run_shape(item) for item in _sources(services).runs(organisation, source_id)]
    if as_json:
        click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
        return
    for shape in found:
        counts = f"{shape['stored']:>7} stored  {shape['already_stored']:>7} before"
        click.echo(f"{shape['started'][:19]}  {shape['state']:<8}  {counts}  {shape['sha256'][:12]}")


@click.command("import-from")
@click.argument("source_id", metavar="SOURCE")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would be recorded, and what is wrong.")
@click.option("--session", metavar="ID", help="The training session that the file is of.")
@click.option("--slot", metavar="ID", help="Only this half-day.")
@click.option("--decisions", default="", metavar="TEXT", help="Who lines are about: 12:lea,15:skip.")
@click.option("--remember", is_flag=True, help="Keep decisions: the account or badge becomes the person's.")
@click.option("--time-zone", metavar="ZONE", help="The zone of the file's times.")
@click.option("--date-order", type=click.Choice([order.value for order in DateOrder]), help="Day or month first.")
@click.option("--certified-by", metavar="PERSON", help="Paper: who certifies it.")
@click.option("--scan-sha256", default="", metavar="HASH", help="Paper: the SHA-256 of its scan.")
@click.option("--graded-on", type=click.DateTime(["%Y-%m-%d"]), help="Gradebook: the day of its marks.")
@_slug
@_json
def import_from(
    source_id: str, file: Path, session: str | None, slot: str | None, decisions: str, time_zone: str | None,
    date_order: str | None, certified_by: str | None, scan_sha256: str, graded_on: datetime | None, slug: str,
    *, dry_run: bool, remember: bool, as_json: bool,
) -> None:  # fmt: skip
    """Record what FILE says by SOURCE, all of it or nothing; - reads standard input.

    The same file again stores nothing new, and completes a run that was cut off.
    """
    services, organisation = _within(slug)
    graded = None if graded_on is None else graded_on.date()
    asked = Asked(
        dry_run, parse_decisions(decisions), None if session is None else SessionId(session),
        None if slot is None else SlotId(slot), time_zone, None if date_order is None else DateOrder(date_order),
        None if certified_by is None else PersonId(certified_by), scan_sha256, graded, remember,
    )  # fmt: skip
    data = _bytes(file)
    bar: tqdm[NoReturn] = tqdm(desc="Import", unit=" statements", disable=None)
    with bar:

        def shown(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        report = FileRun(services, organisation, source_id, _BY, shown).run(data, asked)
    if as_json:
        click.echo(orjson.dumps(asdict(report), option=orjson.OPT_INDENT_2))
    else:
        _say(report)
    if report.problems:
        click.get_current_context().exit(1)


@click.command("pull")
@click.argument("source_id", metavar="SOURCE")
@click.option("--dry-run", is_flag=True, help="Only look at the next page.")
@click.option("--pages", type=click.IntRange(min=1), help="How many pages at most; all there are when absent.")
@_slug
@_json
def pull(source_id: str, pages: int | None, slug: str, *, dry_run: bool, as_json: bool) -> None:
    """Take what is new in SOURCE, another record store. Interrupted, the same command goes on."""
    services, organisation = _within(slug)
    work = Pull(services, organisation, source_id, _BY, pages)
    if dry_run:
        click.echo(orjson.dumps(work.look(), option=orjson.OPT_INDENT_2))
        return
    done = work.run()
    if as_json:
        click.echo(orjson.dumps(run_shape(done), option=orjson.OPT_INDENT_2))
    else:
        click.echo(f"{done.stored:,} stored, {done.already_stored:,} stored before, {done.problem_count:,} refused.")
        for item in done.details.get("refused", [])[:_SHOWN]:
            click.echo(f"  {item['id']}: {item['message']}")
    if done.problem_count:
        click.get_current_context().exit(1)


def _say(report: RunReport) -> None:
    would = "would be stored" if report.dry_run else "stored"
    click.echo(f"{report.stored:,} {would}, {report.already_stored:,} before, {report.skipped:,} lines left out.")
    for name, found in (("Wrong or undecided", report.problems), ("Odd, and keeps nothing out", report.notes)):
        if found:
            click.echo(f"{name}:")
        for item in found[:_SHOWN]:
            value = f" ({item.value})" if item.value else ""
            click.echo(f"  line {item.line} {item.column}: {item.message}{value} {item.accepted}".rstrip())
        if len(found) > _SHOWN:
            click.echo(f"  … and {len(found) - _SHOWN} more")


def _schedule(services: Services, organisation: OrganisationId, source: Source) -> dict[str, Any] | None:
    if source.remote is None:
        return None
    return write_schedule(Schedules(services.store).get(organisation, source.id), services.clock.now_micros())


def _pulls(schedule: dict[str, Any]) -> str:
    """Say how the pulls of a source stand, in a line."""
    every = f"every {schedule['every_minutes']} min" if schedule["every_minutes"] else "when asked"
    last = (
        f"last {schedule['last_pull'][:19]}, {schedule['last_stored']:,} stored" if schedule["last_pull"] else "never"
    )
    said = [schedule["state"], every, last]
    if schedule["next_pull"]:
        said.append(f"next {schedule['next_pull'][:19]}")
    if schedule["error"]:
        said.append(f"{schedule['error']} at {schedule['error_at'][:19]}")
    return ", ".join(said)


def _bytes(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def _sources(services: Services) -> Sources:
    return Sources(services.store, services.clock, services.ids)


def _within(slug: str) -> tuple[Services, OrganisationId]:
    services = open_services()
    return services, Organisations(services.store, services.clock).get_by_slug(slug).number
