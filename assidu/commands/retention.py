"""`assidu retention` and `assidu erase`."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from uuid import UUID

import click

from assidu.commands.connection import open_services
from assidu.wiring import FIRST_ORGANISATION
from evidence.retention.erasing import Erasing, Preview
from evidence.retention.holds import HoldScope
from evidence.retention.running import Forecast, Retention
from evidence.trail.entry import PRODUCT
from lrs.erasure import Order
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.store.erasure import Ground
from lrs.tenancy import OrganisationId
from training.records.ids import PersonId

_SLUG: Final = click.option(
    "--organisation", "slug", default=FIRST_ORGANISATION, show_default=True, metavar="SLUG",
    help="The organisation, as `assidu organisations list` names it.",
)  # fmt: skip
_REASON: Final = click.option("--reason", required=True, metavar="TEXT", help="Why. It is kept for ever: name nobody.")
_OBSTACLES_SHOWN: Final = 20


@click.group("retention")
def retention() -> None:
    """What has outlived its time, what must not be deleted, and deleting."""


@retention.command("forecast")
@_SLUG
def forecast(slug: str) -> None:
    """Say what `run` would delete today, and why; nothing is deleted."""
    services = open_services()
    _say_forecast(Retention(services).forecast(_number(services, slug)))


@retention.command("run")
@_SLUG
@_REASON
def run(slug: str, reason: str) -> None:
    """Delete what has outlived its time; ends in a certificate of destruction.

    Stopped in between, the worker goes on with it.
    """
    services = open_services()
    found = Retention(services)
    done = found.run(found.begin(_number(services, slug), reason, PRODUCT))
    click.echo(f"{len(found.runs.files(done))} files destroyed, {done.statements} statements erased.")
    click.echo(f"Certificate of destruction: archive {done.certificate}")


@retention.command("holds")
@_SLUG
def holds(slug: str) -> None:
    """List the legal holds in force."""
    services = open_services()
    for hold in Erasing(services).holds.all(_number(services, slug), in_force=True):
        click.echo(f"{hold.hold_id}  {hold.about}  {hold.reason}")


@retention.command("hold")
@_SLUG
@_REASON
@click.option("--on", "scope", required=True, type=click.Choice([scope.value for scope in HoldScope]))
@click.option("--id", "about_id", default="", metavar="ID", help="The record's id; none for everything.")
def hold(slug: str, reason: str, scope: str, about_id: str) -> None:
    """Place a legal hold: nothing is deleted of what it is on until it is released."""
    if (scope == HoldScope.EVERYTHING.value) == bool(about_id):
        message = "A hold is on one record (--id), or on everything."
        raise click.UsageError(message)
    services = open_services()
    placed = Erasing(services).holds.place(_number(services, slug), HoldScope(scope), about_id, reason, PRODUCT)
    click.echo(f"{placed.hold_id}")


@retention.command("release")
@_SLUG
@_REASON
@click.argument("hold_id", type=click.UUID)
def release(slug: str, reason: str, hold_id: UUID) -> None:
    """Release a legal hold."""
    services = open_services()
    Erasing(services).holds.release(_number(services, slug), hold_id, reason, PRODUCT)
    click.echo("Released.")


@click.command("erase")
@_SLUG
@_REASON
@click.option(
    "--person", metavar="ID", help="Erase the statements of a person, whatever identity they were sent under."
)
@click.option("--statements", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
              help="Erase the statements whose ids stand in this file, one a line.")  # fmt: skip
@click.option("--ground", required=True, type=click.Choice([ground.value for ground in Ground]))
@click.option("--documents", is_flag=True, help="Also the person's documents of state and profile.")
@click.option("--dry-run", is_flag=True, help="Say what would go and what stands against it; erase nothing.")
def erase(
    slug: str, reason: str, person: str | None, statements: Path | None, ground: str, *, documents: bool, dry_run: bool
) -> None:
    """Erase statements (RGPD): their bytes go, their leaves stay, and a statement says who had it done and why."""
    if (person is None) == (statements is None):
        message = "Give --person or --statements."
        raise click.UsageError(message)
    services = open_services()
    organisation, erasing = _number(services, slug), Erasing(services)
    if person is not None:
        preview, about = erasing.of_person(organisation, PersonId(person)), f"person:{person}"
    else:
        preview, about = erasing.of_statements(organisation, _ids(statements or Path("-"))), "statements"
    _say_preview(preview)
    if dry_run:
        return
    order = Order(Ground(ground), reason, PRODUCT)
    erasure = erasing.erase(organisation, order, preview, about, documents=documents)
    done = erasing.run(erasure)
    click.echo(f"Erased: {done.statements} statements (erasure {done.erasure_id}).")


def _number(services: Services, slug: str) -> OrganisationId:
    return Organisations(services.store, services.clock).get_by_slug(slug).number


def _ids(path: Path) -> list[UUID]:
    with click.open_file(str(path)) as file:
        lines = [line.strip() for line in file if line.strip()]
    try:
        return [UUID(line) for line in lines]
    except ValueError as error:
        message = f"{path}: one statement id a line is expected ({error})."
        raise click.ClickException(message) from error


def _say_forecast(found: Forecast) -> None:
    click.echo(f"On {found.on} a run would delete:")
    click.echo(f"  {found.file_count} files, {found.file_bytes:,} bytes")
    for item in found.files[:_OBSTACLES_SHOWN]:
        until = "" if item.term is None else f" (kept until {item.term.until}, {item.term.provision.name})"
        click.echo(f"    {item.file.kind.value} {item.file.sha256[:16]}…{until}")
    click.echo(f"  {sum(found.statements.values())} statements")
    for name, count in sorted(found.statements.items()):
        click.echo(f"    {count} of {name}")
    for name, count in found.statements_about.most_common(_OBSTACLES_SHOWN):
        click.echo(f"      {count} about {name}")
    for name, count in sorted((found.kept_files + found.kept_statements).items()):
        click.echo(f"  {count} are over and stay: {name}")


def _say_preview(preview: Preview) -> None:
    plan = preview.plan
    click.echo(f"{len(plan.entries)} statements, {preview.documents} documents of state and profile.")
    if preview.mentions:
        click.echo(f"{preview.mentions} statements of others name this person; they stay.")
    if plan.unknown or plan.gone:
        click.echo(f"{len(plan.unknown)} unknown, {len(plan.gone)} erased already.")
    for obstacle in plan.obstacles[:_OBSTACLES_SHOWN]:
        click.echo(f"  {obstacle.statement_id}: {obstacle.message}")
    if len(plan.obstacles) > _OBSTACLES_SHOWN:
        click.echo(f"  … and {len(plan.obstacles) - _OBSTACLES_SHOWN} more")
