"""What holds of every course, whatever its rules, and of every way through it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lrs.sequencing.attempts import delivered
from lrs.sequencing.opening import opened, opening, outlook
from lrs.sequencing.overall import Outcome, Request, answer
from lrs.sequencing.refusals import Refused
from lrs.sequencing.rules import check, is_limited
from lrs.sequencing.state import Run, pack, unpack
from lrs.sequencing.tree import (
    Activity,
    Condition,
    ControlMode,
    Definition,
    Delivery,
    Map,
    Objective,
    Rule,
    Selection,
    Tree,
)
from tests.lrs.sequencing.learner import Learner

_CONDITIONS = ("satisfied", "completed", "attempted", "always", "objectiveStatusKnown", "attemptLimitExceeded")
conditions = st.builds(
    Condition, st.sampled_from(_CONDITIONS), st.booleans(), st.sampled_from(("", "read"))
)  # fmt: skip


def _rules(*actions: str) -> st.SearchStrategy[tuple[Rule, ...]]:
    one = st.builds(
        Rule, st.sampled_from(actions), st.lists(conditions, min_size=1, max_size=2).map(tuple),
        st.sampled_from(("all", "any")),
    )  # fmt: skip
    return st.lists(one, max_size=1).map(tuple)


_maps = st.sampled_from(("g1", "g2")).map(lambda name: (Map(name),))
definitions = st.builds(
    Definition,
    control=st.builds(ControlMode, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    pre=_rules("skip", "disabled", "hiddenFromChoice", "stopForwardTraversal"),
    post=_rules("exitParent", "exitAll", "retry", "retryAll", "continue", "previous"),
    exits=_rules("exit"),
    attempt_limit=st.sampled_from((None, None, 1, 2)),
    primary=st.sampled_from(("g1", "g2")).map(
        lambda name: Objective("own", maps=(Map(name, frozenset(), frozenset({"satisfied"})),))
    ),
    objectives=_maps.map(lambda maps: (Objective("read", maps=maps),)),
    delivery=st.builds(Delivery, st.booleans(), st.booleans(), st.booleans()),
    selection=st.builds(Selection, st.sampled_from(("never", "once")), st.integers(0, 2)),
    constrain_choice=st.booleans(),
    prevent_activation=st.booleans(),
)
shapes = st.recursive(st.none(), lambda inner: st.lists(inner, min_size=1, max_size=3), max_leaves=7).filter(bool)


@st.composite
def trees(draw: Any) -> Tree:
    activities: list[Activity] = []

    def grow(shape: Any, parent: int | None) -> int:
        at = len(activities)
        activities.append(Activity(at, f"n{at}", parent, (), draw(definitions)))
        children = tuple(grow(each, at) for each in shape or ())
        activities[at] = Activity(at, f"n{at}", parent, children, activities[at].definition)
        return at

    grow(draw(shapes), None)
    return Tree(tuple(activities))


ways = st.lists(
    st.tuples(st.sampled_from(list(Request)), st.integers(0, 12), st.sampled_from((None, True, False)), st.booleans()),
    max_size=8,
)


def _through(tree: Tree, way: list[Any]) -> list[tuple[Run, Outcome]]:
    """Every step of a way: how the learner stood, and what became of the request."""
    lea = Learner(tree)
    lea.begin()
    found = []
    for request, target, success, suspends in way:
        if lea.run.state.current:
            lea.does(success=success, completion=success, suspends=suspends)
        at = target % len(tree.activities)
        outcome = answer(lea.run, request, at)
        found.append((lea.run, outcome))
        if outcome.refused is None:
            lea._take(outcome)
    return found


@settings(max_examples=300, deadline=None)
@given(trees(), ways)
def test_nothing_is_delivered_that_rules_close_or_that_was_attempted_often_enough(tree: Tree, way: list[Any]) -> None:
    for _, outcome in _through(tree, way):
        if outcome.found is None:
            continue
        assert not tree[outcome.found].children
        for each in tree.path(outcome.found):
            assert check(outcome.run, each, tree[each].definition.pre, "disabled") is None
            assert not is_limited(outcome.run, each)
            assert each in outcome.run.siblings(each)


@settings(max_examples=200, deadline=None)
@given(trees(), ways)
def test_the_same_state_has_the_same_answers_and_what_is_refused_changes_nothing(tree: Tree, way: list[Any]) -> None:
    for run, outcome in _through(tree, way):
        again = unpack(tree, pack(run.state))
        for request in Request:
            assert answer(run, request, 1) == answer(again, request, 1)
        assert opening(run) == opening(again)
        if outcome.refused is not None:
            assert outcome.run == run


@settings(max_examples=200, deadline=None)
@given(trees(), ways)
def test_what_is_active_is_the_way_to_what_is_current(tree: Tree, way: list[Any]) -> None:
    for _, outcome in _through(tree, way):
        if outcome.found is None:
            continue
        after = delivered(outcome.run, outcome.found, 0)
        assert {at for at, info in enumerate(after.state.infos) if info.is_active} == set(tree.path(outcome.found))
        assert after.state.current == outcome.found


@settings(max_examples=150, deadline=None)
@given(trees(), ways)
def test_what_is_shown_as_closed_cannot_be_opened_unless_the_course_leads_there(tree: Tree, way: list[Any]) -> None:
    for run, _ in _through(tree, way):
        look = outlook(run)
        for at, why in enumerate(look.refused):
            if why in (None, Refused.EMPTY) or tree[at].children:
                continue
            if any(rule.action != "skip" for rule in _posts(run)):
                # Rules that lead elsewhere as one leaves come before what was chosen.
                continue
            found = opened(run, at)
            assert found.found != at or opening(run).found == at


def _posts(run: Run) -> tuple[Rule, ...]:
    return tuple(rule for each in run.tree.activities for rule in (*each.definition.post, *each.definition.exits))
