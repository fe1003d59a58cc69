"""What follows from commits in the order in which they come, and in any other. Nothing here needs a database."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.errors import InvalidRequest
from lrs.scorm.commit import parse_commit
from lrs.scorm.placing import Place
from lrs.scorm.steps import silent, step
from lrs.scorm.track import pack, unpack
from lrs.scorm.vocabulary import CLOSED_BY, LATE, MEASURED, REVISES, SESSION_ID
from lrs.statements.rules import statement_problems
from lrs.versions import Version
from tests.lrs.scorm.ground import LAUNCH, MINUTE, NOW, body, cmi, cmi_1_2, interaction, shorts


class Player:
    """A track that is committed to, a minute after each other."""

    def __init__(self):
        self.track = None
        self.statements = []
        self.now = NOW

    def commit(self, tree, sequence=None, *, end=False, session="", minutes=1, **beside):
        self.now += minutes * MINUTE
        parsed = parse_commit(body(tree, sequence, **beside), is_end=end, session=session)
        found = step(self.track, LAUNCH, parsed, self.now)
        self.track = unpack(pack(found.track))
        fresh = orjson.loads(found.statements or b"[]")
        self.statements += fresh
        return found.place, fresh

    def silent(self):
        found = silent(self.track, LAUNCH)
        self.track = found.track
        fresh = orjson.loads(found.statements)
        self.statements += fresh
        return fresh


@pytest.fixture
def player():
    return Player()


def context(statement):
    return statement["context"]["extensions"]


def attempt(statement):
    return statement["context"]["contextActivities"]["grouping"][-1]["id"]


def test_a_session_from_its_first_commit_to_its_last(player):
    player.commit(cmi(), 1)
    player.commit(cmi([interaction(1)]), 2)
    player.commit(cmi([interaction(1), interaction(2)], progress_measure="0.5"), 3)
    score = {"scaled": "0.8", "raw": "8", "min": "0", "max": "10"}
    ended = cmi([interaction(1), interaction(2)], completion_status="completed", success_status="passed", score=score,
                progress_measure="0.5", session_time="PT4M", total_time="PT10M")  # fmt: skip
    player.commit(ended, 4, end=True)

    assert shorts(player.statements) == [
        "initialized", "responded interactions/q1", "responded interactions/q2", "progressed", "completed", "passed",
        "terminated",
    ]  # fmt: skip
    last = player.statements[-1]["result"]
    assert last["score"] == {"scaled": 0.8, "raw": 8, "min": 0, "max": 10}
    assert (last["success"], last["completion"], last["duration"]) == (True, True, "PT4M")
    assert last["extensions"][MEASURED] == "PT3M"
    assert [problem for each in player.statements for problem in statement_problems(each, Version.V2_0_0)] == []


def test_an_answer_says_all_that_the_content_said_of_it(player):
    asked = interaction(
        1, "a[,]b", "neutral", timestamp="2026-01-05T09:00:30+01:00", weighting="2.5", latency="PT1M2.5S",
        description="{lang=fr}Laquelle ?", objectives={"0": {"id": "obj"}}, id="q 1/é",
        correct_responses={"0": {"pattern": "a[,]b"}, "1": {"pattern": "c"}},
    )  # fmt: skip

    statement = player.commit(cmi([asked]), 1)[1][-1]

    assert statement["object"]["id"].endswith("/interactions/q%201%2F%C3%A9")
    assert statement["object"]["definition"] == {
        "type": "http://adlnet.gov/expapi/activities/cmi.interaction", "interactionType": "choice",
        "correctResponsesPattern": ["a[,]b", "c"], "description": {"fr": "Laquelle ?"},
    }  # fmt: skip
    # What the content declares is within reason: it is when this happened.
    assert statement["timestamp"] == "2026-01-05T08:00:30.000000Z"
    result = statement["result"]
    assert (result["response"], result["duration"], "success" in result) == ("a[,]b", "PT1M2.5S", False)
    assert {iri.rpartition("/")[2]: value for iri, value in result["extensions"].items()} == {
        "interaction-result": "neutral", "weighting": 2.5, "declared-timestamp": "2026-01-05T09:00:30+01:00",
        "objectives": ["obj"],
    }  # fmt: skip


@pytest.mark.parametrize("declared", ["2026-01-05T12:00:00Z", "2025-01-05T08:00:00Z", "2026-01-05T09:00:00"])
def test_a_time_that_cannot_be_is_kept_beside_the_one_it_arrived_at(player, declared):
    statement = player.commit(cmi([interaction(1, timestamp=declared)]), 1)[1][-1]

    assert statement["timestamp"] == "2026-01-05T08:01:00.000000Z"
    assert declared in statement["result"]["extensions"].values()


def test_what_is_sent_again_unchanged_is_no_statement_again(player):
    rows = [interaction(number) for number in range(50)]
    player.commit(cmi(rows), 1)

    fresh = [player.commit(cmi(rows, location=f"page-{at}"), at)[1] for at in range(2, 6)]

    assert fresh == [[], [], [], []]


def test_an_answer_that_is_changed_names_the_one_before(player):
    player.commit(cmi([interaction(1, "a")]), 1)
    first = player.statements[-1]

    second = player.commit(cmi([interaction(1, "b", "correct")]), 2)[1]

    assert shorts(second) == ["responded interactions/q1"]
    assert context(second[0])[REVISES] == first["id"]
    assert REVISES not in context(first)


def test_a_question_that_has_no_answer_yet_is_none(player):
    asked = interaction(1, "", "", latency="")

    assert shorts(player.commit(cmi([asked]), 1)[1]) == ["initialized"]
    assert shorts(player.commit(cmi([interaction(1)]), 2)[1]) == ["responded interactions/q1"]


def test_a_score_without_verdict_is_scored_and_a_verdict_carries_its_score(player):
    player.commit(cmi_1_2(core={"lesson_status": "incomplete", "score": {"raw": "40", "min": "0", "max": "80"}}), 1)
    player.commit(cmi_1_2(core={"lesson_status": "failed", "score": {"raw": "40", "min": "0", "max": "80"}}), 2)
    player.commit(cmi_1_2(core={"lesson_status": "passed", "score": {"raw": "70", "min": "0", "max": "80"}}), 3)

    assert shorts(player.statements) == ["initialized", "scored", "failed", "completed", "passed"]
    assert [each["result"]["score"]["scaled"] for each in player.statements[1:]] == [0.5, 0.5, 0.875, 0.875]


def test_a_score_of_1_2_is_out_of_a_hundred_where_the_content_does_not_say(player):
    statement = player.commit(cmi_1_2(core={"score": {"raw": "85", "min": "", "max": ""}}), 1)[1][-1]

    assert statement["result"]["score"] == {"scaled": 0.85, "raw": 85}


def test_completion_that_is_taken_back_and_given_again_is_said_again(player):
    for at, status in enumerate(["completed", "incomplete", "completed"], start=1):
        player.commit(cmi(completion_status=status), at)

    assert shorts(player.statements) == ["initialized", "completed", "completed"]
    assert len({each["id"] for each in player.statements}) == 3


def test_objectives_are_judged_as_activities_of_their_own(player):
    objective = {"id": "obj/1", "success_status": "failed", "score": {"scaled": "0.2"}, "description": "Alerter"}
    player.commit(cmi(objectives={"0": objective}), 1)
    player.commit(cmi(objectives={"0": {**objective, "success_status": "passed", "score": {"scaled": "1"}}}), 2)
    player.commit(cmi(objectives={"0": {**objective, "success_status": "passed", "score": {"scaled": "1"}}}), 3)

    assert shorts(player.statements) == ["initialized", "failed objectives/obj%2F1", "passed objectives/obj%2F1"]
    assert player.statements[1]["object"]["definition"]["description"] == {"und": "Alerter"}
    assert player.statements[1]["context"]["contextActivities"]["parent"][0]["id"] == LAUNCH.activity["id"]


def test_answers_of_1_2_are_written_with_xapi_s_delimiters(player):
    rows = [
        {"id": "a", "type": "matching", "student_response": "1.a,2.b", "result": "correct"},
        {"id": "b", "type": "true-false", "student_response": "t", "result": "wrong",
         "correct_responses": {"0": {"pattern": "f"}}},
        {"id": "c", "type": "choice", "student_response": "a,c", "result": "0.5", "time": "09:10:11"},
    ]  # fmt: skip

    statements = player.commit(cmi_1_2(interactions=dict(enumerate(rows))), 1)[1][1:]

    assert [each["result"]["response"] for each in statements] == ["1[.]a[,]2[.]b", "true", "a[,]c"]
    assert statements[1]["object"]["definition"]["correctResponsesPattern"] == ["false"]
    assert [problem for each in statements for problem in statement_problems(each, Version.V2_0_0)] == []


def test_a_flattened_commit_says_the_same(player):
    flat = {"cmi.core.lesson_status": "incomplete", "cmi.core.lesson_location": "p", "cmi.interactions.0.id": "q1",
            "cmi.interactions.0.type": "choice", "cmi.interactions.0.student_response": "a",
            "cmi.interactions.0.result": "correct"}  # fmt: skip

    found = step(None, LAUNCH, parse_commit(json.dumps(flat).encode()), NOW)

    assert shorts(orjson.loads(found.statements)) == ["initialized", "responded interactions/q1"]


def test_a_session_that_is_suspended_goes_on_in_its_attempt(player):
    player.commit(cmi([interaction(1)], exit="suspend"), 1, end=True)
    player.commit(cmi([interaction(1), interaction(2)], entry="resume", exit="normal"), 1, end=True)
    player.commit(cmi([interaction(1)], entry="ab-initio"), 1)

    assert shorts(player.statements) == [
        "initialized", "responded interactions/q1", "suspended", "terminated",
        "initialized", "resumed", "responded interactions/q2", "terminated",
        "initialized", "responded interactions/q1",
    ]  # fmt: skip
    assert [attempt(each) == attempt(player.statements[0]) for each in player.statements] == [True] * 8 + [False] * 2
    assert len({context(each)[SESSION_ID] for each in player.statements}) == 3
    assert len({each["id"] for each in player.statements}) == 10


def test_a_player_that_is_loaded_again_ends_what_it_left(player):
    player.commit(cmi(), 1)
    player.commit(cmi([interaction(1)]), 2)
    place, fresh = player.commit(cmi([interaction(1), interaction(2)], entry="resume"), 1, minutes=9)

    assert place is Place.NEW
    assert shorts(fresh) == ["terminated", "initialized", "resumed", "responded interactions/q2"]
    assert context(fresh[0])[CLOSED_BY] == "reload"
    assert fresh[0]["timestamp"] == "2026-01-05T08:02:00.000000Z"


def test_without_numbers_a_session_whose_time_goes_back_is_another_one(player):
    player.commit(cmi(session_time="PT5M"))
    same, _ = player.commit(cmi(session_time="PT6M"))
    other, _ = player.commit(cmi(session_time="PT1M", entry="resume"))

    assert (same, other) == (Place.NEWEST, Place.NEW)


def test_without_numbers_what_comes_after_terminate_is_another_session(player):
    player.commit(cmi(exit="suspend"), end=True)

    assert player.commit(cmi(entry="resume"))[0] is Place.NEW


def test_sessions_with_names_are_told_apart_by_them(player):
    player.commit(cmi([interaction(1)]), 1, session="un")
    player.commit(cmi([interaction(1), interaction(2)], entry="resume"), 1, session="deux")
    place, fresh = player.commit(cmi([interaction(1), interaction(3)]), 2, session="un")

    assert place is Place.LATE
    assert shorts(fresh) == ["responded interactions/q3"]
    assert context(fresh[0])[LATE] is True
    # Of the session that it belongs to.
    assert context(fresh[0])[SESSION_ID] == context(player.statements[0])[SESSION_ID]


def test_a_late_commit_of_an_earlier_attempt_says_nothing_again(player):
    player.commit(cmi([interaction(1)]), 1, session="un")
    player.commit(cmi(entry="ab-initio"), 1, session="deux")

    assert player.commit(cmi([interaction(1)]), 2, session="un") == (Place.LATE, [])


def test_a_commit_that_was_overtaken_adds_answers_and_changes_nothing_else(player):
    player.commit(cmi(), 1)
    player.commit(cmi([interaction(1), interaction(2, "b")], completion_status="completed"), 4)
    place, fresh = player.commit(cmi([interaction(1), interaction(2, "a")], location="old"), 3)

    assert place is Place.LATE
    assert shorts(fresh) == ["responded interactions/q2"]
    assert fresh[0]["result"]["response"] == "a"
    assert player.commit(cmi([interaction(1), interaction(2, "b")], completion_status="completed"), 5)[1] == []


def test_a_session_gone_silent_ends_when_its_last_commit_came_and_says_who_ended_it(player):
    player.commit(cmi(exit="suspend"), 1)
    player.commit(cmi([interaction(1)], exit="suspend", session_time="PT2M"), 2)

    ended = player.silent()

    assert shorts(ended) == ["suspended", "terminated"]
    assert {context(each)[CLOSED_BY] for each in ended} == {"silence"}
    assert {each["timestamp"] for each in ended} == {"2026-01-05T08:02:00.000000Z"}
    assert ended[1]["result"]["duration"] == "PT2M"
    assert ended[1]["result"]["extensions"][MEASURED] == "PT1M"
    assert silent(player.track, LAUNCH).statements == b""


@pytest.mark.parametrize("numbered", [True, False])
def test_a_commit_after_silence_reopens_the_session_and_its_end_counts_from_there(player, numbered):
    player.commit(cmi(session_time="PT2M"), 1 if numbered else None)
    player.silent()
    place, fresh = player.commit(cmi([interaction(1)], session_time="PT50M"), 2 if numbered else None, minutes=50)
    ended = player.commit(cmi([interaction(1)], session_time="PT52M"), 3 if numbered else None, minutes=2, end=True)[1]

    assert place is Place.REOPENING
    assert shorts(fresh) == ["resumed", "responded interactions/q1"]
    assert context(fresh[0])[LATE] is True
    assert ended[-1]["result"]["duration"] == "PT50M"
    assert ended[-1]["result"]["extensions"][MEASURED] == "PT2M"


def test_a_wrong_answer_among_right_ones_leaves_the_track_as_it_was(player):
    player.commit(cmi([interaction(1)]), 1)
    before = player.track

    with pytest.raises(InvalidRequest) as refused:
        player.commit(cmi([interaction(1), interaction(2), interaction(3, latency="long")]), 2)

    assert [each.pointer for each in refused.value.problems] == ["/runtimeData/cmi/interactions/2/latency"]
    assert player.track == before


def test_a_table_of_more_rows_than_anybody_asks_is_refused(player):
    with pytest.raises(InvalidRequest) as refused:
        player.commit(cmi(interactions={"99999": interaction(1)}), 1)

    assert refused.value.problems[0].pointer == "/runtimeData/cmi/interactions"


def worked_through(rows):
    """Commits of one session in which one answer is given after the other; the last one ends it."""
    answers = [interaction(number, response) for number, response in enumerate(rows)]
    bodies = [(cmi(answers[: at + 1], location=str(at)), at + 1) for at in range(len(answers))]
    return [(*each, False) for each in bodies] + [(cmi(answers, completion_status="completed"), len(answers) + 1, True)]


@given(
    rows=st.lists(st.sampled_from("abc"), min_size=1, max_size=8), data=st.data(),
)  # fmt: skip
def test_whatever_is_lost_repeated_or_overtaken_no_committed_answer_is_lost_or_doubled(rows, data):
    commits = worked_through(rows)
    # The first commit is answered before the player goes on; of the others, some are lost or sent again, in any order.
    sent = [commits[0], *data.draw(st.permutations(commits[1:]))]
    sent = [sent[0], *(each for each in sent[1:] if each[2] or data.draw(st.booleans()))]
    sent += [each for each in sent if data.draw(st.booleans())]
    player = Player()

    for tree, sequence, end in sent:
        player.commit(tree, sequence, end=end, session="s")

    named = Counter(each["id"] for each in player.statements)
    answered = [each for each in shorts(player.statements) if each.startswith("responded")]
    assert max(named.values()) == 1
    assert sorted(answered) == sorted(f"responded interactions/q{number}" for number in range(len(rows)))
    assert shorts(player.statements).count("initialized") == 1
    assert shorts(player.statements).count("terminated") == 1
    assert shorts(player.statements).count("completed") == 1


@given(tree=st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(
        st.sampled_from(["cmi", "core", "score", "raw", "interactions", "objectives", "0", "id", "type", "location",
                         "runtimeData", "commitSequence", "sessionId", "cmi.core.exit", "correct_responses"])
        | st.text(max_size=5), below, max_size=4,
    ), max_leaves=12,
))  # fmt: skip
def test_whatever_is_posted_is_taken_or_refused(tree):
    sent = orjson.dumps({"cmi": tree, "location": tree} if isinstance(tree, dict) else tree, default=str) if (
        _writable(tree)
    ) else b"null"  # fmt: skip
    with suppress(InvalidRequest):
        found = step(None, LAUNCH, parse_commit(sent), NOW)
        assert all(statement_problems(each, Version.V2_0_0) == [] for each in orjson.loads(found.statements))


def _writable(tree):
    try:
        orjson.dumps(tree)
    except (TypeError, orjson.JSONEncodeError):
        return False
    return True
