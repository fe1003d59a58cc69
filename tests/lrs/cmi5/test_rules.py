"""The rules of cmi5 on what content sends, each case under the section of the specification that it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.cmi5.vocabulary import CMI5, MASTERY_SCORE, MOVE_ON, PROGRESS, SESSION_ID, LaunchMode
from tests.lrs.cmi5.ground import (
    COMPLETED,
    PASSED,
    PROTECT,
    REGISTRATION,
    after,
    allowed,
    broken,
    registration,
    says,
    terms,
)

STARTED = says("initialized", 1)
FAILED = {"success": False, "duration": "PT5M"}


def without(statement, *path):
    inner = statement
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return statement


def with_context(statement, **parts):
    return {**statement, "context": {**statement["context"], **parts}}


def with_extension(statement, name, value):
    return with_context(statement, extensions={**statement["context"]["extensions"], name: value})


def sections(*statements, **more):
    return {section for section, _ in broken(*statements, **more)}


def test_a_whole_session_keeps_every_rule():
    assert broken(
        STARTED, allowed("answered", 2), says("completed", 3, result=COMPLETED),
        says("passed", 4, result={**PASSED, "score": {"scaled": 0.9, "raw": 9, "min": 0, "max": 10}}),
        allowed("progressed", 5), says("terminated", 6, result={"duration": "PT6S"}),
    ) == []  # fmt: skip


CASES = {
    "7.1.1 nothing comes before initialized": (says("completed", 2, result=COMPLETED),),
    "7.1.1 an allowed statement does not either": (allowed("answered", 2),),
    "7.1.1 nothing is timed before initialized": (says("initialized", 5), allowed("answered", 4)),
    "7.1.2 nothing is timed after terminated": (
        STARTED, says("terminated", 3, result={"duration": "PT2S"}), allowed("answered", 4),
    ),
    "9.1 content gives its statements ids": (without(says("initialized", 1), "id"),),
    "9.2 the actor is the one of the launch": (
        {**STARTED, "actor": {"account": {"homePage": "https://lms.example", "name": "stagiaire-2"}}},
    ),
    "9.2 the actor has an account": ({**STARTED, "actor": {"mbox": "mailto:lea@example.org"}},),
    "6.3 content voids nothing": (
        STARTED, {**allowed("voided", 2), "object": {"objectType": "StatementRef", "id": STARTED["id"]}},
    ),
    "6.3 content does not say what is the platform's to say": (STARTED, says("launched", 2)),
    "9.3 a verb that cmi5 does not define is not of its category": (STARTED, says("answered", 2)),
    "9.3 a verb is used once in a session": (STARTED, says("initialized", 2)),
    "9.3 passed and failed are not both of a session": (
        STARTED, says("failed", 2, result=FAILED), says("passed", 3, result=PASSED),
    ),
    "9.3.4 a score below the mastery score does not pass": (
        STARTED, says("passed", 2, result={**PASSED, "score": {"scaled": 0.79}}),
    ),
    "9.3.5 a score at the mastery score does not fail": (
        STARTED, says("failed", 2, result={**FAILED, "score": {"scaled": 0.8}}),
    ),
    "9.4 the object is the activity of the launch": (STARTED, {**says("completed", 2, result=COMPLETED), "object": {
        "id": PROTECT.id,
    }}),
    "9.5.1 a score goes with passed and failed alone": (
        STARTED, says("completed", 2, result={**COMPLETED, "score": {"raw": 1, "min": 0, "max": 1}}),
    ),
    "9.5.1 a raw score has its bounds": (STARTED, says("passed", 2, result={**PASSED, "score": {"raw": 1}})),
    "9.5.1 a scaled score is not below nothing": (
        STARTED, says("failed", 2, result={**FAILED, "score": {"scaled": -0.1}}),
    ),
    "9.5.2 passed has success": (
        STARTED, with_context(says("passed", 2, result={"duration": "PT1S"}), registration=str(REGISTRATION)),
    ),
    "9.5.2 failed has no success": (STARTED, says("failed", 2, result=PASSED)),
    "9.5.2 completed says nothing of success": (STARTED, says("completed", 2, result={**COMPLETED, "success": True})),
    "9.5.3 completed has completion": (STARTED, says("completed", 2, result={**COMPLETED, "completion": False})),
    "9.5.3 passed says nothing of completion": (STARTED, says("passed", 2, result={**PASSED, "completion": True})),
    "9.5.4.1 terminated has a duration": (STARTED, says("terminated", 2)),
    "9.5.4.1 completed has a duration": (STARTED, says("completed", 2, result={"completion": True})),
    "9.5.4.1 passed has a duration": (STARTED, says("passed", 2, result={"success": True})),
    "9.5.4.1 failed has a duration": (STARTED, says("failed", 2, result={"success": False})),
    "9.5.5.1 progress is a whole percentage": (
        STARTED, allowed("progressed", 2, result={"extensions": {PROGRESS: 12.5}}),
    ),
    "9.6.1 the registration is the one of the launch": (
        with_context(STARTED, registration="f1a7c0de-0000-4000-8000-00000000ffff"),
    ),
    "9.6.2.2 success has the category moveon": (STARTED, with_context(
        says("passed", 2, result=PASSED),
        contextActivities={**STARTED["context"]["contextActivities"], "category": [{"id": CMI5}]},
    )),
    "9.6.2.2 what has neither success nor completion has it not": (with_context(
        STARTED, contextActivities={
            **STARTED["context"]["contextActivities"], "category": [{"id": CMI5}, {"id": MOVE_ON}],
        },
    ),),
    "9.6.3.1 the session is the one of the launch": (with_extension(STARTED, SESSION_ID, "une-autre"),),
    "9.6.3.2 a verdict tells the mastery score that it was judged by": (
        STARTED, with_extension(says("passed", 2, result={**PASSED, "score": {"scaled": 0.9}}), MASTERY_SCORE, 0.5),
    ),
    "9.7 a statement has a timestamp": (without(says("initialized", 1), "timestamp"),),
    "9.7 a timestamp is in UTC": ({**STARTED, "timestamp": "2026-01-05T09:00:01+01:00"},),
    "10.2.1 the context has what the template has": (with_context(STARTED, contextActivities={
        "category": [{"id": CMI5}],
    }),),
    "10.2.1 an allowed statement has it too": (STARTED, with_context(
        allowed("answered", 2), contextActivities={"grouping": [{"id": PROTECT.id}]},
    )),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_rule_of_section(name):
    section = name.partition(" ")[0]

    found = broken(*CASES[name])

    assert section in {each for each, _ in found}, found
    # What stands before it is without fault.
    assert all(pointer.startswith(f"{len(CASES[name]) - 1}") for _, pointer in found), found


@pytest.mark.parametrize(
    ("statement", "standing", "section"),
    [
        (says("completed", 2, result=COMPLETED), {"completed": frozenset((PROTECT.id,))}, "9.3.3"),
        (says("passed", 2, result=PASSED), {"passed": frozenset((PROTECT.id,))}, "9.3.4"),
        (says("failed", 2, result=FAILED), {"passed": frozenset((PROTECT.id,))}, "9.3.5"),
    ],
)
def test_a_registration_has_each_verdict_once(statement, standing, section):
    assert sections(STARTED, statement, before=registration(**standing)) == {section}


def test_section_7_1_2_terminated_is_not_timed_before_what_came():
    standing = after(STARTED, allowed("answered", 9))

    assert sections(says("terminated", 3, result={"duration": "PT2S"}), before=standing) == {"7.1.2"}


@pytest.mark.parametrize("mode", [LaunchMode.BROWSE, LaunchMode.REVIEW])
def test_section_10_2_2_in_the_modes_where_nothing_counts_nothing_is_said_to(mode):
    of = terms(mode)

    assert sections(STARTED, says("completed", 2, of, result=COMPLETED), of=of) == {"10.2.2"}
    assert sections(STARTED, says("terminated", 2, of, result={"duration": "PT1S"}), of=of) == set()


def test_without_a_mastery_score_any_score_passes():
    of = terms(mastery=None)

    assert sections(STARTED, says("passed", 2, of, result={**PASSED, "score": {"scaled": 0.1}}), of=of) == set()


def test_what_breaks_a_rule_moves_nothing_on():
    wrong = says("passed", 2, result={**PASSED, "score": {"scaled": 0.1}})

    assert after(STARTED, wrong).passed == frozenset()
    assert after(STARTED, says("passed", 3, result=PASSED)).passed == {PROTECT.id}


def test_statements_of_one_request_are_judged_by_their_timestamps_whatever_their_order():
    session = [says("terminated", 9, result={"duration": "PT8S"}), says("completed", 5, result=COMPLETED), STARTED]

    assert broken(*session) == []


@given(st.permutations(range(5)), st.integers(0, 5))
def test_a_session_is_the_same_whatever_order_and_in_how_many_requests_it_comes_if_initialized_comes_first(order, cut):
    rest = [
        allowed("answered", 2), says("completed", 3, result=COMPLETED), allowed("answered", 4),
        says("passed", 5, result=PASSED), allowed("answered", 6),
    ]  # fmt: skip
    shuffled = [rest[at] for at in order]
    at_once = after(STARTED, *rest)

    in_parts = after(*shuffled[cut:], before=after(STARTED, *shuffled[:cut]))

    assert in_parts == at_once
    assert at_once.completed == at_once.passed == {PROTECT.id}
