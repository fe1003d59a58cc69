"""Accounts with the letters about them: what an administrator's page and the API call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import has_request_context, request

from dashboards.attendance.letters import Delivery
from training.access import Viewer
from training.accounts.administration import Administration
from training.accounts.member import Invitation, Member

# Where every request of the outer application carries the desk, the Dash application within included.
DESK: Final = "assidu.accounts"


@dataclass(frozen=True, slots=True)
class Sent:
    """An account that waits for its owner, and what became of the letter.

    Where no letter can be sent (`Delivery.UNAVAILABLE`), `link` is for the administrator to hand over; else it is
    empty.
    """

    member: Member
    delivery: Delivery
    link: str = ""


class AccountsDesk:
    """Administration whose invitations are sent; everything else is `administration`'s, trail included."""

    administration: Administration

    def invite(self, viewer: Viewer, invitation: Invitation) -> Sent:
        """Invite somebody by letter; raises what `Administration.invite` raises, with nothing sent."""
        raise NotImplementedError

    def resend(self, viewer: Viewer, account_id: str) -> Sent:
        """Send a fresh invitation; raises what `Administration.resend` raises, with nothing sent."""
        raise NotImplementedError


def current_desk() -> AccountsDesk:
    """Return the desk of the request at hand; raises LookupError outside one."""
    desk = request.environ.get(DESK) if has_request_context() else None
    if isinstance(desk, AccountsDesk):
        return desk
    raise LookupError(DESK)
