"""`/scorm/<token>/commit`, as a player sees it."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from lrs.scorm.commit import BODY_MOST_BYTES
from tests.lrs.scorm.ground import body, cmi, cmi_1_2, interaction, shorts, wanted

ORIGIN = "https://lms.example"


def test_a_commit_is_answered_as_scorm_again_expects_and_becomes_statements(player, launched, log):
    answer = player.post(launched.path, data=body(cmi([interaction(1)]), 1), content_type="application/json")

    assert answer.status_code == 200, answer.text
    assert answer.json == {"result": True, "errorCode": 0}
    assert shorts(log()) == ["initialized", "responded interactions/q1"]


def test_a_beacon_s_commit_is_read_whatever_it_calls_itself_and_ends_the_session(player, launched, log):
    sent = body(cmi(completion_status="completed", session_time="PT1M"), 1)

    answer = player.post(launched.path, data=sent, content_type="text/plain;charset=UTF-8")

    assert answer.status_code == 200, answer.text
    assert shorts(log()) == ["initialized", "completed", "terminated"]


def test_terminate_in_the_address_decides_whatever_the_media_type_is(player, launched, log):
    player.post(f"{launched.path}?terminate=false", data=body(cmi(), 1), content_type="text/plain")
    before = shorts(log())
    player.post(f"{launched.path}?terminate=true", data=body(cmi(), 2), content_type="application/json")

    assert before == ["initialized"]
    assert shorts(log()) == ["initialized", "terminated"]


def test_the_same_commit_sent_again_is_answered_as_before_and_stores_nothing(player, launched, log):
    sent = body(cmi([interaction(1), interaction(2)]), 1)
    answers = [player.post(launched.path, data=sent) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert len(log()) == 3
    assert max(Counter(statement["id"] for statement in log()).values()) == 1


@pytest.mark.parametrize(
    ("sent", "pointer", "accepted"),
    [
        (b"{", "", "JSON of scorm-again"),
        (b"cmi.core.exit=", "", "dataCommitFormat"),
        (b"[1]", "", "JSON of scorm-again"),
        (b"{}", "", "JSON of scorm-again"),
        (body({"cmi": 1}), "/cmi", "cmi.core"),
        (body(cmi(completion_status="done")), "/cmi/completion_status", "completed"),
        (body(cmi(wisdom="much")), "/cmi/wisdom", "completion_status"),
        (body(cmi(score={"scaled": "1.2"})), "/cmi/score/scaled", "from -1 to 1"),
        (body(cmi(score={"raw": "11", "min": "0", "max": "10"})), "/cmi/score/raw", "from 0 to 10"),
        (body(cmi(score={"min": "5", "max": "1"})), "/cmi/score/min", "at most 1"),
        (body(cmi(progress_measure="2")), "/cmi/progress_measure", "from 0 to 1"),
        (body(cmi(session_time="12 min")), "/cmi/session_time", "ISO 8601"),
        (body(cmi(suspend_data="x" * 70_000)), "/cmi/suspend_data", "65,536"),
        (body(cmi(location=["a"])), "/cmi/location", "a text"),
        (body(cmi(objectives={"0": {"success_status": "passed"}})), "/cmi/objectives/0/id", "a text"),
        (body(cmi(objectives={"x": {}})), "/cmi/objectives", "members"),
        (body(cmi(interactions=[{"learner_response": "a"}])), "/cmi/interactions/0/id", "a text"),
        (body(cmi([interaction(1), interaction(2, kind=1)])), "/cmi/interactions/1/kind", "learner_response"),
        (body(cmi([interaction(1, type="essay")])), "/cmi/interactions/0/type", "long-fill-in"),
        (body(cmi([interaction(1, result="nearly")])), "/cmi/interactions/0/result", "correct"),
        (body(cmi([interaction(1, latency="12")])), "/cmi/interactions/0/latency", "ISO 8601"),
        (body(cmi([interaction(1, timestamp="hier")])), "/cmi/interactions/0/timestamp", "ISO 8601"),
        (body(cmi([interaction(1, weighting="heavy")])), "/cmi/interactions/0/weighting", "a number"),
        (body(cmi_1_2(core={"lesson_status": "done"})), "/cmi/core/lesson_status", "passed"),
        (body(cmi_1_2(core={"score": {"raw": "101"}})), "/cmi/core/score/raw", "from 0 to 100"),
        (body(cmi_1_2(core={"session_time": "1:2:3"})), "/cmi/core/session_time", "HHHH:MM:SS.SS"),
        (body(cmi_1_2(completion_status="x")), "/cmi/completion_status", "core"),
        (body(cmi(), 1, commitSequence="un"), "/commitSequence", "1, 2, 3"),
        (body(cmi(completion_status="done"), 1), "/runtimeData/cmi/completion_status", "completed"),
        (body(cmi(), sessionId="x" * 300), "/sessionId", "200"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_its_element_and_nothing_is_stored(player, launched, log, sent, pointer, accepted):
    answer = player.post(launched.path, data=sent, content_type="application/json")

    assert answer.status_code == 400, answer.text
    assert answer.json["result"] is False
    assert answer.json["errorCode"] in (101, 391)
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert accepted in answer.json["errors"][0]["accepted"]
    assert log() == []
    assert player.post(launched.path, data=body(cmi())).status_code == 200


def test_all_that_is_wrong_is_listed(player, launched):
    answer = player.post(launched.path, data=body(cmi(entry="door", exit="window", mode="upside down")))

    assert [error["pointer"] for error in answer.json["errors"]] == ["/cmi/entry", "/cmi/exit", "/cmi/mode"]


def test_a_commit_of_another_edition_than_the_launch_s_is_refused(player, gateway, organisation):
    from lrs.scorm.values import Edition

    launched = gateway.launches.issue(organisation, wanted(edition=Edition.V2004))

    answer = player.post(launched.path, data=body(cmi_1_2()))

    assert answer.status_code == 400
    assert answer.json["errorCode"] == 391
    assert "2004" in answer.json["errors"][0]["accepted"]


def test_a_commit_over_the_limit_is_refused_unread(player, launched, log):
    answer = player.post(launched.path, data=b" " * (BODY_MOST_BYTES + 1))

    assert answer.status_code == 413
    assert answer.json["result"] is False
    assert log() == []


@pytest.mark.parametrize("end", ["unknown", "expired", "revoked"])
def test_a_token_that_is_not_live_opens_nothing_and_says_nothing(player, gateway, clock, organisation, log, end):
    launched = gateway.launches.issue(organisation, wanted(valid_seconds=60))
    path = launched.path
    if end == "unknown":
        path = "/scorm/nobody/commit"
    elif end == "expired":
        clock.micros += 61_000_000
    else:
        gateway.launches.revoke(organisation, launched.launch.id)

    answer = player.post(path, data=body(cmi()), headers={"Origin": ORIGIN})

    assert answer.status_code == 401
    assert answer.json["result"] is False
    assert "WWW-Authenticate" not in answer.headers
    assert log() == []


def test_a_launch_revoked_in_another_process_takes_no_more_commits(player, launched, organisation, services, log):
    from lrs.http.api.scorm import launches_of

    assert player.post(launched.path, data=body(cmi(), 1)).status_code == 200
    launches_of(services).revoke(organisation, launched.launch.id)

    answers = [player.post(launched.path, data=body(cmi([interaction(1)]), at)) for at in (2, 3)]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert shorts(log()) == ["initialized"]


def test_a_launch_that_is_remembered_and_revoked_before_its_first_commit_takes_none(
    player, launched, organisation, services, log
):
    from lrs.http.api.scorm import launches_of

    player.options(launched.path, headers={"Origin": ORIGIN})
    launches_of(services).revoke(organisation, launched.launch.id)

    assert player.post(launched.path, data=body(cmi(), 1)).status_code == 401
    assert log() == []


def test_only_pages_of_the_launch_s_origins_commit_and_read(player, gateway, organisation, log):
    launched = gateway.launches.issue(organisation, wanted(origins=(ORIGIN,)))

    theirs = player.post(launched.path, data=body(cmi()), headers={"Origin": "https://elsewhere.example"})
    none_yet = log()
    ours = player.post(launched.path, data=body(cmi()), headers={"Origin": ORIGIN})

    assert theirs.status_code == 403
    assert "Access-Control-Allow-Origin" not in theirs.headers
    assert none_yet == []
    assert ours.status_code == 200
    assert ours.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert ours.headers["Vary"] == "Origin"


def test_a_refusal_can_be_read_by_the_player_s_page(player, launched):
    answer = player.post(launched.path, data=b"{", headers={"Origin": ORIGIN})

    assert answer.status_code == 400
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN


def test_a_preflight_is_answered_for_the_launch_s_origins_alone(player, gateway, organisation):
    launched = gateway.launches.issue(organisation, wanted(origins=(ORIGIN,)))

    ours, theirs, nobody_s = (
        player.options(path, headers={"Origin": origin})
        for path, origin in (
            (launched.path, ORIGIN), (launched.path, "https://elsewhere.example"), ("/scorm/x/commit", ORIGIN),
        )
    )  # fmt: skip

    assert ours.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert "Content-Type" in ours.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in theirs.headers
    assert "Access-Control-Allow-Origin" not in nobody_s.headers


def test_a_player_that_commits_too_often_is_told_when_to_come_again(player, gateway, organisation, log):
    launched = gateway.launches.issue(organisation, wanted(requests_per_minute=8))

    answers = [player.post(launched.path, data=body(cmi(location=str(at)), at)) for at in range(1, 13)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "8"
    assert answers[-1].json["result"] is False


def test_anything_but_a_post_is_refused(player, launched):
    answer = player.get(launched.path)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST, OPTIONS"


def test_names_of_learners_that_a_content_sends_are_kept_nowhere(player, launched, services, log):
    tree = cmi_1_2(core={"student_name": "Dœuf, Éléonore", "student_id": "42-secret"})

    player.post(launched.path, data=body(tree), content_type="application/json")

    assert log() != []
    everything = [
        str(row) for name in services.store.database.list_collection_names()
        for row in services.store.collection(name).find()
    ]  # fmt: skip
    assert not [row for row in everything if "Éléonore" in row or "42-secret" in row]
    assert "Éléonore" not in json.dumps(log(), ensure_ascii=False)
