"""Second factors: passkeys, codes of an application, recovery codes."""

from __future__ import annotations

from enum import StrEnum


class FactorKind(StrEnum):
    """What proves, beside the password, who somebody is."""

    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY = "recovery"
