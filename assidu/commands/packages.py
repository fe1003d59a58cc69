"""`assidu package …`: hosted SCORM packages, taken in from files, listed, opened by links."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import click
import orjson

from assidu.commands.connection import open_services
from assidu.commands.scorm import parse_actor
from assidu.content import build_premises
from assidu.settings import read_environment
from assidu.wiring import FIRST_ORGANISATION
from lrs.cmi5.vocabulary import LaunchMode
from lrs.courses.hosting import Offered
from lrs.courses.plays import NewPlay, Plays
from lrs.http.api.package_links import link_shape
from lrs.http.api.packages import package_shape, play_shape, version_shape
from lrs.organisations import Organisations
from lrs.packages.package import PLAY_SECONDS, Package
from lrs.tenancy import OrganisationId

_PAGE = 200
_BY = "assidu package"
_slug = click.option(
    "--organisation", "slug", default=FIRST_ORGANISATION, show_default=True, metavar="SLUG",
    help="The organisation, as `assidu organisations list` names it.",
)  # fmt: skip
_json = click.option("--json", "as_json", is_flag=True, help="Write JSON, for scripts.")


@click.group("package")
def group() -> None:
    """Hosted SCORM and cmi5 packages: courses that are served from here."""


@group.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--package", "of", metavar="PACKAGE", help="The package that it is a version of.")
@click.option("--activity", metavar="IRI", help="What a new package is called in statements.")
@click.option("--alone", is_flag=True, help="A package by itself, whatever others have its manifest's identifier.")
@_slug
@_json
def add(file: Path, of: str | None, activity: str | None, slug: str, *, alone: bool, as_json: bool) -> None:
    """Take in FILE, a SCORM package or a cmi5 course; every problem is listed, and nothing is half taken."""
    plays, organisation = _within(slug)
    offered = Offered(_BY, read_environment().address, file.name, of, activity, alone)
    with file.open("rb") as stream:
        done = plays.hosting.upload(organisation, stream, offered)
    version = version_shape(done.package, done.version)
    if as_json:
        shape = {**package_shape(done.package), "version": version, "is_new": done.is_new}
        click.echo(orjson.dumps(shape, option=orjson.OPT_INDENT_2))
        return
    what = f"version {version['number']}" if done.is_new else f"there already, as version {version['number']}"
    click.echo(
        f"{done.package.id}  {done.package.title}: {what}, {done.version.manifest.format}, {version['files']} files"
    )
    for part in version["parts"]:
        click.echo(f"  {part['kind']:<5}  {part['title']}  {part['activity']}")


@group.command("list")
@_slug
@_json
def list_(slug: str, *, as_json: bool) -> None:
    """List an organisation's packages, oldest first, retired ones included."""
    plays, organisation = _within(slug)
    found: list[Package] = []
    after = None
    while page := plays.hosting.page(organisation, after, _PAGE):
        found += page
        after = (page[-1].created, page[-1].id)
    if as_json:
        click.echo(orjson.dumps([package_shape(each) for each in found], option=orjson.OPT_INDENT_2))
        return
    for each in found:
        state = "offered" if each.retired is None else "retired"
        click.echo(f"{each.id}  {state:<7}  v{each.newest}  {each.title}  {each.activity}")


@group.command("retire")
@click.argument("package")
@_slug
def retire(package: str, slug: str) -> None:
    """Offer PACKAGE no more; who has begun it goes on."""
    plays, organisation = _within(slug)
    click.echo(f"Retired {plays.hosting.retire(organisation, package).id}.")


@group.command("launch")
@click.argument("package")
@click.argument("actor")
@click.option("--registration", type=click.UUID, help="The enrolment's registration.")
@click.option("--mode", type=click.Choice([mode.value for mode in LaunchMode]), default=LaunchMode.NORMAL.value)
@click.option("--valid-seconds", type=int, default=PLAY_SECONDS, show_default=True, help="How long the link works.")
@_slug
@_json
def launch(
    package: str, actor: str, registration: UUID | None, mode: str, valid_seconds: int, slug: str, *, as_json: bool
) -> None:
    """Make a link to PACKAGE for ACTOR (an Agent as JSON, or a mail address). It is shown once."""
    plays, organisation = _within(slug)
    wanted = NewPlay(package, parse_actor(actor), registration, valid_seconds, LaunchMode(mode), _BY)
    issued = plays.issue(organisation, wanted)
    shape = play_shape(issued)
    if as_json:
        click.echo(orjson.dumps(shape, option=orjson.OPT_INDENT_2))
        return
    click.echo(f"{shape['address']}\n\nUntil {shape['expires']}. Keep it now: nobody can show it again.")


@group.command("links")
@click.argument("package")
@_slug
@_json
def links(package: str, slug: str, *, as_json: bool) -> None:
    """List the links to PACKAGE that have not ended, oldest first, revoked ones included."""
    plays, organisation = _within(slug)
    found: list[dict[str, Any]] = []
    after, now = None, open_services().clock.now_micros()
    while page := plays.page(organisation, package, after, _PAGE):
        found += [link_shape(each, now) for each in page]
        after = (page[-1].created, page[-1].id)
    if as_json:
        click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
        return
    for each in found:
        who = orjson.dumps(each["actor"]).decode()
        opened = each["opened"] or "never opened"
        click.echo(f"{each['id']}  {each['state']:<7}  until {each['expires']}  {opened}  {each['by']}  {who}")


@group.command("revoke")
@click.argument("package")
@click.argument("link")
@_slug
def revoke(package: str, link: str, slug: str) -> None:
    """End LINK to PACKAGE for good; what was committed stays."""
    plays, organisation = _within(slug)
    click.echo(f"Revoked {plays.revoke(organisation, package, link).id}.")


def _within(slug: str) -> tuple[Plays, OrganisationId]:
    services = open_services()
    organisation = Organisations(services.store, services.clock).get_by_slug(slug).number
    return Plays.over(services, build_premises(read_environment())), organisation
