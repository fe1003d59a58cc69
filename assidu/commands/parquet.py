"""`assidu export-parquet`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from assidu.commands.connection import open_services
from assidu.wiring import FIRST_ORGANISATION, STORE_FAILURES

if TYPE_CHECKING:
    from analytics.frames.parquet import Report

_NO_ANSWER = "The database does not answer. The files in place are whole; the same command with --resume goes on."


@click.command("export-parquet")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--organisation", "slug", default=FIRST_ORGANISATION, show_default=True, metavar="SLUG",
              help="The organisation, as `assidu organisations list` names it.")  # fmt: skip
@click.option("--since", metavar="MONTH", help="The first month that is written, such as 2026-03.")
@click.option("--until", metavar="MONTH", help="The last month that is written.")
@click.option("--resume", is_flag=True, help="Go on with an export of the same months that was interrupted.")
def export_parquet(folder: Path, slug: str, since: str | None, until: str | None, *, resume: bool) -> None:
    """Write an organisation's statements, facts and attendance into FOLDER as Parquet, for DuckDB, Polars, pandas.

    One file for each table, organisation and month: FOLDER/days/organisation=SLUG/month=2026-03/part.parquet. Each is
    put in its place whole. Nobody's name or address is in them. What columns hold: docs/analysts.md.
    """
    from analytics.frames.connection import frames_of
    from analytics.frames.parquet import Export, Months

    services = open_services()
    frames = frames_of(services.store, slug, services.clock)
    months = Months(since, until)
    with tqdm(desc="Export", unit=" rows", unit_scale=True, disable=None) as bar:

        def shown(table: str, rows: int) -> None:
            bar.set_postfix_str(table, refresh=False)
            bar.update(rows)

        try:
            report = Export(folder, frames, months, shown).run(resume=resume)
        except STORE_FAILURES as error:
            raise click.ClickException(_NO_ANSWER) from error
        except OSError as error:
            raise click.ClickException(f"{error}. The files in place are whole; --resume goes on.") from error
    click.echo(_said(report), err=True)


def _said(report: Report) -> str:
    rows = ", ".join(f"{count:,} {table}" for table, count in report.rows.items())
    removed = f"; {report.removed} months without rows removed" if report.removed else ""
    return f"{report.files:,} files written: {rows or 'no rows'}{removed}."
