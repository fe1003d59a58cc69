"""The rate limit of a credential that has one, across all web processes."""

from __future__ import annotations

from lrs.caller import Caller
from lrs.errors import TooManyRequests
from lrs.services import Services
from lrs.store.rates import RateStore


def check_rate(caller: Caller, services: Services) -> None:
    """Take one request from the caller's allowance; raise TooManyRequests when it is used up.

    A credential without a limit costs nothing here; one with a limit costs one small write a request.
    """
    if caller.requests_per_minute is None:
        return
    rates = RateStore(services.store)
    wait_micros = rates.take(caller.credential, caller.requests_per_minute, services.clock.now_micros())
    if wait_micros:
        message = f"This credential may send {caller.requests_per_minute} requests a minute; nothing was done."
        raise TooManyRequests(message, retry_after=-(-wait_micros // 1_000_000))
