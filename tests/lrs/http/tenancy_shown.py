"""What pages show, through `/api/v1` and as files: the part of the tenancy tests that asks for each of it.

Each attempt is ours, with what is theirs: ids that both have, ids that only they have, codes, statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from dashboards.http.table import SHOWN
from tests.lrs.http.tenancy_evidence import ENROLMENTS, PEOPLE, Attempt, Attempts, Owner

CASES: dict[tuple[str, str], Attempts] = {}
# Operations that are not written from a view.
_OTHERS = ("files/changes", "documents/<code>/file", "files/<enrolment_id>/dossier", "audit/sample/dossier")
_DOWNLOADS = ("documents/<string:code>", "dossiers/enrolments/<string:enrolment_id>", "dossiers/sample")
# Whatever an operation may be asked for: it takes what it knows of these, and refuses the others.
_QUERIES = (
    {},
    {"limit": "200"},
    {"q": "e"},
    {"wanted": "secret"},
    {"purpose": "x"},
    {"purpose": "x", "seed": "x", "size": "20"},
    {"purpose": "x", "entered": "e, seule-inscription, p, seul"},
    {"seed": "x", "size": "20"},
    {"entered": "e, seule-inscription, p, seul"},
    {"old": "1", "new": "1"},
    {"enrolment_id": "e"},
    {"enrolment_id": "seule-inscription"},
    {"session_id": "s"},
    {"programme_id": "p"},
)


def _attempts(rule: str) -> Attempts:
    (variable,) = re.findall(r"<(?:\w+:)?(\w+)>", rule) or [""]

    def attempts(theirs: Owner, _: Owner) -> Iterator[Attempt]:
        evidence = theirs.evidence
        values = {
            "": ("",),
            "enrolment_id": (*ENROLMENTS, *PEOPLE),
            "session_id": ("s", "absente"),
            "code": (evidence.code, evidence.code.lower(), evidence.number, evidence.address),
            "statement_id": (*evidence.shared, *evidence.statements),
            "kind": ("documents", "signatures", "requests"),
            "followup_id": (*evidence.shared, "inconnu"),
        }[variable]
        for value in values:
            for query in (*_QUERIES, {"organisation": str(theirs.number)}):
                yield f"{value}?{urlencode(query)}" if query else value, {}

    return attempts


for _path in (*(one.path for one in SHOWN), *_OTHERS):
    _rule = "/api/v1/dashboards/" + re.sub(r"<(\w+)>", r"<string:\1>", _path)
    CASES[(_rule, "GET")] = _attempts(_rule)
for _path in _DOWNLOADS:
    CASES[(f"/dashboards/download/{_path}", "GET")] = _attempts(_path)


def _files(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    evidence = theirs.evidence
    for code in (evidence.code, evidence.code.lower(), evidence.number, evidence.address):
        yield code, {}


def _everything(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    yield "", {}
    yield f"?organisation={theirs.number}&person=p&enrolment=e", {}


def _links(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    # Whoever holds a link sees what it shows; nothing else of theirs opens one.
    for token in (theirs.evidence.code, theirs.evidence.address, str(theirs.number)):
        yield token, {}


def _links_of_files(theirs: Owner, ours: Owner) -> Iterator[Attempt]:
    for token, given in _links(theirs, ours):
        yield f"{token}|{theirs.evidence.code}", given


def _named(theirs: Owner, _: Owner) -> Iterator[Attempt]:
    yield f"../{theirs.number}", {}


CASES |= {
    ("/dashboards/me/files/documents/<string:code>", "GET"): _files,
    ("/dashboards/me/files/everything", "GET"): _everything,
    ("/partage/<string:token>", "GET"): _links,
    ("/partage/<string:token>/<string:code>", "GET"): _links_of_files,
    ("/partage/static/<path:filename>", "GET"): _named,
    ("/look/<name>", "GET"): _named,
}
