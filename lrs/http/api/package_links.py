"""Links to hosted packages: list, revoke."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from lrs.clock import Micros, to_text
from lrs.courses.plays import Plays, Premises
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest
from lrs.http.api.shapes import split_page
from lrs.store.package_plays import Play


def _said(description: str) -> dict[str, str]:
    return {"description": description}


class PlaySchema(Schema):
    """A link without its address."""

    id = fields.String(required=True)
    package = fields.String(required=True)
    actor = fields.Dict(keys=fields.String(), required=True)
    registration = fields.String(required=True, allow_none=True)
    by = fields.String(required=True, metadata=_said("Who made it; empty where that was not noted"))
    created = fields.String(required=True, metadata={"format": "date-time"})
    expires = fields.String(required=True, metadata={"format": "date-time"})
    opened = fields.String(
        required=True, allow_none=True, metadata={"format": "date-time", **_said("When it was last followed")}
    )
    revoked = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    state = fields.String(required=True, validate=validate.OneOf(["active", "expired", "revoked"]))


class PlayPageSchema(Schema):
    """Links in the order in which they were made."""

    items = fields.List(fields.Nested(PlaySchema), required=True)
    next = fields.String(required=True, allow_none=True)


def list_package_launches(premises: Premises, request: ApiRequest) -> dict[str, Any]:
    """List the links to a package.

    Oldest first, until they end; revoked ones included, never with an address.
    """
    limit = request.arguments["limit"]
    after = parse_cursor(request.arguments.get("after"))
    plays = Plays.over(request.services, premises)
    rows = plays.page(request.caller.organisation, request.path["package"], after, limit + 1)
    shown, last = split_page(rows, limit)
    now = request.services.clock.now_micros()
    return {
        "items": [link_shape(play, now) for play in shown],
        "next": None if last is None else write_cursor(last.created, last.id),
    }


def revoke_package_launch(premises: Premises, request: ApiRequest) -> dict[str, Any]:
    """Revoke a link to a package.

    For good: it opens nothing any more, and what its player sends is refused. What was committed stays.
    """
    plays, path = Plays.over(request.services, premises), request.path
    play = plays.revoke(request.caller.organisation, path["package"], path["launch"])
    return link_shape(play, request.services.clock.now_micros())


def link_shape(play: Play, now: Micros) -> dict[str, Any]:
    """Write a link as it stands."""
    return {
        "id": play.id, "package": play.package, "actor": play.actor,
        "registration": None if play.registration is None else str(play.registration), "by": play.by,
        "created": to_text(play.created), "expires": to_text(play.expires),
        "opened": None if play.opened is None else to_text(play.opened),
        "revoked": None if play.revoked is None else to_text(play.revoked), "state": play.state(now),
    }  # fmt: skip
