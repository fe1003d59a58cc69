"""Which page an address leads to, for whom: the only place that knows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from dashboards.frame.addresses import arguments
from dashboards.frame.page import Page
from training.access import Role


@dataclass(frozen=True, slots=True)
class Found:
    """A page, and what the address says of what it is about."""

    page: Page
    place: Mapping[str, str]


class Routes:
    """The pages there are, by address. A page of another role is not there."""

    def __init__(self, pages: Sequence[Page]) -> None:
        """Raises ValueError when two pages have one name, or one address for one role."""
        self.pages = tuple(pages)
        taken = [page.name for page in self.pages]
        for page in self.pages:
            shape = "/".join("<>" if part.startswith("<") else part for part in page.path.split("/"))
            taken += [f"{role.value} {shape}" for role in page.roles]
        twice = {name for name in taken if taken.count(name) > 1}
        if twice:
            message = f"two pages of one name, or at one address: {', '.join(sorted(twice))}"
            raise ValueError(message)

    def find(self, path: str, search: str, role: Role) -> Found | None:
        """Return the page of an address below `/dashboards/`; of two that fit, the one with more fixed words."""
        segments = [unquote(part) for part in path.strip("/").split("/")]
        fitting = [
            (sum(part.startswith("<") for part in page.path.split("/")), page, place)
            for page in self.pages
            if role in page.roles and (place := _fit(page.path.split("/"), segments)) is not None
        ]
        if not fitting:
            return None
        _, page, place = min(fitting, key=lambda item: item[0])
        # What the path says cannot be said otherwise by a query string.
        return Found(page, {**arguments(search), **place})

    def menu(self, role: Role) -> list[Page]:
        """Return the pages that a role's menu names, in order."""
        return [page for page in self.pages if role in page.roles and page.menu is not None]

    def first(self, role: Role) -> Page | None:
        """Return the page that `/dashboards/` leads a role to, if it has any."""
        return next(iter(self.menu(role)), None)


def _fit(pattern: Sequence[str], segments: Sequence[str]) -> dict[str, str] | None:
    """Return what the named segments hold, if these segments fit the pattern."""
    if len(pattern) != len(segments):
        return None
    place = {}
    for part, segment in zip(pattern, segments, strict=True):
        if part.startswith("<"):
            if not segment:
                return None
            place[part.strip("<>")] = segment
        elif part != segment:
            return None
    return place
