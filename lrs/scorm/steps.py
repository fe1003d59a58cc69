"""What follows from a commit, or from none: the next track, its statements, what the player finds again. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from lrs.clock import Micros
from lrs.errors import InvalidRequest, Problem
from lrs.scorm import vocabulary as words
from lrs.scorm.answers import NOTHING, Answer, Known, new_answers
from lrs.scorm.commit import Commit
from lrs.scorm.delays import delays_at
from lrs.scorm.launch import Launch
from lrs.scorm.pen import Pen, standing_result
from lrs.scorm.placing import Place, place_of
from lrs.scorm.spans import Hundredths, duration, of_micros
from lrs.scorm.state import state_of
from lrs.scorm.track import PLAYER, RELOAD, SILENCE, Past, Sitting, Track
from lrs.scorm.values import UNKNOWN, Objective, Standing

Json = dict[str, Any]
_NO_STATE: Final = b""


@dataclass(frozen=True, slots=True)
class Step:
    """What follows. `statements` is a JSON array or empty; `state` is the attempt's state document, if it changed.

    `began` says that an attempt begins.
    """

    track: Track
    place: Place | None
    statements: bytes = b""
    state: bytes = b""
    began: bool = False


def step(track: Track | None, launch: Launch, commit: Commit, now: Micros) -> Step:
    """Return what follows from a commit; raise InvalidRequest when one of its new answers is wrong."""
    before = track or Track(commit.edition)
    place = place_of(before, commit)
    if place is Place.REPLAY:
        return Step(before, place)
    if place is Place.LATE:
        return _late(before, launch, commit, now)
    opened = _opened(before, commit, now, place)
    return _newest(before, opened, launch, commit, now, place)


def silent(track: Track, launch: Launch) -> Step:
    """Return what follows from a session that nothing came of any more; it ended when its last commit came."""
    sitting = track.sitting
    if sitting is None or sitting.ended_by:
        return Step(track, None)
    statements = orjson.dumps(list(_cut_off(track, launch, SILENCE)))
    return Step(_ended(track, sitting, sitting.last, SILENCE), None, statements)


def _opened(before: Track, commit: Commit, now: Micros, place: Place) -> Track:
    """Return the track with the session that a commit belongs to open, its attempt begun if need be."""
    sitting = before.sitting
    if place is Place.REOPENING and sitting is not None:
        again = replace(sitting, began=now, last=now, ended_by="", reported=sitting.declared or Hundredths(0))
        return replace(before, sitting=again)
    if place is not Place.NEW:
        return before
    entry = commit.values.entry
    # An attempt goes on until it ends without being suspended; what was cut off goes on too, unless it starts afresh.
    left = sitting is not None and sitting.ended_by == PLAYER and not before.is_suspended
    begins = before.attempt == 0 or entry == "ab-initio" or (left and not entry)
    number = 1 if begins or sitting is None else sitting.number + 1
    fresh = Sitting(number, commit.session, now, now)
    if begins:
        return Track(commit.edition, before.attempt + 1, fresh, before.with_past())
    return replace(before, edition=commit.edition, sitting=fresh, past=before.with_past(), is_suspended=False)


def _newest(before: Track, opened: Track, launch: Launch, commit: Commit, now: Micros, place: Place) -> Step:
    sitting = opened.sitting
    assert sitting is not None  # noqa: S101 - by `_opened`
    values = commit.values
    pen = Pen(launch, commit.edition, opened.attempt, sitting.number, now)
    name = f"sessions/{sitting.number}/{commit.digest.hex()}"
    answers = _answers(commit, opened.known, now)
    # A player that was loaded again never said that it ended what it was at.
    statements = list(_cut_off(before, launch, RELOAD)) if place is Place.NEW else []
    statements += _opening(pen, commit, name, place)
    known, standing = opened.known, _merged(opened.standing, values.standing)
    for answer in answers:
        statements.append(pen.answer(answer, _revised(opened.known, answer)))
        known = known.noted(answer)
    objectives = dict(opened.objectives)
    for objective in values.objectives:
        was = objectives.get(objective.id, UNKNOWN)
        objectives[objective.id] = _merged(was, objective.standing)
        statements += _judged_objective(pen, objective, was, objectives[objective.id], name)
    statements += _judged(pen, opened.standing, standing, name)
    sitting = replace(
        sitting, last=now, sequence=commit.sequence, recent=sitting.remembered(commit.digest),
        declared=sitting.declared if values.session is None else values.session,
    )  # fmt: skip
    track = replace(
        opened, sitting=sitting, standing=standing, known=known, objectives=objectives,
        total=opened.total if values.total is None else values.total, is_suspended=values.exit == "suspend",
    )  # fmt: skip
    if commit.is_end:
        statements += _ending(pen, track, sitting, now, name)
        track = _ended(track, sitting, now, PLAYER)
    state, digest = state_of(values)
    changed = digest != opened.state
    return Step(
        replace(track, state=digest), place, orjson.dumps(statements) if statements else b"",
        state if changed else _NO_STATE, began=opened.attempt != before.attempt,
    )  # fmt: skip


def _late(before: Track, launch: Launch, commit: Commit, now: Micros) -> Step:
    """Take the answers of a commit that others overtook; what it says of the whole is out of date."""
    sitting = before.sitting
    assert sitting is not None  # noqa: S101 - by `place_of`: nothing is late for a track without any session
    earlier = next((past for past in before.past if past.key == commit.session and commit.session), None)
    of = earlier or Past(sitting.key, before.attempt, sitting.number, before.known)
    known = before.known if of.attempt == before.attempt else of.known
    pen = Pen(launch, commit.edition, of.attempt, of.number, now)
    statements = []
    for answer in _answers(commit, known, now):
        statements.append(pen.answer(answer, None, late=True))
        # What stands there already is newer.
        if known.at(answer.place) == NOTHING:
            known = known.noted(answer)
    track = replace(before, sitting=replace(sitting, recent=sitting.remembered(commit.digest)))
    if of.attempt == before.attempt:
        track = replace(track, known=known)
    return Step(track, Place.LATE, orjson.dumps(statements) if statements else b"")


def _answers(commit: Commit, known: Known, now: Micros) -> list[Answer]:
    """Return the answers of a commit that are new; raise InvalidRequest when one of them is wrong."""
    if not commit.interactions:
        return []
    problems: list[Problem] = []
    found = list(new_answers(commit.elements(problems), commit.interactions, commit.edition, known))
    if problems:
        count = len(problems)
        message = f"Nothing was stored: {count} problem{'s' if count > 1 else ''} in this commit."
        raise InvalidRequest(message, problems)
    oldest = now - delays_at(now).declared_seconds * 1_000_000
    return [answer if answer.at is None or oldest <= answer.at <= now else answer._replace(at=None) for answer in found]


def _revised(known: Known, answer: Answer) -> bytes | None:
    was = known.at(answer.place)
    return None if was == NOTHING else was


def _opening(pen: Pen, commit: Commit, name: str, place: Place) -> Iterator[Json]:
    if place is Place.REOPENING:
        yield pen.write(f"{name}/resumed", words.RESUMED, late=True)
    if place is not Place.NEW:
        return
    yield pen.write(f"{name}/initialized", words.INITIALIZED)
    if commit.values.entry == "resume":
        yield pen.write(f"{name}/resumed", words.RESUMED)


def _merged(was: Standing, said: Standing) -> Standing:
    """Return a standing with what is newly said of it; what is not said stays."""
    return Standing(
        was.completion if said.completion is None else said.completion,
        was.success if said.success is None else said.success,
        was.score if said.score is None else said.score,
        was.progress if said.progress is None else said.progress,
    )


def _cut_off(track: Track, launch: Launch, by: str) -> Iterator[Json]:
    """Yield the end of a session that nobody ended, as of its last commit; nothing when it has ended."""
    sitting = track.sitting
    if sitting is None or sitting.ended_by:
        return
    pen = Pen(launch, track.edition, track.attempt, sitting.number, sitting.last)
    name = f"sessions/{sitting.number}/{by}/{sitting.last}"
    yield from _ending(pen, track, sitting, sitting.last, name, closed_by=by)


def _verdicts(was: Standing, now: Standing) -> Iterator[tuple[str, Json]]:
    """Yield what became of a standing: completed, then passed or failed, or else scored."""
    if now.completion is True and was.completion is not True:
        yield "completed", words.COMPLETED
    if now.success is not None and now.success is not was.success:
        yield ("passed", words.PASSED) if now.success else ("failed", words.FAILED)
    elif now.score is not None and now.score != was.score:
        yield "scored", words.SCORED


def _judged(pen: Pen, was: Standing, now: Standing, name: str) -> Iterator[Json]:
    if now.progress is not None and now.progress != was.progress:
        yield pen.write(f"{name}/progressed", words.PROGRESSED, {"score": {"scaled": now.progress}})
    result = standing_result(now)
    for element, verb in _verdicts(was, now):
        yield pen.write(f"{name}/{element}", verb, result)


def _judged_objective(pen: Pen, objective: Objective, was: Standing, now: Standing, name: str) -> Iterator[Json]:
    if now.progress is not None and now.progress != was.progress:
        result = {"score": {"scaled": now.progress}}
        yield pen.objective(f"{name}/objectives/{objective.id}/progressed", objective, words.PROGRESSED, result)
    for element, verb in _verdicts(was, now):
        yield pen.objective(f"{name}/objectives/{objective.id}/{element}", objective, verb, standing_result(now))


def _ending(pen: Pen, track: Track, sitting: Sitting, at: Micros, name: str, **extensions: str) -> Iterator[Json]:
    """Yield that a session ends: suspended first, if the content says so. Its times stand in `terminated` alone."""
    if track.is_suspended:
        yield pen.write(f"{name}/suspended", words.SUSPENDED, None, **extensions)
    result = standing_result(track.standing)
    if sitting.declared is not None:
        result["duration"] = duration(Hundredths(max(0, sitting.declared - sitting.reported)))
    times = {words.MEASURED: duration(of_micros(at - sitting.began))}
    if track.total is not None:
        times[words.DECLARED_TOTAL] = duration(track.total)
    result["extensions"] = times
    yield pen.write(f"{name}/terminated", words.TERMINATED, result, **extensions)


def _ended(track: Track, sitting: Sitting, at: Micros, by: str) -> Track:
    return replace(track, sitting=replace(sitting, last=at, ended_by=by))
