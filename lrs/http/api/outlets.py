"""Forwards and webhooks of the caller's organisation: add, change, pause, test, see what could not be sent, replay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from lrs.clock import Micros, to_micros
from lrs.forwarding.filter import Filter
from lrs.forwarding.outlet import ForwardSettings, Kind, Outlet, WebhookSettings
from lrs.http.api import outlet_schemas as schemas
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation, Section
from lrs.http.api.outlet_shapes import delivery_shape, issued_webhook_shape, outlet_shape
from lrs.http.api.schemas import PageQuerySchema
from lrs.http.api.shapes import split_page
from lrs.sending.outlets import Outlets
from lrs.store.deliveries import Standing

View = Callable[[ApiRequest], object]


def create_forward(request: ApiRequest) -> dict[str, Any]:
    """Begin to forward statements.

    What is stored from now on goes, or from `since` on. Its secret is never shown.
    """
    given = dict(request.arguments)
    secret, since = given.pop("secret", None), given.pop("since", None)
    settings = ForwardSettings(**_forward_changes(given))
    outlets = Outlets(request.services)
    from_then = None if since is None else Micros(max(0, to_micros(since)))
    return _shape(outlets, outlets.add_forward(request.caller.organisation, settings, secret, from_then))


def change_forward(request: ApiRequest) -> dict[str, Any]:
    """Change a forward's settings.

    Another address asks for the secret again: it is never sent to another place than the one it was given for.
    """
    outlets, given = Outlets(request.services), dict(request.arguments)
    secret = given.pop("secret", None)
    before = outlets.get(request.caller.organisation, Kind.FORWARD, request.path["outlet"])
    settings = replace(before.forward, **_forward_changes(given))
    return _shape(outlets, outlets.change_forward(request.caller.organisation, before.id, settings, secret))


def create_webhook(request: ApiRequest) -> dict[str, Any]:
    """Begin to tell another system what happens.

    The answer holds the secret that what is sent is signed with, which is shown this once.
    """
    given = request.arguments
    outlets = Outlets(request.services)
    settings = WebhookSettings(given["label"], given["url"], tuple(dict.fromkeys(given["events"])))
    return issued_webhook_shape(outlets.add_webhook(request.caller.organisation, settings), outlets)


def change_webhook(request: ApiRequest) -> dict[str, Any]:
    """Change a webhook's settings."""
    outlets, given = Outlets(request.services), dict(request.arguments)
    before = outlets.get(request.caller.organisation, Kind.WEBHOOK, request.path["outlet"])
    if "events" in given:
        given["events"] = tuple(dict.fromkeys(given["events"]))
    settings = replace(before.webhook, **given)
    return _shape(outlets, outlets.change_webhook(request.caller.organisation, before.id, settings))


def rotate_webhook(request: ApiRequest) -> dict[str, Any]:
    """Give a webhook a new secret.

    It is shown this once. For `grace_seconds` what is sent is signed with the one before too.
    """
    outlets, grace = Outlets(request.services), request.arguments["grace_seconds"]
    return issued_webhook_shape(outlets.rotate(request.caller.organisation, request.path["outlet"], grace), outlets)


def _shape(outlets: Outlets, outlet: Outlet) -> dict[str, Any]:
    return outlet_shape(outlets.see(outlet))


def _forward_changes(given: Mapping[str, Any]) -> dict[str, Any]:
    changes = dict(given)
    if "filter" in changes:
        wanted: Mapping[str, list[str]] = changes.pop("filter")
        changes["wanted"] = Filter(**{name: tuple(dict.fromkeys(texts)) for name, texts in wanted.items()})
    return changes


def _named(view: View, verb: str, kind: Kind, doc: str) -> View:
    view.__name__, view.__doc__ = f"{verb}_{kind.value}", doc
    return view


def _lists(kind: Kind, several: str) -> View:
    def listing(request: ApiRequest) -> dict[str, Any]:
        outlets = Outlets(request.services)
        return {"items": [_shape(outlets, item) for item in outlets.all(request.caller.organisation, kind)]}

    doc = f"List {several}.\n\nOldest first, with how each is doing; never with a secret."
    return _named(listing, "list", kind, doc)


def _shows(kind: Kind) -> View:
    def show(request: ApiRequest) -> dict[str, Any]:
        outlets = Outlets(request.services)
        return _shape(outlets, outlets.get(request.caller.organisation, kind, request.path["outlet"]))

    return _named(show, "show", kind, f"Show a {kind.value}.")


def _removes(kind: Kind) -> View:
    def remove(request: ApiRequest) -> dict[str, Any]:
        outlets = Outlets(request.services)
        last = outlets.get(request.caller.organisation, kind, request.path["outlet"])
        outlets.remove(request.caller.organisation, kind, last.id)
        return _shape(outlets, last)

    doc = f"Remove a {kind.value}.\n\nWith its secret, its log and its dead letters. The answer is how it was."
    return _named(remove, "remove", kind, doc)


def _does(verb: str, kind: Kind, act: Callable[[Outlets], Callable[..., Outlet]], doc: str) -> View:
    def do(request: ApiRequest) -> dict[str, Any]:
        outlets = Outlets(request.services)
        return _shape(outlets, act(outlets)(request.caller.organisation, kind, request.path["outlet"]))

    return _named(do, verb, kind, doc)


def _pages(kind: Kind, standing: Standing | None, doc: str) -> View:
    def page(request: ApiRequest) -> dict[str, Any]:
        limit = request.arguments["limit"]
        wanted = standing or request.arguments.get("standing")
        rows = Outlets(request.services).page(
            request.caller.organisation, kind, request.path["outlet"], wanted,
            parse_cursor(request.arguments.get("after")), limit + 1,
        )  # fmt: skip
        shown, last = split_page(rows, limit)
        return {
            "items": [delivery_shape(item) for item in shown],
            "next": None if last is None else write_cursor(last.at, last.id),
        }

    return _named(page, "page_log" if standing is None else "page_letters", kind, doc)


def _replays(verb: str, kind: Kind, doc: str) -> View:
    def replay(request: ApiRequest) -> dict[str, Any]:
        letter = request.path.get("letter")
        count = Outlets(request.services).replay(
            request.caller.organisation, kind, request.path["outlet"], letter
        )  # fmt: skip
        return {"replayed": count}

    return _named(replay, verb, kind, doc)


_MISSING: Final = (HTTPStatus.NOT_FOUND,)


def _operations(kind: Kind, base: str, answers: type[schemas.OutletSchema]) -> tuple[Operation, ...]:
    """Return what can be done to either kind in the same way."""
    one = f"{base}/<string:outlet>"
    page = schemas.DeliveryPageSchema
    log = "List deliveries.\n\nNewest first, for 30 days; statements that were taken as the sum of each minute."
    dead = "List dead letters.\n\nNewest first: what is tried no more, with the answer that it had."
    pause = _does(
        "pause", kind, lambda outlets: outlets.pause, f"Pause a {kind}.\n\nNothing is sent; what comes meanwhile waits."
    )
    resume = _does(
        "resume", kind, lambda outlets: outlets.resume, f"Resume a {kind}.\n\nWhat waited is sent, in order."
    )
    test = _does(
        "test", kind, lambda outlets: outlets.test,
        f"Test a {kind}.\n\nThe worker tries it within seconds, and notes in `health` what it came to.",
    )  # fmt: skip
    again = "Send every dead letter again.\n\nWhat is refused again is a dead letter again."
    again_one = "Send a dead letter again."
    return (
        Operation("GET", one, _shows(kind), answers, refuses=_MISSING),
        Operation("DELETE", one, _removes(kind), answers, refuses=_MISSING),
        Operation("POST", f"{one}/pause", pause, answers, refuses=_MISSING),
        Operation("POST", f"{one}/resume", resume, answers, refuses=_MISSING),
        Operation("POST", f"{one}/test", test, answers, status=HTTPStatus.ACCEPTED, refuses=_MISSING),
        Operation(
            "GET", f"{one}/deliveries", _pages(kind, None, log), page, takes=schemas.DeliveryQuerySchema,
            refuses=_MISSING,
        ),
        Operation(
            "GET", f"{one}/letters", _pages(kind, Standing.DEAD, dead), page, takes=PageQuerySchema,
            refuses=_MISSING,
        ),
        Operation("POST", f"{one}/letters/replay", _replays("replay_all", kind, again),
                  schemas.ReplayedSchema, refuses=_MISSING),
        Operation(
            "POST", f"{one}/letters/<string:letter>/replay", _replays("replay", kind, again_one),
            schemas.ReplayedSchema, refuses=_MISSING,
        ),
    )  # fmt: skip


_FORWARD: Final = "/forwards/<string:outlet>"
_WEBHOOK: Final = "/webhooks/<string:outlet>"
FORWARDS: Final = (
    Operation("GET", "/forwards", _lists(Kind.FORWARD, "forwards"), schemas.ForwardListSchema),
    Operation(
        "POST", "/forwards", create_forward, schemas.ForwardSchema, takes=schemas.NewForwardSchema,
        status=HTTPStatus.CREATED, refuses=(HTTPStatus.CONFLICT,),
    ),
    Operation(
        "PATCH", _FORWARD, change_forward, schemas.ForwardSchema, takes=schemas.ForwardChangesSchema,
        body_required=False, refuses=_MISSING,
    ),
    *_operations(Kind.FORWARD, "/forwards", schemas.ForwardSchema),
)  # fmt: skip
WEBHOOKS: Final = (
    Operation("GET", "/webhooks", _lists(Kind.WEBHOOK, "webhooks"), schemas.WebhookListSchema),
    Operation(
        "POST", "/webhooks", create_webhook, schemas.IssuedWebhookSchema, takes=schemas.NewWebhookSchema,
        status=HTTPStatus.CREATED, refuses=(HTTPStatus.CONFLICT,),
    ),
    Operation(
        "PATCH", _WEBHOOK, change_webhook, schemas.WebhookSchema, takes=schemas.WebhookChangesSchema,
        body_required=False, refuses=_MISSING,
    ),
    Operation(
        "POST", f"{_WEBHOOK}/rotate", rotate_webhook, schemas.IssuedWebhookSchema, takes=schemas.SecretRotationSchema,
        body_required=False, refuses=_MISSING,
    ),
    *_operations(Kind.WEBHOOK, "/webhooks", schemas.WebhookSchema),
)  # fmt: skip
SECTIONS: Final = (
    Section("forwards", "Other record stores that statements are sent on to.", FORWARDS),
    Section("webhooks", "Other systems that are told what happens, signed (Standard Webhooks).", WEBHOOKS),
)
