"""What reads the counts of broken rules, for the test of indexes."""

from __future__ import annotations

from uuid import UUID

from lrs.caller import Caller, CredentialId
from lrs.clock import Micros
from lrs.services import Services
from lrs.store.profile_findings import DAY_MICROS, Count, FindingStore

_MOST = 40


def _many(services: Services, caller: Caller) -> FindingStore:
    rows, now = FindingStore(services.store), services.clock.now_micros()
    for at in range(_MOST):
        then = Micros(now + at * DAY_MICROS)
        for credential in ("un", "deux"):
            counts = {"rule": Count(1, 0, [UUID(int=at)])}
            rows.add(caller.organisation, CredentialId(credential), then, counts, 400)
    return rows


def _all(services: Services, caller: Caller) -> object:
    first = services.clock.now_micros() // DAY_MICROS
    return _many(services, caller).rows(caller.organisation, first, first + 1)


def _one(services: Services, caller: Caller) -> object:
    first = services.clock.now_micros() // DAY_MICROS
    return _many(services, caller).rows(caller.organisation, first, first + 1, "un")


USES = {
    ("profile_findings", "o", "d"): _all,
    ("profile_findings", "o", "c", "d", "r"): _one,
}
