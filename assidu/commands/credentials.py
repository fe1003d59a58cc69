"""`assidu organisations …` and `assidu credentials …`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar

import click
import orjson

from assidu.commands.connection import open_services
from assidu.wiring import FIRST_ORGANISATION
from lrs.caller import Scope
from lrs.clock import Micros
from lrs.credential import ANY_ORIGIN, Settings
from lrs.credentials import GRACE_SECONDS, Issued
from lrs.errors import InvalidRequest, Problem
from lrs.http.api.shapes import credential_shape, issued_shape, organisation_shape
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId

F = TypeVar("F", bound=Callable[..., Any])

_NONE: Final = "–"


def _json(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Write JSON, for scripts.")(command)


def _organisation(command: F) -> F:
    return click.option(
        "--organisation",
        "slug",
        default=FIRST_ORGANISATION,
        show_default=True,
        metavar="SLUG",
        help="The organisation, as `assidu organisations list` names it.",
    )(command)


@click.group()
def organisations() -> None:
    """Tenants: nothing crosses from one to another."""


@organisations.command("create")
@click.argument("slug")
@click.argument("name")
@_json
def create_organisation(slug: str, name: str, *, as_json: bool) -> None:
    """Create an organisation: SLUG is how scripts name it, NAME how people do."""
    made = _tenants(open_services()).create(slug, name)
    _write(organisation_shape(made)) if as_json else click.echo(f"Created {made.slug}: {made.name} (n° {made.number}).")


@organisations.command("list")
@_json
def list_organisations(*, as_json: bool) -> None:
    """List every organisation, oldest first."""
    shapes = [organisation_shape(organisation) for organisation in _tenants(open_services()).all()]
    if as_json:
        _write(shapes)
    else:
        _table(("NUMBER", "SLUG", "NAME"), [(str(s["number"]), s["slug"], s["name"]) for s in shapes])


@click.group("credentials")
def group() -> None:
    """LRS credentials: who may send and read."""


@group.command("create")
@click.argument("label")
@_organisation
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=(Scope.ALL.value,),
    show_default=True,
    help="What it may do; may be given several times.",
)
@click.option("--authority", metavar="JSON", help="The Agent that its statements carry; one of its own otherwise.")
@click.option("--expires-days", type=click.IntRange(1, 36_500), help="When it stops working by itself.")
@click.option("--quarantine", is_flag=True, help="Keep refused statements for a replay.")
@click.option("--origin", "origins", multiple=True, default=(ANY_ORIGIN,), help="A browser origin that may use it.")
@click.option("--requests-per-minute", type=int, help="The most that it may ask.")
@click.option("--quiet-after-hours", type=int, help="Silence after which its feed counts as quiet.")
@_json
def create_credential(
    label: str,
    slug: str,
    scopes: Sequence[str],
    authority: str | None,
    expires_days: int | None,
    origins: Sequence[str],
    requests_per_minute: int | None,
    quiet_after_hours: int | None,
    *,
    quarantine: bool,
    as_json: bool,
) -> None:
    """Create a credential called LABEL. Its secret is shown this once."""
    services, organisation = _within(slug)
    settings = Settings(
        label=label,
        scopes=frozenset(Scope(name) for name in scopes),
        quarantine=quarantine,
        origins=tuple(origins),
        requests_per_minute=requests_per_minute,
        quiet_after_seconds=None if quiet_after_hours is None else quiet_after_hours * 3600,
    )
    lasts = None if expires_days is None else timedelta(days=expires_days) // timedelta(microseconds=1)
    expires = None if lasts is None else Micros(services.clock.now_micros() + lasts)
    agent = None if authority is None else _parse_authority(authority)
    issued = services.credentials.create(organisation, settings, authority=agent, expires=expires)
    _write_issued(issued, services, as_json=as_json)


@group.command("list")
@_organisation
@_json
def list_credentials(slug: str, *, as_json: bool) -> None:
    """List an organisation's credentials, oldest first, never with a secret."""
    services, organisation = _within(slug)
    now = services.clock.now_micros()
    shapes = [credential_shape(credential, now) for credential in services.credentials.all(organisation)]
    if as_json:
        _write(shapes)
    else:
        rows = [(s["key"], s["state"], ",".join(s["scopes"]), s["label"]) for s in shapes]
        _table(("KEY", "STATE", "SCOPES", "LABEL"), rows)


@group.command("show")
@click.argument("key")
@_organisation
@_json
def show_credential(key: str, slug: str, *, as_json: bool) -> None:
    """Show one credential, without its secret, which nobody can show again."""
    services, organisation = _within(slug)
    shape = credential_shape(services.credentials.get(organisation, key), services.clock.now_micros())
    _write(shape) if as_json else _details(shape)


@group.command("rotate")
@click.argument("key")
@_organisation
@click.option(
    "--grace-seconds",
    type=int,
    default=GRACE_SECONDS,
    show_default=True,
    help="How long the secret before still works; 0 ends it, and its access tokens, at once.",
)
@_json
def rotate_credential(key: str, slug: str, grace_seconds: int, *, as_json: bool) -> None:
    """Give a credential a new secret, shown this once."""
    services, organisation = _within(slug)
    _write_issued(services.credentials.rotate(organisation, key, grace_seconds), services, as_json=as_json)


@group.command("revoke")
@click.argument("key")
@_organisation
@_json
def revoke_credential(key: str, slug: str, *, as_json: bool) -> None:
    """End a credential and its access tokens for good; its statements stay."""
    services, organisation = _within(slug)
    revoked = services.credentials.revoke(organisation, key)
    if as_json:
        _write(credential_shape(revoked, services.clock.now_micros()))
    else:
        click.echo(f"Revoked {revoked.key} ({revoked.settings.label}); web processes know within two seconds.")


def _tenants(services: Services) -> Organisations:
    return Organisations(services.store, services.clock)


def _within(slug: str) -> tuple[Services, OrganisationId]:
    services = open_services()
    return services, _tenants(services).get_by_slug(slug).number


def _parse_authority(text: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        problem = Problem("/authority", f"This is not JSON: {error}", "an Agent")
        raise InvalidRequest("The credential cannot be like that.", [problem]) from error
    if not isinstance(value, dict):
        problem = Problem("/authority", "This is not a JSON object.", "an Agent")
        raise InvalidRequest("The credential cannot be like that.", [problem])
    return value


def _write(value: object) -> None:
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2))


def _write_issued(issued: Issued, services: Services, *, as_json: bool) -> None:
    shape = issued_shape(issued, services.clock.now_micros())
    if as_json:
        _write(shape)
        return
    _details(shape)
    click.echo("\nKeep the secret now: it is not stored, and nobody can show it again.")


def _details(shape: dict[str, Any]) -> None:
    width = max(len(name) for name in shape)
    for name, value in shape.items():
        click.echo(f"{name.replace('_', ' ').ljust(width)}  {_in_words(name, value)}")


def _in_words(name: str, value: object) -> str:
    if value is None:
        return _NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "secrets" and isinstance(value, list):
        return "; ".join(f"from {s['created']}" + (f" until {s['until']}" if s["until"] else "") for s in value)
    if isinstance(value, list):
        return ", ".join(value)
    return orjson.dumps(value).decode() if isinstance(value, dict) else str(value)


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]
    for row in (heading, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
