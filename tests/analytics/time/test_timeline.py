"""One line for a person: who holds an instant, and that it agrees with looking at every second."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analytics.time import Act, Declared, Piece, lay_out, total, union
from analytics.time.timeline import Effect, State, runs

CAP, BREAK = 10, 30


def lay(*acts: Act, declared: tuple[Declared, ...] = ()) -> list[Piece]:
    return lay_out(acts, declared, lambda _: (CAP, BREAK)).pieces


def test_the_place_touched_last_has_the_instant_and_then_the_one_before() -> None:
    assert lay(Act(0, 1, busy_until=25, open_until=25), Act(5, 2), Act(25, 1, Effect.CLOSE)) == [
        Piece(0, 5, 1, State.ACTIVE),
        Piece(5, 15, 2, State.ACTIVE),
        Piece(15, 25, 1, State.ACTIVE),
    ]


def test_what_is_closed_lets_go_and_the_rest_of_the_sitting_is_silent() -> None:
    assert lay(Act(0, 1), Act(4, 1, Effect.CLOSE), Act(20, 2)) == [
        Piece(0, 4, 1, State.ACTIVE),
        Piece(4, 20, 1, State.SILENT),
    ]


def test_who_has_left_a_platform_is_still_on_the_other() -> None:
    acts = (Act(0, 1, platform="a"), Act(2, 2, platform="b"), Act(5, 3, Effect.LEAVE, platform="b"), Act(20, 1))
    assert lay(*acts) == [Piece(0, 2, 1, State.ACTIVE), Piece(2, 5, 2, State.ACTIVE), Piece(5, 10, 1, State.ACTIVE)]


def test_a_halt_ends_what_was_shown_to_go_on() -> None:
    assert lay(Act(0, 1, busy_until=40, open_until=40), Act(5, 1, Effect.HALT), Act(40, 1)) == [
        Piece(0, 5, 1, State.ACTIVE),
        Piece(5, 15, 1, State.ACTIVE),
        Piece(15, 40, 1, State.SILENT),
    ]


def test_what_stayed_open_connects_across_a_pause_and_no_further() -> None:
    assert lay(Act(0, 1, Effect.OPEN, open_until=50), Act(50, 1, Effect.CLOSE), Act(90, 1)) == [
        Piece(0, 10, 1, State.ACTIVE),
        Piece(10, 50, 1, State.SILENT),
    ]


def test_declared_time_fills_only_what_no_act_shows() -> None:
    declared = (Declared(0, 20, 7), Declared(15, 60, 8))
    found = lay(Act(5, 1), Act(10, 1), declared=declared)
    assert found == [
        Piece(5, 10, 1, State.ACTIVE),
        Piece(0, 5, 7, State.DECLARED),
        Piece(10, 20, 7, State.DECLARED),
        Piece(20, 60, 8, State.DECLARED),
    ]


def test_runs_are_unbroken_with_what_is_declared() -> None:
    timeline = lay_out((Act(5, 1), Act(10, 1), Act(100, 1), Act(104, 1)), [Declared(0, 30, 7)], lambda _: (CAP, BREAK))
    assert runs(timeline) == [(0, 30), (100, 104)]


@st.composite
def days(draw: st.DrawFn) -> list[Act]:
    acts = []
    at = 0
    for _ in range(draw(st.integers(0, 12))):
        at += draw(st.integers(0, 45))
        effect = draw(st.sampled_from(list(Effect)))
        busy = at + draw(st.integers(1, 60)) if effect is Effect.OPEN and draw(st.booleans()) else 0
        opened = at + draw(st.integers(1, 60)) if effect is Effect.OPEN and draw(st.booleans()) else 0
        acts.append(Act(at, draw(st.integers(1, 3)), effect, busy, opened, draw(st.sampled_from("ab"))))
    return acts


@given(days(), st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60), st.integers(1, 3)), max_size=4))
def test_every_instant_belongs_to_one_place_as_a_look_at_each_second_shows(
    acts: list[Act], raw: list[tuple[int, int, int]]
) -> None:
    declared = [Declared(start, start + length, place) for start, length, place in raw]
    found = lay_out(acts, declared, lambda _: (CAP, BREAK))
    by_second = {
        second: (piece.place, piece.state) for piece in found.pieces for second in range(piece.start, piece.end)
    }
    assert sum(piece.end - piece.start for piece in found.pieces) == len(by_second)
    shown = {second: how for second, how in by_second.items() if how[1] is not State.DECLARED}
    assert shown == naive(acts)
    assert total(union(found.connected)) == len(shown)
    everything = {second for item in declared for second in range(item.start, item.end)} | set(shown)
    assert set(by_second) == everything


def naive(acts: list[Act]) -> dict[int, tuple[int, State]]:
    """Decide every second by itself, from all that happened before it."""
    found = {}
    for second in range(acts[0].at if acts else 0, acts[-1].at if acts else 0):
        before = [act for act in acts if act.at <= second]
        last, following = before[-1], next(act for act in acts if act.at > second)
        opened = [act for act in before if act.open_until > second]
        is_open = any(act.open_until > second for act in before)
        is_sitting = following.at - last.at <= BREAK
        if not is_sitting and not is_open:
            continue
        holder = _holder(before, second)
        if holder is not None:
            found[second] = (holder, State.ACTIVE)
        elif is_open or last.effect is not Effect.LEAVE:
            limit = following.at if is_sitting else min(following.at, max(act.open_until for act in opened))
            if last.effect is Effect.LEAVE:
                limit = min(limit, max(act.open_until for act in opened))
            furthest = _furthest(before)
            place = furthest.place if furthest is not None and furthest.open_until >= limit else last.place
            found[second] = (place, State.SILENT)
    return found


def _furthest(before: list[Act]) -> Act | None:
    best = None
    for act in before:
        if act.open_until > (best.open_until if best else 0):
            best = act
    return best


def _holder(before: list[Act], second: int) -> int | None:
    held: dict[int, tuple[int, str]] = {}
    for act in before:
        earlier = held.pop(act.place, None)
        if act.effect < Effect.CLOSE:
            until = max(act.at + CAP, act.busy_until)
            if earlier is not None and act.effect is not Effect.HALT:
                until = max(until, earlier[0])
            held[act.place] = (until, act.platform)
        elif act.effect is Effect.LEAVE:
            held = {place: hold for place, hold in held.items() if hold[1] != act.platform}
    return next((place for place, (until, _) in reversed(held.items()) if until > second), None)
