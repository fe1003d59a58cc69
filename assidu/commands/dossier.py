"""`assidu dossier`: everything that evidences a training, as one file."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from assidu.commands.connection import open_services
from assidu.wiring import FIRST_ORGANISATION
from evidence.dossier import Asked, Dossiers, Scope
from evidence.trail.entry import PRODUCT
from lrs.organisations import Organisations

_DAY: Final = click.DateTime(["%Y-%m-%d"])


@click.command("dossier")
@click.option("--organisation", "slug", default=FIRST_ORGANISATION, show_default=True, metavar="SLUG",
              help="The organisation, as `assidu organisations list` names it.")  # fmt: skip
@click.option("--enrolment", metavar="ID", help="The dossier of an enrolment.")
@click.option("--learner", metavar="ID", help="The dossier of a person: all their enrolments.")
@click.option("--session", metavar="ID", help="The dossier of a training session: everybody in it.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="The dossier of so many learners, drawn by --seed.")
@click.option("--seed", default="", metavar="TEXT", help="What a sample is drawn by; best given by the auditor.")
@click.option("--from", "first_on", type=_DAY, help="Of sessions that end on this day or later (sample).")
@click.option("--to", "last_on", type=_DAY, help="Of sessions that begin on this day or before (sample).")
@click.option("--purpose", required=True, metavar="TEXT", help="Why; it stands in the audit trail and in the dossier.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; named by itself else.")
def dossier(
    slug: str,
    enrolment: str | None,
    learner: str | None,
    session: str | None,
    sample: int | None,
    seed: str,
    first_on: datetime | None,
    last_on: datetime | None,
    purpose: str,
    output: Path | None,
) -> None:
    """Make a dossier that anybody can read, and check with `assidu verify`."""
    wanted = {Scope.ENROLMENT: enrolment, Scope.LEARNER: learner, Scope.SESSION: session, Scope.SAMPLE: sample}
    given = {scope: value for scope, value in wanted.items() if value is not None}
    if len(given) != 1:
        message = "Give one of --enrolment, --learner, --session and --sample."
        raise click.UsageError(message)
    ((scope, value),) = given.items()
    asked = Asked(
        scope, "" if scope is Scope.SAMPLE else str(value), purpose, seed, sample or 0,
        None if first_on is None else first_on.date(), None if last_on is None else last_on.date(),
    )  # fmt: skip
    services = open_services()
    organisation = Organisations(services.store, services.clock).get_by_slug(slug).number
    found = Dossiers(services).open(organisation, asked, PRODUCT)
    target = output or Path(found.filename)
    # Beside its place first: a dossier that breaks off leaves nothing that looks like one.
    aside = target.with_name(f"{target.name}.partial")
    size = 0
    with aside.open("wb") as file:
        for part in found.parts:
            size += file.write(part)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(target)
    click.echo(f"{target} ({size:,} bytes)")
