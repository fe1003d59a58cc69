"""What a page is: an address, the roles that it serves, what draws it, and what it can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dashboards.frame.acts import Acts
from dashboards.frame.visit import Visit
from dashboards.words import Texts
from training.access import Role


def no_acts(acts: Acts) -> None:
    """Register nothing: the page only shows."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the application; a role's pages are a tuple of these in `dashboards.pages.<role>`.

    Attributes:
        name: A name of its own, `role.page`: it stands in component ids and in tests.
        path: Below `/dashboards/`, without slashes at its ends; `<name>` is one segment: `files/<enrolment_id>`.
        roles: Whom it serves. Anybody else is told that there is no such page.
        title: In French and in English.
        draw: Returns what is inside `<main>`, everything in it read through `visit.lens`. Called again at each refresh,
            when only its `live`, `table` and `chart` parts are put in the place of the old ones.
        menu: What the menu calls it; None keeps it out of the menu.
        icon: Of its entry in the menu: a name in `dashboards/frame/icons.py`.
        acts: Registers what the page can do.
        texts: Its words; those of the frame are there too.
        always_changes: Whether it is drawn again every few seconds though neither facts nor records have changed.
    """

    name: str
    path: str
    roles: frozenset[Role]
    title: tuple[str, str]
    draw: Callable[[Visit], Any]
    menu: tuple[str, str] | None = None
    icon: str = ""
    acts: Callable[[Acts], None] = no_acts
    texts: Texts = field(default_factory=dict)
    always_changes: bool = False
