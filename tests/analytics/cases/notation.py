"""The short notation of the cases: records, statements and expected facts, as a pedagogical manager would note them.

Docs: README.md beside this file. Statements are written out as real xAPI and read back the way the worker reads them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

import orjson

from analytics.traces import Trace, extract_trace
from training.records import (
    Cancellation,
    CancelledBy,
    CompletionRule,
    Contract,
    Enrolment,
    Exit,
    ExitReason,
    HalfDay,
    Identity,
    MappingRule,
    Matcher,
    Milestone,
    Modality,
    Module,
    MoveOn,
    Person,
    Programme,
    Records,
    Slot,
    TrainingActivity,
    TrainingSession,
    Waiver,
)

LMS = "https://lms.example"
ADL = "http://adlnet.gov/expapi/verbs/"
VERBS = {
    "launches": ADL + "launched",
    "opens": ADL + "initialized",
    "resumes": ADL + "resumed",
    "closes": ADL + "terminated",
    "suspends": ADL + "suspended",
    "views": "http://id.tincanapi.com/verb/viewed",
    "submits": "http://activitystrea.ms/schema/1.0/submit",
    "answers": ADL + "answered",
    "progresses": ADL + "progressed",
    "completes": ADL + "completed",
    "uncompleted": "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/uncompleted",
    "passes": ADL + "passed",
    "fails": ADL + "failed",
    "graded": "https://w3id.org/xapi/tla/verbs/scored",
    "waived": "https://w3id.org/xapi/adl/verbs/waived",
    "abandoned": "https://w3id.org/xapi/adl/verbs/abandoned",
    "plays": "https://w3id.org/xapi/video/verbs/played",
    "pauses": "https://w3id.org/xapi/video/verbs/paused",
    "seeks": "https://w3id.org/xapi/video/verbs/seeked",
    "joins": "http://activitystrea.ms/join",
    "leaves": "http://activitystrea.ms/leave",
    "logs-in": "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/login",
    "logs-out": "https://xapi.edlm/profiles/edlm-lms/concepts/verbs/logout",
    "attended": ADL + "attended",
    "absent": "https://assidu.example/xapi/verbs/was-absent",
    "voids": ADL + "voided",
}
_LENGTH = re.compile(r"(?:(\d+)h)?(?:(\d+)(?:min)?)?(?:(\d+(?:\.\d+)?)s)?\Z")
_EXT = "https://assidu.example/xapi/ext/"
_VIDEO = "https://w3id.org/xapi/video/extensions/"
_CMI5 = "https://w3id.org/xapi/cmi5/"


def seconds(text: object) -> float:
    """Read a length of time: `3h30`, `12min`, `90s`, `1h05min30s`, `0`."""
    plain = str(text).strip()
    found = _LENGTH.match(plain) if plain else None
    assert found, f"not a length of time: {plain!r}"
    hours, minutes, rest = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + rest


def instant(text: str, zone: str) -> datetime:
    """Read a local date and time; a written offset wins, for the hour that comes twice."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def statement_id(label: str) -> UUID:
    return uuid5(NAMESPACE_URL, label)


@dataclass(frozen=True)
class Entry:
    """One entry of the log, as extraction reads it."""

    statement_id: UUID
    stored: int
    timestamp: int
    body: bytes
    is_voiding: bool = False
    reference: UUID | None = None
    duplicate_of: UUID | None = None


def registration(enrolment: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"registration/{enrolment}")


def read_trace(line: str, number: int, zone: str) -> Trace:
    """Read one line: `2026-03-02 09:00 opens A1 tab=1 on=Moodle`."""
    day, clock, verb, *rest = line.split()
    target = rest.pop(0) if rest and "=" not in rest[0] and verb != "logs-out" else "site"
    options = dict(part.partition("=")[::2] for part in rest)
    moment = instant(f"{day} {clock}", zone)
    # The ids keep the order of the lines, for what happens at the same instant.
    its_id = statement_id(options["id"]) if "id" in options else UUID(int=number + 1)
    stored = (
        instant(options["stored"].replace("T", " "), zone) if "stored" in options else moment + timedelta(seconds=1)
    )
    statement = _statement(verb, target, options, moment)
    return extract_trace(
        Entry(
            its_id,
            micros(stored) + number,
            micros(moment),
            orjson.dumps(statement),
            verb == "voids",
            statement_id(target) if verb == "voids" else None,
            statement_id(options["repeats"]) if "repeats" in options else None,
        )
    )


def _statement(verb: str, target: str, options: dict[str, str], moment: datetime) -> dict[str, Any]:
    context: dict[str, Any] = {"extensions": {}, "contextActivities": {}}
    result: dict[str, Any] = {"extensions": {}}
    if options.get("enrolment", "E1") != "none":
        context["registration"] = str(registration(options.get("enrolment", "E1")))
    if "on" in options:
        context["platform"] = options["on"]
    if "tab" in options:
        context["extensions"][_CMI5 + "context/extensions/sessionid"] = options["tab"]
    _describe_result(verb, options, result, context)
    return {
        "actor": _agent(options.get("as", "lucie@moodle")),
        "verb": {"id": VERBS[verb]},
        "object": _object(verb, target, options, context),
        "timestamp": moment.isoformat(),
        "context": context,
        "result": result,
    }


def _describe_result(verb: str, options: dict[str, str], result: dict[str, Any], context: dict[str, Any]) -> None:
    _describe_video(options, result["extensions"], context["extensions"])
    extensions = context["extensions"]
    if "for" in options:
        result["duration"] = f"PT{seconds(options['for']):g}S"
    if "score" in options:
        result["score"] = {"scaled": float(options["score"])}
    for name in ("success", "completion"):
        if name in options:
            result[name] = options[name] == "yes"
    if verb == "attended":
        result["completion"] = True
    if "signed" in options:
        extensions[_EXT + "evidence"] = [{"sha256": "ab" * 32, "type": "e-signature"}]
    if "justified" in options:
        extensions[_EXT + "absence-justified"] = True
    if "status" in options:
        extensions[_EXT + "attendance-status"] = options["status"]


def _describe_video(options: dict[str, str], outcome: dict[str, Any], extensions: dict[str, Any]) -> None:
    if "at" in options:
        outcome[_VIDEO + "time"] = seconds(options["at"])
        extensions[_VIDEO + "length"] = seconds(options["of"])
    if "played" in options:
        outcome[_VIDEO + "played-segments"] = "[,]".join(
            "[.]".join(f"{seconds(end):g}" for end in part.split("-")) for part in options["played"].split(",")
        )
    if "speed" in options:
        extensions[_VIDEO + "speed"] = options["speed"] + "x"


def _object(verb: str, target: str, options: dict[str, str], context: dict[str, Any]) -> dict[str, Any]:
    around = context["contextActivities"]
    if verb == "voids":
        return {"objectType": "StatementRef", "id": str(statement_id(target))}
    if "in" in options:
        around["grouping"] = [{"id": f"{LMS}/{name}"} for name in options["in"].split(",")]
    if verb in ("attended", "absent"):
        context["extensions"][_EXT + "half-day"] = target
        return {"id": f"{LMS}/marks/{options.get('slot', target)}"}
    if "attempt" in options:
        around["parent"] = [{"id": f"{LMS}/{target}"}]
        kind = {"type": "http://adlnet.gov/expapi/activities/attempt"}
        return {"id": f"{LMS}/attempts/{target}/{options['attempt']}", "definition": kind}
    if verb == "answers":
        around["parent"] = [{"id": f"{LMS}/{target}"}]
        kind = {"type": "http://adlnet.gov/expapi/activities/cmi.interaction"}
        return {"id": f"{LMS}/{target}/question", "definition": kind}
    return {"id": f"{LMS}/{target}"}


def _agent(who: str) -> dict[str, Any]:
    name, _, where = who.partition("@")
    if where in ("moodle", "other-lms"):
        return {"account": {"homePage": f"https://{where}.example", "name": name}}
    return {"mbox": f"mailto:{who}"}


def read_records(given: dict[str, Any], organisation: int = 1) -> Records:
    """Return the records of a case: one trainee, Lucie, in one session, unless it says more."""
    sessions: dict[str, Any] = {"S1": given.get("session", {})} | given.get("sessions", {})
    enrolments: dict[str, Any] = {"E1": given.get("enrolment", {})} | given.get("enrolments", {})
    programmes = {f"P-{name}": _programme(f"P-{name}", part, given) for name, part in sessions.items()}
    people: dict[str, Any] = {"lucie": ["lucie@moodle", "lucie@example.org"]} | given.get("people", {})
    slots = [slot for name, part in sessions.items() for slot in _slots(name, part)]
    rule = given.get("completion", {})
    return Records(
        organisation,  # type: ignore[arg-type]
        people={name: _person(name, part) for name, part in people.items()},
        programmes=programmes,
        programme_versions={
            (f"P-{name}", 1): _programme(f"P-{name}", {"activities": part["kept_activities"]}, given)
            for name, part in sessions.items()
            if "kept_activities" in part
        },
        sessions={name: _session(name, part) for name, part in sessions.items()},
        slots={slot.id: slot for slot in slots},
        enrolments={name: _enrolment(name, part) for name, part in enrolments.items()},
        completion_rules={"R": CompletionRule("R", **rule)},
        mapping_rules={
            f"M{index}": MappingRule(f"M{index}", Matcher(item["by"]), item["value"], f"P-{item.get('session', 'S1')}",
                                     activity_id=item.get("activity"))
            for index, item in enumerate(given.get("mapping", []))
        },
    )  # fmt: skip


def _programme(name: str, session: dict[str, Any], given: dict[str, Any]) -> Programme:
    """Read activities: `A1 30min ASYNC Completed optional mastery=0.8`; modules are one for each modality."""
    modules: dict[str, list[TrainingActivity]] = {}
    for line in session.get("activities", []):
        its_id, length, *words = line.split()
        modality = next((word for word in words if word in Modality.__members__), "ASYNC")
        asked = next((MoveOn(word) for word in words if word in set(MoveOn)), None)
        mastery = next((float(word.partition("=")[2]) for word in words if word.startswith("mastery=")), None)
        activity = TrainingActivity(its_id, f"{LMS}/{its_id}", its_id, int(seconds(length)), "optional" not in words,
                                    asked, mastery)  # fmt: skip
        modules.setdefault(modality, []).append(activity)
    for modality in Modality.__members__:
        modules.setdefault(modality, [])
    parts = tuple(Module(f"M-{key}", key, Modality(key), True, tuple(items)) for key, items in modules.items())
    return Programme(name, name, "", parts, "R" if "completion" in given else None)


def _session(name: str, part: dict[str, Any]) -> TrainingSession:
    return TrainingSession(
        name, f"P-{name}", _day(part.get("starts", "2026-03-02")), _day(part.get("ends", "2026-03-31")),
        programme_version=1 if "kept_activities" in part else None, modality=Modality.BLENDED,
        time_zone=part.get("zone", "Europe/Paris"),
    )  # fmt: skip


def _slots(session: str, part: dict[str, Any]) -> list[Slot]:
    """Read slots: `2026-03-02/AM 09:00-12:30 IN_PERSON id=x cancelled=PROVIDER`."""
    found = []
    for line in part.get("slots", []):
        half_day, hours, *words = line.split()
        options = dict(word.partition("=")[::2] for word in words)
        day, _, half = half_day.partition("/")
        zone = part.get("zone", "Europe/Paris")
        start, end = (instant(f"{day} {clock}", zone) for clock in hours.split("-"))
        if end <= start:
            end += timedelta(days=1)
        modality = next((Modality(word) for word in words if word in Modality.__members__), Modality.IN_PERSON)
        cancelled = Cancellation(CancelledBy(options["cancelled"])) if "cancelled" in options else None
        its_id = options.get("id", f"{session}-{day}-{half}")
        module = f"M-{modality}" if "module" in options else None
        found.append(Slot(its_id, session, _day(day), HalfDay(half), start, end, modality, module, cancelled=cancelled))
    return found


def _enrolment(name: str, part: dict[str, Any]) -> Enrolment:
    contracts = part.get("contracts", [{"from": "2026-01-01", "plan": part["plan"]}] if "plan" in part else [])
    out = part.get("exit")
    return Enrolment(
        name, part.get("session", "S1"), part.get("person", "lucie"), registration(name),
        tuple(
            Contract(_day(item["from"]), {Modality(key): int(seconds(value)) for key, value in item["plan"].items()})
            for item in contracts
        ),
        tuple(_waiver(item) for item in part.get("waived", [])),
        entered_on=_day(part["entered"]) if "entered" in part else None,
        exit=Exit(_day(out["day"]), ExitReason(out["reason"])) if out else None,
        individual_calendar=tuple(
            Milestone(_day(item["by"]), item.get("activity"), item.get("module")) for item in part.get("calendar", [])
        ),
    )  # fmt: skip


def _waiver(item: dict[str, str]) -> Waiver:
    return Waiver(int(seconds(item["time"])), "acquis", item.get("module"), item.get("activity"), item.get("slot"))


def _person(name: str, part: Any) -> Person:
    given = part if isinstance(part, dict) else {"identities": part}
    return Person(name, name.title(), identities=tuple(_identity(text) for text in given["identities"]),
                  merged_into=given.get("merged_into"))  # fmt: skip


def _identity(who: str) -> Identity:
    name, _, where = who.partition("@")
    return (
        Identity.account(f"https://{where}.example", name) if where in ("moodle", "other-lms") else Identity.mbox(who)
    )


def _day(text: object) -> date:
    return text if isinstance(text, date) else date.fromisoformat(str(text))
