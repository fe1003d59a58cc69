"""Voiding: xAPI 1.0.3 Part Two 2.3.2; IEEE 9274.1.1 4.2.5."""

from __future__ import annotations

import pytest


def state(lrs, statement_id):
    """Say whether a statement is there, voided, or neither."""
    plain = lrs.get(statementId=statement_id).status_code
    voided = lrs.get(voidedStatementId=statement_id).status_code
    assert sorted((plain, voided)) in ([200, 404], [404, 404])
    return {(200, 404): "there", (404, 200): "voided", (404, 404): "unknown"}[plain, voided]


def test_a_voided_statement_is_found_by_voided_statement_id_alone_xapi_00018_xapi_00155_xapi_00163(lrs, make):
    """XAPI-00018, 00155, 00157, 00163."""
    statement, other = make.small(), make.small()
    lrs.store(statement, other)
    assert state(lrs, statement["id"]) == "there"

    voiding = make.voiding(statement["id"])
    lrs.store(voiding)

    assert state(lrs, statement["id"]) == "voided"
    assert lrs.get(voidedStatementId=statement["id"]).json["verb"] == statement["verb"]
    assert (state(lrs, voiding["id"]), state(lrs, other["id"])) == ("there", "there")
    assert lrs.find() == [voiding["id"], other["id"]]


def test_only_a_statement_reference_is_voided_xapi_00017_xapi_00019_xapi_00020(rules, make):
    """XAPI-00017, 00019, 00020."""
    verb = {"id": "http://adlnet.gov/expapi/verbs/voided"}
    inner = {name: value for name, value in make.small().items() if name != "id"}
    for target in (
        {"id": "urn:x:1"},
        {"objectType": "Activity", "id": "urn:x:1"},
        {"objectType": "Agent", "mbox": "mailto:tom@example.org"},
        {"objectType": "SubStatement", **inner},
    ):
        problems = rules.check_refused(
            make.small(verb=verb, object=target), "/object" + ("/objectType" if "objectType" in target else "")
        )
        assert any("StatementRef" in problem["accepted"] for problem in problems)
        # Another verb, even one that ends alike, may have any object.
        rules.check_taken(make.small(verb={"id": "http://example.org/verbs/voided"}, object=target))
    rules.check_taken(make.voiding(make.small()["id"]))


def test_a_voiding_statement_may_come_before_what_it_voids_9274_4_2_5(lrs, make):
    """IEEE 9274.1.1 4.2.5: an unknown target is no reason to refuse; XAPI-00018 holds when it comes."""
    statement = make.small()

    lrs.store(make.voiding(statement["id"]))
    assert state(lrs, statement["id"]) == "unknown"
    lrs.store(statement)

    assert state(lrs, statement["id"]) == "voided"


@pytest.mark.parametrize("first", [True, False])
def test_a_batch_may_hold_both(lrs, make, first):
    statement = make.small()
    batch = [statement, make.voiding(statement["id"])]

    lrs.store(*(batch if first else reversed(batch)))

    assert state(lrs, statement["id"]) == "voided"


def test_a_voiding_statement_cannot_be_voided_xapi_00016(lrs, make):
    """XAPI-00016: the second is kept, and has no effect."""
    statement = make.small()
    voiding = make.voiding(statement["id"])
    again = make.voiding(voiding["id"])

    lrs.store(statement, voiding)
    lrs.store(again)

    assert (state(lrs, statement["id"]), state(lrs, voiding["id"]), state(lrs, again["id"])) == (
        "voided",
        "there",
        "there",
    )


def test_a_voiding_statement_that_comes_after_what_voids_it_keeps_its_effect_xapi_00016(lrs, make):
    """XAPI-00016, in the other order."""
    statement = make.small()
    voiding = make.voiding(statement["id"])

    lrs.store(make.voiding(voiding["id"]))
    lrs.store(voiding)
    lrs.store(statement)

    assert (state(lrs, statement["id"]), state(lrs, voiding["id"])) == ("voided", "there")


def test_voiding_twice_is_voiding_once(lrs, make):
    statement = make.small()
    lrs.store(statement, make.voiding(statement["id"]))

    lrs.store(make.voiding(statement["id"]))

    assert state(lrs, statement["id"]) == "voided"
    assert len(lrs.find()) == 2


def test_a_voided_statement_sent_again_is_a_replay_and_stays_voided(lrs, make):
    """Part Two 2.3.1: a statement never changes; the senders' contract: 200 with its id."""
    statement = make.small()
    lrs.store(statement, make.voiding(statement["id"]))

    assert lrs.post(statement).status_code == 200
    assert lrs.post({**statement, "verb": {"id": "urn:x:other"}}).status_code == 409
    assert state(lrs, statement["id"]) == "voided"


def test_only_the_one_organisation_s_statement_is_voided(lrs, make, standard):
    other = standard.lrs(lrs.version)
    statement = make.small()
    lrs.store(statement)
    other.store(statement)

    other.store(make.voiding(statement["id"]))

    assert (state(lrs, statement["id"]), state(other, statement["id"])) == ("there", "voided")


def test_what_targets_a_voided_statement_is_still_found_by_its_words_xapi_00162(lrs, make):
    """XAPI-00162: the search finds what refers to the voided statement, not the statement itself."""
    statement = make.small(verb={"id": "urn:x:verb"}, object={"id": "urn:x:activity"})
    reference = make.small(object={"objectType": "StatementRef", "id": statement["id"]})
    lrs.store(statement, reference)
    assert set(lrs.find(verb="urn:x:verb")) == {statement["id"], reference["id"]}

    voiding = make.voiding(statement["id"])
    lrs.store(voiding)

    for parameters in ({"verb": "urn:x:verb"}, {"activity": "urn:x:activity"}):
        assert lrs.find(**parameters) == [voiding["id"], reference["id"]]
    assert lrs.find(verb="urn:x:verb", ascending="true") == [reference["id"], voiding["id"]]


def test_a_voiding_statement_that_a_substatement_holds_voids_nothing(lrs, make):
    """Part Two 2.4.4.3: a SubStatement is not asserted."""
    statement = make.small()
    inner = {name: value for name, value in make.voiding(statement["id"]).items() if name != "id"}
    lrs.store(statement, make.small(object={"objectType": "SubStatement", **inner}))

    assert state(lrs, statement["id"]) == "there"
