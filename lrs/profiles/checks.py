"""Whether one credential's statements are held to profiles, and what becomes of those that break a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lrs.profiles.library import FILES, known_profiles, unknown_names
from lrs.profiles.profile import Finding


class CheckMode(StrEnum):
    """What is done about a statement that breaks a rule of a profile."""

    OFF = "off"
    FLAG = "flag"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Checks:
    """The profiles that a credential's statements are held to; a credential that is held to none has no Checks."""

    mode: CheckMode
    profiles: tuple[str, ...]

    def findings(self, statement: Mapping[str, Any], base: str) -> list[Finding]:
        """Return every rule that a valid statement breaks; `base` is where it stands in the body."""
        return [found for profile in known_profiles(self.profiles) for found in profile.findings(statement, base)]


def checks_of(mode: CheckMode, profiles: Sequence[str]) -> Checks | None:
    """Return what settings come to; None when nothing is to be checked."""
    return None if mode is CheckMode.OFF or not profiles else Checks(mode, tuple(profiles))


def accepted_profiles() -> str:
    """Return the names that settings take, for whoever gave another."""
    return ", ".join(FILES)


__all__ = ["CheckMode", "Checks", "accepted_profiles", "checks_of", "unknown_names"]
