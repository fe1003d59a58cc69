"""Whether whoever sits there has shown lately who they are: asked before what only the owner of an account should do.

An unlocked screen in somebody else's hands is enough to read, and not to hand out keys, rights or the end of records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from flask import has_request_context, request

from lrs.clock import Clock
from lrs.errors import Forbidden
from training.accounts import Accounts

# Where one shows it again.
CONFIRM: Final = "/account/confirm"
# Where every request of the outer application carries it, the Dash application within included.
CONFIRMATION: Final = "assidu.confirmation"


class Unconfirmed(Forbidden):
    """Whoever sits there must show again who they are; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The session of a request, looked up only when something asks."""

    accounts: Accounts
    clock: Clock
    token: str = field(repr=False)

    def holds(self) -> bool:
        """Say whether whoever sits there has shown lately who they are."""
        found = self.accounts.sessions.find(self.token) if self.token else None
        return found is not None and found.is_confirmed(self.clock.now_micros())


def require_confirmed() -> None:
    """Raise Unconfirmed unless whoever sends the request at hand has shown lately who they are."""
    known = request.environ.get(CONFIRMATION) if has_request_context() else None
    if not isinstance(known, Confirmation) or not known.holds():
        message = "Show again who you are, then do this."
        raise Unconfirmed(message)
