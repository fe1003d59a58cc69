"""Credentials of the caller's organisation: list, create, change, rotate, revoke."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, cast

from lrs.clock import Micros
from lrs.credential import Settings
from lrs.credentials import Changes
from lrs.http.api import schemas
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation
from lrs.http.api.shapes import credential_shape, issued_shape, split_page

_PATH: Final = "/credentials/<string:key>"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def list_credentials(request: ApiRequest) -> dict[str, Any]:
    """List credentials.

    Oldest first, revoked ones included, never with a secret.
    """
    limit = request.arguments["limit"]
    after = parse_cursor(request.arguments.get("after"))
    rows = request.services.credentials.page(request.caller.organisation, after, limit + 1)
    shown, last = split_page(rows, limit)
    now = request.services.clock.now_micros()
    return {
        "items": [credential_shape(credential, now) for credential in shown],
        "next": None if last is None else write_cursor(last.created, last.key),
    }


def create_credential(request: ApiRequest) -> dict[str, Any]:
    """Create a credential.

    The answer holds the secret, which is shown this once.
    """
    given = dict(request.arguments)
    authority, expires = given.pop("authority", None), given.pop("expires", None)
    issued = request.services.credentials.create(
        request.caller.organisation,
        Settings(**_changes(given)),
        authority=authority,
        expires=None if expires is None else Micros((expires - _EPOCH) // timedelta(microseconds=1)),
    )
    return issued_shape(issued, request.services.clock.now_micros())


def get_credential(request: ApiRequest) -> dict[str, Any]:
    """Show a credential."""
    found = request.services.credentials.get(request.caller.organisation, request.path["key"])
    return credential_shape(found, request.services.clock.now_micros())


def change_credential(request: ApiRequest) -> dict[str, Any]:
    """Change a credential's settings."""
    changes = _changes(request.arguments)
    changed = request.services.credentials.change(request.caller.organisation, request.path["key"], changes)
    return credential_shape(changed, request.services.clock.now_micros())


def rotate_credential(request: ApiRequest) -> dict[str, Any]:
    """Give a credential a new secret.

    The new secret is valid at once and shown this once; the one before it works for `grace_seconds` more.
    """
    issued = request.services.credentials.rotate(
        request.caller.organisation, request.path["key"], request.arguments["grace_seconds"]
    )
    return issued_shape(issued, request.services.clock.now_micros())


def revoke_credential(request: ApiRequest) -> dict[str, Any]:
    """Revoke a credential.

    For good, with all its access tokens. Its statements stay. Revoking it again changes nothing.
    """
    revoked = request.services.credentials.revoke(request.caller.organisation, request.path["key"])
    return credential_shape(revoked, request.services.clock.now_micros())


def _changes(given: Mapping[str, Any]) -> Changes:
    changes = dict(given)
    if "scopes" in changes:
        changes["scopes"] = frozenset(changes["scopes"])
    if "origins" in changes:
        changes["origins"] = tuple(changes["origins"])
    if "profiles" in changes:
        changes["profiles"] = tuple(changes["profiles"])
    return cast("Changes", changes)


_MISSING: Final = (HTTPStatus.NOT_FOUND,)
_MISSING_OR_ENDED: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
OPERATIONS: Final = (
    Operation("GET", "/credentials", list_credentials, schemas.CredentialPageSchema, takes=schemas.PageQuerySchema),
    Operation(
        "POST",
        "/credentials",
        create_credential,
        schemas.IssuedSchema,
        takes=schemas.NewCredentialSchema,
        status=HTTPStatus.CREATED,
    ),
    Operation("GET", _PATH, get_credential, schemas.CredentialSchema, refuses=_MISSING),
    Operation(
        "PATCH",
        _PATH,
        change_credential,
        schemas.CredentialSchema,
        takes=schemas.ChangesSchema,
        body_required=False,
        refuses=_MISSING_OR_ENDED,
    ),
    Operation(
        "POST",
        f"{_PATH}/rotate",
        rotate_credential,
        schemas.IssuedSchema,
        takes=schemas.RotationSchema,
        body_required=False,
        refuses=_MISSING_OR_ENDED,
    ),
    Operation("POST", f"{_PATH}/revoke", revoke_credential, schemas.CredentialSchema, refuses=_MISSING),
)
