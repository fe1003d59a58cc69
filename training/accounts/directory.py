"""Create the first accounts, sign people in, and know who is signed in."""

from __future__ import annotations

from bson import ObjectId
from mongoengine import NotUniqueError, ValidationError

from lrs.clock import Clock, IdSource, RandomIds, SystemClock
from lrs.errors import InvalidRequest, Problem, Unauthenticated
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.access import Role
from training.accounts.account import Account, SignedIn, clean_email, is_open, rows, signed_in
from training.accounts.guesses import Guesses
from training.accounts.member import Standing
from training.accounts.passwords import hash_password, is_password, needs_rehash
from training.accounts.sessions import Session, Sessions


class Accounts:
    """The accounts of one deployment."""

    def __init__(self, store: Store, clock: Clock | None = None, ids: IdSource | None = None) -> None:
        self._store = store
        self._clock = clock or SystemClock()
        self._guesses = Guesses(store)
        self.sessions = Sessions(store, self._clock, ids or RandomIds())

    def ensure_administrator(
        self, organisation: OrganisationId, email: str, password: str, *, name: str = "", locale: str = "fr"
    ) -> bool:
        """Create the first account of an organisation; True when it was made, False when it was there.

        An account that exists is left as it is, password included: a restart changes nothing. Raises
        InvalidRequest for an address or a password that cannot be taken.
        """
        return self.ensure(organisation, email, password, Standing(Role.ADMINISTRATOR), name=name, locale=locale)

    def ensure(
        self,
        organisation: OrganisationId,
        email: str,
        password: str,
        standing: Standing,
        *,
        name: str = "",
        locale: str = "fr",
    ) -> bool:
        """Create an account that nobody need be invited to, as `ensure_administrator` does."""
        address = clean_email(email)
        # Accounts of an earlier version had no `login` beside their address.
        rows(self._store).filter(organisation=organisation, email=address, login=None, state=None).update_one(
            set__login=address
        )
        if rows(self._store).filter(login=address).first() is not None:
            return False
        account = Account(
            organisation=organisation,
            email=address,
            login=address,
            name=name or address.partition("@")[0],
            password_hash=hash_password(password),
            role=standing.role.value,
            person_id=standing.person_id,
            funder_id=standing.funder_id,
            expires_micros=standing.expires_at,
            locale=locale,
            created_micros=self._clock.now_micros(),
        )
        try:
            account.validate()
            rows(self._store).insert(account)
        except ValidationError as error:
            problems = [Problem(f"/{field}", str(why)) for field, why in error.to_dict().items()]
            raise InvalidRequest("This account cannot be made.", problems) from error
        except NotUniqueError:
            return False
        return True

    def set_password(self, email: str, password: str) -> bool:
        """Change a password, which ends every session begun under the old one; False when there is no such account."""
        new_hash = hash_password(password)
        return bool(rows(self._store).filter(login=clean_email(email)).update_one(set__password_hash=new_hash))

    def sign_in(self, email: str, password: str, remote: str) -> SignedIn:
        """Return who this is.

        Raises Unauthenticated, in the same words and at the same price whether the address is unknown, the
        account is closed or over, or the password is wrong; TooManyRequests while wrong guesses from `remote` are
        slowed.
        """
        address = clean_email(email)
        now = self._clock.now_micros()
        self._guesses.claim(address, remote, now)
        account = rows(self._store).filter(login=address).first()
        known = account is not None and is_open(account, now)
        if not is_password(password, account.password_hash if known else None):
            raise Unauthenticated("This address and this password do not go together.")
        self._guesses.forget(address, remote)
        if needs_rehash(account.password_hash):
            account.password_hash = hash_password(password)
            rows(self._store).filter(id=account.id).update_one(set__password_hash=account.password_hash)
        return signed_in(account)

    def check_password(self, person: SignedIn, password: str, remote: str) -> None:
        """Raise Unauthenticated unless this is the password of somebody who is signed in; slowed as signing in is."""
        self.sign_in(person.email, password, remote)

    def find_signed_in(self, account_id: str, stamp: str) -> SignedIn | None:
        """Return the person a session belongs to.

        None once the account is closed or over, or its password, role or factors have changed since.
        """
        if not ObjectId.is_valid(account_id):
            return None
        account = rows(self._store).filter(id=account_id).first()
        if account is None or not is_open(account, self._clock.now_micros()):
            return None
        person = signed_in(account)
        return person if person.stamp == stamp else None

    def find_session(self, token: str) -> tuple[Session, SignedIn] | None:
        """Return the session that a cookie's token opens, and whose it is; None when it is over for any reason."""
        session = self.sessions.find(token)
        if session is None:
            return None
        person = self.find_signed_in(session.account_id, session.stamp)
        return None if person is None else (session, person)

    def note_sign_in(self, person: SignedIn) -> None:
        """Note that somebody has signed in, for their own page and their administrator's."""
        mine = rows(self._store).filter(organisation=person.organisation, id=person.account_id)
        mine.update_one(set__signed_in_micros=self._clock.now_micros())
