"""How fast facts follow statements: catching up, a day after one year and after many, and a page of enrolments.

Each year has learners, sessions and enrolments of its own, in the same courses: whoever is trained now was not, mostly,
years ago.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any, Final

from analytics.store.facts import Facts
from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from assidu import interpreter
from benchmarks.records import campus_changes, year_changes
from benchmarks.rig import Rig
from benchmarks.statements import DAY, Campus
from lrs.caller import Caller
from lrs.clock import RandomIds, SystemClock
from lrs.limits import Limits
from lrs.organisations import Organisations
from lrs.services import Services, build_services
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from training.records.ids import SessionId
from training.store import Register

_BATCH: Final = 500
# How often a day is measured on either history.
_ROUNDS: Final = 5
_SAY_SECONDS: Final = 20.0
_READS: Final = 15
_PAGE: Final = 1_000


@dataclass(slots=True)
class School:
    """One organisation in a database of its own, with its earlier years; how many statements this year has, and all."""

    services: Services
    organisation: OrganisationId
    caller: Caller
    campus: Campus
    earlier: list[Campus]
    this_year: int = 0
    sent: int = 0

    def send(self, count: int, earlier: Campus | None = None) -> None:
        """Store the next statements of this year, or the first ones of another, without HTTP."""
        bodies: list[bytes] = []
        for statement in (earlier or self.campus).statements(0 if earlier else self.this_year, count):
            bodies.append(statement.body)
            if len(bodies) == _BATCH:
                self._post(bodies)
                bodies = []
        if bodies:
            self._post(bodies)
        self.sent += count
        self.this_year += 0 if earlier else count

    def _post(self, bodies: list[bytes]) -> None:
        self.services.ingest.post(self.caller, Version.V1_0_3, b"[" + b",".join(bodies) + b"]")


def run(rig: Rig) -> dict[str, Any]:
    """Measure one worker's work in this process, run as a worker is, with nothing else asked of the database."""
    interpreter.settle()
    profile = rig.profile
    year = 100_000 if profile.full else profile.size // 2
    sizes = (year, profile.large) if profile.full else (year, 4 * year)
    found: dict[str, Any] = {"sizes": list(sizes), "day": DAY, "catching_up": []}
    schools = []
    for size in sizes:
        school = furnish(rig, f"facts_{size}", years=size // year)
        for campus in school.earlier:
            school.send(year, campus)
        school.send(year)
        rig.settle()
        keeper = Keeper(school.services.store, school.services.clock)
        seconds, steps = catch_up(rig, school, keeper)
        found["catching_up"].append({"rate": round(size / seconds, 1), "seconds": round(seconds, 2), "progress": steps})
        profile.say(f"  {size:,}: {size / seconds:,.0f} statements a second caught up")
        schools.append((school, keeper))
    # In turns, so that an hour in which the machine is slow is one for both.
    rounds: list[list[float]] = [[] for _ in schools]
    for _ in range(max(_ROUNDS, profile.rounds)):
        for taken, (school, keeper) in zip(rounds, schools, strict=True):
            taken.append(round(day(rig, school, keeper), 3))
    found["day_rounds_s"] = rounds
    found["day_s"] = [round(statistics.median(taken), 3) for taken in rounds]
    found["day_times"] = round(statistics.median(late / early for early, late in zip(*rounds, strict=True)), 3)
    profile.say(f"  {DAY:,} more in " + " and ".join(f"{seconds:.2f} s" for seconds in found["day_s"]))
    found["enrolments"] = read(school)
    if "ingest" in rig.results:
        found["ingest_rate"] = rig.results["ingest"]["mixes"]["batch_50"]["assidu"]["rate"]
    profile.say(f"  {found['enrolments']['count']:,} enrolments read in {found['enrolments']['median_ms']:.0f} ms")
    return found


def furnish(rig: Rig, database: str, years: int = 1) -> School:
    """Return a school with so many years on record, whose facts have nothing to do."""
    store = Store(rig.deployment.client, database)
    store.ensure_indexes()
    services = build_services(store, SystemClock(), RandomIds(), Limits(), bytes(32))
    number = Organisations(store, services.clock).find_or_create("mesure", "Mesure").number
    services.credentials.seed(number, "mesure", "un-secret-pour-mesurer")
    caller = services.credentials.authenticate_basic("mesure", "un-secret-pour-mesurer")
    register = Register(store, services.clock)
    register.write(number, campus_changes(rig.campus), "mesure")
    earlier = [Campus(rig.campus.seed, years_ago) for years_ago in range(years - 1, 0, -1)]
    for campus in earlier:
        register.write(number, year_changes(campus), "mesure")
    school = School(services, number, caller, rig.campus, earlier)
    catch_up(rig, school, Keeper(store, services.clock))
    return school


def catch_up(rig: Rig, school: School, keeper: Keeper) -> tuple[float, list[tuple[float, int]]]:
    """Work until nothing is left to do; return how long that took, and how far it was when."""
    progress = ProgressOf(school.services.store)
    began = said = time.monotonic()
    steps: list[tuple[float, int]] = []
    while True:
        progress.hold(school.organisation, "mesure", school.services.clock.now_micros())
        if not keeper.step(school.organisation).more:
            break
        now = time.monotonic()
        if now - said >= _SAY_SECONDS:
            position = progress.find(school.organisation).position
            steps.append((round(now - began, 1), position))
            rig.profile.say(f"  {position:,} of {school.sent:,} taken in")
            said = now
    return time.monotonic() - began, steps


def day(rig: Rig, school: School, keeper: Keeper) -> float:
    """Send a day's statements, and return how long it takes until they are in the facts."""
    school.send(DAY)
    rig.settle()
    return catch_up(rig, school, keeper)[0]


def read(school: School) -> dict[str, Any]:
    """Read a page of about a thousand enrolments with their rates, again and again, among all those of every year."""
    facts = Facts(school.services.store, school.services.clock)
    by_session: dict[SessionId, int] = {}
    for enrolment in facts.records(school.organisation).enrolments.values():
        by_session[enrolment.session_id] = by_session.get(enrolment.session_id, 0) + 1
    page: list[SessionId] = []
    while sum(by_session[name] for name in page) < _PAGE and len(page) < len(by_session):
        page.append(sorted(by_session)[len(page)])
    count = len(facts.enrolments(school.organisation, session_ids=page))
    times = []
    for _ in range(_READS):
        began = time.perf_counter()
        facts.enrolments(school.organisation, session_ids=page)
        times.append((time.perf_counter() - began) * 1000)
    median = statistics.median(times)
    return {"count": count, "among": sum(by_session.values()), "median_ms": round(median, 2),
            "worst_ms": round(max(times), 2), "thousand_ms": round(median * 1000 / count, 2)}  # fmt: skip
