"""Every operation as every role, in two organisations with the same ids: who is refused, and who sees whom."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest

from dashboards.http.shown import Shown
from dashboards.http.table import SHOWN
from dashboards.pages.funder import PAGES as FUNDER_PAGES
from evidence.content import DocumentType
from tests.dashboards.issued import issue
from tests.dashboards.school import ENDED, RUNNING, TRAINEES
from training.access import STAFF, Role
from training.records.kinds import Kind
from training.store import Change, Register

# What paths may name, in both organisations; the codes are theirs alone.
PLACES = {
    "enrolment_id": (f"{RUNNING}-lea", f"{RUNNING}-ines", f"{ENDED}-lea", f"{ENDED}-ines", "inconnue"),
    "session_id": (RUNNING, ENDED, "inconnue"),
    "statement_id": ("00000000-0000-4000-8000-000000000001",),
    "kind": ("signatures", "inconnu"),
    "followup_id": ("00000000-0000-4000-8000-000000000001", "inconnu"),
}
QUERIES: dict[str, dict[str, Any]] = {
    "audit/sample": {"seed": "essai", "size": 9},
    "audit/sample/<enrolment_id>": {"entered": "Léa Martin"},
    "audit/log/continuity": {"old": 1, "new": 1},
    "learners": {"wanted": "a"},
    "me/records": {"enrolment_id": f"{RUNNING}-lea"},
    "statements": {"enrolment_id": f"{RUNNING}-ines"},
    "statements/<statement_id>": {"enrolment_id": f"{RUNNING}-ines"},
}
# Beside the operations that follow from a view: what they need, and whom they serve.
OTHERS: dict[str, tuple[frozenset[Role], dict[str, Any]]] = {
    "files/changes": (frozenset((Role.FUNDER, *STAFF)), {}),
    "documents/<code>/file": (frozenset(Role), {}),
    "files/<enrolment_id>/dossier": (frozenset((Role.FUNDER, Role.AUDITOR, *STAFF)), {"purpose": "essai"}),
    "audit/sample/dossier": (
        frozenset((Role.AUDITOR, *STAFF)), {"purpose": "essai", "entered": "Léa Martin"},
    ),
}  # fmt: skip
LAST = {name: last for name, _, last in TRAINEES}
# Whom each role may read of: the others' names are in no answer to it.
UNSEEN = {
    Role.LEARNER: set(LAST) - {"lea"},
    Role.FUNDER: {"ines", "mehdi", "noemie"},
}


def places(path: str, codes: tuple[str, ...]) -> list[str]:
    names = re.findall(r"<(\w+)>", path)
    if not names:
        return [path]
    known = {**PLACES, "code": codes}
    return [path.replace(f"<{names[0]}>", value) for value in known[names[0]]]


def everything() -> list[tuple[str, frozenset[Role], dict[str, Any]]]:
    shown: list[tuple[str, frozenset[Role], dict[str, Any]]] = [
        (one.path, one.roles, QUERIES.get(one.path, {})) for one in SHOWN
    ]
    return shown + [(path, roles, query) for path, (roles, query) in OTHERS.items()]


def said_by(answer: Any) -> str:
    """Return everything that an answer tells, what it has packed included."""
    parts = [answer.data]
    if answer.mimetype == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.data)) as file:
            parts = [file.read(name) for name in file.namelist()]
    return b"".join(parts).decode("utf-8", "replace")


@pytest.mark.parametrize("role", Role)
def test_every_operation_serves_its_roles_within_their_scope_and_no_other(
    services, opened, neighbour, key_of, ask, role: Role
):
    theirs = issue(services, neighbour, ENDED, f"{ENDED}-lea")
    ours = issue(services, opened, ENDED, f"{ENDED}-lea", f"{ENDED}-ines", kind=DocumentType.EMARG)
    key, served = key_of(role, requests_per_minute=10_000), 0

    for path, roles, query in everything():
        for place in places(path, (theirs.code, ours.code)):
            answer = ask(key, place, **query)
            said = said_by(answer)
            assert answer.status_code in ({200, 404} if role in roles else {403}), (place, said[:300])
            served += answer.status_code == 200
            assert "Voisin" not in said, place
            if theirs.code in place:
                assert answer.status_code == 404 or role not in roles
            for name in UNSEEN.get(role, ()):
                assert LAST[name] not in said, (place, name)
    assert served >= 3


def test_a_key_without_anybody_behind_it_sees_nobody(services, opened, key_of, ask):

    key = key_of(Role.FUNDER, funder_id="opco")
    gone = [Change(Kind.ENROLMENT, f"{RUNNING}-zoe", None)]
    Register(services.store, services.clock).write(opened, gone, "essai")

    assert f"{RUNNING}-zoe" not in ask(key, "files").text


def test_paths_are_those_of_pages_where_a_page_shows_the_same():
    paths = {one.path for one in SHOWN}

    assert {page.path for page in FUNDER_PAGES} <= paths


def test_each_operation_names_whom_it_serves():
    assert all(isinstance(one, Shown) and one.roles for one in SHOWN)
    assert len({one.path for one in SHOWN}) == len(SHOWN)
