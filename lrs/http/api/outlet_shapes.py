"""Forwards, webhooks and their deliveries as the dictionaries that `/api/v1` and the commands write."""

from __future__ import annotations

from typing import Any

from lrs.clock import Micros, to_text
from lrs.forwarding.outlet import Kind
from lrs.sending.outlets import IssuedWebhook, Outlets, Seen
from lrs.store.deliveries import Delivery


def outlet_shape(seen: Seen) -> dict[str, Any]:
    """Write a forward or a webhook. Nothing in here opens a door: neither a secret nor what it is sealed as."""
    outlet = seen.outlet
    shape: dict[str, Any] = {
        "id": outlet.id,
        "label": outlet.settings.label,
        "url": outlet.settings.url,
        "created": to_text(outlet.created),
        "state": outlet.state.value,
        "reason": outlet.reason,
        "secrets": [{"created": to_text(item.created), "until": _maybe(item.until)} for item in outlet.secrets],
        "health": _health_shape(seen),
    }
    if outlet.kind is Kind.WEBHOOK:
        return {**shape, "events": list(outlet.webhook.events)}
    settings = outlet.forward
    return {
        **shape,
        "filter": {
            "verbs": list(settings.wanted.verbs),
            "activities": list(settings.wanted.activities),
            "profiles": list(settings.wanted.profiles),
            "credentials": list(settings.wanted.credentials),
        },
        "speaks": settings.speaks.value,
        "sign_in": settings.sign_in.value,
        "user": settings.user,
        "token_url": settings.token_url,
        "scope": settings.scope,
        "position": outlet.position,
    }


def issued_webhook_shape(issued: IssuedWebhook, outlets: Outlets) -> dict[str, Any]:
    """Write a webhook with its new secret."""
    return {**outlet_shape(outlets.see(issued.outlet)), "secret": issued.secret}


def delivery_shape(delivery: Delivery) -> dict[str, Any]:
    """Write a delivery without what was sent."""
    return {
        "id": delivery.id,
        "what": delivery.what.value,
        "standing": delivery.standing.value,
        "at": to_text(delivery.at),
        "type": delivery.type,
        "about": delivery.about,
        "tries": delivery.tries,
        "last_try": _maybe(delivery.last),
        "next_try": _maybe(delivery.due),
        "status": delivery.status,
        "error": delivery.error,
        "answer": delivery.answer,
        "statements": delivery.count if delivery.what != "event" else 0,
    }


def _health_shape(seen: Seen) -> dict[str, Any]:
    health = seen.outlet.health
    return {
        "waiting": seen.waiting,
        "letters": seen.letters,
        "last_success": _maybe(health.last_success),
        "last_error": _maybe(health.last_error),
        "error": health.error,
        "failures": health.failures,
        "next_try": _maybe(health.next_at),
        "tested": _maybe(health.test_at),
        "test": health.test,
    }


def _maybe(instant: Micros | None) -> str | None:
    return None if instant is None else to_text(instant)
