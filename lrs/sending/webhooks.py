"""Tells webhooks what happened: each event until it is taken, in order for each thing it is about, at least once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import structlog

from lrs.clock import Micros
from lrs.errors import KeyUnreadable
from lrs.forwarding.answers import Judged, Meaning, judge_webhook
from lrs.forwarding.delays import delays_at
from lrs.forwarding.event import PING, Event, envelope
from lrs.forwarding.outlet import Outlet
from lrs.forwarding.signature import signed_headers
from lrs.organisations import Organisations
from lrs.outgoing.line import Answer, Line, Unanswered
from lrs.outgoing.places import Refused
from lrs.sending.other_store import trouble_of
from lrs.sending.outlets import Outlets
from lrs.store.deliveries import Deliveries, Delivery, Resting
from lrs.store.outlets import OutletStore

if TYPE_CHECKING:
    from lrs.services import Services

# What is looked at in one step; a step ends before its lease does.
AT_ONCE: Final = 200
_log = structlog.get_logger("assidu.worker")


class Webhooks:
    """One turn after the other of one outlet; for one thread."""

    def __init__(self, services: Services, new_line: Callable[[], Line]) -> None:
        self._services = services
        self._line = new_line()
        self._rows = OutletStore(services.store)
        self._deliveries = Deliveries(services.store)
        self._outlets = Outlets(services)

    def step(self, outlet: Outlet, keep: Callable[[], bool] = lambda: True) -> bool:
        """Send what is due, and say whether there is more at once. `keep` renews the lease; False ends the step.

        While an earlier event about something waits for its next try, later ones about it wait too. Where nobody
        answers at all, all wait: one is tried at each turn.
        """
        organisation = outlet.organisation
        found = self._deliveries.due(organisation, outlet.id, self._now, AT_ONCE)
        resting = self._deliveries.resting(organisation, outlet.id, self._now, {item.about for item in found})
        held_up: list[tuple[Delivery, Micros]] = []
        failures = outlet.health.failures
        for delivery in found:
            before = resting.get(delivery.about)
            if before is not None and before.at <= delivery.at:
                held_up.append((delivery, before.due))
                continue
            if not keep():
                return False
            meaning, again = self._deliver(outlet, delivery, failures)
            if meaning in (Meaning.LATER, Meaning.PAUSED):
                return False
            if meaning is Meaning.TAKEN:
                failures = 0
            if again is not None:
                resting[delivery.about] = Resting(delivery.at, again)
        self._deliveries.postpone(organisation, held_up)
        return len(found) == AT_ONCE

    def test(self, outlet: Outlet) -> str:
        """Send a `ping`, signed as everything is; return `ok` or what is wrong. It is not tried again."""
        organisation = Organisations(self._services.store, self._services.clock).get(outlet.organisation)
        event = Event(outlet.organisation, PING, f"{outlet.id}\0{self._now}", f"webhook:{outlet.id}", self._now,
                      {"webhook": outlet.id})  # fmt: skip
        try:
            answer = self._post(outlet, str(event.id), envelope(event, organisation.slug))
        except (Unanswered, Refused, KeyUnreadable) as error:
            return trouble_of(error)
        return "ok" if judge_webhook(answer.status, None, self._now).meaning is Meaning.TAKEN else _word(answer)

    def close(self) -> None:
        """End what is open."""
        self._line.close()

    def _deliver(self, outlet: Outlet, delivery: Delivery, failures: int) -> tuple[Meaning, Micros | None]:
        """Try one; write down what came of it, and return what it means for the others, and when it is tried again."""
        try:
            answer = self._post(outlet, delivery.id, delivery.body)
        except (Refused, KeyUnreadable) as error:
            self._rows.stop(outlet, self._now, trouble_of(error))
            return Meaning.PAUSED, None
        except Unanswered as failure:
            self._later(outlet, delivery, None, failure.why, failures, Judged(Meaning.LATER))
            return Meaning.LATER, None
        judged = judge_webhook(answer.status, answer.headers.get("retry-after"), self._now)
        if judged.meaning is Meaning.TAKEN:
            self._deliveries.delivered(outlet.organisation, delivery, answer.status, self._now)
            self._rows.succeed(outlet, self._now)
        elif judged.meaning is Meaning.PAUSED:
            # The event waits, and is sent when somebody resumes.
            self._rows.stop(outlet, self._now, judged.reason)
        elif judged.meaning is Meaning.LATER:
            self._later(outlet, delivery, answer.status, _word(answer), failures, judged)
        else:
            return judged.meaning, self._again(outlet, delivery, answer)
        return judged.meaning, None

    def _again(self, outlet: Outlet, delivery: Delivery, answer: Answer) -> Micros | None:
        """Note a refusal of one event, and return when its next try is; None where there is none."""
        now, delays = self._now, delays_at(self._now)
        tries = delivery.tries + 1
        due = None
        if not delays.is_over(delays.webhook_pauses, tries):
            due = Micros(now + delays.next_try(delays.webhook_pauses, tries, _chance()))
        text = answer.body[:2_000].decode("utf-8", errors="replace")
        self._deliveries.failed(outlet.organisation, delivery, answer.status, _word(answer), now, due, text)
        # The others are tried: the outlet itself does not rest.
        self._rows.fail(outlet, now, _word(answer), outlet.health.failures + 1, None)
        return due

    def _later(
        self, outlet: Outlet, delivery: Delivery, status: int | None, error: str, failures: int, judged: Judged
    ) -> None:
        """Have the whole outlet rest; what has waited for too long is given up."""
        now, delays = self._now, delays_at(self._now)
        pause = delays.next_try(delays.webhook_pauses, failures + 1, _chance(), judged.retry_after)
        self._deliveries.failed(outlet.organisation, delivery, status, error, now, Micros(now + pause))
        self._rows.fail(outlet, now, error, failures + 1, Micros(now + pause))
        before = Micros(now - delays.give_up_micros)
        given_up = self._deliveries.give_up(outlet.organisation, outlet.id, before, error, now)
        if given_up:
            _log.warning("events are given up", organisation=outlet.organisation, webhook=outlet.id, events=given_up)

    def _post(self, outlet: Outlet, event_id: str, body: bytes) -> Answer:
        now = self._now
        signed = signed_headers(event_id, now // 1_000_000, body, self._outlets.open_secrets(outlet))
        headers = {"Content-Type": "application/json", "User-Agent": "Assidu", "Accept": "*/*", **signed}
        return self._line.ask("POST", outlet.settings.url, headers, body)

    @property
    def _now(self) -> Micros:
        return self._services.clock.now_micros()


def _chance() -> float:
    return secrets.randbelow(1001) / 1000


def _word(answer: Answer) -> str:
    return f"http_{answer.status}"
