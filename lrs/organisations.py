"""Organisations: the tenants, and nothing crosses from one to another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lrs.clock import Clock, Micros
from lrs.errors import Conflict, InvalidRequest, NotFound, Problem
from lrs.store.database import Document, Store
from lrs.store.organisations import OrganisationStore
from lrs.tenancy import OrganisationId

SLUG: Final = re.compile(r"[a-z0-9](?:-?[a-z0-9]){0,62}\Z")
NAME_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Organisation:
    """One tenant. `number` prefixes each of its keys, `slug` is how people and scripts name it."""

    number: OrganisationId
    slug: str
    name: str
    created: Micros


class Organisations:
    """All the tenants of one deployment."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._rows = OrganisationStore(store)
        self._clock = clock

    def create(self, slug: str, name: str) -> Organisation:
        """Create a tenant; raise InvalidRequest for a bad slug or name, Conflict when the slug is taken."""
        problems = organisation_problems(slug, name)
        if problems:
            message = "The organisation cannot be created."
            raise InvalidRequest(message, problems)
        row = self._rows.insert(slug, name.strip(), self._clock.now_micros())
        if row is None:
            message = f"There is already an organisation called {slug}."
            raise Conflict(message)
        return _organisation(row)

    def find(self, slug: str) -> Organisation | None:
        """Return the tenant with this slug, if there is one."""
        row = self._rows.find_by_slug(slug)
        return None if row is None else _organisation(row)

    def get(self, number: OrganisationId) -> Organisation:
        """Return a tenant by its number; raise NotFound."""
        row = self._rows.find(number)
        if row is None:
            message = "There is no such organisation."
            raise NotFound(message)
        return _organisation(row)

    def get_by_slug(self, slug: str) -> Organisation:
        """Return a tenant by its slug; raise NotFound naming it."""
        found = self.find(slug)
        if found is None:
            message = f"There is no organisation called {slug}."
            raise NotFound(message)
        return found

    def find_or_create(self, slug: str, name: str) -> Organisation:
        """Return the tenant with this slug, made first when missing; safe when two processes start at once."""
        found = self.find(slug)
        if found is not None:
            return found
        try:
            return self.create(slug, name)
        except Conflict:
            return self.get_by_slug(slug)

    def all(self) -> list[Organisation]:
        """Return every tenant, oldest first. For the operator's commands: no request may list tenants."""
        return [_organisation(row) for row in self._rows.all()]


def organisation_problems(slug: str, name: str) -> list[Problem]:
    """List all that is wrong with a new organisation's slug and name.

    >>> [problem.pointer for problem in organisation_problems("Centre Ville", "")]
    ['/slug', '/name']
    """
    problems = []
    if not SLUG.match(slug):
        accepted = "1 to 63 of a-z, 0-9 and single hyphens inside, as in greta-bretagne"
        problems.append(Problem("/slug", "This is not a slug.", accepted))
    if not 1 <= len(name.strip()) <= NAME_MOST:
        problems.append(Problem("/name", "The name is empty or too long.", f"1 to {NAME_MOST} characters"))
    return problems


def _organisation(row: Document) -> Organisation:
    return Organisation(OrganisationId(row["_id"]), row["slug"], row["name"], Micros(row["created"]))
