"""Second factors: passkeys, codes of an application (TOTP, RFC 6238), recovery codes."""

from __future__ import annotations

import hmac
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import pyotp

from lrs.clock import Clock, IdSource, Micros
from lrs.keyring import Keyring
from lrs.sealed import SecretBox, Use
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from training.accounts.passkeys import Passkey

FACTORS: Final = "account_factors"
RECOVERY_CODES: Final = 10
# A phone's clock may be off by this many steps of thirty seconds.
_DRIFT: Final = 1
_STEP_MICROS: Final = 30_000_000
# Without 0, 1, I, L, O and U: these are read from paper. Ten of them are 49 bits, hashed under the deployment's key.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LETTERS: Final = 10
# What an application shows (RFC 6238's usual).
DIGITS: Final = 6
_NAME_MOST: Final = 60
# Nobody has more; what is kept of one account stays small.
FACTORS_MOST: Final = 10


class FactorKind(StrEnum):
    """What proves, beside the password, who somebody is."""

    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY = "recovery"


# What somebody is said to have a second factor by: recovery codes only stand in for one.
LASTING: Final = (FactorKind.PASSKEY, FactorKind.TOTP)


@dataclass(frozen=True, slots=True)
class Factor:
    """One second factor, as its owner sees it."""

    factor_id: str
    kind: FactorKind
    name: str
    made_at: Micros
    used_at: Micros | None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose factors: every query names both."""

    organisation: OrganisationId
    account_id: str

    @property
    def query(self) -> dict[str, Any]:
        """The part of every query that keeps it to this account."""
        return {"o": self.organisation, "a": self.account_id}


class Factors:
    """Collection `account_factors`: `o`, `a` account, `k` kind, and what is kept of that kind; no secret in clear."""

    def __init__(self, store: Store, clock: Clock, ids: IdSource, secret_key: bytes) -> None:
        self._rows = store.collection(FACTORS)
        self._clock = clock
        self._ids = ids
        self._sealer = SecretBox(secret_key, Use.ACCOUNTS)
        self._keyring = Keyring(secret_key)

    def all(self, owner: Owner) -> list[Factor]:
        """Return the lasting factors of an account, oldest first."""
        found = self._rows.find({**owner.query, "k": {"$in": [kind.value for kind in LASTING]}})
        return [_factor(row) for row in sorted(found, key=lambda row: (row["made"], row["_id"]))]

    def kinds(self, organisation: OrganisationId) -> Mapping[str, frozenset[FactorKind]]:
        """Return which kinds each account of an organisation has; accounts without any are left out."""
        found: defaultdict[str, set[FactorKind]] = defaultdict(set)
        for row in self._rows.find({"o": organisation}, {"a": 1, "k": 1}):
            found[row["a"]].add(FactorKind(row["k"]))
        return {account: frozenset(kinds) for account, kinds in found.items()}

    def passkeys(self, owner: Owner) -> list[Passkey]:
        """Return the passkeys of an account."""
        found = self._rows.find({**owner.query, "k": FactorKind.PASSKEY.value})
        return [Passkey(bytes(row["cid"]), bytes(row["key"]), row["count"], tuple(row["via"])) for row in found]

    def add_passkey(self, owner: Owner, passkey: Passkey, name: str) -> None:
        """Keep one more passkey."""
        public = {
            "cid": passkey.credential_id,
            "key": passkey.public_key,
            "count": passkey.count,
            "via": list(passkey.transports),
        }
        self._add(owner, FactorKind.PASSKEY, name, public)

    def note_passkey(self, owner: Owner, passkey: Passkey) -> None:
        """Note that a passkey was used, and its count."""
        change = {"count": passkey.count, "used": self._clock.now_micros()}
        self._rows.update_one({**owner.query, "cid": passkey.credential_id}, {"$set": change})

    def seal_totp(self, owner: Owner, secret: str) -> bytes:
        """Return a secret as it may be kept until its owner has shown that their application has it."""
        return self._sealer.seal(owner.organisation, FactorKind.TOTP, owner.account_id, secret.encode())

    def open_totp(self, owner: Owner, sealed: bytes) -> str:
        """Return a sealed secret; raises KeyUnreadable."""
        return self._sealer.open(owner.organisation, FactorKind.TOTP, owner.account_id, sealed).decode()

    def add_totp(self, owner: Owner, sealed: bytes, code: str, name: str) -> bool:
        """Keep the secret of an application, if `code` is one that it shows now; that code serves no second time."""
        step = self._step(self.open_totp(owner, sealed), code)
        if step is None:
            return False
        self._add(owner, FactorKind.TOTP, name, {"sealed": sealed, "step": step})
        return True

    def take_totp(self, owner: Owner, code: str) -> bool:
        """Say whether an application of the account shows this code now, and use it up."""
        for row in self._rows.find({**owner.query, "k": FactorKind.TOTP.value}):
            step = self._step(self.open_totp(owner, bytes(row["sealed"])), code)
            if step is None:
                continue
            change = {"step": step, "used": self._clock.now_micros()}
            # Older codes are over too: whoever saw one over a shoulder comes too late.
            taken = self._rows.update_one({**owner.query, "_id": row["_id"], "step": {"$lt": step}}, {"$set": change})
            if taken.modified_count:
                return True
        return False

    def draw_recovery_codes(self, owner: Owner) -> list[str]:
        """Return ten fresh codes, to be shown this once, in place of those there were."""
        codes = [_new_code() for _ in range(RECOVERY_CODES)]
        self._rows.delete_many({**owner.query, "k": FactorKind.RECOVERY.value})
        now = self._clock.now_micros()
        kept = [
            {
                "_id": str(self._ids.new_uuid()),
                **owner.query,
                "k": FactorKind.RECOVERY.value,
                "h": self._code_digest(owner, code),
                "made": now,
            }
            for code in codes
        ]
        self._rows.insert_many(kept)
        return codes

    def recovery_codes_left(self, owner: Owner) -> int:
        """Return how many codes have not been used."""
        return self._rows.count_documents({**owner.query, "k": FactorKind.RECOVERY.value})

    def take_recovery_code(self, owner: Owner, code: str) -> bool:
        """Say whether this is a code that has not been used, and use it up."""
        query = {**owner.query, "k": FactorKind.RECOVERY.value, "h": self._code_digest(owner, code)}
        return self._rows.find_one_and_delete(query) is not None

    def remove(self, owner: Owner, factor_id: str) -> bool:
        """Take one away; the recovery codes go with the last one. False when there is no such factor."""
        lasting = {"$in": [kind.value for kind in LASTING]}
        if not self._rows.delete_one({**owner.query, "_id": factor_id, "k": lasting}).deleted_count:
            return False
        if not self.all(owner):
            self.remove_all(owner)
        return True

    def remove_all(self, owner: Owner) -> None:
        """Take all away, recovery codes included."""
        self._rows.delete_many(owner.query)

    def _add(self, owner: Owner, kind: FactorKind, name: str, kept: Mapping[str, Any]) -> None:
        row = {
            "_id": str(self._ids.new_uuid()),
            **owner.query,
            "k": kind.value,
            "name": name.strip()[:_NAME_MOST],
            "made": self._clock.now_micros(),
            **kept,
        }
        self._rows.insert_one(row)

    def _step(self, secret: str, code: str) -> int | None:
        """Return the step of thirty seconds that shows `code`, of those that may show one now."""
        given = "".join(code.split()).encode()
        totp, now = pyotp.TOTP(secret), self._clock.now_micros() // _STEP_MICROS
        steps = range(now - _DRIFT, now + _DRIFT + 1)
        matching = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), given)]
        return matching[-1] if matching else None

    def _code_digest(self, owner: Owner, code: str) -> bytes:
        letters = "".join(letter for letter in code.upper() if letter in _LETTERS)[: 2 * _CODE_LETTERS]
        return self._keyring.digest("account recovery code", str(owner.organisation), owner.account_id, letters)


def new_totp_secret() -> str:
    """Return 160 random bits in base32, as an application takes them."""
    return pyotp.random_base32()


def totp_address(secret: str, email: str, issuer: str) -> str:
    """Return the address that a QR code gives to an application."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def _new_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
    return f"{letters[:5]}-{letters[5:]}"


def _factor(row: Mapping[str, Any]) -> Factor:
    used = row.get("used")
    return Factor(
        row["_id"], FactorKind(row["k"]), row["name"], Micros(row["made"]), None if used is None else Micros(used)
    )
