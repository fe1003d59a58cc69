"""`assidu import` and `assidu export`."""

from __future__ import annotations

import sys
import zlib
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn

import click
import orjson
from tqdm import tqdm

from assidu import interpreter
from assidu.commands.connection import open_services, with_database
from assidu.settings import read_environment
from assidu.transfer.exporter import Span, export_statements, find_span
from assidu.transfer.importer import DEFAULT_BATCH, Importer, ImportOptions, ImportReport
from assidu.transfer.lines import Source
from assidu.transfer.position import Positions
from assidu.transfer.posting import BesidePoster
from assidu.transfer.target import FileTarget, StreamTarget, Wanted
from assidu.wiring import FIRST_ORGANISATION, STORE_FAILURES
from lrs.caller import Caller, Scope
from lrs.clock import Micros
from lrs.errors import NotFound
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.statements.times import parse_timestamp
from lrs.store.credentials import CredentialStore
from lrs.versions import Version

_PATH = click.Path(path_type=Path)
_LARGE_BYTES = 16 * 1024 * 1024
_NO_ANSWER = "The database does not answer. What was acknowledged is kept; run the same command again to go on."


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--credential", "key", required=True, metavar="KEY", help="Who sends: it decides the organisation too.")
@click.option(
    "--batch", default=DEFAULT_BATCH, show_default=True, type=click.IntRange(1, 10_000), help="Statements a batch."
)
@click.option("--strict", is_flag=True, help="Stop at the first line that is refused; nothing after it is stored.")
@click.option("--refused", type=_PATH, help="Where refused lines go; FILE.refused.jsonl otherwise.")
@click.option("--attachments", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="A folder with the bytes of attachments, each under its hash.")  # fmt: skip
@click.option("--xapi-version", "version", default=Version.V1_0_3.value, show_default=True,
              type=click.Choice([version.value for version in Version]),
              help="The rules for statements that do not say their version.")  # fmt: skip
@click.option("--again", is_flag=True, help="Begin at the first line, wherever an earlier run stopped.")
@click.option("--json", "as_json", is_flag=True, help="Write the summary as JSON, for scripts.")
def import_(
    file: Path,
    key: str,
    batch: int,
    refused: Path | None,
    attachments: Path | None,
    version: str,
    *,
    strict: bool,
    again: bool,
    as_json: bool,
) -> None:
    """Store the statements of FILE, one JSON object a line, plain or gzipped; - reads standard input.

    Interrupted, the same command goes on after the last batch that was acknowledged. A statement without id
    gets one that follows from the content of the file up to its line: importing the same file again, even
    with lines appended, stores nothing twice. Refused lines are written to FILE.refused.jsonl with their
    numbers and every problem; the exit status is 1 when there are any, or when the import stopped.
    """
    services = open_services()
    interpreter.settle()
    caller = _find_caller(services, key)
    path = None if str(file) == "-" else file
    positions = Positions(services.store, caller, path)
    if again:
        positions.forget()
    refusals = refused or Path(f"{file if path else 'stdin'}.refused.jsonl")
    options = ImportOptions(batch, strict, Version(version), attachments)
    with (
        Source(path, sys.stdin.buffer) as source,
        _progress("Import", "B", source.size) as bar,
        _poster(caller, source) as poster,
    ):

        def shown(report: ImportReport) -> None:
            bar.set_postfix_str(f"{report.stored:,} stored, {report.refused:,} refused", refresh=False)
            bar.update(source.bytes_read - bar.n)

        importer = Importer(services, caller, options, positions, refusals, shown, poster)
        try:
            importer.run(source)
        except STORE_FAILURES as error:
            raise click.ClickException(_NO_ANSWER) from error
        except (EOFError, OSError, zlib.error) as error:
            raise click.ClickException(f"{file}: {error}. What came before this is kept.") from error
    _say(importer.report, refusals, as_json=as_json)


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), default="-")
@click.option("--organisation", "slug", default=FIRST_ORGANISATION, show_default=True, metavar="SLUG",
              help="The organisation, as `assidu organisations list` names it.")  # fmt: skip
@click.option("--since", metavar="INSTANT", help="Only what was stored after this, such as 2026-11-20T09:00:00Z.")
@click.option("--until", metavar="INSTANT", help="Only what was stored at this instant or before.")
@click.option("--attachments", type=click.Path(file_okay=False, path_type=Path),
              help="A folder for the bytes of attachments, each under its hash.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with a FILE that an earlier export left incomplete.")
def export(
    file: Path, slug: str, since: str | None, until: str | None, attachments: Path | None, *, resume: bool
) -> None:
    """Write an organisation's statements to FILE, or to standard output: exact bytes, in the order of `stored`.

    One statement a line; a FILE that ends in .gz is gzipped. Voided statements are among them, and so are those
    that void them: importing the file elsewhere gives the same statements.
    """
    services = open_services()
    organisation = Organisations(services.store, services.clock).get_by_slug(slug).number
    try:
        span = find_span(services, organisation, _instant(since), _instant(until))
        with _target(file, Wanted(slug, since, until), resume=resume) as target:
            left = Span(max(span.start, target.begin(span.start)), span.end)
            with _progress("Export", " statements", left.end - left.start) as bar:
                count = export_statements(
                    services, organisation, left, target, attachments=attachments, shown=bar.update
                )
    except STORE_FAILURES as error:
        raise click.ClickException(_NO_ANSWER) from error
    click.echo(f"{count:,} statements written.", err=True)


def _poster(caller: Caller, source: Source) -> BesidePoster | nullcontext[None]:
    """Return processes to post a large file from; they take longer to start than a small one to import."""
    if isinstance(click.get_current_context().obj, Services) or (source.size or 0) < _LARGE_BYTES:
        return nullcontext()
    return BesidePoster(with_database(read_environment()), caller)


def _find_caller(services: Services, key: str) -> Caller:
    """Return what the credential allows; raise NotFound, or Forbidden when it can't write."""
    found = CredentialStore(services.store).find_anywhere(key)
    if found is None or not found.is_live(services.clock.now_micros()):
        raise NotFound(f"There is no credential {key}, or it is revoked or expired: see `assidu credentials list`.")
    caller = found.caller()
    caller.require(Scope.STATEMENTS_WRITE)
    return caller


def _target(file: Path, wanted: Wanted, *, resume: bool) -> FileTarget | StreamTarget:
    return StreamTarget(sys.stdout.buffer) if str(file) == "-" else FileTarget(file, wanted, resume=resume)


def _progress(what: str, unit: str, total: int | None) -> tqdm[NoReturn]:
    """Return a bar on the terminal, or nothing where there is none."""
    bar: tqdm[NoReturn] = tqdm(desc=what, unit=unit, unit_scale=True, total=total, disable=None)
    return bar


def _instant(text: str | None) -> Micros | None:
    return None if text is None else parse_timestamp(text)


def _say(report: ImportReport, refusals: Path, *, as_json: bool) -> None:
    """Write the summary, and leave with 1 unless everything is in."""
    if as_json:
        shape: dict[str, Any] = {
            "skipped": report.skipped, "stored": report.stored, "already_stored": report.already,
            "refused": report.refused, "stopped_at_line": report.stopped_at,
            "refused_file": str(refusals) if report.refused else None,
        }  # fmt: skip
        click.echo(orjson.dumps(shape))
    else:
        for line in _summary(report, refusals):
            click.echo(line)
    if report.refused:
        click.get_current_context().exit(1)


def _summary(report: ImportReport, refusals: Path) -> list[str]:
    lines = [f"{report.stored:,} stored, {report.already:,} stored before, {report.refused:,} refused."]
    if report.began_again:
        lines.append("The file has changed since the last run, so it was read from its first line.")
    if report.skipped:
        lines.append(f"The first {report.skipped:,} lines were dealt with by an earlier run.")
    if report.refused:
        lines.append(f"What was refused, and why: {refusals}")
    if report.stopped_at is not None:
        lines.append(f"Stopped at line {report.stopped_at}; nothing from there on was stored.")
    return lines
