"""What the worker does with what was taken in, done to the end before anything is measured."""

from __future__ import annotations

import time
from typing import Final

from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from lrs.ledger_keys import LedgerKeys
from lrs.sealing import Sealer
from lrs.services import Services
from lrs.tenancy import OrganisationId

_HOLDER: Final = "mesure"
_LOOK_SECONDS: Final = 0.05


def work_off(services: Services, organisation: OrganisationId) -> None:
    """Keep the facts and seal the log, until a head has all of it.

    A head is published some seconds after the one before it, and a document waits for one that has what it rests on.
    """
    keeper, progress = Keeper(services.store, services.clock), ProgressOf(services.store)
    more = True
    while more:
        progress.hold(organisation, _HOLDER, services.clock.now_micros())
        more = keeper.step(organisation).more
    keys = LedgerKeys(services.store, services.clock, services.secret_key)
    sealer = Sealer(services.store, services.clock, keys, "mesure.invalid")
    sealer.hold(organisation, _HOLDER)
    turn = sealer.step(organisation)
    while turn.more or turn.waits:
        time.sleep(_LOOK_SECONDS)
        turn = sealer.step(organisation)
    sealer.release(_HOLDER)
