"""What erasures and retention runs leave behind is whole by another's eyes, and what was erased unsaid is not."""

from __future__ import annotations

import pytest

from evidence.fsck import Check, check_deployment
from lrs.erasure import Order
from lrs.store.erasure import Ground
from tests.analytics.store.campus import statement_id
from tests.evidence.dossier.test_dossiers import seal
from tests.evidence.retention.conftest import BY, YEAR, Office


@pytest.fixture
def erased(office: Office) -> Office:
    """Statements erased on request, others in their time, a reference to one of them, and a document destroyed."""
    office.send(office.says("completed"), office.says("viewed", minute=3), office.says("viewed", who="yann"))
    reference = {"objectType": "StatementRef", "id": str(statement_id(2))}
    comment = {**office.says("commented", who="yann"), "object": reference}
    # Only what is about an activity may name a platform.
    del comment["context"]
    office.send(comment, office.voids(statement_id(3)))
    seal(office)
    preview = office.erasing.of_statements(office.organisation, [statement_id(2)])
    order = Order(Ground.REQUEST, "demande", BY)
    office.erasing.run(office.erasing.erase(office.organisation, order, preview, "statements"))
    office.pass_time(3 * YEAR)
    office.send(office.says("viewed", minute=9))
    office.retention.run(office.retention.begin(office.organisation, "purge", BY))
    seal(office)
    return office


def findings(office: Office) -> list[str]:
    found = check_deployment(office.services.store, Check())
    return [f"{item.kind.value} {item.subject}: {item.what}" for item in found.kept]


def test_what_deleting_leaves_behind_holds(erased: Office) -> None:
    assert erased.left() == {statement_id(6)}
    assert findings(erased) == []


def test_a_statement_that_is_gone_without_anybody_s_word_is_named(erased: Office) -> None:
    rows = erased.services.store.collection("statements")
    row = rows.find_one({"b": {"$exists": True}, "k": {"$ne": "Effacement légal"}})
    assert row is not None
    rows.replace_one({"_id": row["_id"]}, {name: row[name] for name in ("_id", "o", "t", "n", "l")})

    assert findings(erased)
