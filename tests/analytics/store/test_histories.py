"""Whatever happens in whatever order, and wherever it is cut off: what is kept is what is derived from scratch."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest

from analytics.store.erasing import Forgetting
from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from lrs.erasure import Eraser, Order
from lrs.errors import Conflict, InvalidRequest, NotFound
from lrs.store.database import Session, Store
from lrs.store.erasure import Ground
from tests.analytics.store.campus import Campus, enrolled, remote, statement_id
from tests.training.examples import person, programme, session, slot
from training.records import Cancellation, CancelledBy, MappingRule, Matcher
from training.records.kinds import Kind
from training.records.law_override import LawOverride
from training.store import Change

VERBS = [
    "viewed",
    "initialized",
    "terminated",
    "completed",
    "passed",
    "failed",
    "https://w3id.org/xapi/adl/verbs/waived",
]
JOINS = ["http://activitystrea.ms/join", "http://activitystrea.ms/leave"]


class Cut(Exception):
    """The process ends here."""


class CutOffStore(Store):
    """A store over which work is cut off now and then: just before a commit, or just after it."""

    def __init__(self, store: Store, chance: Random) -> None:
        super().__init__(store.client, store.database.name)
        self._chance = chance

    def transaction(self, work: Callable[..., Any], **options: Any) -> Any:
        def cut_off(session: Session) -> Any:
            worked = work(session)
            if self._chance.random() < 0.15:
                raise Cut
            return worked

        result = super().transaction(cut_off, **options)
        if self._chance.random() < 0.15:
            raise Cut
        return result


class Life:
    """One organisation's random life."""

    def __init__(self, campus: Campus, seed: int) -> None:
        self.campus = campus
        self.chance = Random(seed)
        self.store = CutOffStore(campus.services.store, self.chance)
        self.keeper = Keeper(self.store, campus.services.clock)
        self.copies: list[dict[str, Any]] = []

    def live(self, steps: int) -> None:
        actions = [
            self.say, self.say, self.say, self.answer, self.answer, self.join, self.void, self.repeat, self.record,
            self.record, self.wait, self.erase,
        ]  # fmt: skip
        for _ in range(steps):
            self.chance.choice(actions)()
            if self.chance.random() < 0.6:
                self.work_a_little()

    def work_a_little(self) -> None:
        """Take some steps, small ones; being cut off leaves nothing but the database."""
        campus = self.campus
        ProgressOf(campus.services.store).hold(campus.organisation, "essai", campus.services.clock.now_micros())
        try:
            for _ in range(self.chance.randint(1, 12)):
                if not self.keeper.step(campus.organisation, self.chance.choice([1, 3, 500])).more:
                    break
        except Cut:
            self.keeper = Keeper(self.store, campus.services.clock)

    def say(self) -> None:
        who, enrolment = self.chance.choice(
            [("lea", "e1"), ("lea", "e3"), ("yann", "e2"), ("zoe", None), ("lea", "e2")]
        )
        self.campus.send(
            *(
                self.campus.says(
                    self.chance.choice(VERBS), self.chance.choice(["quiz", "cours", "vieux", "ailleurs/1", "matin"]),
                    who=who, enrolment_=enrolment, minute=self.minute(),
                    score={"scaled": self.chance.choice([0.2, 0.9])},
                    duration=self.chance.choice(["PT5M", "PT3H"]),
                )
                for _ in range(self.chance.randint(1, 4))
            )
        )  # fmt: skip

    def answer(self) -> None:
        """Answer some questions of a quiz, or of what is no activity of the programme."""
        who, enrolment = self.chance.choice([("lea", "e1"), ("lea", "e3"), ("yann", "e2")])
        what = self.chance.choice(["quiz", "quiz", "cours", "ailleurs/1", "nulle-part"])
        self.campus.send(
            *(
                self.campus.says(
                    self.chance.choice(["answered", "responded"]), what, who=who, enrolment_=enrolment,
                    minute=self.minute(), question=f"{what}/q{self.chance.randint(1, 2)}",
                    response=self.chance.choice(["a", "b", "a[,]b"]), success=self.chance.choice([True, False]),
                )
                for _ in range(self.chance.randint(1, 3))
            )
        )  # fmt: skip

    def minute(self) -> int:
        """Within three weeks, mostly around two days; now and then a year ago, or in years to come."""
        minute = self.chance.choice([0, 0, 1440, self.chance.randint(-5000, 25_000)]) + self.chance.randint(0, 300)
        return self.chance.choice([minute] * 20 + [minute - 525_600, minute + 1000 * 525_600, minute - 60 * 525_600])

    def join(self) -> None:
        """A class at a distance, or a mark for a half-day of some other day."""
        who, enrolment = self.chance.choice([("lea", "e1"), ("yann", "e2")])
        if self.chance.random() < 0.5:
            start = 2 * 1440 + self.chance.randint(-20, 60)
            found = [
                self.campus.says(verb, "classe", who=who, enrolment_=enrolment, minute=start + at * 100)
                for at, verb in enumerate(JOINS)
            ]
        else:
            mark = self.campus.says("attended", self.chance.choice(["matin", "lendemain", "classe"]), who=who,
                                    enrolment_=enrolment, minute=self.minute(), completion=True)  # fmt: skip
            found = [mark]
        self.campus.send(*found)

    def void(self) -> None:
        self.campus.send(self.campus.voids(statement_id(self.chance.randint(1, self.campus.sent + 4))))

    def repeat(self) -> None:
        """Send the same thing twice without an id."""
        if not self.copies or self.chance.random() < 0.3:
            self.copies.append(self.campus.says("completed", minute=self.minute(), named=False))
        self.campus.send(self.chance.choice(self.copies))

    def erase(self) -> None:
        """Erase some statements, cut off anywhere; whoever comes next goes on."""
        campus, chance = self.campus, self.chance
        eraser = Eraser(replace(campus.services, store=self.store), [Forgetting(self.store)])
        names = {statement_id(chance.randint(1, campus.sent)) for _ in range(chance.randint(1, 3)) if campus.sent}
        with suppress(Cut, Conflict):
            order = Order(Ground.REQUEST, "essai", "credential:essai")
            eraser.run(eraser.begin(campus.organisation, order, eraser.plan(campus.organisation, names)))
        if chance.random() < 0.5:
            self.finish_erasing()

    def finish_erasing(self) -> None:
        """Go on with what was cut off."""
        with suppress(Cut):
            Eraser(replace(self.campus.services, store=self.store), [Forgetting(self.store)]).go_on()

    def wait(self) -> None:
        self.campus.pass_time(self.chance.choice([60, 7200, 86_400, 10 * 86_400]))

    def record(self) -> None:
        campus, chance = self.campus, self.chance
        yann = person("yann", last_name="Le Gall", first_name="Yann")
        content = programme(completion_rule_id="regle")
        choices: list[Callable[[], None]] = [
            lambda: campus.write(replace(yann, merged_into=chance.choice(["lea", None]))),
            lambda: campus.write(person("zoe", phone=str(chance.random()))),
            lambda: campus.write(
                MappingRule("ailleurs", Matcher.IRI_PREFIX, chance.choice(["https://lms.exemple.fr/ai", "https://x.fr/"]),
                            "prog", 1, "m1", "quiz")
            ),
            lambda: campus.write(
                LawOverride("inactif", "facts.idle_cap_seconds", chance.choice([60, 300]), date(2026, 1, 7), reason="x")
            ),
            lambda: campus.write(
                slot("lendemain", 7, trainer_id="yann",
                     cancelled=chance.choice([None, Cancellation(CancelledBy.PROVIDER)]))
            ),
            lambda: campus.write(enrolled("e3", session_id="fevrier", entered_on=date(2026, 1, chance.randint(5, 20)))),
            lambda: campus.write(session(trainer_ids=("yann",), programme_version=chance.choice([None, 1]))),
            lambda: campus.write(replace(content, modules=chance.choice([content.modules, content.modules[:1]]))),
            lambda: campus.write(remote("classe", chance.choice([8, 9]))),
            lambda: campus.delete(Change(Kind.MAPPING_RULE, "moodle", None)),
        ]  # fmt: skip
        # A record that contradicts the others, or is gone already, is refused.
        with suppress(InvalidRequest, NotFound):
            chance.choice(choices)()


@pytest.mark.parametrize("seed", range(4))
def test_a_life_kept_step_by_step_is_the_life_derived_from_scratch(campus: Campus, seed: int) -> None:
    campus.furnish()
    life = Life(campus, seed)
    for _ in range(2):
        life.live(15)
        while Eraser(campus.services, [Forgetting(campus.services.store)]).go_on():
            pass
        campus.work(keeper=Keeper(campus.services.store, campus.services.clock))
        campus.check()
