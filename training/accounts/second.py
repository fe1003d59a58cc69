"""The second step of signing in: which one it is, and whether what is shown holds."""

from __future__ import annotations

from typing import Final

from lrs.clock import Clock, IdSource
from lrs.errors import Unauthenticated
from lrs.store.database import Store
from training.accounts import passkeys
from training.accounts.account import SignedIn
from training.accounts.directory import Accounts
from training.accounts.factors import DIGITS, FactorKind, Factors
from training.accounts.guesses import Guesses, Purpose
from training.accounts.own import owner_of
from training.accounts.policy import Policies
from training.accounts.sessions import Session, Stage

# Wrong answers after one password; then the password has to be given again, which is slowed where it comes from.
TRIES: Final = 5
_PASSKEY: Final = "show passkey"
_WRONG: Final = "This is not the second factor of this account, or it has served."


class SecondStep:
    """Asks whoever has given their password for what else they have."""

    def __init__(self, accounts: Accounts, store: Store, clock: Clock, ids: IdSource, secret_key: bytes) -> None:
        self._sessions = accounts.sessions
        self._clock = clock
        self._factors = Factors(store, clock, ids, secret_key)
        self._policies = Policies(store)
        self._guesses = Guesses(store)

    def stage(self, person: SignedIn, *, has_shown_factor: bool = False) -> Stage:
        """Return how far somebody has come whose password, or whose provider's word, was right."""
        if has_shown_factor:
            return Stage.FULL
        if self._factors.all(owner_of(person)):
            return Stage.FACTOR
        is_asked = self._policies.get(person.organisation).asks(person.role)
        return Stage.ENROLMENT if is_asked else Stage.FULL

    def kinds(self, person: SignedIn) -> frozenset[FactorKind]:
        """Return what somebody can show."""
        owner = owner_of(person)
        lasting = {factor.kind for factor in self._factors.all(owner)}
        return frozenset(lasting | ({FactorKind.RECOVERY} if self._factors.recovery_codes_left(owner) else set()))

    def passkey_request(self, session: Session, person: SignedIn, site: passkeys.Site) -> str:
        """Return what a browser is asked, as JSON, to show a passkey."""
        options, challenge = passkeys.request(site, self._factors.passkeys(owner_of(person)))
        self._sessions.put_challenge(session, _PASSKEY, challenge)
        return options

    def check_passkey(self, session: Session, person: SignedIn, site: passkeys.Site, answer: str) -> None:
        """Raise Unauthenticated unless a passkey of the account has answered what this browser was asked."""
        owner = owner_of(person)
        challenge = self._sessions.take_challenge(session, _PASSKEY)
        if challenge is None:
            raise Unauthenticated(_WRONG)
        self._factors.note_passkey(owner, passkeys.answered(site, challenge, answer, self._factors.passkeys(owner)))

    def check_code(self, session: Session, person: SignedIn, code: str, remote: str) -> FactorKind:
        """Return which kind of code this is, now used up: of an application, or a recovery code.

        Raises Unauthenticated else, TooManyRequests while wrong ones are slowed. After `TRIES` wrong ones the session
        is over.
        """
        if self._sessions.count_try(session) > TRIES:
            self._sessions.end(session)
            raise Unauthenticated(_WRONG)
        owner, now = owner_of(person), self._clock.now_micros()
        # Six digits are of an application; the codes on paper have letters, and each kind is slowed by itself.
        digits = "".join(code.split())
        is_digits = digits.isdigit() and len(digits) == DIGITS
        purpose, kind = (Purpose.CODE, FactorKind.TOTP) if is_digits else (Purpose.RECOVERY_CODE, FactorKind.RECOVERY)
        self._guesses.claim(person.account_id, remote, now, purpose)
        take = self._factors.take_totp if is_digits else self._factors.take_recovery_code
        if not take(owner, code):
            raise Unauthenticated(_WRONG)
        self._guesses.forget(person.account_id, remote, purpose)
        return kind
