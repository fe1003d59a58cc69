"""Where somebody is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from lrs.clock import Micros


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser that is signed in. `session_id` names it and opens nothing; `device` and `network` are coarse."""

    session_id: str
    began_at: Micros
    seen_at: Micros
    device: str
    network: str
    is_this: bool = False
