"""Moodle as its plugin reports it: visits, pages, quizzes, assignments, completions given and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from assidu.demo.behaviour import PASS_MARK, QUESTIONS_ASKED, Reopening, Work
from assidu.demo.catalogue import Activity, Kind, Question
from assidu.demo.people import HOME_PAGE
from assidu.demo.statements import DemoStatement, Json, Pen, Sender, activity, duration
from assidu.demo.vocabulary import TINCAN, TYPES

_INFO = "http://lrs.learninglocker.net/define/extensions/info"
_COURSE = "https://w3id.org/xapi/cmi5/activitytype/course"
_TYPES = {
    Kind.PAGE: TINCAN + "activitytype/page",
    Kind.VIDEO: "https://w3id.org/xapi/video/activity-type/video",
    Kind.SCORM: TYPES + "lesson",
    Kind.CMI5: TYPES + "lesson",
    Kind.QUIZ: TYPES + "assessment",
    Kind.ASSIGNMENT: TINCAN + "activitytype/school-assignment",
}
_MODULES = {Kind.VIDEO: "hvp", Kind.ASSIGNMENT: "assign", Kind.CMI5: "cmi5launch"}


class Moodle:
    """One learner's Moodle course, as long as their enrolment lasts."""

    def __init__(self, pen: Pen) -> None:
        session = pen.enrolment.session
        self._pen = pen
        self._number = session.number
        self._site = activity(HOME_PAGE, TINCAN + "activitytype/lms", f"{pen.organisation} : plateforme")
        self.course = activity(
            f"{HOME_PAGE}/course/view.php?id={200 + session.number}", _COURSE,
            f"{session.programme.title} ({session.starts_on:%m/%Y})",
        )  # fmt: skip

    def login(self, at: datetime) -> DemoStatement:
        """Return the arrival on the site."""
        return self._write("login", at, self._site, r"\core\event\user_loggedin")

    def logout(self, at: datetime) -> DemoStatement:
        """Return the departure, which most people forget."""
        return self._write("logout", at, self._site, r"\core\event\user_loggedout")

    def course_viewed(self, at: datetime) -> DemoStatement:
        """Return a look at the course page."""
        return self._write("viewed", at, self.course, r"\core\event\course_viewed")

    def enrolled(self, at: datetime) -> DemoStatement:
        """Return the enrolment into the course."""
        return self._write("registered", at, self.course, r"\core\event\user_enrolment_created")

    def course_completed(self, at: datetime) -> DemoStatement:
        """Return the end of the course, when everything is done."""
        return self._write("completed", at, self.course, r"\core\event\course_completed", result={"completion": True})

    def forum_posted(self, at: datetime) -> DemoStatement:
        """Return a question or an answer on the course's forum."""
        number = 4000 + self._pen.random.randrange(40) + 100 * self._number
        forum = activity(f"{HOME_PAGE}/mod/forum/discuss.php?d={number}", "http://id.tincanapi.com/activitytype/discussion",
                         "Forum d’entraide")  # fmt: skip
        verb, event = self._pen.random.choice((("posted", "discussion_created"), ("replied", "post_created")))
        return self._write(verb, at, forum, rf"\mod_forum\event\{event}", [self.course])

    def viewed(self, item: Activity, at: datetime) -> DemoStatement:
        """Return the opening of an activity's page."""
        event = rf"\mod_{self._plugin(item)}\event\course_module_viewed"
        return self._write("viewed", at, self._module(item), event, self._parents(item))

    def completed(self, item: Activity, at: datetime) -> DemoStatement:
        """Return the tick that Moodle puts beside an activity."""
        event = r"\core\event\course_module_completion_updated"
        return self._write("completed", at, self._module(item), event, self._parents(item), result={"completion": True})

    def reopened(self, reopening: Reopening) -> DemoStatement:
        """Return the tick taken away again."""
        event = r"\core\event\course_module_completion_updated"
        item = reopening.activity
        return self._write("uncompleted", reopening.at, self._module(item), event, self._parents(item),
                           result={"completion": False})  # fmt: skip

    def assignment(self, item: Activity, at: datetime, attempt: int) -> list[DemoStatement]:
        """Return work handed in, and the trainer's mark two to five days later."""
        pen, parents = self._pen, self._parents(item)
        mark = pen.random.randint(9, 19)
        graded = (at + timedelta(days=pen.random.randint(2, 5))).replace(hour=17, minute=pen.random.randint(1, 55))
        score = {"raw": mark, "min": 0, "max": 20, "scaled": mark / 20}
        given = self._write("scored", graded, self._module(item), r"\mod_assign\event\submission_graded", parents,
                            result={"score": score, "completion": True, "success": mark >= PASS_MARK * 20})  # fmt: skip
        given.statement["context"]["instructor"] = pen.enrolment.session.trainer.by_account
        submitted = self._write("submitted", at, self._module(item), r"\mod_assign\event\assessable_submitted", parents)
        return [submitted] if attempt > 1 else [submitted, given]

    def quiz(self, work: Work, at: datetime, seconds: float) -> list[DemoStatement]:
        """Return one attempt; as in Moodle, its answers all carry the instant of the submission."""
        item, pen = work.activity, self._pen
        number = f"{self._id(item)}{pen.enrolment.person.account}{work.attempt}"
        iri = f"{HOME_PAGE}/mod/quiz/attempt.php?attempt={number}&cmid={self._id(item)}"
        attempt = activity(iri, TYPES + "attempt", f"{item.title}, tentative {work.attempt}")
        parents = self._parents(item)
        within = [attempt, self._module(item), *parents]
        end = at + timedelta(seconds=seconds)
        right = set(pen.random.sample(range(QUESTIONS_ASKED), work.right))
        submitted = r"\mod_quiz\event\attempt_submitted"
        answers = [
            self._write(
                "answered",
                end,
                question_activity(self._question_iri(item, index), question),
                submitted,
                within,
                result=answer(pen, question, right=index in right),
            )
            for index, question in enumerate(pen.enrolment.session.programme.questions)
        ]
        score = {"raw": 4 * work.right, "min": 0, "max": 20, "scaled": work.share}
        result = {"completion": True, "success": work.passed, "duration": duration(seconds), "score": score}
        start = self._write("start", at, attempt, r"\mod_quiz\event\attempt_started", within[1:])
        return [start, *answers, self._write("completed", end, attempt, submitted, within[1:], result=result)]

    def _write(
        self,
        verb: str,
        at: datetime,
        target: Json,
        event: str,
        parents: Sequence[Json] = (),
        *,
        result: Json | None = None,
    ) -> DemoStatement:
        activities: Json = {"category": [self._site]}
        if parents:
            activities["parent"] = list(parents)
        context = {
            "platform": "Moodle",
            "language": "fr",
            "contextActivities": activities,
            "extensions": {
                _INFO: {
                    "http://moodle.org": "4.5.3 (Build: 20250317)",
                    "https://github.com/xAPI-vle/logstore_xapi": "5.0.0",
                    "event_name": event,
                }
            },
        }
        return self._pen.write(Sender.MOODLE, verb, at, target, result=result, context=context)

    def _parents(self, item: Activity) -> list[Json]:
        title = self._pen.enrolment.session.programme.modules[item.module - 1]
        iri = f"{HOME_PAGE}/course/section.php?id={100 * self._number + item.module}"
        return [activity(iri, TINCAN + "activitytype/section", title), self.course]

    def _module(self, item: Activity) -> Json:
        iri = f"{HOME_PAGE}/mod/{self._plugin(item)}/view.php?id={self._id(item)}"
        return activity(iri, _TYPES[item.kind], item.title)

    def _id(self, item: Activity) -> int:
        return 1000 * self._number + item.number

    def _plugin(self, item: Activity) -> str:
        return _MODULES.get(item.kind, item.kind.value)

    def _question_iri(self, item: Activity, index: int) -> str:
        return f"{HOME_PAGE}/question/question.php?cmid={self._id(item)}&id={10 * self._id(item) + index}"


def question_activity(iri: str, question: Question) -> Json:
    """Return a question as a `choice` interaction; the right choice is always the first."""
    choices = [
        {"id": f"c{number}", "description": {"fr-FR": text}} for number, text in enumerate(question.choices, start=1)
    ]
    return activity(iri, TYPES + "cmi.interaction", question.text, interactionType="choice", choices=choices,
                    correctResponsesPattern=["c1"])  # fmt: skip


def answer(pen: Pen, question: Question, *, right: bool) -> Json:
    """Return what was answered."""
    choice = 1 if right else pen.random.randint(2, len(question.choices))
    return {"response": f"c{choice}", "success": right, "score": {"raw": int(right), "min": 0, "max": 1,
            "scaled": float(right)}}  # fmt: skip
