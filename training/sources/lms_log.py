"""The log of any other platform, by the columns and words that its source has saved. Nothing here performs I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from training.attendance.writing import duration
from training.imports import cells as written
from training.imports.table import Row as WrittenRow
from training.meetings.stamps import DateOrder, Stamp
from training.sources.activities import Activities
from training.sources.cells import Cells, word_key
from training.sources.dating import settle_order
from training.sources.people import EMAIL, FIRST, LAST, NAME, RECORD, Named, People, read_named
from training.sources.plan import Context, Plan
from training.sources.sheet import Column, Row, Sheet, parse_sheet
from training.sources.source import Graded
from training.sources.taking_part import takes_part
from training.sources.writing import Happening, Writer, activity

COLUMNS: Final = (
    NAME, FIRST, LAST, EMAIL, RECORD,
    Column("account", ("identifiant", "login", "compte", "utilisateur", "user", "user id", "username")),
    Column("time", ("date", "heure", "date et heure", "horodatage", "timestamp"), required=True),
    Column("verb", ("action", "événement", "event", "verbe", "statut", "status")),
    Column("activity", ("activité", "ressource", "contenu", "module", "cours", "url", "iri"), required=True),
    Column("activity_name", ("titre", "title", "intitulé")),
    Column("duration", ("durée", "temps passé", "time spent")),
    Column("score", ("note", "résultat", "grade")),
)  # fmt: skip
_VERBS: Final[Mapping[str, str]] = {
    word_key(word): verb
    for verb, words in {
        "viewed": ("viewed", "view", "consulté", "consultation", "vu", "lu", "ouvert", "accès"),
        "started": ("started", "start", "commencé", "démarré", "début"),
        "launched": ("launched", "lancé"),
        "answered": ("answered", "répondu", "réponse"),
        "submitted": ("submitted", "remis", "rendu", "soumis", "dépôt"),
        "completed": ("completed", "complete", "terminé", "achevé", "fini"),
        "passed": ("passed", "réussi", "validé", "acquis"),
        "failed": ("failed", "échoué", "échec", "non acquis"),
        "scored": ("scored", "noté"),
        "logged-in": ("login", "logged in", "connexion"),
        "logged-out": ("logout", "logged out", "déconnexion"),
        "interacted": ("interacted", "interaction"),
    }.items()
    for word in words
}
_VERDICTS: Final[Mapping[str, dict[str, Any]]] = {
    "completed": {"completion": True}, "passed": {"success": True}, "failed": {"success": False}
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line that could be read."""

    line: int
    named: Named
    stamp: Stamp
    verb: str
    target: Graded
    name: str
    result: dict[str, Any]


def plan_lms_log(data: bytes, context: Context) -> Plan:
    """Read a log; each line of somebody who takes part becomes a statement."""
    sheet = parse_sheet(data, COLUMNS, dict(context.source.columns))
    plan = Plan(sheet.encoding, len(sheet.rows), problems=list(sheet.problems))
    lines = list(_lines(sheet, context, plan))
    if not lines:
        return plan
    asked = context.asked.date_order or context.source.date_order
    plan.date_order = order = settle_order([item.stamp for item in lines], asked, None)
    people = People(context.records, context.source, context.session_id, context.asked.decisions)
    for item in lines:
        people.add(item.named, item.line)
    people.settle()
    plan.problems.extend(people.problems)
    plan.undecided.extend(people.undecided)
    plan.learnt.extend((person, named.account) for named, person in people.decided() if named.account)
    writer = Writer(context)
    for item in lines:
        happening = _happening(item, order, people, context, plan)
        if happening is None:
            plan.skipped += 1
        else:
            plan.acts.append(writer.act(happening))
    return plan


def _lines(sheet: Sheet, context: Context, plan: Plan) -> Iterator[Line]:
    known = Activities(context)
    for row in sheet.rows:
        cells = Cells(row, context.source.values)
        named, stamp = read_named(cells), cells.stamp("time", required=True)
        verb = cells.word("verb", _VERBS) if cells.text("verb") else "viewed"
        said = cells.text("activity", required=True)
        target = known.find(said) if said else None
        if said and target is None:
            cells.refuse("activity", "Nobody has said which activity this is.", known.known or "an IRI")
        result = _result(cells, row, verb or "", target)
        if verb is not None and verb not in _VERBS.values():
            cells.refuse("verb", f"The source means {verb} by this, which is no verb.", ", ".join(_VERDICTS))
        plan.problems.extend(cells.problems)
        if stamp is not None and target is not None and verb is not None and not cells.problems:
            yield Line(row.line, named, stamp, verb, target, cells.text("activity_name"), result)


def _result(cells: Cells, row: Row, verb: str, target: Graded | None) -> dict[str, Any]:
    found: dict[str, Any] = dict(_VERDICTS.get(verb, {}))
    if cells.text("duration"):
        reader = written.Cells(WrittenRow(row.line, row.cells))
        seconds = reader.seconds("duration")
        cells.problems.extend(reader.problems)
        if seconds is not None:
            found["duration"] = duration(seconds)
    text = cells.text("score")
    if text:
        percent = text.rstrip().endswith("%")
        value = cells.number("score", text.rstrip().removesuffix("%"))
        highest = 100.0 if percent else None if target is None else target.highest
        if value is not None and highest is None:
            cells.refuse("score", "The highest mark is not known.", "a percentage, or `highest` of the activity")
        elif value is not None and highest is not None and not 0 <= value <= highest:
            cells.refuse("score", "This is no mark.", f"0 to {highest:g}")
        elif value is not None and highest is not None:
            found["score"] = {"scaled": round(value / highest, 6)}
    return found


def _happening(item: Line, order: DateOrder, people: People, context: Context, plan: Plan) -> Happening | None:
    person = people.person_of(item.named)
    if person is None or not takes_part(person, context):
        return None
    cells = Cells(Row(item.line, {}, {}))
    at = cells.instant("time", item.stamp, order, context.zone)
    plan.problems.extend(cells.problems)
    if at is None:
        return None
    if at > context.latest:
        message = "This has not happened yet: another order of dates, or another time zone?"
        plan.refuse(item.line, "time", item.stamp.text, message, f"up to {context.latest:%Y-%m-%d %H:%M} UTC")
        return None
    score = str(item.result.get("score", {}).get("scaled", ""))
    return Happening(
        (item.line,), person, item.named.key, people.matched_by(item.named), item.verb,
        activity(item.target.iri, item.name), at, (f"{at.timestamp():.0f}", score), f"{item.verb} {item.target.iri}",
        result=item.result,
    )  # fmt: skip
