"""How fast one address may send forms: a bucket for each, shared by all web processes."""

from __future__ import annotations

import hashlib

from lrs.caller import CredentialId
from lrs.clock import Clock
from lrs.errors import TooManyRequests
from lrs.store.database import Store
from lrs.store.rates import RateStore
from training.accounts.guesses import neighbourhood

_SECOND = 1_000_000


class Pace:
    """Allowances in the collection `rates`, beside those of LRS credentials; only a hash of the address is kept."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._rates = RateStore(store)
        self._clock = clock

    def take(self, form: str, remote: str, a_minute: int) -> None:
        """Take one of the requests that an address has a minute for a form; raises TooManyRequests when it has none."""
        place = "\0".join(("form", form, neighbourhood(remote)))
        bucket = f"form:{hashlib.blake2b(place.encode(), digest_size=16).hexdigest()}"
        wait = self._rates.take(CredentialId(bucket), a_minute, self._clock.now_micros())
        if wait:
            seconds = -(-wait // _SECOND)
            raise TooManyRequests(f"Too many requests from this address; try again in {seconds} s.", seconds)
