"""The log report of a Moodle (« Journaux », as CSV or XLSX): who looked at what, and when.

Shapes and addresses are those of Moodle's xAPI plugin, so that facts count both alike. What others did about somebody
(graded, marked complete) is no act of theirs. Addresses of computers are not read. Nothing here performs I/O.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from training.meetings.formats import folded
from training.meetings.stamps import DateOrder, Stamp
from training.sources import vocabulary
from training.sources.cells import Cells
from training.sources.dating import settle_order
from training.sources.moodle_names import module_names, moodle_data
from training.sources.people import Named, People
from training.sources.plan import Context, Plan
from training.sources.sheet import Column, Row, Sheet, parse_sheet
from training.sources.taking_part import takes_part
from training.sources.writing import Happening, Json, Writer, activity

COLUMNS: Final = (
    Column("time", ("heure", "temps", "date", "date et heure"), required=True),
    Column(
        "name",
        ("user full name", "nom complet", "nom complet de l'utilisateur", "nom de l'utilisateur", "utilisateur"),
        required=True,
    ),
    Column("affected", ("affected user", "utilisateur touché", "utilisateur concerné", "utilisateur affecté")),
    Column("context", ("event context", "contexte de l'événement", "contexte")),
    Column("component", ("composant",)),
    Column("event", ("event name", "nom de l'événement", "nom de l'évènement", "événement")),
    Column("description", required=True),
    Column("origin", ("origine",)),
    Column("ip", ("ip address", "adresse ip")),
)
_USER: Final = re.compile(r"The user with id '([0-9]+)'")
# The system's own doings stand under this name.
_NOBODY: Final = ("", "-")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log that could be read."""

    line: int
    named: Named
    stamp: Stamp
    description: str
    component: str
    context: str
    event: str


@dataclass(frozen=True, slots=True)
class Event:
    """What a description says. `why` is set for what is no act of the person."""

    verb: str = ""
    target: str = ""
    module: str = ""
    ids: Mapping[str, str] | None = None
    why: str = ""


def plan_moodle(data: bytes, context: Context) -> Plan:
    """Read a log; each line that tells of an act of somebody who takes part becomes a statement."""
    sheet = parse_sheet(data, COLUMNS, dict(context.source.columns))
    plan = Plan(sheet.encoding, len(sheet.rows), problems=list(sheet.problems))
    lines = list(_lines(sheet, context, plan))
    if not lines:
        return plan
    asked = context.asked.date_order or context.source.date_order
    plan.date_order = order = settle_order([item.stamp for item in lines], asked, _implied(data))
    people = People(context.records, context.source, context.session_id, context.asked.decisions)
    for item in lines:
        people.add(item.named, item.line)
    people.settle()
    plan.problems.extend(people.problems)
    plan.undecided.extend(people.undecided)
    plan.learnt.extend((person, named.account) for named, person in people.decided() if named.account)
    writer, why = Writer(context), dict[str, int]()
    for item in sorted(lines, key=lambda item: item.line):
        event = parse_event(item.description, item.component)
        person = people.person_of(item.named)
        if person is None or not takes_part(person, context):
            plan.skipped += 1
            continue
        if event.why:
            why.setdefault(event.why, item.line)
            plan.skipped += 1
            continue
        happening = _happening(item, event, order, people, context, plan)
        if happening is not None:
            plan.acts.append(writer.act(happening))
    for text, line in why.items():
        plan.note(line, "description", "", f"Left out, here and wherever it is like this: {text}")
    return plan


def parse_event(description: str, component: str = "") -> Event:
    """Return what a description says; what we do not know is an act on whatever it names, else on the site.

    >>> parse_event("The user with id '5' viewed the 'quiz' activity with course module id '7'.").module
    'quiz'
    """
    events, others, components = _events()
    for pattern, why in others:
        if pattern.search(description):
            return Event(why=why)
    for pattern, item in events:
        found = pattern.search(description)
        if found is not None:
            ids = {name: value for name, value in found.groupdict().items() if value}
            known = "quiz" if item["target"] == "attempt" else components.get(folded(component), "")
            module = ids.get("module") or known
            if item["target"] == "module" and not module:
                break
            return Event(item["verb"], item["target"], module, ids)
    return Event("interacted", "site", "", {})


def _lines(sheet: Sheet, context: Context, plan: Plan) -> Iterator[Line]:
    for row in sheet.rows:
        cells = Cells(row, context.source.values)
        name, description = cells.text("name"), cells.text("description")
        stamp = cells.stamp("time", required=True)
        plan.problems.extend(cells.problems)
        if stamp is None or cells.problems:
            continue
        user = _USER.match(description)
        if name in _NOBODY or (user is not None and user[1] in ("0", "-1")):
            plan.skipped += 1
            continue
        named = Named(name, account=user[1] if user is not None else "")
        yield Line(row.line, named, stamp, description, row["component"], row["context"], row["event"])


def _implied(data: bytes) -> DateOrder | None:
    """Return the order that goes with French names of columns: Moodle writes dates by the language of its headers."""
    top = folded(data[:2000].decode("utf-8", "ignore"))
    return DateOrder.DMY if "nom complet" in top or "composant" in top or "evenement" in top else None


def _happening(
    item: Line, event: Event, order: DateOrder, people: People, context: Context, plan: Plan
) -> Happening | None:
    person = people.person_of(item.named)
    cells = Cells(Row(item.line, {}, {}))
    at = cells.instant("time", item.stamp, order, context.zone)
    plan.problems.extend(cells.problems)
    if at is None or person is None:
        return None
    if at > context.latest:
        message = "This has not happened yet: another order of dates, or another time zone?"
        plan.refuse(item.line, "time", item.stamp.text, message, f"up to {context.latest:%Y-%m-%d %H:%M} UTC")
        return None
    target, parents = _target(event, item, context.source.home_page)
    return Happening(
        (item.line,), person, item.named.key, people.matched_by(item.named), event.verb, target, at,
        (f"{at.timestamp():.0f}", item.event), f"{event.verb} {target['id']}", parents=parents,
        result={"completion": True} if event.verb == "completed" else {},
    )  # fmt: skip


def _target(event: Event, item: Line, home: str) -> tuple[Json, tuple[Json, ...]]:
    """Return the Activity of an event, and what it is a part of."""
    ids = event.ids or {}
    name = item.context.partition(": ")[2].strip() if ": " in item.context else item.context.strip()
    if event.target == "course":
        return activity(f"{home}/course/view.php?id={ids['course']}", name, vocabulary.COURSE), ()
    if event.target == "site":
        return activity(home, "", vocabulary.LMS), ()
    kind = moodle_data()["types"].get(event.module, "")
    module = activity(f"{home}/mod/{event.module}/view.php?id={ids['cm']}", name, kind)
    if event.target == "attempt":
        attempt = f"{home}/mod/quiz/attempt.php?attempt={ids['attempt']}&cmid={ids['cm']}"
        return activity(attempt, "", vocabulary.ATTEMPT), (module,)
    return module, ()


@cache
def _events() -> tuple[list[tuple[re.Pattern[str], Any]], list[tuple[re.Pattern[str], str]], Mapping[str, str]]:
    data = moodle_data()
    events = [(re.compile(item["pattern"]), item) for item in data["events"]]
    others = [(re.compile(item["pattern"]), item["why"]) for item in data["others"]]
    return events, others, module_names()
