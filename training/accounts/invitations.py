"""Letters that open an account: invitations, and passwords that were forgotten."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

from bson import ObjectId
from mongoengine import NotUniqueError

from lrs.clock import Clock, IdSource
from lrs.errors import Conflict, InvalidRequest, NotFound, Problem
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.accounts.account import Account, SignedIn, clean_email, is_open, rows, signed_in
from training.accounts.member import State
from training.accounts.openid import Identity
from training.accounts.passwords import hash_password
from training.accounts.sessions import Sessions
from training.accounts.tokens import Kind, Token, Tokens

RESET_SECONDS: Final = 3_600
# Letters to one address while none of them has run out: nobody's mailbox is filled through this door.
RESETS_MOST: Final = 3
NAME_MOST: Final = 200
_NOBODY: Final = OrganisationId(0)


@dataclass(frozen=True, slots=True)
class Reset:
    """A letter that is to be written: to whom, in which language, and the token within."""

    person: SignedIn
    token: str = field(repr=False)


class Invitations:
    """What a letter's token opens. Looking at it uses nothing up."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._tokens = Tokens(store, clock, ids)
        self._sessions = Sessions(store, clock, ids)

    def invited(self, token: str) -> SignedIn:
        """Return who is invited; raises NotFound for a token that is unknown, used, withdrawn or too old."""
        return signed_in(self._invited(token)[0])

    def accept(self, token: str, name: str, password: str, locale: str) -> SignedIn:
        """Let somebody sign in with the password that they have chosen.

        Raises NotFound as `invited` does, InvalidRequest for a name or a password that cannot be, and Conflict when
        this address signs in to another organisation already; the invitation is good for another try then.
        """
        account, about = self._invited(token)
        problems = name_problems(name)
        if problems:
            raise InvalidRequest("The account cannot be like that.", problems)
        self._open(account, password_hash=hash_password(password), name=name.strip(), locale=locale)
        self._tokens.drop(about.organisation, about.account, Kind.INVITATION)
        return self._signed_in(about.account)

    def accept_identity(self, identity: Identity) -> SignedIn:
        """Return the account that a provider's word opens: one of its organisation, or one invited by it.

        Raises NotFound when there is none: nothing is ever made by signing in. An account that the provider has signed
        in before is known by its subject, whatever its address has become, and opens to no other.
        """
        if not identity.provider.believes(identity.email):
            raise NotFound("No account goes with this sign-in.")
        ours = rows(self._store).filter(organisation=identity.organisation)
        linked = ours.filter(subject=identity.subject).first()
        account = linked or ours.filter(email=identity.email, subject=None).first()
        if account is None:
            raise NotFound("No account goes with this sign-in.")
        if account.state == State.INVITED and (account.invitation_until_micros or 0) > self._clock.now_micros():
            self._open(account, subject=identity.subject)
            self._tokens.drop(identity.organisation, str(account.id), Kind.INVITATION)
        elif not is_open(account, self._clock.now_micros()):
            raise NotFound("No account goes with this sign-in.")
        elif linked is None:
            ours.filter(id=account.id, subject=None).update_one(set__subject=identity.subject)
        return self._signed_in(str(account.id))

    def forgotten(self, email: str) -> Reset | None:
        """Return the letter to write for an address; None when nobody, or nobody any more, is to be written to.

        The same reads and writes are made whether or not there is an account: who asks cannot tell by the time it took.
        """
        address = clean_email(email)
        account = rows(self._store).filter(login=address).first()
        now = self._clock.now_micros()
        known = account is not None and is_open(account, now) and bool(account.password_hash)
        nobody = hashlib.blake2b(address.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        organisation, name = (OrganisationId(account.organisation), str(account.id)) if known else (_NOBODY, nobody)
        if self._tokens.count(Kind.RESET, organisation, name) >= RESETS_MOST:
            return None
        token, _ = self._tokens.draw(Kind.RESET, organisation, name, RESET_SECONDS)
        return Reset(signed_in(account), token) if known else None

    def resetting(self, token: str) -> SignedIn:
        """Return whose password is to be chosen; raises NotFound for a token that is unknown, used or too old."""
        about = self._tokens.find(token, Kind.RESET)
        return signed_in(self._resettable(about))

    def reset(self, token: str, password: str) -> SignedIn:
        """Change a forgotten password and end every session; raises as `resetting`, and InvalidRequest.

        Second factors stay: whoever has the mailbox alone does not have the account.
        """
        self._resettable(self._tokens.find(token, Kind.RESET))
        new_hash = hash_password(password)
        about = self._tokens.take(token, Kind.RESET)
        account = self._resettable(about)
        rows(self._store).filter(id=account.id, organisation=account.organisation).update_one(
            set__password_hash=new_hash, inc__epoch=1
        )
        organisation, name = OrganisationId(account.organisation), str(account.id)
        self._tokens.drop(organisation, name, Kind.RESET)
        self._sessions.end_all(organisation, name)
        return self._signed_in(name)

    def _invited(self, token: str) -> tuple[Account, Token]:
        about = self._tokens.find(token, Kind.INVITATION)
        account = None if about is None else self._find(about.organisation, about.account)
        if about is None or account is None or account.state != State.INVITED:
            raise NotFound("This invitation is over, or was taken up.")
        if account.expires_micros is not None and account.expires_micros <= self._clock.now_micros():
            raise NotFound("This invitation is over, or was taken up.")
        return account, about

    def _resettable(self, about: Token | None) -> Account:
        account = None if about is None else self._find(about.organisation, about.account)
        if account is None or not is_open(account, self._clock.now_micros()):
            raise NotFound("This letter is too old, or has served.")
        return account

    def _open(self, account: Account, **values: str) -> None:
        """Let the owner of an invited account sign in; of two who do it at once one gets NotFound."""
        invited = rows(self._store).filter(id=account.id, organisation=account.organisation, state=State.INVITED.value)
        change = {f"set__{field}": value for field, value in values.items()}
        try:
            opened = invited.update_one(
                set__state=State.ACTIVE.value,
                set__login=account.email,
                unset__invited_micros=True,
                unset__invitation_until_micros=True,
                **change,
            )
        except NotUniqueError as error:
            message = "This address signs in to another organisation; ask to be invited under another address."
            raise Conflict(message) from error
        if not opened:
            raise NotFound("This invitation is over, or was taken up.")

    def _find(self, organisation: OrganisationId, account_id: str) -> Account | None:
        if not ObjectId.is_valid(account_id):
            return None
        found: Account | None = rows(self._store).filter(organisation=organisation, id=account_id).first()
        return found

    def _signed_in(self, account_id: str) -> SignedIn:
        return signed_in(rows(self._store).filter(id=account_id).first())


def name_problems(name: str) -> list[Problem]:
    """Return what is wrong with somebody's name."""
    if 0 < len(name.strip()) <= NAME_MOST and name.isprintable():
        return []
    return [Problem("/name", "This is not a name.", f"1 to {NAME_MOST} characters")]
