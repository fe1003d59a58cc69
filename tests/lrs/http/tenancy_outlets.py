"""Forwards and webhooks: the part of the tenancy tests that tries each operation on theirs with what is ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from lrs.forwarding.filter import Filter
from lrs.forwarding.outlet import ForwardSettings, Kind, SignIn, WebhookSettings
from lrs.sending.outlets import Outlets
from lrs.services import Services
from lrs.store.deliveries import Aside
from lrs.tenancy import OrganisationId
from tests.lrs.http.tenancy_evidence import Attempt, Attempts

URL = "https://lrs.example.org/xapi"
LETTER = UUID("7d444840-9dc0-41d1-b245-5ffdce74fad2")
CASES: dict[tuple[str, str], Attempts] = {}


@dataclass
class Made:
    """One of each, with a dead letter each."""

    forward: str = ""
    webhook: str = ""

    def of(self, kind: Kind) -> str:
        return self.forward if kind is Kind.FORWARD else self.webhook


def keep(services: Services, organisation: OrganisationId, mark: str) -> Made:
    """Begin one of each, whose every text is `mark`."""
    outlets = Outlets(services)
    wanted = Filter(credentials=(mark,))
    settings = ForwardSettings(mark, f"{URL}/{quote(mark)}", wanted, sign_in=SignIn.BASIC, user=mark)
    forward = outlets.add_forward(organisation, settings, mark)
    webhook = outlets.add_webhook(organisation, WebhookSettings(mark, f"{URL}/{quote(mark)}", ("feed.back",))).outlet
    for outlet in (forward, webhook):
        letters = [Aside(LETTER, 400, "http_400", mark)]
        outlets.deliveries.put_aside(organisation, outlet.id, letters, services.clock.now_micros())
    return Made(forward.id, webhook.id)


def _one(kind: Kind, *bodies: dict[str, Any]) -> Attempts:
    def attempts(theirs: Any, ours: Any) -> Iterator[Attempt]:
        for body in bodies or (None,):
            options = {} if body is None else {"json": body}
            yield theirs.outlets.of(kind), options
            # An id of the other kind is none of this one.
            yield theirs.outlets.of(Kind.WEBHOOK if kind is Kind.FORWARD else Kind.FORWARD), options

    return attempts


def _letter(kind: Kind) -> Attempts:
    def attempts(theirs: Any, ours: Any) -> Iterator[Attempt]:
        yield f"{theirs.outlets.of(kind)}|{LETTER}", {}
        # A letter of theirs under an outlet of ours, by its whole name.
        yield f"{ours.outlets.of(kind)}|{theirs.outlets.of(kind)}:{LETTER}", {}

    return attempts


def _several(body: dict[str, Any] | None = None) -> Attempts:
    def attempts(theirs: Any, ours: Any) -> Iterator[Attempt]:
        yield "", {} if body is None else {"json": body}

    return attempts


for _kind, _path in ((Kind.FORWARD, "/api/v1/forwards"), (Kind.WEBHOOK, "/api/v1/webhooks")):
    _new: dict[str, Any] = {"label": "x", "url": URL}
    _rule = f"{_path}/<string:outlet>"
    CASES |= {
        (_path, "GET"): _several(),
        (_path, "POST"): _several(_new if _kind is Kind.FORWARD else {**_new, "events": ["feed.back"]}),
        (_rule, "GET"): _one(_kind),
        (_rule, "PATCH"): _one(_kind, {}, {"label": "x"}),
        (_rule, "DELETE"): _one(_kind),
        (f"{_rule}/pause", "POST"): _one(_kind),
        (f"{_rule}/resume", "POST"): _one(_kind),
        (f"{_rule}/test", "POST"): _one(_kind),
        (f"{_rule}/deliveries", "GET"): _one(_kind),
        (f"{_rule}/letters", "GET"): _one(_kind),
        (f"{_rule}/letters/replay", "POST"): _one(_kind),
        (f"{_rule}/letters/<string:letter>/replay", "POST"): _letter(_kind),
    }
CASES[("/api/v1/webhooks/<string:outlet>/rotate", "POST")] = _one(Kind.WEBHOOK, {}, {"grace_seconds": 0})
# What is tried there is theirs alone.
REFUSED = tuple(rule for rule, _ in CASES if "<" in rule)
