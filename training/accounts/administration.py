"""What an administrator does with the accounts of their organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bson import ObjectId
from mongoengine import NotUniqueError, ValidationError

from lrs.clock import Clock, IdSource, Micros
from lrs.errors import Conflict, InvalidRequest, NotFound, Problem
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.access import Role, Viewer
from training.accounts.account import Account, clean_email, is_open, rows, standing_of
from training.accounts.factors import LASTING, FactorKind, Factors, Owner
from training.accounts.invitations import name_problems
from training.accounts.member import Invitation, Invited, Member, Standing, State
from training.accounts.policy import Policies, Policy
from training.accounts.provider import Provider, ProviderChange, Providers
from training.accounts.sessions import OpenSession, Sessions
from training.accounts.standing import standing_problems
from training.accounts.tokens import Kind, Tokens
from training.store import RecordReader

_ADMINISTRATORS: Final = frozenset((Role.ADMINISTRATOR,))
_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class Happening:
    """One act on an account, for the audit trail: names nobody but by the ids of accounts."""

    organisation: OrganisationId
    who: str  # the trail name of whoever did it
    what: str  # "account:<id>", or "organisation:<number>" for what concerns all of them
    change: str  # "account_invited", "account_closed", …
    details: Mapping[str, str] = field(default_factory=dict)


class Administration:
    """The accounts of the viewer's organisation, and of no other: an id of another organisation raises NotFound.

    Every method is for administrators: it raises Forbidden for any other role. `note` is called after each change, for
    the audit trail. `may_be_http` lets a provider be reached without TLS, on one person's machine.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdSource,
        secret_key: bytes,
        *,
        note: Callable[[Happening], None] | None = None,
        may_be_http: bool = False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._tokens = Tokens(store, clock, ids)
        self._sessions = Sessions(store, clock, ids)
        self._factors = Factors(store, clock, ids, secret_key)
        self._policies = Policies(store)
        self._providers = Providers(store, secret_key)
        self._reader = RecordReader(store, clock)
        self._note = note
        self._may_be_http = may_be_http

    def members(self, viewer: Viewer, *, state: State | None = None) -> list[Member]:
        """Return the accounts of the organisation, by name."""
        viewer.require(_ADMINISTRATORS)
        kinds = self._factors.kinds(viewer.organisation)
        found = [_member(account, kinds.get(str(account.id), frozenset())) for account in self._all(viewer)]
        wanted = [member for member in found if state is None or member.state is state]
        return sorted(wanted, key=lambda member: (member.name.casefold(), member.account_id))

    def get(self, viewer: Viewer, account_id: str) -> Member:
        """Return one account; raises NotFound."""
        viewer.require(_ADMINISTRATORS)
        return self._describe(viewer, self._find(viewer, account_id))

    def invite(self, viewer: Viewer, invitation: Invitation) -> Invited:
        """Make an account that waits for its owner.

        Raises InvalidRequest with every problem, and Conflict when the organisation has an account of this address.
        """
        viewer.require(_ADMINISTRATORS)
        standing = invitation.standing
        account = Account(
            organisation=viewer.organisation,
            email=clean_email(invitation.email),
            name=invitation.name.strip(),
            role=standing.role.value,
            person_id=standing.person_id,
            funder_id=standing.funder_id,
            expires_micros=standing.expires_at,
            state=State.INVITED.value,
            locale=invitation.locale,
            created_micros=self._clock.now_micros(),
        )
        problems = [*self._standing_problems(viewer, standing), *name_problems(invitation.name)]
        problems += [problem for problem in _field_problems(account) if problem.pointer != "/name"]
        if problems:
            raise InvalidRequest("This account cannot be made.", problems)
        try:
            rows(self._store).insert(account)
        except NotUniqueError as error:
            raise Conflict("The organisation has an account of this address already.") from error
        return self._invite(viewer, account, "account_invited", {"role": standing.role.value})

    def resend(self, viewer: Viewer, account_id: str) -> Invited:
        """Draw another token for an account that waits; the one before opens nothing any more. Raises Conflict else."""
        account = self._waiting(viewer, account_id)
        self._tokens.drop(viewer.organisation, account_id, Kind.INVITATION)
        return self._invite(viewer, account, "account_invited_again", {})

    def withdraw(self, viewer: Viewer, account_id: str) -> None:
        """Take an invitation back: the account is gone. Raises Conflict when it has been taken up."""
        account = self._waiting(viewer, account_id)
        gone = rows(self._store).filter(organisation=viewer.organisation, id=account.id, state=State.INVITED.value)
        if not gone.delete():
            raise Conflict(_TAKEN_UP)
        self._tokens.drop(viewer.organisation, account_id, Kind.INVITATION)
        self._tell(viewer, account_id, "account_withdrawn")

    def change(self, viewer: Viewer, account_id: str, standing: Standing) -> Member:
        """Make an account be for something else and end its sessions; raises Conflict for the last administrator."""
        account = self._find(viewer, account_id)
        problems = list(self._standing_problems(viewer, standing))
        if problems:
            raise InvalidRequest("The account cannot be for that.", problems)
        before = standing_of(account)
        self._set_standing(viewer, account, standing)
        if before.role is Role.ADMINISTRATOR and not self._has_administrator(viewer):
            self._set_standing(viewer, account, before)
            raise Conflict(_LAST)
        self._sessions.end_all(viewer.organisation, account_id)
        self._tell(viewer, account_id, "account_changed", {"from": before.role.value, "to": standing.role.value})
        return self.get(viewer, account_id)

    def close(self, viewer: Viewer, account_id: str) -> Member:
        """End an account and its sessions. Raises Conflict for the last administrator, and for an invitation."""
        account = self._find(viewer, account_id)
        if account.state == State.INVITED:
            raise Conflict("This invitation has not been taken up: withdraw it.")
        if account.state == State.ACTIVE:
            self._set_state(viewer, account, State.CLOSED)
            if account.role == Role.ADMINISTRATOR and not self._has_administrator(viewer):
                self._set_state(viewer, account, State.ACTIVE)
                raise Conflict(_LAST)
            self._tell(viewer, account_id, "account_closed")
        self._tokens.drop(viewer.organisation, account_id, Kind.RESET)
        self._sessions.end_all(viewer.organisation, account_id)
        return self.get(viewer, account_id)

    def reopen(self, viewer: Viewer, account_id: str) -> Member:
        """Let somebody sign in again, with the password and the factors that they had."""
        account = self._find(viewer, account_id)
        if account.state == State.INVITED:
            raise Conflict("This invitation has not been taken up: send it again.")
        if account.state == State.CLOSED:
            self._set_state(viewer, account, State.ACTIVE)
            self._tell(viewer, account_id, "account_reopened")
        return self.get(viewer, account_id)

    def reset_factors(self, viewer: Viewer, account_id: str) -> Member:
        """Take away every second factor and recovery code of somebody who has lost them; ends their sessions."""
        account = self._find(viewer, account_id)
        self._factors.remove_all(Owner(viewer.organisation, account_id))
        self._all(viewer).filter(id=account.id).update_one(inc__epoch=1)
        self._sessions.end_all(viewer.organisation, account_id)
        self._tell(viewer, account_id, "account_factors_reset")
        return self.get(viewer, account_id)

    def sessions_of(self, viewer: Viewer, account_id: str) -> list[OpenSession]:
        """Return where an account is signed in, last seen first."""
        self._find(viewer, account_id)
        return self._sessions.of_account(viewer.organisation, account_id)

    def revoke_session(self, viewer: Viewer, account_id: str, session_id: str) -> None:
        """Sign an account out of one place; raises NotFound."""
        self._find(viewer, account_id)
        if not self._sessions.end_one(viewer.organisation, account_id, session_id):
            raise NotFound("This account is not signed in there.")
        self._tell(viewer, account_id, "account_signed_out", {"where": "one place"})

    def revoke_sessions(self, viewer: Viewer, account_id: str) -> None:
        """Sign an account out everywhere."""
        self._find(viewer, account_id)
        self._sessions.end_all(viewer.organisation, account_id)
        self._tell(viewer, account_id, "account_signed_out", {"where": "everywhere"})

    def policy(self, viewer: Viewer) -> Policy:
        """Return what the organisation asks of those who sign in."""
        viewer.require(_ADMINISTRATORS)
        return self._policies.get(viewer.organisation)

    def set_policy(self, viewer: Viewer, policy: Policy) -> None:
        """Ask something else from now on; whoever lacks a factor that is asked for now is signed out."""
        viewer.require(_ADMINISTRATORS)
        before = self._policies.get(viewer.organisation)
        self._policies.put(viewer.organisation, policy)
        asked = policy.second_factor_for - before.second_factor_for
        for member in self.members(viewer, state=State.ACTIVE) if asked else ():
            if member.standing.role in asked and not set(LASTING) & set(member.factors):
                self._all(viewer).filter(id=member.account_id).update_one(inc__epoch=1)
                self._sessions.end_all(viewer.organisation, member.account_id)
        roles = ",".join(sorted(role.value for role in policy.second_factor_for))
        self._tell(
            viewer, "", "account_policy_changed", {"second_factor_for": roles, "idle_minutes": str(policy.idle_minutes)}
        )

    def provider(self, viewer: Viewer) -> Provider | None:
        """Return the organisation's own sign-in (OpenID Connect), without its secret."""
        viewer.require(_ADMINISTRATORS)
        return self._providers.find(viewer.organisation)

    def set_provider(self, viewer: Viewer, change: ProviderChange | None) -> None:
        """Set it up or, with None, end it. Raises InvalidRequest with every problem."""
        viewer.require(_ADMINISTRATORS)
        if change is None:
            self._providers.drop(viewer.organisation)
            self._tell(viewer, "", "account_provider_removed")
            return
        self._providers.put(viewer.organisation, change, may_be_http=self._may_be_http)
        self._tell(viewer, "", "account_provider_set", {"issuer": change.provider.issuer})

    def _invite(self, viewer: Viewer, account: Account, act: str, details: Mapping[str, str]) -> Invited:
        days = self._policies.get(viewer.organisation).invitation_days
        account_id = str(account.id)
        token, until = self._tokens.draw(Kind.INVITATION, viewer.organisation, account_id, days * _DAY_SECONDS)
        self._all(viewer).filter(id=account.id).update_one(
            set__invited_micros=self._clock.now_micros(), set__invitation_until_micros=until
        )
        self._tell(viewer, account_id, act, details)
        return Invited(self.get(viewer, account_id), token)

    def _standing_problems(self, viewer: Viewer, standing: Standing) -> Iterator[Problem]:
        return standing_problems(standing, self._clock.now_micros(), self._reader, viewer.organisation)

    def _set_standing(self, viewer: Viewer, account: Account, standing: Standing) -> None:
        self._all(viewer).filter(id=account.id).update_one(
            set__role=standing.role.value,
            set__person_id=standing.person_id,
            set__funder_id=standing.funder_id,
            set__expires_micros=standing.expires_at,
            inc__epoch=1,
        )

    def _set_state(self, viewer: Viewer, account: Account, state: State) -> None:
        self._all(viewer).filter(id=account.id).update_one(set__state=state.value, inc__epoch=1)

    def _has_administrator(self, viewer: Viewer) -> bool:
        # Looked at after the change and not before: of two who close each other at once, neither may succeed.
        now = self._clock.now_micros()
        return any(is_open(account, now) for account in self._all(viewer).filter(role=Role.ADMINISTRATOR.value))

    def _waiting(self, viewer: Viewer, account_id: str) -> Account:
        account = self._find(viewer, account_id)
        if account.state != State.INVITED:
            raise Conflict(_TAKEN_UP)
        return account

    def _find(self, viewer: Viewer, account_id: str) -> Account:
        viewer.require(_ADMINISTRATORS)
        found: Account | None = (
            self._all(viewer).filter(id=account_id).first() if ObjectId.is_valid(account_id) else None
        )
        if found is None:
            raise NotFound("There is no account of this id.")
        return found

    def _describe(self, viewer: Viewer, account: Account) -> Member:
        owner = Owner(viewer.organisation, str(account.id))
        kinds = {factor.kind for factor in self._factors.all(owner)}
        left = {FactorKind.RECOVERY} if self._factors.recovery_codes_left(owner) else set()
        return _member(account, frozenset(kinds | left))

    def _all(self, viewer: Viewer):  # type: ignore[no-untyped-def]  # noqa: ANN202 - mongoengine ships no types
        return rows(self._store).filter(organisation=viewer.organisation)

    def _tell(self, viewer: Viewer, account_id: str, act: str, details: Mapping[str, str] | None = None) -> None:
        if self._note is not None:
            what = f"account:{account_id}" if account_id else f"organisation:{viewer.organisation}"
            self._note(Happening(viewer.organisation, viewer.trail_name, what, act, details or {}))


_TAKEN_UP: Final = "This invitation has been taken up: close the account instead."
_LAST: Final = "An organisation keeps at least one administrator who can sign in."


def _member(account: Account, kinds: frozenset[FactorKind]) -> Member:
    def micros(value: int | None) -> Micros | None:
        return None if value is None else Micros(value)

    return Member(
        account_id=str(account.id),
        organisation=OrganisationId(account.organisation),
        email=account.email,
        name=account.name,
        standing=standing_of(account),
        state=State(account.state),
        locale=account.locale,
        created_at=Micros(account.created_micros),
        invited_at=micros(account.invited_micros),
        invitation_expires_at=micros(account.invitation_until_micros),
        signed_in_at=micros(account.signed_in_micros),
        is_linked=account.subject is not None,
        factors=tuple(kind for kind in FactorKind if kind in kinds),
    )


def _field_problems(account: Account) -> Iterator[Problem]:
    try:
        account.validate()
    except ValidationError as error:
        for name, why in error.to_dict().items():
            accepted = "an e-mail address" if name == "email" else ""
            yield Problem(f"/{name}", str(why), accepted)
