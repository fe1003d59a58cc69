"""The demonstration year: the same each time, valid, in order, and alive."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assidu.demo.calendar import is_open
from assidu.demo.statements import SENDERS, VERSIONS, DemoStatement, Sender
from assidu.demo.year import year
from lrs.statements.rules import statement_problems
from lrs.statements.times import parse_timestamp

UNTIL = date(2026, 11, 21)
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def told() -> list[DemoStatement]:
    return list(year(2026, UNTIL, learners=40, months=12))


@pytest.fixture(scope="module")
def whole() -> list[DemoStatement]:
    return list(year(2026, UNTIL))


def verb(told: DemoStatement) -> str:
    return str(told.statement["verb"]["id"]).rsplit("/", 1)[1]


def when(told: DemoStatement) -> datetime:
    return datetime.fromisoformat(told.statement["timestamp"]).astimezone(PARIS)


def registrations(told: list[DemoStatement]) -> dict[str, list[DemoStatement]]:
    by_registration = defaultdict(list)
    for one in told:
        if "registration" in one.statement.get("context", {}):
            by_registration[one.statement["context"]["registration"]].append(one)
    return by_registration


def test_the_same_seed_and_date_give_the_same_bytes(told: list[DemoStatement]) -> None:
    again = year(2026, UNTIL, learners=40, months=12)

    assert [orjson.dumps(one.statement) for one in again] == [orjson.dumps(one.statement) for one in told]


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2027, "until": UNTIL, "learners": 6, "months": 2},
        {"seed": 2026, "until": date(2026, 11, 22), "learners": 6, "months": 2},
        {"seed": 2026, "until": UNTIL, "learners": 7, "months": 2},
        {"seed": 2026, "until": UNTIL, "learners": 6, "months": 3},
    ],
)
def test_another_year_shares_no_id_with_this_one(other: dict[str, Any]) -> None:
    mine = {one.statement.get("id") for one in year(2026, UNTIL, learners=6, months=2)}
    theirs = {one.statement.get("id") for one in year(**other)}

    assert not (mine & theirs) - {None}


def test_every_statement_is_valid_in_the_version_of_its_sender(told: list[DemoStatement]) -> None:
    problems = [(one.statement, found) for one in told for found in statement_problems(one.statement, one.version)]

    assert problems == []
    assert all(one.version is VERSIONS[one.sender] for one in told)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**31), until=st.dates(date(2024, 3, 1), date(2032, 12, 31)))
def test_any_seed_and_date_give_a_valid_year_in_order(seed: int, until: date) -> None:
    told = list(year(seed, until, learners=7, months=3))

    assert [found for one in told for found in statement_problems(one.statement, one.version)] == []
    assert all(before.sent_at <= after.sent_at for before, after in pairwise(told))
    ids = [one.statement["id"] for one in told if "id" in one.statement]
    assert len(ids) == len(set(ids))


def test_the_stream_is_in_order_and_nothing_is_sent_before_it_happened(
    told: list[DemoStatement],
) -> None:
    assert all(before.sent_at <= after.sent_at for before, after in pairwise(told))
    assert all(parse_timestamp(one.statement["timestamp"]) <= one.sent_at.timestamp() * 1e6 + 1e6 for one in told)


def test_the_year_ends_before_its_reference_date_and_lasts_twelve_months(told: list[DemoStatement]) -> None:
    days = [when(one).date() for one in told]

    assert date(2025, 11, 17) <= min(days) <= date(2025, 12, 15)
    assert date(2026, 11, 14) <= max(days) < UNTIL


def test_every_platform_speaks_and_identities_differ_between_them(told: list[DemoStatement]) -> None:
    counts = Counter(one.sender for one in told)

    assert set(counts) == set(SENDERS)
    assert all("mbox" in one.statement["actor"] for one in told if one.sender is Sender.AUTHORING)
    assert all("account" in one.statement["actor"] for one in told if one.sender is not Sender.AUTHORING)
    assert all(
        one.statement["actor"]["mbox"].endswith("@exemple.invalid") for one in told if "mbox" in one.statement["actor"]
    )


def test_nobody_attends_on_a_day_that_is_not_worked(told: list[DemoStatement]) -> None:
    attended = [when(one).date() for one in told if verb(one) in ("attended", "was-absent", "checkin", "join")]

    assert attended
    assert all(is_open(day) for day in attended)


def test_a_day_has_its_rhythm(told: list[DemoStatement]) -> None:
    lessons = Counter(when(one).hour for one in told if one.sender in (Sender.CMI5, Sender.AUTHORING))
    visits = Counter(when(one).weekday() for one in told if one.sender is Sender.MOODLE)

    assert not any(lessons[hour] for hour in range(7))
    assert sum(lessons[hour] for hour in (12, 13, 18, 19, 20, 21)) > sum(lessons.values()) / 2
    assert 0 < visits[5] + visits[6] < sum(visits.values()) * 2 / 7 * 0.8


def test_august_is_quiet(whole: list[DemoStatement]) -> None:
    months = Counter(when(one).strftime("%Y-%m") for one in whole)

    assert months["2026-08"] < months["2026-06"]


def test_most_finish_some_lag_and_some_leave_with_traces_that_stop(told: list[DemoStatement]) -> None:
    """Read from the statements alone: the final mark, the half-days, and how long before the end traces stop."""
    finished = sum(verb(one) == "completed" and "course/view.php" in one.statement["object"]["id"] for one in told)
    enrolled = sum(verb(one) == "registered" for one in told)
    written_off = {
        one.statement["context"]["registration"] for one in told
        if verb(one) == "was-absent" and "sans nouvelles" in orjson.dumps(one.statement).decode()
    }  # fmt: skip

    assert 0.5 < finished / enrolled < 0.9
    assert 0 < len(written_off) < enrolled * 0.3
    for registration in written_off:
        theirs = registrations(told)[registration]
        first = next(at for at, one in enumerate(theirs) if "sans nouvelles" in orjson.dumps(one.statement).decode())
        assert {verb(one) for one in theirs[first:]} <= {"was-absent", "scored"}


def test_quizzes_are_failed_and_tried_again_until_passed_or_given_up(told: list[DemoStatement]) -> None:
    marks = defaultdict(list)
    for one in told:
        if "id" in one.statement and verb(one) == "completed" and "attempt.php" in one.statement["object"]["id"]:
            quiz = one.statement["context"]["contextActivities"]["parent"][0]["id"]
            marks[one.statement["actor"]["account"]["name"], quiz].append(one.statement["result"])

    assert any(len(results) > 1 for results in marks.values())
    assert all(len(results) <= 3 for results in marks.values())
    assert all(not result["success"] for results in marks.values() for result in results[:-1])


def test_the_score_of_a_quiz_is_that_of_its_answers(told: list[DemoStatement]) -> None:
    answers: dict[str, list[bool]] = defaultdict(list)
    checked = 0
    for one in told:
        if one.sender is not Sender.MOODLE or "id" not in one.statement:
            continue
        if verb(one) == "answered":
            answers[one.statement["context"]["contextActivities"]["parent"][0]["id"]].append(
                one.statement["result"]["success"]
            )
        elif verb(one) == "completed" and "attempt.php" in one.statement["object"]["id"]:
            attempt = answers[one.statement["object"]["id"]]
            assert one.statement["result"]["score"]["scaled"] == sum(attempt) / len(attempt)
            checked += 1
    assert checked


def test_a_cmi5_session_opens_and_closes_as_its_rules_say(told: list[DemoStatement]) -> None:
    sessions = defaultdict(list)
    for one in told:
        if one.sender is Sender.CMI5:
            extensions = one.statement["context"]["extensions"]
            sessions[extensions["https://w3id.org/xapi/cmi5/context/extensions/sessionid"]].append(verb(one))

    complete = [verbs for verbs in sessions.values() if verbs[-1] in ("satisfied", "abandoned", "terminated")]
    assert len(complete) >= len(sessions) - 2
    for verbs in complete:
        assert verbs[:2] == ["launched", "initialized"]
        assert verbs[-1] == "abandoned" or verbs[-2:] == ["terminated", "satisfied"]


def test_attendance_is_corrected_by_voiding_and_saying_again(whole: list[DemoStatement]) -> None:
    known = {one.statement.get("id"): one for one in whole}
    voiding = [one for one in whole if verb(one) == "voided"]

    assert voiding
    for one in voiding:
        wrong = known[one.statement["object"]["id"]]
        assert verb(wrong) == "was-absent"
        assert wrong.sent_at < one.sent_at
    corrections = [one for one in whole if "correction-of" in orjson.dumps(one.statement).decode()]
    assert {verb(one) for one in corrections} == {"attended"}


def test_a_few_batches_are_sent_twice_without_ids_as_moodle_does(whole: list[DemoStatement]) -> None:
    bare = Counter(orjson.dumps(one.statement) for one in whole if "id" not in one.statement)

    assert 0 < sum(bare.values()) < len(whole) / 50
    assert all(count % 2 == 0 for count in bare.values())


def test_a_completion_is_taken_back_now_and_then(whole: list[DemoStatement]) -> None:
    assert any(verb(one) == "uncompleted" for one in whole)


def test_the_default_year_is_of_the_announced_size(whole: list[DemoStatement]) -> None:
    sizes = [len(orjson.dumps(one.statement)) for one in whole]

    assert 20_000 < len(sizes) < 30_000
    assert 800 < sum(sizes) / len(sizes) < 1_600
