"""What a trace takes from a statement, and that no statement is too strange for it."""

from __future__ import annotations

import itertools
from datetime import date
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.traces import Answer, Mark, Role, Trace, extract_trace
from analytics.traces.segments import parse_segments
from analytics.traces.vocabulary import roles
from assidu.demo.vocabulary import make_verbs
from assidu.demo.year import year
from lrs.statements.times import parse_timestamp
from tests.analytics.cases.notation import Entry

ADL = "http://adlnet.gov/expapi/verbs/"
CMI_INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
CMI5 = "https://w3id.org/xapi/cmi5/"
VIDEO = "https://w3id.org/xapi/video/extensions/"
ACTOR = {"mbox": "mailto:a@exemple.invalid"}


def trace(verb: str = ADL + "completed", **members) -> Trace:
    statement = {"actor": ACTOR, "verb": {"id": verb}, "object": {"id": "https://lms.example/1"}, **members}
    return extract_trace(Entry(UUID(int=1), 2, 1, orjson.dumps(statement)))


def test_a_trace_has_who_what_where_and_when() -> None:
    found = trace(
        context={
            "registration": "8f87ccde-bb56-4c2e-ab83-44982ef22df0",
            "platform": "Moodle",
            "contextActivities": {
                "parent": {"id": "https://lms.example/parent"},
                "grouping": [{"id": "https://lms.example/grouping"}],
                "category": [{"id": "https://w3id.org/xapi/cmi5/context/categories/cmi5"}],
            },
            "extensions": {CMI5 + "context/extensions/sessionid": "tab"},
        },
        result={"duration": "PT1M30S"},
    )
    assert (found.statement_id, found.stored, found.timestamp) == (UUID(int=1), 2, 1)
    assert found.agents == ("mbox mailto:a@exemple.invalid",)
    assert found.activity == "https://lms.example/1"
    assert found.around == ("https://lms.example/parent", "https://lms.example/grouping")
    assert found.registration == UUID("8f87ccde-bb56-4c2e-ab83-44982ef22df0")
    assert (found.platform, found.session, found.declared_seconds) == ("Moodle", "tab", 90.0)


def test_the_members_of_a_group_all_did_it() -> None:
    group = {"objectType": "Group", "member": [ACTOR, {"account": {"homePage": "https://lms.example", "name": "b"}}]}
    assert trace(actor=group).agents == ("mbox mailto:a@exemple.invalid", "account https://lms.example b")


@pytest.mark.parametrize(
    ("verb", "result", "expected"),
    [
        ("completed", {}, (None, True)),
        ("completed", {"completion": False}, (None, False)),
        ("completed", {"success": True}, (True, True)),
        ("passed", {}, (True, None)),
        ("passed", {"success": False}, (True, None)),
        ("failed", {"completion": True}, (False, True)),
        ("terminated", {"completion": True}, (None, True)),
        ("terminated", {"completion": False}, (None, None)),
        ("suspended", {"completion": False}, (None, None)),
        ("answered", {"completion": True, "success": True}, (None, None)),
        ("experienced", {"completion": True, "success": True}, (None, None)),
        ("completed", {"success": "yes", "completion": 1}, (None, True)),
    ],
)
def test_a_verdict_is_one_on_the_whole_activity(verb: str, result: dict, expected: tuple) -> None:
    found = trace(ADL + verb, result=result)
    assert (found.success, found.completion) == expected


def test_a_question_s_verdict_is_none_whatever_its_verb() -> None:
    question = {"id": "https://lms.example/q", "definition": {"type": "http://adlnet.gov/expapi/activities/question"}}
    found = trace(ADL + "passed", object=question, result={"success": True})
    assert (found.success, found.completion) == (None, None)


@pytest.mark.parametrize(
    ("score", "scaled"),
    [
        ({"scaled": 0.5, "raw": 1, "max": 1}, 0.5),
        ({"raw": 15, "min": 0, "max": 20}, 0.75),
        ({"raw": 3, "min": 1, "max": 5}, 0.5),
        ({"raw": 15, "max": 20}, 0.75),
        ({"raw": 15}, None),
        ({"raw": 1, "min": 5, "max": 5}, None),
        ({"scaled": True}, None),
    ],
)
def test_a_score_is_scaled_where_it_can_be(score: dict, scaled: float | None) -> None:
    assert trace(result={"score": score}).scaled == scaled


def test_progress_is_from_nought_to_one_whoever_writes_it() -> None:
    assert trace(ADL + "progressed", result={"extensions": {CMI5 + "result/extensions/progress": 25}}).progress == 0.25
    assert trace(result={"extensions": {VIDEO + "progress": 0.5}}).progress == 0.5
    assert trace(ADL + "progressed", result={"score": {"scaled": 0.75}}).progress == 0.75
    assert trace(ADL + "completed", result={"score": {"scaled": 0.75}}).progress is None


def test_a_mark_says_what_the_sheet_says() -> None:
    extensions = {
        "https://of.example/xapi/ext/half-day": "2026-11-20/AM",
        "https://of.example/xapi/ext/evidence": [{"sha256": "ab"}],
        "https://of.example/xapi/ext/absence-justified": True,
        "https://of.example/xapi/ext/absence-reason": "retard de train",
        "https://of.example/xapi/ext/attendance-status": "LATE",
    }
    found = trace(ADL + "attended", result={"duration": "PT3H"}, context={"extensions": extensions})
    assert found.mark == Mark("2026-11-20/AM", True, 10_800.0, True, True, "LATE", "retard de train")
    assert not found.is_act


def test_an_attempt_is_the_object_or_around_it() -> None:
    kind = {"type": "http://adlnet.gov/expapi/activities/attempt"}
    attempt = {"id": "https://lms.example/attempt/1", "definition": kind}
    assert trace(object=attempt).attempt == "https://lms.example/attempt/1"
    assert trace(context={"contextActivities": {"grouping": [attempt]}}).attempt == "https://lms.example/attempt/1"
    assert trace().attempt == ""


@pytest.mark.parametrize("speed", ["0x", "1000x", "fast", "nan", "-1x", ""])
def test_a_pace_that_no_player_has_is_the_usual_one(speed: str) -> None:
    found = trace(context={"extensions": {VIDEO + "length": 60, VIDEO + "speed": speed}})
    assert found.play is not None
    assert found.play.speed == 1.0


@pytest.mark.parametrize("text", ["", "x", "5", "[.]", "5[.]1", "-1[.]2", "nan[.]1", "0[.]inf", "0[.]nan", "[,][,]"])
def test_parts_that_cannot_be_read_show_nothing(text: str) -> None:
    assert parse_segments(text) == ()


# What JSON can hold, under the names that a trace looks for.
NAMES = st.sampled_from(
    ["actor", "verb", "object", "result", "context", "timestamp", "id", "objectType", "definition", "type", "mbox",
     "account", "homePage", "name", "member", "duration", "score", "scaled", "raw", "min", "max", "success",
     "completion", "extensions", "registration", "platform", "contextActivities", "parent", "grouping", "category",
     VIDEO + "time", VIDEO + "length", VIDEO + "speed", VIDEO + "played-segments", VIDEO + "progress",
     CMI5 + "result/extensions/progress", CMI5 + "context/extensions/sessionid", "https://of.example/ext/half-day",
     "https://of.example/ext/evidence"]
)  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "x", "PT1H", "0[.]5[,]", "Group", "Activity", "https://lms.example/attempt", *roles()]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)
MEMBERS = st.dictionaries(NAMES, JSON, max_size=6)


@given(MEMBERS, st.sampled_from(list(roles())), MEMBERS, MEMBERS, MEMBERS, MEMBERS)
def test_no_statement_is_too_strange(
    members: dict, verb: str, actor: dict, target: dict, result: dict, context: dict
) -> None:
    parts = {"actor": actor, "verb": {"id": verb}, "object": target, "result": result, "context": context}
    for statement in (members, parts, {**parts, **members}):
        assert isinstance(extract_trace(Entry(UUID(int=1), 2, 1, orjson.dumps(statement))), Trace)


def test_bytes_that_are_no_json_are_a_trace_without_meaning() -> None:
    found = extract_trace(Entry(UUID(int=1), 2, 1, b"{"))
    assert (found.role, found.agents) == (Role.OTHER, ())


def test_every_verb_of_the_demonstration_that_matters_is_known() -> None:
    unknown = {name for name, verb in make_verbs().items() if verb["id"] not in roles()}
    # Looking, writing and arriving: acts without further meaning.
    assert unknown == {"posted", "replied", "viewed"}


def test_a_demonstration_year_gives_traces_of_people_at_work() -> None:
    told = list(itertools.islice(year(2026, date(2026, 11, 21), learners=10, months=2), 2000))
    traces = [
        extract_trace(
            Entry(UUID(int=number), 10**18, parse_timestamp(item.statement["timestamp"]), orjson.dumps(item.statement))
        )
        for number, item in enumerate(told)
    ]
    assert all(found.agents for found in traces)
    assert {found.role for found in traces} >= {Role.JOINED, Role.LEFT, Role.ATTENDED, Role.COMPLETED, Role.PLAYED}
    assert all(found.mark.half_day[-3:] in ("/AM", "/PM") for found in traces if found.mark is not None)


def test_an_answer_to_a_question_is_kept_with_its_verdict() -> None:
    question = {"id": "https://lms.example/q", "definition": {"type": CMI_INTERACTION}}
    found = trace(ADL + "answered", object=question, result={"success": False, "response": "a[,]b"})
    assert found.answer == Answer("a[,]b", success=False)
    assert found.success is None


@pytest.mark.parametrize(
    ("verb", "definition", "is_answer"),
    [
        ("answered", {}, True),
        ("responded", {"type": "http://adlnet.gov/expapi/activities/question"}, True),
        ("answered", {"type": "http://adlnet.gov/expapi/activities/assessment"}, False),
        ("experienced", {"type": CMI_INTERACTION}, False),
    ],
)
def test_only_what_answers_a_question_is_an_answer(verb: str, definition: dict[str, str], is_answer: bool) -> None:
    found = trace(ADL + verb, object={"id": "https://lms.example/q", "definition": definition})
    assert (found.answer == Answer()) is is_answer


def test_a_long_response_is_cut_and_a_strange_one_is_none() -> None:
    question = {"id": "https://lms.example/q", "definition": {"type": CMI_INTERACTION}}
    assert trace(ADL + "answered", object=question, result={"response": "x" * 500}).answer == Answer("x" * 200)
    assert trace(ADL + "answered", object=question, result={"response": 7, "success": "yes"}).answer == Answer()
