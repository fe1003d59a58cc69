"""What a player finds again: the attempt state and the activity state of ADL's profile, as documents."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import orjson

from lrs.scorm.answers import DIGEST_BYTES
from lrs.scorm.spans import duration
from lrs.scorm.values import Values


def state_of(values: Values) -> tuple[bytes, bytes]:
    """Return the attempt state as JSON, and its digest.

    The profile has no place for suspend data: it stands beside the rest, under SCORM's own name.
    """
    state: dict[str, Any] = {
        "location": values.location,
        "suspend_data": values.suspend_data,
        "total_time": "" if values.total is None else duration(values.total),
        "credit": values.credit,
        "mode": values.mode,
    }
    body = orjson.dumps({name: value for name, value in state.items() if value})
    return body, blake2b(body, digest_size=DIGEST_BYTES).digest()
