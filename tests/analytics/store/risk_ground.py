"""A training centre over a real database in which some learners fade away: sessions go by day by day."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from analytics.store.risk import Risks
from analytics.store.risk_keeper import RiskKeeper, RiskTurn
from lrs.caller import Caller
from lrs.clock import Micros, to_micros
from lrs.services import Services
from lrs.versions import Version
from tests.training.examples import change, enrolment, organisation_records, person, programme, session
from training.followups import FollowUps, Switch
from training.law import load_law
from training.records import Contract, Enrolment, Modality, Module, TrainingActivity
from training.records.enrolment import Exit, ExitReason
from training.records.ids import EnrolmentId
from training.records.law_override import LawOverride
from training.records.session import TrainingSession
from training.store import Register

ADL = "http://adlnet.gov/expapi/verbs/"
LMS = "https://lms.exemple.fr"
DAY = 86_400_000_000
# Sessions last so many days: long enough for somebody to fade away.
DAYS = 24
ACTIVITIES = 5
# Two sessions, the later one begun twelve days after the earlier, and the day after its last.
MONDAY = date(2025, 9, 1)
SECOND = MONDAY + timedelta(days=12)
NOW = SECOND + timedelta(days=DAYS)
# What a few dozen learners are enough for.
TRAINING = {"least_enrolments": 20, "least_events": 4, "draws": 50, "at_shares": [0.1, 0.25, 0.5], "no_worse_by": 0.3}


class Centre:
    """Furnishes, lets days go by with what learners do, and works as the worker does."""

    def __init__(self, services: Services, caller: Caller, seed: int = 1) -> None:
        self.services = services
        self.caller = caller
        self.organisation = caller.organisation
        self.register = Register(services.store, services.clock)
        self.chance = random.Random(seed)
        self.keeper = Keeper(services.store, services.clock)
        parts = (services.store, services.clock, services.ids)
        self.risk = RiskKeeper(*parts, services.secret_key)
        self.risks = Risks(services.store, services.clock)
        self.followups = FollowUps(*parts)
        self.switch = Switch(services.store, services.clock)
        self.sent = 0
        # Of each session its learners; of each learner the day on which they fade, if ever.
        self.sessions: dict[str, list[str]] = {}
        self.fades: dict[str, int | None] = {}
        self.starts: dict[str, date] = {}

    # --- records

    def furnish(self, **training: Any) -> None:
        """Put a programme of five activities on record, and rules under which few learners are enough."""
        activities = tuple(
            TrainingActivity(f"a{at}", f"{LMS}/a{at}", f"Activité {at}", 1800) for at in range(ACTIVITIES)
        )
        self.write(
            organisation_records()[0],
            programme(id="prog", modules=(Module("m1", "Le droit", Modality.ASYNC, True, activities),)),
        )
        self.rule("risk.training", **{**TRAINING, **training})

    def rule(self, name: str, **changes: Any) -> None:
        """Decide otherwise than the law that comes with the product."""
        value = {**load_law().value(name, date(2026, 1, 1)), **changes}
        self.write(LawOverride(f"regle-{name}", name, value, date(2020, 1, 1), reason="essai"))

    def begin(self, name: str, starts_on: date, learners: int, fading: int, length: int = DAYS) -> TrainingSession:
        """Put a session on record, of whose learners some will fade."""
        made = session(
            id=name, title=name, starts_on=starts_on, ends_on=starts_on + timedelta(days=length - 1),
            modality=Modality.ASYNC,
        )  # fmt: skip
        names = [f"{name}-{at}" for at in range(learners)]
        self.sessions[name], self.starts[name] = names, starts_on
        for at, item in enumerate(names):
            self.fades[item] = self.chance.randint(3, length // 3) if at < fading else None
        self.write(made, *(person(f"p-{item}") for item in names), *(self.enrolled(name, item) for item in names))
        return made

    def enrolled(self, session_id: str, name: str, **changes: Any) -> Enrolment:
        contract = Contract(date(2020, 1, 1), {Modality.ASYNC: 4 * 3600}, "CONV")
        given = {"person_id": f"p-{name}", "registration": registration(name), "contracts": (contract,)}
        return enrolment(name, session_id=session_id, **{**given, **changes})

    def write(self, *records: Any) -> None:
        self.register.write(self.organisation, [change(record) for record in records], "essai")

    # --- days

    def stand_at(self, day: date, hour: int = 8) -> None:
        """Set the clock."""
        clock: Any = self.services.clock
        clock.micros = to_micros(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))

    @property
    def now(self) -> Micros:
        return self.services.clock.now_micros()

    def live(self, first: date, last: date) -> None:
        """Let days go by: every day learners work, those who fade leave some days later."""
        day = first
        while day <= last:
            self.stand_at(day, 20)
            for name in self.sessions:
                number = (day - self.starts[name]).days
                if 0 <= number < DAYS:
                    self.send(*(item for learner in self.sessions[name] for item in self.does(learner, number, day)))
                    self.leave(name, number, day)
            day += timedelta(days=1)
        self.settle()

    def does(self, learner: str, number: int, day: date) -> list[dict[str, Any]]:
        """Return what a learner does on a day: every other day or so; less and less once they fade."""
        fades = self.fades[learner]
        if number == DAYS - 1 and fades is None and self.chance.random() < 0.9:
            # Whoever stays completes what there is, mostly.
            return [self.says("completed", learner, day, at, 11, completion=True) for at in range(ACTIVITIES)]
        likely = 0.55 if fades is None or number < fades - 3 else 0.25 if number < fades else 0.02
        if self.chance.random() > likely:
            return []
        at = min(ACTIVITIES - 1, number * ACTIVITIES // DAYS)
        said = [self.says("experienced", learner, day, at, 9)]
        if self.chance.random() < 0.5:
            score = self.chance.uniform(0.5, 1.0) if fades is None else self.chance.uniform(0.0, 0.7)
            passed = score >= 0.4
            result = {"score": {"scaled": round(score, 2)}, "success": passed, "completion": True}
            said.append(self.says("passed" if passed else "failed", learner, day, at, 10, **result))
        return said

    def says(self, verb: str, learner: str, day: date, at: int, hour: int, **result: Any) -> dict[str, Any]:
        self.sent += 1
        moment = datetime(day.year, day.month, day.day, hour, self.sent % 60, tzinfo=UTC)
        found: dict[str, Any] = {
            "id": str(UUID(int=self.sent + (4 << 76) + (8 << 60))),
            "actor": {"mbox": f"mailto:p-{learner}@exemple.fr"},
            "verb": {"id": ADL + verb},
            "object": {"id": f"{LMS}/a{at}"},
            "context": {"registration": str(registration(learner))},
            "timestamp": moment.isoformat(),
        }
        return {**found, "result": result} if result else found

    def leave(self, name: str, number: int, day: date) -> None:
        """Put on record that learners left five days after they faded."""
        gone = [item for item in self.sessions[name] if self.fades[item] == number - 5]
        if gone:
            ended = Exit(day, ExitReason.ABANDON)
            self.write(*(self.enrolled(name, item, exit=ended) for item in gone))

    def send(self, *statements: dict[str, Any]) -> None:
        for at in range(0, len(statements), 200):
            body = json.dumps(list(statements[at : at + 200])).encode()
            self.services.ingest.post(self.caller, Version.V1_0_3, body)

    def settle(self) -> None:
        """Bring facts up to date."""
        progress = ProgressOf(self.services.store)
        while progress.hold(self.organisation, "essai", self.now):
            turn = self.keeper.step(self.organisation)
            for failure in turn.failures.values():
                raise failure
            if not turn.more:
                return

    # --- estimates

    def switch_on(self) -> None:
        self.switch.turn(self.organisation, on=True, reason="essai", by="essai", assessed_on=date(2025, 9, 1))

    def estimate(self, keeper: RiskKeeper | None = None) -> RiskTurn:
        """Estimate until nothing is due."""
        for _ in range(50):
            turn = (keeper or self.risk).step(self.organisation)
            if not turn.more:
                return turn
        raise AssertionError("estimating does not come to an end")

    def names(self, session_id: str) -> list[EnrolmentId]:
        return [EnrolmentId(name) for name in self.sessions[session_id]]


def registration(name: str) -> UUID:
    return UUID(bytes=blake2b(name.encode(), digest_size=16).digest(), version=4)


def lived_through(services: Services, caller: Caller) -> Centre:
    """Return a centre with two sessions that are over and one that runs, as of `NOW`; estimates are on."""
    made = Centre(services, caller)
    made.stand_at(MONDAY - timedelta(days=3))
    made.furnish()
    made.begin("un", MONDAY, 30, fading=10)
    made.begin("deux", SECOND, 30, fading=10)
    made.begin("trois", NOW - timedelta(days=9), 12, fading=4)
    made.switch_on()
    made.live(MONDAY, NOW)
    return made
