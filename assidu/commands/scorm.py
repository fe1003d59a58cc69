"""`assidu scorm …`: launches of SCORM content, for whoever has no portal yet that asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import click
import orjson

from assidu.commands.connection import open_services
from assidu.wiring import FIRST_ORGANISATION
from lrs.courses.launches import NewLaunch
from lrs.credential import ANY_ORIGIN
from lrs.errors import InvalidRequest, Problem
from lrs.http.api.scorm import issued_launch_shape, launch_shape, launches_of
from lrs.organisations import Organisations
from lrs.scorm.launch import REQUESTS_PER_MINUTE, VALID_SECONDS
from lrs.scorm.values import Edition
from lrs.services import Services
from lrs.tenancy import OrganisationId

_PAGE = 200
_slug = click.option(
    "--organisation", "slug", default=FIRST_ORGANISATION, show_default=True, metavar="SLUG",
    help="The organisation, as `assidu organisations list` names it.",
)  # fmt: skip
_json = click.option("--json", "as_json", is_flag=True, help="Write JSON, for scripts.")


@click.group("scorm")
def group() -> None:
    """SCORM content: whose player may commit, and where."""


@group.command("launch")
@click.argument("actor")
@click.argument("activity")
@click.option("--name", help="What the content is called; written in statements.")
@click.option("--course", metavar="IRI", help="The course that it is part of.")
@click.option("--registration", type=click.UUID, help="The enrolment's registration.")
@click.option("--edition", type=click.Choice([edition.value for edition in Edition]), help="The only one to take.")
@click.option("--origin", "origins", multiple=True, default=(ANY_ORIGIN,), help="A page that the player runs in.")
@click.option("--valid-seconds", type=int, default=VALID_SECONDS, show_default=True, help="How long the token works.")
@click.option("--silence-seconds", type=int, help="After how long without a commit its session is ended.")
@click.option("--requests-per-minute", type=int, default=REQUESTS_PER_MINUTE, show_default=True)
@_slug
@_json
def launch(
    actor: str, activity: str, name: str | None, course: str | None, registration: UUID | None, edition: str | None,
    origins: Sequence[str], valid_seconds: int, silence_seconds: int | None, requests_per_minute: int, slug: str,
    *, as_json: bool,
) -> None:  # fmt: skip
    """Make a launch of ACTIVITY (an IRI) for ACTOR (an Agent as JSON, or a mail address). Its token is shown once."""
    services, organisation = _within(slug)
    definition = {"definition": {"name": {"und": name}}} if name else {}
    wanted = NewLaunch(
        parse_actor(actor), {"id": activity, **definition}, None if course is None else {"id": course}, registration,
        name or "SCORM", None if edition is None else Edition(edition), tuple(origins), requests_per_minute,
        silence_seconds, valid_seconds,
    )  # fmt: skip
    shape = issued_launch_shape(launches_of(services).issue(organisation, wanted), services.clock.now_micros())
    if as_json:
        click.echo(orjson.dumps(shape, option=orjson.OPT_INDENT_2))
        return
    click.echo(f"{shape['id']}  until {shape['expires']}\n{shape['commit_path']}")
    click.echo("\nKeep the address now: its token is not stored, and nobody can show it again.")


@group.command("launches")
@_slug
@_json
def launches(slug: str, *, as_json: bool) -> None:
    """List an organisation's launches, oldest first, never with a token."""
    services, organisation = _within(slug)
    now, found, after = services.clock.now_micros(), [], None
    while page := launches_of(services).page(organisation, after, _PAGE):
        found += [launch_shape(each, now) for each in page]
        after = (page[-1].created, page[-1].id)
    if as_json:
        click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
        return
    for shape in found:
        click.echo(f"{shape['id']}  {shape['state']:<8}  {shape['activity']['id']}  {shape['label']}")


@group.command("revoke")
@click.argument("launch_id", metavar="LAUNCH")
@_slug
def revoke(launch_id: str, slug: str) -> None:
    """End a launch for good; what was committed stays."""
    services, organisation = _within(slug)
    click.echo(f"Revoked {launches_of(services).revoke(organisation, launch_id).id}.")


def parse_actor(text: str) -> dict[str, Any]:
    """Read a learner: an Agent as JSON, or a mail address; raise InvalidRequest.

    >>> parse_actor("lea@example.org")
    {'mbox': 'mailto:lea@example.org'}
    """
    if not text.lstrip().startswith("{"):
        return {"mbox": f"mailto:{text}"}
    try:
        value: dict[str, Any] = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = "The launch cannot be like that."
        raise InvalidRequest(message, [Problem("/actor", f"This is not JSON: {error}", "an Agent")]) from error
    return value


def _within(slug: str) -> tuple[Services, OrganisationId]:
    services = open_services()
    return services, Organisations(services.store, services.clock).get_by_slug(slug).number
