"""Rows as xAPI statements, in the order in which they would have come.

Registrations, withdrawals, work handed in, marks and clicks; a mark of work that a tutor reads is told 14 days after
it was handed in. Sex, age, disability, region, IMD band and education are never told. A statement's id follows from
what it tells, so that sending twice changes nothing. Clicks are one statement for each row of studentVle where that
table is there, else summaries: one of what was done before the first day, then one for each fortnight up to day 56;
learners with several enrolments have a single one, on day 56, because nothing earlier is told of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
import orjson

from analytics.traces.summary import ACTIVE_DAYS, HAD_ACTIVITY, INTERACTIONS, PERIOD_END, PERIOD_START, PROFILE
from benchmarks.dropout.tables import PASSED, WITHDRAWN, Assessment, Clicks, Key, Submission, Tables, first_day, on

HOME: Final = "https://oulad.example"
NAMESPACE: Final = uuid5(NAMESPACE_URL, f"{HOME}/xapi")
REGISTERED: Final = "http://adlnet.gov/expapi/verbs/registered"
UNREGISTERED: Final = "http://id.tincanapi.com/verb/unregistered"
SUBMITTED: Final = "http://activitystrea.ms/schema/1.0/submit"
SCORED: Final = "http://adlnet.gov/expapi/verbs/scored"
VIEWED: Final = "http://id.tincanapi.com/verb/viewed"
PASSED_VERB: Final = "http://adlnet.gov/expapi/verbs/passed"
FAILED_VERB: Final = "http://adlnet.gov/expapi/verbs/failed"
# A tutor's mark is not known before; machines mark at once, and an exam's mark is dated as the exam in the table.
TUTOR_DAYS: Final = 14
MASTERY: Final = 40
FORTNIGHTS: Final = (14, 28, 42, 56)
# The site opens so many days before the first: the earliest click in the whole set.
OPENS: Final = -25
NOON: Final = time(12, tzinfo=UTC)
# A count of a day is made when the day is over for learners, before anybody stops to look.
EVENING: Final = time(20, tzinfo=UTC)
_SITE_TYPES: Final = {
    "oucontent": "http://adlnet.gov/expapi/activities/module",
    "forumng": "http://id.tincanapi.com/activitytype/discussion",
    "homepage": "http://id.tincanapi.com/activitytype/home-page",
    "url": "http://adlnet.gov/expapi/activities/link",
}
_OTHER_SITE: Final = "http://id.tincanapi.com/activitytype/resource"
_WORDS: Final = {
    REGISTERED: "registered", UNREGISTERED: "unregistered", SUBMITTED: "submitted", SCORED: "scored",
    VIEWED: "viewed", PASSED_VERB: "passed", FAILED_VERB: "failed", HAD_ACTIVITY: "had activity",
}  # fmt: skip

_OF_WORK: Final = {SUBMITTED: "sub", SCORED: "sc"}


class Sent(NamedTuple):
    """One statement on its way: the instant that it is sent and dated, whose it is, and its JSON."""

    at: datetime
    key: Key
    body: bytes


class _Row(NamedTuple):
    """What one statement will tell, before it is written: kept small, because there are ten million of some."""

    verb: str
    key: Key
    day: int
    about: Submission | Clicks | None = None
    first_day: int = 0


@dataclass
class Source:
    """The statements of some tables, day after day; `with_clicks` false leaves out all that is told of clicks."""

    tables: Tables
    with_clicks: bool = True
    _rows: dict[tuple[date, time], list[_Row]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Sort every row by when it is told."""
        for row in self._all():
            at = EVENING if row.verb == HAD_ACTIVITY else NOON
            self._rows[on(row.key.presentation, row.day), at].append(row)
        self._slices = _slices(self.tables) if self.with_clicks else {}

    def days(self) -> list[date]:
        """Return the days on which anything is told, the earliest first."""
        return sorted({day for day, _ in self._rows} | set(self._slices))

    def told_on(self, day: date) -> Iterator[Sent]:
        """Yield what is told on a day, in order of time."""
        for at in (NOON, EVENING):
            moment = datetime.combine(day, at)
            for row in self._rows.get((day, at), ()):
                yield Sent(moment, row.key, orjson.dumps(self._write(row, moment)))
            if at == NOON and day in self._slices:
                yield from self._views(day, moment)

    def _all(self) -> Iterator[_Row]:
        for key, student in self.tables.students.items():
            if student.registered_day is not None:
                yield _Row(REGISTERED, key, student.registered_day)
            if student.left_day is not None:
                yield _Row(UNREGISTERED, key, student.left_day)
            if student.result != WITHDRAWN:
                verb = PASSED_VERB if student.result in PASSED else FAILED_VERB
                yield _Row(verb, key, self.tables.lengths[key.course])
        for submission in self.tables.submissions:
            yield _Row(SUBMITTED, submission.key, submission.day, submission)
            if submission.score is not None:
                kind = self.tables.assessments[submission.assessment_id].type
                later = TUTOR_DAYS if kind == "TMA" else 0
                yield _Row(SCORED, submission.key, submission.day + later, submission)
        if self.with_clicks and self.tables.daily is None:
            for clicks, since in summaries(self.tables):
                yield _Row(HAD_ACTIVITY, clicks.key, clicks.day, clicks, since)

    def _write(self, row: _Row, moment: datetime) -> dict[str, Any]:
        match row.about:
            case Submission() as submission:
                return _work(row, self.tables.assessments[submission.assessment_id], submission, moment)
            case Clicks() as clicks:
                return _summary(row, clicks, moment)
            case _:
                return _course(row, self.tables.students[row.key].result, moment)

    def _views(self, day: date, moment: datetime) -> Iterator[Sent]:
        daily = self.tables.daily
        assert daily is not None  # noqa: S101 - there are no slices without
        seen: Counter[tuple[int, int, int]] = Counter()
        for at in self._slices[day]:
            key, site, clicks = daily.keys[daily.key[at]], int(daily.site[at]), int(daily.clicks[at])
            # The table has rows that say the same: each is a statement of its own.
            again = seen[int(daily.key[at]), site, clicks]
            seen[int(daily.key[at]), site, clicks] += 1
            kind = self.tables.sites.get(site, "")
            yield Sent(moment, key, orjson.dumps(_view(key, site, kind, clicks, again, moment)))


def summaries(tables: Tables) -> Iterator[tuple[Clicks, int]]:
    """Yield what is told of clicks where only counts up to a day are known: the count of a period, and its first day.

    The counts include what was done before the first day. How many days with clicks there were is told since the start
    of the log, so that from the first fortnight's those before day 0 are taken off, in proportion to the rows of the
    log. Zero is told of those of whom it is known: learners with a single enrolment, as long as they are enrolled.
    """
    before = {row.key: row for row in tables.before}
    counted: dict[Key, dict[int, Clicks]] = defaultdict(dict)
    for row in tables.cumulative:
        counted[row.key][row.day] = row
    week8 = {row.key: row for row in tables.week8}
    for key, student in tables.students.items():
        registered = student.registered_day or 0
        early = before.get(key)
        if early is not None and registered <= early.day:
            yield Clicks(key, early.day, early.clicks, None, early.rows), OPENS
        is_told = key in counted or (tables.enrolments_of[key.student] == 1 and key not in week8)
        left = student.left_day
        found = _fortnights(key, counted[key], early) if is_told else _eight_weeks(key, week8.get(key), early)
        for clicks, since in found:
            if clicks.day >= registered and (clicks.clicks or left is None or left > clicks.day):
                yield clicks, since


def _fortnights(key: Key, counted: Mapping[int, Clicks], early: Clicks | None) -> Iterator[tuple[Clicks, int]]:
    clicks, days, since = early.clicks if early else 0, 0.0, 0
    for day in FORTNIGHTS:
        row = counted.get(day)
        if row is None:
            yield Clicks(key, day, 0, 0, 0), since
        else:
            if day == FORTNIGHTS[0] and early and row.days and row.rows:
                days = row.days * (early.rows or 0) / row.rows
            done = round((row.days or 0) - days)
            most = day - since + 1
            yield Clicks(key, day, row.clicks - clicks, min(max(done, int(row.clicks > clicks)), most), None), since
            clicks, days = row.clicks, float(row.days or 0)
        since = day + 1


def _eight_weeks(key: Key, row: Clicks | None, early: Clicks | None) -> Iterator[tuple[Clicks, int]]:
    clicks = 0 if row is None else row.clicks - (early.clicks if early else 0)
    yield Clicks(key, FORTNIGHTS[-1], clicks, None, None), 0


def registration(key: Key) -> UUID:
    """Return the registration of one enrolment.

    >>> registration(Key("BBB", "2013B", 23629))
    UUID('22e564e6-7596-5e16-994b-17e971757852')
    """
    return uuid5(NAMESPACE, f"{key.module}|{key.presentation}|{key.student}")


def course_iri(key: Key) -> str:
    """Return the activity that a presentation of a module is."""
    return f"{HOME}/xapi/courses/{key.module}/{key.presentation}"


def assessment_iri(assessment_id: int) -> str:
    """Return the activity that an assessment is."""
    return f"{HOME}/xapi/assessments/{assessment_id}"


def statement_id(key: Key, verb: str, target: str, moment: datetime, again: int = 0) -> UUID:
    """Return the id of one statement, which follows from what it tells.

    Of work and marks it is the one that the statements published beside the tables have.
    """
    named = _OF_WORK.get(verb)
    if named is not None:
        return uuid5(NAMESPACE, f"{named}|{target.rpartition('/')[2]}|{key.student}")
    return uuid5(registration(key), f"{verb}|{target}|{moment:%Y-%m-%d}|{again}")


def _statement(
    key: Key, verb: str, target: dict[str, Any], moment: datetime, again: int = 0, *, is_course: bool = False
) -> dict[str, Any]:
    around: dict[str, Any] = {
        "grouping": [{"id": f"{HOME}/xapi/courses/{key.module}"}],
        "category": [{"id": f"{HOME}/xapi/profile/v1"}],
    }
    if not is_course:
        around["parent"] = [{"id": course_iri(key)}]
    return {
        "id": str(statement_id(key, verb, target["id"], moment, again)),
        "actor": {"objectType": "Agent", "account": {"homePage": HOME, "name": str(key.student)}},
        "verb": {"id": verb, "display": {"en": _WORDS[verb]}},
        "object": {"objectType": "Activity", **target},
        "context": {"registration": str(registration(key)), "platform": "OULAD", "contextActivities": around},
        "timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.000Z",
        "version": "1.0.3",
    }


def _course(row: _Row, result: str, moment: datetime) -> dict[str, Any]:
    target = {"id": course_iri(row.key), "definition": {"type": "http://adlnet.gov/expapi/activities/course"}}
    found = _statement(row.key, row.verb, target, moment, is_course=True)
    if row.verb in {PASSED_VERB, FAILED_VERB}:
        found["context"]["extensions"] = {f"{HOME}/xapi/ext/distinction": result == "Distinction"}
        found["result"] = {"completion": True, "success": row.verb == PASSED_VERB}
    return found


def _work(row: _Row, assessment: Assessment, submission: Submission, moment: datetime) -> dict[str, Any]:
    target = {
        "id": assessment_iri(assessment.id),
        "definition": {"type": "http://adlnet.gov/expapi/activities/assessment"},
    }
    found = _statement(row.key, row.verb, target, moment)
    told: dict[str, Any] = {
        f"{HOME}/xapi/ext/assessment-type": assessment.type,
        f"{HOME}/xapi/ext/weight": assessment.weight,
    }
    if assessment.due_day is not None:
        told[f"{HOME}/xapi/ext/due-day"] = assessment.due_day
    if submission.is_banked:
        told[f"{HOME}/xapi/ext/banked"] = True
    found["context"]["extensions"] = told
    if row.verb == SCORED and submission.score is not None:
        score = submission.score
        found["result"] = {
            "score": {"raw": score, "min": 0, "max": 100, "scaled": score / 100},
            "success": score >= MASTERY,
        }
    return found


def _summary(row: _Row, clicks: Clicks, moment: datetime) -> dict[str, Any]:
    target = {"id": course_iri(row.key), "definition": {"type": "http://adlnet.gov/expapi/activities/course"}}
    found = _statement(row.key, row.verb, target, moment, is_course=True)
    found["context"]["contextActivities"]["category"].append({"id": PROFILE})
    told: dict[str, Any] = {
        PERIOD_START: on(row.key.presentation, row.first_day).isoformat(),
        PERIOD_END: on(row.key.presentation, clicks.day).isoformat(),
        INTERACTIONS: clicks.clicks,
    }
    if clicks.days is not None:
        told[ACTIVE_DAYS] = clicks.days
    found["context"]["extensions"] = told
    return found


def _view(key: Key, site: int, kind: str, clicks: int, again: int, moment: datetime) -> dict[str, Any]:
    target = {"id": f"{HOME}/xapi/sites/{site}", "definition": {"type": _SITE_TYPES.get(kind, _OTHER_SITE)}}
    # Rows of one learner, page and day differ in their clicks, or are the same again.
    found = _statement(key, VIEWED, target, moment, 1_000_000 * again + clicks)
    found["context"]["extensions"] = {
        f"{HOME}/xapi/ext/sum-click": clicks,
        f"{HOME}/xapi/ext/activity-type": kind,
    }
    return found


def _slices(tables: Tables) -> dict[date, np.ndarray[Any, np.dtype[np.int64]]]:
    """Return the rows of studentVle by date, as positions."""
    daily = tables.daily
    if daily is None or not len(daily.day):
        return {}
    starts = np.array([first_day(key.presentation).toordinal() for key in daily.keys])
    when = starts[daily.key] + daily.day
    order = np.argsort(when, kind="stable")
    edges = np.flatnonzero(np.diff(when[order])) + 1
    return {date.fromordinal(int(when[part[0]])): part for part in np.split(order, edges)}


def evening_after(presentation: str, day: int) -> datetime:
    """Return the instant at which the protocol looks: the end of a day, after all that is told of it."""
    return datetime.combine(on(presentation, day), EVENING) + timedelta(hours=2)
