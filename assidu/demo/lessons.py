"""Packaged content: SCORM lessons from an authoring tool, cmi5 units, and videos with their played segments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assidu.demo.behaviour import PASS_MARK, QUESTIONS_ASKED, Work, chance
from assidu.demo.moodle import answer, question_activity
from assidu.demo.people import HOME_PAGE
from assidu.demo.statements import (
    DemoStatement,
    Json,
    Pen,
    Sender,
    activity,
    content_iri,
    duration,
    module_activity,
    programme_iri,
    session_activity,
)
from assidu.demo.vocabulary import CMI5, SESSION_ID, TYPES, VIDEO

_SCORM = {"id": "https://w3id.org/xapi/scorm"}
_CMI5 = {"id": CMI5 + "categories/cmi5"}
_MOVE_ON = {"id": CMI5 + "categories/moveon"}
_VIDEO = {"id": "https://w3id.org/xapi/video"}
_PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"


@dataclass
class _Sitting:
    """One opening of one content: what every statement of it shares."""

    pen: Pen
    sender: Sender
    target: Json
    context: Json
    opened: datetime

    def write(self, verb: str, at: datetime, result: Json | None = None, target: Json | None = None) -> DemoStatement:
        return self.pen.write(self.sender, verb, at, target or self.target, result=result, context=self.context)

    def answers(self, work: Work, end: datetime, verb: str) -> list[DemoStatement]:
        """Return the questions, spread over the last third of the sitting."""
        programme = self.pen.enrolment.session.programme
        right = set(self.pen.random.sample(range(QUESTIONS_ASKED), work.right))
        span = (end - self.opened) / 3
        return [
            self.write(
                verb,
                end - span + span * (index + 1) / (QUESTIONS_ASKED + 1),
                answer(self.pen, question, right=index in right),
                question_activity(f"{self.target['id']}/questions/{index + 1}", question),
            )
            for index, question in enumerate(programme.questions)
        ]


def scorm(pen: Pen, work: Work, at: datetime, seconds: float) -> list[DemoStatement]:
    """Return one sitting of an authoring tool's lesson, mapped as ADL's SCORM profile says, under a mail address."""
    end = at + timedelta(seconds=seconds)
    iri = content_iri(pen.enrolment, work.activity)
    attempt = {"id": f"{iri}?attempt={pen.enrolment.registration}", "definition": {"type": TYPES + "attempt"}}
    context = _context(pen, work, "Studio Auteur 12.4", [_SCORM])
    context["contextActivities"]["grouping"].append(attempt)
    sitting = _Sitting(pen, Sender.AUTHORING, activity(iri, TYPES + "lesson", work.activity.title), context, at)
    statements = [sitting.write("initialized", at)]
    if work.resumes:
        statements.append(sitting.write("resumed", at + timedelta(seconds=1)))
    shares = (0.2, 0.45) if work.stops_halfway else (0.6, 0.8) if work.resumes else (0.25, 0.5, 0.75)
    for index, share in enumerate(shares, start=1):
        moment = at + timedelta(seconds=seconds * 0.6 * index / (len(shares) + 1))
        statements.append(sitting.write("progressed", moment, {"score": {"scaled": share}}))
    stay: Json = {"duration": duration(seconds), "completion": not work.stops_halfway}
    if work.stops_halfway:
        return [*statements, sitting.write("suspended", end, stay), sitting.write("terminated", end, stay)]
    result = {**stay, **_verdict(work)}
    verb = "passed" if result["success"] else "failed"
    return [
        *statements,
        *sitting.answers(work, end, "responded"),
        sitting.write("completed", end, result),
        sitting.write(verb, end, result),
        sitting.write("terminated", end + timedelta(seconds=2), result),
    ]


def cmi5(pen: Pen, work: Work, at: datetime, seconds: float) -> list[DemoStatement]:
    """Return one session of a cmi5 unit: `initialized` first, `terminated` last, verdicts once."""
    end = at + timedelta(seconds=seconds)
    iri = content_iri(pen.enrolment, work.activity)
    context = _context(pen, work, "Lecteur cmi5 Cap Horizon", [_CMI5])
    context["extensions"] = {SESSION_ID: str(pen.new_id("cmi5"))}
    unit = activity(iri, TYPES + "lesson", work.activity.title)
    sitting = _Sitting(pen, Sender.CMI5, unit, context, at)
    launch = {**context, "extensions": {
        **context["extensions"], CMI5 + "extensions/launchmode": "Normal",
        CMI5 + "extensions/launchurl": f"{iri}/index.html", CMI5 + "extensions/moveon": "CompletedOrPassed",
        CMI5 + "extensions/masteryscore": PASS_MARK}}  # fmt: skip
    launched = pen.write(Sender.CMI5, "launched", at - timedelta(seconds=3), unit, context=launch)
    statements = [launched, sitting.write("initialized", at)]
    for share in (20, 45) if work.stops_halfway else (25, 50, 75):
        moment = at + timedelta(seconds=seconds * 0.6 * share / 100)
        statements.append(sitting.write("progressed", moment, {"extensions": {_PROGRESS: share}}))
    if work.stops_halfway:
        # The browser was closed: the player ends the session for the unit.
        lost = {"duration": duration((moment - at).total_seconds())}
        return [*statements, sitting.write("abandoned", end, lost)]
    statements += sitting.answers(work, end, "answered")
    judged = {**context, "contextActivities": {**context["contextActivities"], "category": [_CMI5, _MOVE_ON]}}
    sitting.context = judged
    verdict = {**_verdict(work), "duration": duration(seconds)}
    done = {"completion": True, "duration": duration(seconds)}
    statements += [
        sitting.write("completed", end, done),
        sitting.write("passed" if verdict["success"] else "failed", end + timedelta(seconds=1), verdict),
    ]
    sitting.context = context
    statements.append(sitting.write("terminated", end + timedelta(seconds=2), {"duration": duration(seconds + 2)}))
    block = activity(f"{programme_iri(pen.enrolment)}/blocs/{work.activity.number}",
                     "https://w3id.org/xapi/cmi5/activitytype/block", work.activity.title)  # fmt: skip
    statements.append(sitting.write("satisfied", end + timedelta(seconds=3), None, block))
    return statements


def video(pen: Pen, work: Work, at: datetime) -> list[DemoStatement]:
    """Return one viewing, with a pause and sometimes a jump back; what was played is what counts."""
    random = pen.random
    length = work.activity.minutes * 60.0
    context = _context(pen, work, "Moodle", [_VIDEO])
    context["extensions"] = {
        VIDEO + "extensions/session-id": str(pen.new_id("video")),
        VIDEO + "extensions/length": length,
        VIDEO + "extensions/completion-threshold": 0.9,
    }
    target = activity(f"{HOME_PAGE}/videos/{pen.enrolment.session.programme.slug}-{work.activity.number}",
                      VIDEO + "activity-type/video", work.activity.title)  # fmt: skip
    sitting = _Sitting(pen, Sender.MOODLE, target, context, at)
    pause = round(length * random.uniform(0.3, 0.7), 2)
    back = round(max(0.0, pause - random.uniform(10, 60)), 2) if chance(random, 0.4) else pause
    idle = timedelta(seconds=random.randint(5, 240))
    first = at + timedelta(seconds=4)
    paused = first + timedelta(seconds=pause)
    again = paused + idle
    end = again + timedelta(seconds=length - back)
    begun, whole = f"0[.]{pause}", f"0[.]{pause}[,]{back}[.]{length}"
    statements = [
        sitting.write("initialized", at),
        sitting.write("played", first, {"extensions": {VIDEO + "extensions/time": 0.0}}),
        sitting.write("paused", paused, _played(pause, pause / length, begun)),
    ]
    if back != pause:
        jump = {VIDEO + "extensions/time-from": pause, VIDEO + "extensions/time-to": back}
        statements.append(sitting.write("seeked", again - timedelta(seconds=2), {"extensions": jump}))
    spent = duration((end - first).total_seconds())
    return [
        *statements,
        sitting.write("played", again, {"extensions": {VIDEO + "extensions/time": back}}),
        sitting.write("completed", end, {"completion": True, "duration": spent, **_played(length, 1.0, whole)}),
        sitting.write("terminated", end + timedelta(seconds=3), {"duration": spent, **_played(length, 1.0, whole)}),
    ]


def _played(time: float, progress: float, segments: str) -> Json:
    return {
        "extensions": {
            VIDEO + "extensions/time": time,
            VIDEO + "extensions/progress": round(progress, 3),
            VIDEO + "extensions/played-segments": segments,
        }
    }


def _verdict(work: Work) -> Json:
    score = {"scaled": work.share, "raw": round(100 * work.share), "min": 0, "max": 100}
    return {"success": work.passed, "score": score}


def _context(pen: Pen, work: Work, platform: str, category: list[Json]) -> Json:
    programme = {"id": programme_iri(pen.enrolment)}
    return {
        "registration": str(pen.enrolment.registration),
        "platform": platform,
        "language": "fr-FR",
        "contextActivities": {
            "parent": [module_activity(pen.enrolment, work.activity.module)],
            "grouping": [programme, session_activity(pen.enrolment)],
            "category": category,
        },
    }
