"""`assidu cmi5 …`: courses, launches and waivers, for whoever has no portal yet that asks for them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click
import orjson

from assidu.commands.connection import open_services
from assidu.commands.scorm import parse_actor
from assidu.content import build_premises
from assidu.settings import read_environment
from assidu.wiring import FIRST_ORGANISATION
from lrs.cmi5.vocabulary import LaunchMode
from lrs.courses.cmi5_courses import course_id
from lrs.courses.cmi5_launching import NewLaunch
from lrs.courses.hosting import Offered
from lrs.courses.plays import build_hosting
from lrs.http.api.cmi5 import course_shape, launched_shape, registration_shape, whole_shape
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId

_PAGE = 200
_slug = click.option(
    "--organisation", "slug", default=FIRST_ORGANISATION, show_default=True, metavar="SLUG",
    help="The organisation, as `assidu organisations list` names it.",
)  # fmt: skip
_json = click.option("--json", "as_json", is_flag=True, help="Write JSON, for scripts.")


@click.group("cmi5")
def group() -> None:
    """cmi5 courses: import them, launch their units, waive them."""


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_slug
@_json
def import_course(file: Path, slug: str, *, as_json: bool) -> None:
    """Import a course from FILE, a zip with cmi5.xml at its top or that file alone."""
    services, organisation = _within(slug)
    premises = build_premises(read_environment())
    offered = Offered("command", premises.base, file.name, is_cmi5=True)
    with file.open("rb") as stream:
        done = build_hosting(services, premises.limits).upload(organisation, stream, offered)
    row = services.cmi5.courses.get(organisation, course_id(organisation, done.package.identifier))
    course = services.cmi5.courses.course(row)
    if as_json:
        _write(whole_shape(row, course))
        return
    what = "there already" if not done.is_new else "imported" if done.version.number == 1 else "updated"
    click.echo(f"{row.id}  {what}  {row.iri}  package {row.package}")
    for unit in course.units():
        click.echo(f"  {unit.id}  {unit.move_on}")


@group.command("list")
@_slug
@_json
def list_courses(slug: str, *, as_json: bool) -> None:
    """List an organisation's courses in the order of their import."""
    services, organisation = _within(slug)
    found, after = [], None
    while page := services.cmi5.courses.page(organisation, after, _PAGE):
        found += page
        after = (page[-1].created, page[-1].id)
    if as_json:
        _write([course_shape(row) for row in found])
        return
    for row in found:
        click.echo(f"{row.id}  {row.units:>5} units  {row.iri}")


@group.command("launch")
@click.argument("course")
@click.argument("actor")
@click.option("--unit", metavar="IRI", help="The unit, by its publisher's id; the first when absent.")
@click.option("--registration", type=click.UUID, help="The registration in the course; a new one when absent.")
@click.option("--mode", type=click.Choice([mode.value for mode in LaunchMode]), default=LaunchMode.NORMAL.value)
@click.option("--lenient", is_flag=True, help="Store and count statements that break a rule instead of refusing them.")
@click.option("--return-url", help="Where content leads when it is left.")
@_slug
@_json
def launch(
    course: str, actor: str, unit: str | None, registration: UUID | None, mode: str, return_url: str | None, slug: str,
    *, lenient: bool, as_json: bool,
) -> None:  # fmt: skip
    """Launch a unit of COURSE for ACTOR, an Agent with an account, as JSON. Its address is shown this once."""
    services, organisation = _within(slug)
    premises = build_premises(read_environment())
    wanted = NewLaunch(
        course, parse_actor(actor), premises.base, unit, registration, LaunchMode(mode),
        not lenient, return_url, premises.origin,
    )  # fmt: skip
    shape = launched_shape(services.cmi5.launcher.launch(organisation, wanted))
    if as_json:
        _write(shape)
        return
    click.echo(f"registration {shape['registration']}  session {shape['session']}\n{shape['url']}")
    click.echo(f"\nOpen it before {shape['fetch_until']}; whoever opens it first is the learner.")


@group.command("standing")
@click.argument("registration", type=click.UUID)
@_slug
def standing(registration: UUID, slug: str) -> None:
    """Show how somebody stands in a course."""
    services, organisation = _within(slug)
    _write(registration_shape(*services.cmi5.standing(organisation, registration)))


@group.command("waive")
@click.argument("registration", type=click.UUID)
@click.argument("unit")
@click.option(
    "--reason", required=True, help="Tested Out, Equivalent AU, Equivalent Outside Activity, Administrative, …"
)
@_slug
def waive(registration: UUID, unit: str, reason: str, slug: str) -> None:
    """Count UNIT (its publisher's id) as met in REGISTRATION."""
    services, organisation = _within(slug)
    after = services.cmi5.launcher.waive(organisation, registration, unit, reason)
    click.echo(f"Waived; satisfied: {', '.join(sorted(after.satisfied)) or 'nothing yet'}")


def _within(slug: str) -> tuple[Services, OrganisationId]:
    services = open_services()
    return services, Organisations(services.store, services.clock).get_by_slug(slug).number


def _write(value: object) -> None:
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2))
