"""What an administrator does with the accounts of their organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lrs.caller import OrganisationId
from lrs.clock import Clock, IdSource
from lrs.store.database import Store
from training.access import Viewer
from training.accounts.member import Invitation, Invited, Member, Standing, State
from training.accounts.policy import Policy
from training.accounts.provider import Provider, ProviderChange
from training.accounts.sessions import OpenSession


@dataclass(frozen=True, slots=True)
class Happening:
    """One act on an account, for the audit trail: names nobody but by the ids of accounts."""

    organisation: OrganisationId
    who: str  # the trail name of whoever did it
    what: str  # "account:<id>", or "accounts" for what concerns all of them
    act: str  # "invited", "closed", …
    details: Mapping[str, str] = field(default_factory=dict)


class Administration:
    """The accounts of the viewer's organisation, and of no other: an id of another organisation raises NotFound.

    Every method but the reading ones is for administrators: it raises Forbidden for any other role. `note` is called
    after each change, for the audit trail.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdSource,
        secret_key: bytes,
        *,
        note: Callable[[Happening], None] | None = None,
    ) -> None:
        raise NotImplementedError

    def members(self, viewer: Viewer, *, state: State | None = None) -> list[Member]:
        """Return the accounts of the organisation, by name."""
        raise NotImplementedError

    def get(self, viewer: Viewer, account_id: str) -> Member:
        """Return one account; raises NotFound."""
        raise NotImplementedError

    def invite(self, viewer: Viewer, invitation: Invitation) -> Invited:
        """Make an account that waits for its owner.

        Raises InvalidRequest with every problem, and Conflict when the organisation has an account of this address.
        """
        raise NotImplementedError

    def resend(self, viewer: Viewer, account_id: str) -> Invited:
        """Draw another token for an account that waits; the one before opens nothing any more. Raises Conflict else."""
        raise NotImplementedError

    def withdraw(self, viewer: Viewer, account_id: str) -> None:
        """Take an invitation back: the account is gone. Raises Conflict when it has been taken up."""
        raise NotImplementedError

    def change(self, viewer: Viewer, account_id: str, standing: Standing) -> Member:
        """Make an account be for something else and end its sessions; raises Conflict for the last administrator."""
        raise NotImplementedError

    def close(self, viewer: Viewer, account_id: str) -> Member:
        """End an account and its sessions. Raises Conflict for the last administrator."""
        raise NotImplementedError

    def reopen(self, viewer: Viewer, account_id: str) -> Member:
        """Let somebody sign in again, with the password and the factors that they had."""
        raise NotImplementedError

    def reset_factors(self, viewer: Viewer, account_id: str) -> Member:
        """Take away every second factor and recovery code of somebody who has lost them; ends their sessions."""
        raise NotImplementedError

    def sessions_of(self, viewer: Viewer, account_id: str) -> list[OpenSession]:
        """Return where an account is signed in, last seen first."""
        raise NotImplementedError

    def revoke_session(self, viewer: Viewer, account_id: str, session_id: str) -> None:
        """Sign an account out of one place; raises NotFound."""
        raise NotImplementedError

    def revoke_sessions(self, viewer: Viewer, account_id: str) -> None:
        """Sign an account out everywhere."""
        raise NotImplementedError

    def policy(self, viewer: Viewer) -> Policy:
        """Return what the organisation asks of those who sign in."""
        raise NotImplementedError

    def set_policy(self, viewer: Viewer, policy: Policy) -> None:
        """Ask something else from now on; whoever lacks a factor that is asked for now is signed out."""
        raise NotImplementedError

    def provider(self, viewer: Viewer) -> Provider | None:
        """Return the organisation's own sign-in (OpenID Connect), without its secret."""
        raise NotImplementedError

    def set_provider(self, viewer: Viewer, change: ProviderChange | None) -> None:
        """Set it up or, with None, end it. Raises InvalidRequest with every problem."""
        raise NotImplementedError
