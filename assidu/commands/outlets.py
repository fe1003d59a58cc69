"""`assidu forward …` and `assidu webhook …`: what statements and events are sent to, and what could not be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import click
import orjson

from assidu.commands.connection import open_services
from assidu.wiring import FIRST_ORGANISATION
from lrs.clock import Micros, to_micros
from lrs.errors import InvalidRequest, Problem
from lrs.forwarding.editions import Speaks
from lrs.forwarding.event import TYPES
from lrs.forwarding.filter import Filter
from lrs.forwarding.outlet import GRACE_SECONDS, ForwardSettings, Kind, Outlet, SignIn, WebhookSettings
from lrs.http.api.outlet_shapes import delivery_shape, issued_webhook_shape, outlet_shape
from lrs.organisations import Organisations
from lrs.sending.outlets import Outlets
from lrs.store.deliveries import Standing
from lrs.tenancy import OrganisationId

F = TypeVar("F", bound=Callable[..., Any])
_PAGE = 200
_SPEAKS = [item.value for item in Speaks]


def _organisation(command: F) -> F:
    return click.option(
        "--organisation", "slug", default=FIRST_ORGANISATION, show_default=True, metavar="SLUG",
        help="The organisation, as `assidu organisations list` names it.",
    )(command)  # fmt: skip


def _json(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Write JSON, for scripts.")(command)


def _several(name: str, into: str, words: str) -> Callable[[F], F]:
    return click.option(name, into, multiple=True, metavar="IRI", help=words + " May be given several times.")


@click.group("forward")
def forward() -> None:
    """Statements on their way to other record stores."""


@click.group("webhook")
def webhook() -> None:
    """Other systems that are told what happens."""


def _filters(command: F) -> F:
    for option in (
        _several("--verb", "verbs", "Only statements of this verb."),
        _several("--activity", "activities", "Only of this activity; with * at the end, what begins so."),
        _several("--profile", "profiles", "Only with this category in their context."),
        click.option(
            "--credential", "credentials", multiple=True, metavar="KEY", help="Only sent with this credential."
        ),
        click.option(
            "--speaks", type=click.Choice([item.value for item in Speaks]), help="Which versions of xAPI it takes."
        ),
        click.option("--user", help="Who signs in there: a user name, or with --token-url the client's id."),
        click.option(
            "--secret-from", type=click.File(), help="A file with the password or client's secret; - for stdin."
        ),
        click.option("--token-url", help="Where OAuth tokens are given out."),
        click.option("--scope", help="What is asked for there."),
    ):
        command = option(command)
    return command


@forward.command("add")
@click.argument("label")
@click.argument("url")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]), help="From when on; from now on.")
@click.option("--from-start", is_flag=True, help="The whole log.")
@_filters
@_organisation
@_json
def add_forward(
    label: str,
    url: str,
    since: datetime | None,
    slug: str,
    *,
    from_start: bool,
    as_json: bool,
    **given: Any,  # noqa: ANN401 - the options of `_filters`
) -> None:
    """Begin to forward statements to URL, an xAPI address; LABEL is what people call it."""
    outlets, organisation = _within(slug)
    changes, secret = _changes(given)
    began = Micros(0) if from_start else None if since is None else to_micros(_aware(since))
    _write(outlets, outlets.add_forward(organisation, ForwardSettings(label, url, **changes), secret, began), as_json)


@forward.command("change")
@click.argument("outlet", metavar="ID")
@click.option("--label", help="What people call it.")
@click.option("--url", help="Its address; the secret is asked for again.")
@_filters
@_organisation
@_json
def change_forward(
    outlet: str,
    label: str | None,
    url: str | None,
    slug: str,
    *,
    as_json: bool,
    **given: Any,  # noqa: ANN401 - the options of `_filters`
) -> None:
    """Change what is given; a filter that is given replaces all of it."""
    outlets, organisation = _within(slug)
    before = outlets.get(organisation, Kind.FORWARD, outlet)
    changes, secret = _changes(given)
    changes |= {name: value for name, value in (("label", label), ("url", url)) if value is not None}
    settings = replace(before.forward, **changes)
    _write(outlets, outlets.change_forward(organisation, outlet, settings, secret), as_json)


@webhook.command("add")
@click.argument("label")
@click.argument("url")
@click.option("--event", "events", multiple=True, type=click.Choice(list(TYPES)), help="What it is told; all without.")
@_organisation
@_json
def add_webhook(label: str, url: str, events: Sequence[str], slug: str, *, as_json: bool) -> None:
    """Begin to tell URL what happens; LABEL is what people call it. Its secret is shown this once."""
    outlets, organisation = _within(slug)
    issued = outlets.add_webhook(
        organisation, WebhookSettings(label, url, tuple(dict.fromkeys(events)) or tuple(TYPES))
    )
    _write_secret(issued_webhook_shape(issued, outlets), as_json=as_json)


@webhook.command("change")
@click.argument("outlet", metavar="ID")
@click.option("--label", help="What people call it.")
@click.option("--url", help="Where events are posted.")
@click.option("--event", "events", multiple=True, type=click.Choice(list(TYPES)), help="What it is told; replaces all.")
@_organisation
@_json
def change_webhook(
    outlet: str, label: str | None, url: str | None, events: Sequence[str], slug: str, *, as_json: bool
) -> None:
    """Change what is given."""
    outlets, organisation = _within(slug)
    before = outlets.get(organisation, Kind.WEBHOOK, outlet).webhook
    settings = WebhookSettings(label or before.label, url or before.url, tuple(dict.fromkeys(events)) or before.events)
    _write(outlets, outlets.change_webhook(organisation, outlet, settings), as_json)


@webhook.command("rotate")
@click.argument("outlet", metavar="ID")
@click.option("--grace-seconds", type=int, default=GRACE_SECONDS, show_default=True,
              help="How long what is sent is signed with the secret before too.")  # fmt: skip
@_organisation
@_json
def rotate(outlet: str, grace_seconds: int, slug: str, *, as_json: bool) -> None:
    """Give a webhook a new secret, shown this once."""
    outlets, organisation = _within(slug)
    _write_secret(issued_webhook_shape(outlets.rotate(organisation, outlet, grace_seconds), outlets), as_json=as_json)


def _acts(group: click.Group, kind: Kind) -> None:
    """Add what is done to one of either kind in the same way."""

    def one(name: str, act: Callable[[Outlets], Callable[..., Outlet]], words: str) -> None:
        @click.argument("outlet", metavar="ID")
        @_organisation
        @_json
        def command(outlet: str, slug: str, *, as_json: bool) -> None:
            outlets, organisation = _within(slug)
            _write(outlets, act(outlets)(organisation, kind, outlet), as_json)

        group.command(name, help=words)(command)

    one("show", lambda outlets: outlets.get, "Show one, with how it is doing; never with a secret.")
    one("pause", lambda outlets: outlets.pause, "Send nothing for now; what comes meanwhile waits.")
    one("resume", lambda outlets: outlets.resume, "Send what waits, and what comes.")
    one("test", lambda outlets: outlets.test, "Have the worker try it; `show` says within seconds what came of it.")

    @group.command("remove")
    @click.argument("outlet", metavar="ID")
    @_organisation
    def remove(outlet: str, slug: str) -> None:
        """Forget one, with its secret, its log and its dead letters."""
        outlets, organisation = _within(slug)
        outlets.remove(organisation, kind, outlet)
        click.echo(f"Removed {outlet}.")

    @group.command("replay")
    @click.argument("outlet", metavar="ID")
    @click.argument("letter", required=False)
    @_organisation
    def replay(outlet: str, letter: str | None, slug: str) -> None:
        """Send a dead LETTER again, or all of them."""
        outlets, organisation = _within(slug)
        click.echo(f"{outlets.replay(organisation, kind, outlet, letter)} to be sent again.")


def _listings(group: click.Group, kind: Kind) -> None:
    """Add what lists either kind in the same way."""

    @group.command("list")
    @_organisation
    @_json
    def list_(slug: str, *, as_json: bool) -> None:
        """List them, oldest first, with how each is doing."""
        outlets, organisation = _within(slug)
        shapes = [outlet_shape(outlets.see(item)) for item in outlets.all(organisation, kind)]
        if as_json:
            click.echo(orjson.dumps(shapes, option=orjson.OPT_INDENT_2))
            return
        for shape in shapes:
            click.echo(_line(shape))

    def listing(name: str, standing: Standing | None, words: str) -> None:
        @click.argument("outlet", metavar="ID")
        @click.option("--limit", type=click.IntRange(1, _PAGE), default=50, show_default=True)
        @_organisation
        @_json
        def command(outlet: str, limit: int, slug: str, *, as_json: bool) -> None:
            outlets, organisation = _within(slug)
            rows = outlets.page(organisation, kind, outlet, standing, None, limit)
            shapes = [delivery_shape(row) for row in rows]
            if as_json:
                click.echo(orjson.dumps(shapes, option=orjson.OPT_INDENT_2))
                return
            for shape in shapes:
                words = f"{shape['at']}  {shape['standing']:<9}  {shape['type'] or shape['what']:<22}  {shape['id']}"
                click.echo(f"{words}  {shape['error']}".rstrip())

        group.command(name, help=words)(command)

    listing("letters", Standing.DEAD, "List what is tried no more, newest first.")
    listing("deliveries", None, "List what was sent and what waits, newest first.")


for _group, _kind in ((forward, Kind.FORWARD), (webhook, Kind.WEBHOOK)):
    _acts(_group, _kind)
    _listings(_group, _kind)


def _changes(given: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Return what options change of a forward's settings, and the secret if one is given."""
    filters = {name: tuple(given[name]) for name in ("verbs", "activities", "profiles", "credentials")}
    changes: dict[str, Any] = {}
    if any(filters.values()):
        changes["wanted"] = Filter(**filters)
    if given["speaks"]:
        changes["speaks"] = Speaks(given["speaks"])
    for name in ("user", "token_url", "scope"):
        if given[name] is not None:
            changes[name] = given[name]
    if given["token_url"]:
        changes["sign_in"] = SignIn.OAUTH
    elif given["user"]:
        changes["sign_in"] = SignIn.BASIC
    secret = given["secret_from"].read().strip() if given["secret_from"] else None
    if secret == "":
        raise InvalidRequest("Nothing was changed.", [Problem("/secret", "The file is empty.", "a secret")])
    return changes, secret


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo is not None else instant.astimezone()


def _within(slug: str) -> tuple[Outlets, OrganisationId]:
    services = open_services()
    return Outlets(services), Organisations(services.store, services.clock).get_by_slug(slug).number


def _write(outlets: Outlets, outlet: Outlet, as_json: bool) -> None:  # noqa: FBT001 - click's flag, passed on
    shape = outlet_shape(outlets.see(outlet))
    click.echo(orjson.dumps(shape, option=orjson.OPT_INDENT_2) if as_json else _line(shape))


def _write_secret(shape: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(shape, option=orjson.OPT_INDENT_2))
        return
    click.echo(f"{_line(shape)}\nsecret  {shape['secret']}")
    click.echo("\nKeep the secret now: nobody can show it again.")


def _line(shape: dict[str, Any]) -> str:
    health = shape["health"]
    state = shape["state"] + (f" ({shape['reason']})" if shape["reason"] else "")
    counts = f"waiting {health['waiting']}, letters {health['letters']}"
    more = "".join(f", {name} {health[name]}" for name in ("error", "test") if health[name])
    return f"{shape['id']}  {state}  {counts}{more}  {shape['label']}  {shape['url']}"
