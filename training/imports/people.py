"""A file of people: one line a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from lrs.errors import InvalidRequest
from training.imports.cells import Cells
from training.imports.plan import Context, Plan, given
from training.imports.table import Column, Row
from training.records.identity import Identity
from training.records.ids import PersonId
from training.records.person import Person

COLUMNS: Final = (
    Column("id", ("identifiant", "matricule")),
    Column("civility", ("civilité",)),
    Column("last_name", ("nom", "nom de famille", "nom d'usage"), required=True),
    Column("first_name", ("prénom",), required=True),
    Column("email", ("e-mail", "courriel", "mail", "adresse e-mail", "adresse mail")),
    Column("phone", ("téléphone", "portable")),
    Column("account_home_page", ("plateforme", "url lms", "lms")),
    Column("account_name", ("identifiant lms", "compte", "compte lms")),
)
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+\Z")


def plan_people(rows: Sequence[Row], context: Context) -> Plan:
    """Ask for a person for each line.

    Somebody who is there is found by id, else by any identity; cells that are empty leave what is known. The e-mail
    address is an identity too.
    """
    plan = Plan()
    lines_by_identity: dict[str, int] = {}
    for row in rows:
        cells = Cells(row)
        identities = tuple(_identities(cells))
        for identity in identities:
            first = lines_by_identity.setdefault(identity.text, row.line)
            if first != row.line:
                cells.refuse(_column(identity), f"Line {first} has this identity already.", "each person on one line")
        current = _current(cells, identities, context)
        if not (row["last_name"] or row["first_name"]):
            cells.refuse("last_name", "This line names nobody.", "a name")
        if not plan.take(cells):
            continue
        names = given(**{name: row[name] for name in ("civility", "last_name", "first_name", "email", "phone")})
        base = current or Person(PersonId(row["id"] or str(context.ids.new_uuid())))
        merged = tuple(dict.fromkeys((*base.identities, *identities)))
        plan.add(replace(base, **names, identities=merged), row.line)
    return plan


def _identities(cells: Cells) -> Iterator[Identity]:
    email, home_page, name = cells.text("email"), cells.text("account_home_page"), cells.text("account_name")
    if email and not _EMAIL.match(email):
        cells.refuse("email", "This is not an e-mail address.", "one address, as in nom@exemple.fr")
    elif email:
        yield Identity.mbox(email)
    if bool(home_page) != bool(name):
        cells.refuse("account_name" if home_page else "account_home_page", "Half of an account.", "both or neither")
    elif home_page:
        try:
            yield Identity.parse_plain({"account": {"homePage": home_page, "name": name}}, "")
        except InvalidRequest:
            cells.refuse("account_home_page", "This is not an IRI.", "as in https://moodle.exemple.fr")


def _current(cells: Cells, identities: Sequence[Identity], context: Context) -> Person | None:
    """Return who a line is about, None for somebody new; a problem when it is about two people."""
    named = cells.id("id")
    owners = {_column(identity): context.records.person_of(identity.text) for identity in identities}
    found = sorted({owner for owner in owners.values() if owner is not None})
    known = None if named is None else context.records.people.get(PersonId(named))
    if named is not None and any(owner != context.records.survivor(PersonId(named)) for owner in found):
        column = next(name for name, owner in owners.items() if owner is not None)
        cells.refuse(column, f"This identity belongs to {', '.join(found)}, not to {named}.", "an identity of theirs")
    elif len(found) > 1:
        message = f"These identities contradict each other: they belong to {' and '.join(found)}."
        cells.refuse("email", message, "the identities of one person; merge them first if they are one")
    if known is not None or named is not None or not found:
        return known
    return context.records.people[found[0]]


def _column(identity: Identity) -> str:
    return "email" if identity.text.startswith("mbox ") else "account_name"
