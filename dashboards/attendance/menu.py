"""The menu of the pages that are not Dash's: the same entries as in the application, once it is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from training.access import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu: what it says, where it leads, its picture, and whether it is where one is."""

    text: str
    href: str
    icon: str
    current: bool = False


# Returns the entries for a role.
Menu = Callable[[Role], Sequence[Entry]]
ATTENDANCE = Entry("Émargement", "/dashboards/attendance/", "check", current=True)


def short_menu(_: Role) -> Sequence[Entry]:
    """Return the menu while nothing is known of other pages."""
    return (Entry("Accueil", "/dashboards/", "home"), ATTENDANCE)
