"""How long estimating everybody takes after a day of statements, and how much memory the process that does it needs.

Ten thousand learners (a fifth of them in the quick profile) in sessions of fifty that have run for five weeks, told day
by day. The models are fitted on outcomes drawn for the purpose: what they say is of no interest here, only what saying
it costs.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any, Final
from uuid import UUID, uuid5

import orjson

from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from benchmarks.rig import Rig
from lrs.clock import FixedClock, Micros, RandomIds, to_micros
from lrs.limits import Limits
from lrs.organisations import Organisations
from lrs.services import Services, build_services
from lrs.store.database import Store
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from training.followups import Switch
from training.records import (
    Contract,
    Enrolment,
    Identity,
    Modality,
    Module,
    Person,
    Programme,
    TrainingActivity,
    TrainingSession,
)
from training.records.ids import ActivityId, EnrolmentId, ModuleId, PersonId, ProgrammeId, SessionId
from training.records.kinds import KINDS, Record
from training.store import Change, Register

LEARNERS: Final = 10_000
_QUICK: Final = 2_000
_OF_A_SESSION: Final = 50
_DAYS: Final = 35
_LENGTH: Final = 90
_ACTIVITIES: Final = 10
_POST: Final = 500
_SITE: Final = "https://campus.example"
_ADL: Final = "http://adlnet.gov/expapi/verbs/"
_START: Final = date(2026, 3, 2)
_DATABASE: Final = "risk"
_SECRET: Final = bytes(32)
_HOUR: Final = 3_600_000_000
_NAMESPACE: Final = UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")


def run(rig: Rig) -> dict[str, Any]:
    """Furnish, estimate once, let a day's statements come in, and estimate again in a process of its own."""
    learners = LEARNERS if rig.profile.full else _QUICK
    store = Store(rig.deployment.client, _DATABASE)
    store.ensure_indexes()
    clock = FixedClock(_instant(_START - timedelta(days=5)))
    services = build_services(store, clock, RandomIds(), Limits(), _SECRET)
    number = Organisations(store, clock).find_or_create("mesure", "Mesure").number
    services.credentials.seed(number, "mesure", "un-secret-pour-mesurer")
    Register(store, clock).write(number, list(_changes(learners)), "mesure")
    Switch(store, clock).turn(number, on=True, reason="mesure", by="mesure", assessed_on=_START)
    count = sum(_day(services, learners, day) for day in range(_DAYS))
    rig.profile.say(f"  {count:,} statements of {learners:,} learners taken in")
    _settle(services, number)
    rig.settle()
    found: dict[str, Any] = {"learners": learners, "statements": count}
    found["first"] = _estimate(rig, clock.micros, number, train=True)
    clock.micros = _instant(_START + timedelta(days=_DAYS))
    found["day"] = _day(services, learners, _DAYS)
    _settle(services, number)
    clock.micros = Micros(clock.micros + 8 * _HOUR)
    rig.settle()
    found.update(_estimate(rig, clock.micros, number, train=False))
    found["ten_thousand_s"] = round(found["seconds"] * LEARNERS / learners, 2)
    rig.profile.say(f"  {found['scored']:,} estimated in {found['seconds']:.1f} s after {found['day']:,} statements, "
                    f"{found['megabytes']:.0f} MB")  # fmt: skip
    return found


def _estimate(rig: Rig, now: Micros, organisation: OrganisationId, *, train: bool) -> dict[str, Any]:
    """Estimate in a fresh process; return how long that took, how many it was, and the most memory it had."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe()
    arguments = (its, rig.deployment.uri, now, organisation, train)
    process = context.Process(target=_estimating, args=arguments)
    process.start()
    its.close()
    try:
        found: dict[str, Any] = mine.recv()
    finally:
        process.join()
    return found


def _estimating(pipe: Connection, uri: str, now: Micros, organisation: OrganisationId, train: bool) -> None:  # noqa: FBT001 - arguments of a process go by place
    from pymongo import MongoClient  # noqa: PLC0415 - in the process that needs it

    from analytics.store.risk import Risks  # noqa: PLC0415 - the same
    from analytics.store.risk_keeper import RiskKeeper  # noqa: PLC0415 - the same

    clock, store = FixedClock(now), Store(MongoClient(uri, tz_aware=True, uuidRepresentation="standard"), _DATABASE)
    if train:
        _fit(store, clock, organisation)
    keeper = RiskKeeper(store, clock, RandomIds(), _SECRET)
    began, enrolments, more = time.monotonic(), 0, True
    while more:
        turn = keeper.step(organisation)
        enrolments, more = enrolments + turn.enrolments, turn.more
    seconds = time.monotonic() - began
    status = Risks(store, clock).status(organisation)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send({"seconds": round(seconds, 2), "looked_at": enrolments, "scored": status.scored,
               "megabytes": round(megabytes, 1)})  # fmt: skip
    pipe.close()


def _fit(store: Store, clock: FixedClock, organisation: OrganisationId) -> None:
    """Keep a model of every target, fitted on some of the learners and outcomes drawn for them."""
    import numpy as np  # noqa: PLC0415 - in the process that needs it

    from analytics.risk.features import feature_table  # noqa: PLC0415 - the same
    from analytics.risk.models.fitting import fit  # noqa: PLC0415 - the same
    from analytics.risk.targets import Sample, Target  # noqa: PLC0415 - the same
    from analytics.store.risk_histories import Histories  # noqa: PLC0415 - the same
    from analytics.store.risk_models import RiskModels  # noqa: PLC0415 - the same
    from analytics.store.risk_values import Training  # noqa: PLC0415 - the same

    sessions = [SessionId(f"S{at}") for at in range(20)]
    histories = Histories(store, clock).as_kept(organisation, sessions)
    models = RiskModels(store, clock, _SECRET)
    chance = np.random.default_rng(1)
    samples = []
    for day in (10, 20, 30):
        table = feature_table(histories, _instant(_START + timedelta(days=day)))
        idle = np.nan_to_num(table.column("idle_days"), nan=20.0)
        happened = (idle + chance.normal(0, 4, len(idle)) > np.quantile(idle, 0.75)).astype(float)
        leaves_in = np.where(happened > 0, chance.integers(1, 50, len(idle)), np.inf)
        soon = np.where(leaves_in <= 28, 1.0, 0.0)
        outcome = {Target.AT_RISK: happened, Target.LEAVES: happened, Target.LEAVES_SOON: soon}
        samples.append(Sample(table, outcome, leaves_in, np.full(len(idle), 60.0)))
    for target in Target:
        model = fit(samples, target=target, seed=1).recalibrated(samples[-1])
        training = Training(at=clock.micros, by="mesure", target=target.value, owner=organisation, verdict="kept",
                            why="mesure")  # fmt: skip
        _, name = models.keep(model, training)
        models.activate(name, "mesure", "mesure")


def _changes(learners: int) -> Iterator[Change]:
    return (Change(KINDS[type(record)], record.id, record) for record in _records(learners))


def _records(learners: int) -> Iterator[Record]:
    activities = tuple(
        TrainingActivity(ActivityId(f"A{at}"), f"{_SITE}/a{at}", estimated_seconds=3600) for at in range(_ACTIVITIES)
    )
    yield Programme(ProgrammeId("P"), "P", modules=(Module(ModuleId("M"), activities=activities),))
    for at in range(-(-learners // _OF_A_SESSION)):
        last = _START + timedelta(days=_LENGTH)
        yield TrainingSession(SessionId(f"S{at}"), ProgrammeId("P"), _START, last)
    contract = Contract(_START, {Modality.ASYNC: 36_000})
    for at in range(learners):
        yield Person(PersonId(f"p{at}"), f"N{at}", identities=(Identity.account(_SITE, f"s{at}"),))
        session = SessionId(f"S{at // _OF_A_SESSION}")
        yield Enrolment(EnrolmentId(f"e{at}"), session, PersonId(f"p{at}"), uuid5(_NAMESPACE, f"e{at}"), (contract,))


def _day(services: Services, learners: int, day: int) -> int:
    """Take in what learners do on a day: most of them something, on most days; return how many statements."""
    clock = services.clock
    assert isinstance(clock, FixedClock)  # noqa: S101 - as `run` made it
    clock.micros = max(clock.micros, Micros(_instant(_START + timedelta(days=day)) + 20 * _HOUR))
    caller = services.credentials.authenticate_basic("mesure", "un-secret-pour-mesurer")
    bodies = list(_statements(learners, day))
    for at in range(0, len(bodies), _POST):
        services.ingest.post(caller, Version.V1_0_3, b"[" + b",".join(bodies[at : at + _POST]) + b"]")
    return len(bodies)


def _statements(learners: int, day: int) -> Iterator[bytes]:
    chance = random.Random(f"risk:{day}")  # noqa: S311 - protects nothing
    for learner in range(learners):
        zeal = 0.15 + 0.7 * ((learner * 7919) % 100) / 100
        if chance.random() > zeal:
            continue
        yield _statement(learner, day, "experienced", 9, {})
        if chance.random() < 0.3:
            score = round(chance.random(), 2)
            yield _statement(learner, day, "passed" if score > 0.4 else "failed", 10,
                             {"result": {"score": {"scaled": score}, "success": score > 0.4}})  # fmt: skip


def _statement(learner: int, day: int, verb: str, hour: int, result: dict[str, Any]) -> bytes:
    moment = datetime(_START.year, _START.month, _START.day, hour, learner % 60, tzinfo=UTC) + timedelta(days=day)
    return orjson.dumps({
        "id": str(uuid5(_NAMESPACE, f"{learner}/{day}/{verb}")),
        "actor": {"account": {"homePage": _SITE, "name": f"s{learner}"}},
        "verb": {"id": f"{_ADL}{verb}"},
        "object": {"id": f"{_SITE}/a{day * _ACTIVITIES // _LENGTH}"},
        "context": {"registration": str(uuid5(_NAMESPACE, f"e{learner}"))},
        "timestamp": moment.isoformat(),
        **result,
    })  # fmt: skip


def _settle(services: Services, organisation: OrganisationId) -> None:
    keeper, progress = Keeper(services.store, services.clock), ProgressOf(services.store)
    more = True
    while more:
        progress.hold(organisation, "mesure", services.clock.now_micros())
        more = keeper.step(organisation).more


def _instant(day: date) -> Micros:
    return to_micros(datetime(day.year, day.month, day.day, tzinfo=UTC))
