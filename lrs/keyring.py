"""What is kept instead of a secret: a keyed hash of it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Keyring:
    """Hashes secrets with the deployment's own key, which the database never sees.

    One fast keyed hash is enough only because our secrets are 256 random bits: there is nothing to guess
    from a stolen hash, and the key still protects a secret that an operator chose (`ASSIDU_API_SECRET`).
    """

    key: bytes = field(repr=False)
    _keyed: hmac.HMAC = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Take the key in once: that, and finding the algorithm, takes longer than hashing a secret with it."""
        object.__setattr__(self, "_keyed", hmac.new(self.key, digestmod="sha256"))

    def digest(self, purpose: str, *parts: str) -> bytes:
        """Return HMAC-SHA256 over `purpose` and `parts`.

        Each part is preceded by its length, so that no two lists of parts ever hash alike; `purpose` keeps
        a token's hash from ever being a credential's.
        """
        texts = [part.encode("utf-8", "surrogatepass") for part in (purpose, *parts)]
        keyed = self._keyed.copy()
        keyed.update(b"".join([len(text).to_bytes(4, "big") + text for text in texts]))
        return keyed.digest()
