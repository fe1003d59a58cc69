"""What everybody does with their own account."""

from __future__ import annotations

from dataclasses import dataclass

from lrs.clock import Clock, IdSource
from lrs.errors import Conflict, InvalidRequest, NotFound, Unauthenticated
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.accounts import passkeys
from training.accounts.account import SignedIn, rows, signed_in
from training.accounts.directory import Accounts
from training.accounts.factors import FACTORS_MOST, Factor, Factors, Owner, new_totp_secret
from training.accounts.invitations import name_problems
from training.accounts.passwords import hash_password
from training.accounts.policy import RECOMMENDED_FOR, Policies
from training.accounts.sessions import OpenSession, Session

_PASSKEY, _TOTP = "enrol passkey", "enrol totp"


@dataclass(frozen=True, slots=True)
class Overview:
    """One's own account: how one signs in, and where one has."""

    factors: tuple[Factor, ...]
    recovery_codes_left: int
    sessions: tuple[OpenSession, ...]
    has_password: bool
    is_factor_asked: bool
    is_factor_recommended: bool


class OwnAccount:
    """The account of whoever is signed in. What changes how one signs in ends every session but the one at hand."""

    def __init__(self, accounts: Accounts, store: Store, clock: Clock, ids: IdSource, secret_key: bytes) -> None:
        self._accounts = accounts
        self._store = store
        self._factors = Factors(store, clock, ids, secret_key)
        self._policies = Policies(store)

    def overview(self, session: Session, person: SignedIn) -> Overview:
        """Return what the account page shows."""
        owner = owner_of(person)
        return Overview(
            tuple(self._factors.all(owner)),
            self._factors.recovery_codes_left(owner),
            tuple(self._accounts.sessions.of_account(person.organisation, person.account_id, session)),
            self.has_password(person),
            self._policies.get(person.organisation).asks(person.role),
            person.role in RECOMMENDED_FOR,
        )

    def has_password(self, person: SignedIn) -> bool:
        """Say whether the account has one; without, its organisation's provider signs it in."""
        return bool(self._mine(person).first().password_hash)

    def rename(self, person: SignedIn, name: str, locale: str) -> None:
        """Change one's name and language; raises InvalidRequest."""
        problems = name_problems(name)
        if problems:
            raise InvalidRequest("The account cannot be like that.", problems)
        self._mine(person).update_one(set__name=name.strip(), set__locale="en" if locale == "en" else "fr")

    def change_password(self, session: Session, person: SignedIn, before: str, after: str, remote: str) -> None:
        """Change one's password; raises Unauthenticated for a wrong one before, InvalidRequest, TooManyRequests."""
        self._accounts.sign_in(person.email, before, remote)
        self._mine(person).update_one(set__password_hash=hash_password(after))
        self._end_others(session, person)

    def totp_secret(self, session: Session, person: SignedIn) -> str:
        """Return the secret to give to an application: the same one until it is confirmed, or for ten minutes."""
        owner = owner_of(person)
        sealed = self._accounts.sessions.find_challenge(session, _TOTP)
        if sealed is None:
            sealed = self._factors.seal_totp(owner, new_totp_secret())
            self._accounts.sessions.put_challenge(session, _TOTP, sealed)
        return self._factors.open_totp(owner, sealed)

    def add_totp(self, session: Session, person: SignedIn, code: str, name: str) -> SignedIn:
        """Keep that secret, now that the application shows a code of it; raises Unauthenticated for another code."""
        owner = self._with_room(person)
        sealed = self._accounts.sessions.find_challenge(session, _TOTP)
        if sealed is None or not self._factors.add_totp(owner, sealed, code, name):
            raise Unauthenticated("This is not the code that the application shows.")
        self._accounts.sessions.take_challenge(session, _TOTP)
        return self._end_others(session, person)

    def passkey_request(self, session: Session, person: SignedIn, site: passkeys.Site) -> str:
        """Return what a browser is asked, as JSON, to make a passkey."""
        known = self._factors.passkeys(owner_of(person))
        options, challenge = passkeys.registration(site, person.account_id, person.email, known)
        self._accounts.sessions.put_challenge(session, _PASSKEY, challenge)
        return options

    def add_passkey(self, session: Session, person: SignedIn, site: passkeys.Site, answer: str, name: str) -> SignedIn:
        """Keep the passkey that a browser has made; raises Unauthenticated for an answer that does not hold."""
        owner = self._with_room(person)
        challenge = self._accounts.sessions.take_challenge(session, _PASSKEY)
        if challenge is None:
            raise Unauthenticated("The browser was asked for a passkey too long ago.")
        self._factors.add_passkey(owner, passkeys.registered(site, challenge, answer), name)
        return self._end_others(session, person)

    def remove_factor(self, session: Session, person: SignedIn, factor_id: str) -> None:
        """Take a factor away; raises NotFound, and Conflict for the last one where the organisation asks for one."""
        owner = owner_of(person)
        kept = [factor for factor in self._factors.all(owner) if factor.factor_id != factor_id]
        if not kept and self._policies.get(person.organisation).asks(person.role):
            raise Conflict("Your organisation asks for a second factor: add another one first.")
        if not self._factors.remove(owner, factor_id):
            raise NotFound("There is no such second factor.")
        self._end_others(session, person)

    def new_recovery_codes(self, person: SignedIn) -> list[str]:
        """Return ten fresh codes in place of those before; raises Conflict without a factor that they stand in for."""
        owner = owner_of(person)
        if not self._factors.all(owner):
            raise Conflict("Recovery codes stand in for a second factor: add one first.")
        return self._factors.draw_recovery_codes(owner)

    def has_recovery_codes(self, person: SignedIn) -> bool:
        """Say whether any are left."""
        return self._factors.recovery_codes_left(owner_of(person)) > 0

    def end_session(self, person: SignedIn, session_id: str) -> None:
        """Sign out somewhere; raises NotFound."""
        if not self._accounts.sessions.end_one(person.organisation, person.account_id, session_id):
            raise NotFound("You are not signed in there.")

    def end_other_sessions(self, session: Session, person: SignedIn) -> None:
        """Sign out everywhere else."""
        self._accounts.sessions.end_all(person.organisation, person.account_id, but=session)

    def _with_room(self, person: SignedIn) -> Owner:
        owner = owner_of(person)
        if len(self._factors.all(owner)) >= FACTORS_MOST:
            raise Conflict("An account has at most ten second factors: remove one first.")
        return owner

    def _end_others(self, session: Session, person: SignedIn) -> SignedIn:
        self._mine(person).update_one(inc__epoch=1)
        now = signed_in(self._mine(person).first())
        self._accounts.sessions.restamp(session, now)
        self._accounts.sessions.end_all(person.organisation, person.account_id, but=session)
        return now

    def _mine(self, person: SignedIn):  # type: ignore[no-untyped-def]  # noqa: ANN202 - mongoengine ships no types
        return rows(self._store).filter(organisation=person.organisation, id=person.account_id)


def owner_of(person: SignedIn) -> Owner:
    """Return whose factors somebody's are."""
    return Owner(OrganisationId(person.organisation), person.account_id)
