"""What an LRS assigns, from id to version: xAPI 1.0.3 Part Two 2.4.1, 2.4.7 to 2.4.10; IEEE 9274.1.1 4.2.4."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest

PAST = "2020-01-01T00:00:00Z"


def test_an_id_is_made_where_none_was_sent_xapi_00026(lrs, make):
    """XAPI-00026."""
    statement = make.changed(make.small(), "/id", ...)

    first, second = lrs.store(statement, statement)

    assert first != second
    for made in (first, second):
        assert str(uuid.UUID(made)) == made
        assert uuid.UUID(made).variant == uuid.RFC_4122
        assert lrs.read(made)["id"] == made


def test_an_id_that_was_sent_is_kept_xapi_00026(lrs, make):
    """XAPI-00026's neighbour; PUT puts the id of its query into the statement."""
    statement = make.small()
    assert lrs.store(statement) == [statement["id"]]
    assert lrs.read(statement["id"])["id"] == statement["id"]

    nameless = make.changed(make.small(), "/id", ...)
    named = str(uuid.UUID(int=7 << 100 | 4 << 76 | 8 << 60))
    assert lrs.put(nameless, named).status_code == 204
    assert lrs.read(named)["id"] == named


def test_stored_is_when_the_statement_came_whatever_was_sent_xapi_00097_xapi_00023(lrs, make):
    """XAPI-00097, XAPI-00023."""
    lrs.wait(60)
    now = lrs.clock.micros
    first, second = lrs.store(make.small(stored=PAST), make.small())

    instants = [datetime.fromisoformat(lrs.read(each)["stored"]) for each in (first, second)]

    assert all(instant.utcoffset().total_seconds() == 0 for instant in instants)
    micros = [round(instant.timestamp() * 1_000_000) for instant in instants]
    assert micros == [now, now + 1]
    # Once in the text: the sender's is gone.
    assert lrs.get(statementId=first).text.count('"stored"') == 1


def test_stored_grows_with_every_statement_even_when_the_clock_goes_back(lrs, make):
    """2.4.8: stored is how readers page and follow; two of one organisation are never the same."""
    ids = lrs.store(make.small(), make.small())
    lrs.wait(-3600)
    ids += lrs.store(make.small())
    lrs.wait(7200)
    ids += lrs.store(make.small())

    stored = [lrs.read(each)["stored"] for each in ids]

    assert stored == sorted(set(stored))
    assert lrs.find(ascending="true") == ids


def test_the_timestamp_is_stored_where_none_was_sent_and_kept_otherwise(lrs, make):
    """2.4.7; IEEE 9274.1.1 4.2.4.2: `timestamp` is set to `stored` when it is missing."""
    sent, unsent = lrs.store(make.small(timestamp=PAST), make.changed(make.small(), "/timestamp", ...))

    assert lrs.read(sent)["timestamp"] == PAST
    found = lrs.read(unsent)
    assert found["timestamp"] == found["stored"]


def test_a_substatement_without_a_timestamp_is_given_none(lrs, make):
    statement = make.changed(make.substatement(), "/object/timestamp", ...)
    lrs.store(statement)

    assert "timestamp" not in lrs.read(statement["id"])["object"]


def test_the_authority_is_the_credential_s_whatever_was_sent_xapi_00099(lrs, make):
    """XAPI-00099: what is not known to be true of the sender is replaced."""
    own = {"mbox": "mailto:lms@example.org", "objectType": "Agent", "name": "Moodle"}
    application = {
        "objectType": "Group",
        "member": [{"account": {"homePage": "urn:x:app", "name": "a"}}, {"mbox": "mailto:b@example.org"}],
    }
    ids = lrs.store(make.small(), make.small(authority=own), make.small(authority=application))

    found = [lrs.read(each)["authority"] for each in ids]

    assert found[0] == found[1] == found[2]
    assert found[0]["account"]["name"] == lrs.key
    assert lrs.get(statementId=ids[1]).text.count('"authority"') == 1
    assert lrs.find(agent=own, related_agents="true") == []
    assert set(lrs.find(agent=found[0], related_agents="true")) == set(ids)


DEFAULTS = {"1.0.3": "1.0.0", "2.0.0": "2.0.0"}


def test_a_statement_without_version_gets_the_first_of_its_kind_9274_4_2_4_3(lrs, make):
    """Part Two 2.4.10: 1.0.0; IEEE 9274.1.1 4.2.4.3: 2.0.0. Read in the other version, it is the same bytes."""
    (made,) = lrs.store(make.small())

    assert lrs.read(made)["version"] == DEFAULTS[lrs.version]
    for other in DEFAULTS:
        assert lrs.spoken(other).read(made)["version"] == DEFAULTS[lrs.version]


@pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.3", "1.0.9", "1.0.10"])
def test_the_version_a_statement_was_sent_with_is_kept_xapi_00101_xapi_00332(rules, make, version):
    """XAPI-00101, XAPI-00330, XAPI-00332; IEEE 9274.1.1 4.2.4.3 keeps what is older."""
    assert rules.check_taken(make.small(version=version))["version"] == version


@pytest.mark.parametrize(
    "version", ["0.9", "0.95", "1.1", "1.1.0", "1", "1.0.", "1.0.x", "v1.0.3", "2.1.0", "3.0.0", "", "latest"]
)
def test_another_version_is_refused_xapi_00101(rules, make, version):
    """XAPI-00101; IEEE 9274.1.1 4.2.4.3."""
    rules.check_refused(make.small(version=version), "/version", "XAPI-00101")


@pytest.mark.parametrize("version", ["2.0", "2.0.0", "2.0.1"])
def test_version_2_0_is_for_2_0_alone_xapi_00101_9274_4_2_4_3(rules1, rules2, make, version):
    """XAPI-00101; IEEE 9274.1.1 4.2.4.3."""
    rules1.check_refused(make.small(version=version), "/version", "XAPI-00101")
    assert rules2.check_taken(make.small(version=version))["version"] == version


def test_the_lrs_s_members_follow_the_sender_s_text_once(lrs, make):
    """What was sent stays in front, byte for byte; nothing that an LRS sets stands twice."""
    text = b'{ "actor" : {"mbox":"mailto:l\\u00e9a@example.org"},"verb":{"id":"urn:x:1"} ,\n "object":{"id":"urn:x:2"}}'
    (made,) = lrs.post(text).json

    found = lrs.get(statementId=made).data

    assert found.startswith(text[:-1])
    for name in (b'"id":"' + made.encode(), b'"stored":', b'"authority":', b'"timestamp":', b'"version":'):
        assert found.count(name) == 1
    # Told apart by nothing else than these.
    assert lrs.post(found).status_code == 200
    assert lrs.find() == [made]
