"""Our values as the dictionaries that the schemas of `/api/v1` write."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import orjson

from lrs.clock import Micros, to_text
from lrs.credential import Credential
from lrs.credentials import Issued
from lrs.organisations import Organisation
from lrs.senders import SenderClock
from lrs.store.quarantine import Held
from lrs.store.statements import Duplicate

T = TypeVar("T")


def split_page(rows: Sequence[T], limit: int) -> tuple[Sequence[T], T | None]:
    """Take `limit + 1` rows apart: those to show, and the last shown when there are more."""
    shown = rows[:limit]
    return shown, shown[-1] if len(rows) > limit else None


def organisation_shape(organisation: Organisation) -> dict[str, Any]:
    """Write an organisation."""
    return {**asdict(organisation), "created": to_text(organisation.created)}


def credential_shape(credential: Credential, now: Micros) -> dict[str, Any]:
    """Write a credential. Nothing in here opens a door: neither a secret nor its hash."""
    settings = credential.settings
    return {
        "key": credential.key,
        "label": settings.label,
        "scopes": sorted(settings.scopes),
        "authority": orjson.loads(credential.authority),
        "quarantine": settings.quarantine,
        "origins": list(settings.origins),
        "requests_per_minute": settings.requests_per_minute,
        "quiet_after_seconds": settings.quiet_after_seconds,
        "profile_checks": settings.profile_checks,
        "profiles": list(settings.profiles),
        "created": to_text(credential.created),
        "expires": _maybe(credential.expires),
        "revoked": _maybe(credential.revoked),
        "state": credential.state(now),
        "secrets": [
            {"created": to_text(secret.created), "until": _maybe(secret.until)}
            for secret in credential.secrets
            if secret.is_live(now)
        ],
    }


def issued_shape(issued: Issued, now: Micros) -> dict[str, Any]:
    """Write a credential with its new secret."""
    return {**credential_shape(issued.credential, now), "secret": issued.secret}


def sender_shape(clock: SenderClock) -> dict[str, Any]:
    """Write a sender's clock."""
    return {
        "credential": clock.credential,
        "label": clock.label,
        "last_stored": _maybe(clock.last_stored),
        "statements": clock.statements,
        "quiet_after_seconds": clock.quiet_after_seconds,
        "quiet": clock.is_quiet,
        "quiet_since": _maybe(clock.quiet_since),
    }


def held_shape(held: Held) -> dict[str, Any]:
    """Write a refused request without its body."""
    return {
        "id": held.held_id,
        "credential": held.credential,
        "received": to_text(held.received),
        "last_received": to_text(held.last_received),
        "times": held.times,
        "version": held.version,
        "method": held.method,
        "content_type": held.content_type,
        "statement_id": held.statement_id,
        "size_bytes": held.size_bytes,
        "problems": [asdict(problem) for problem in held.problems],
        "state": held.state,
        "statement_ids": held.statement_ids,
    }


def held_with_body_shape(held: Held) -> dict[str, Any]:
    """Write a refused request with its body: as text when it is text, and byte for byte."""
    text = encoded = None
    if held.body is not None:
        encoded = base64.b64encode(held.body).decode()
        try:
            text = held.body.decode("utf-8")
        except UnicodeDecodeError:
            text = None
    return {**held_shape(held), "body": text, "body_base64": encoded}


def duplicate_shape(duplicate: Duplicate) -> dict[str, Any]:
    """Write a content duplicate."""
    return {
        "statement_id": duplicate.statement_id,
        "duplicate_of": duplicate.first_id,
        "stored": to_text(duplicate.stored),
        "credential": duplicate.credential,
    }


def _maybe(instant: Micros | None) -> str | None:
    return None if instant is None else to_text(instant)
