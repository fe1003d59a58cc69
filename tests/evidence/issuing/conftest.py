"""A training centre over a real database: records, a log that is sealed, facts, an authority, a workshop."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from analytics.store.keeper import Keeper
from analytics.store.progress import ProgressOf
from assidu.authority.client import DevelopmentAuthority, authority_secret
from assidu.authority.service import Authority, AuthorityServer
from evidence.issuing.batches import BatchIssuing
from evidence.issuing.document import Subject
from evidence.issuing.issuer import Issuer
from evidence.issuing.workshop import Workshop
from evidence.layout import Layout
from evidence.seals.sealing import Seals
from evidence.store.archive import Archive
from evidence.store.trail import Trail
from lrs.caller import Caller
from lrs.clock import Micros
from lrs.ledger_keys import LedgerKeys
from lrs.ledger_reading import Ledger
from lrs.sealing import Sealer
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.vault import Vault
from lrs.versions import Version
from tests.evidence.bundle.school import ADL, EXT, REGISTRATION, furniture
from tests.training.examples import change
from training.records.ids import EnrolmentId
from training.records.kinds import Record
from training.store import Register

LEA = Subject(enrolment_id=EnrolmentId("e1"))


@dataclass
class Centre:
    """What a training centre does, and what the worker does for it."""

    services: Services
    caller: Caller
    workshop: Workshop
    issuer: Issuer
    batches: BatchIssuing
    sent: int = 0

    @property
    def organisation(self) -> OrganisationId:
        return self.caller.organisation

    def write(self, *records: Record) -> None:
        register = Register(self.services.store, self.services.clock)
        register.write(self.organisation, [change(record) for record in records], "essai")

    def edit(self, record: Any, **changes: Any) -> None:
        self.write(replace(record, **changes))

    def send(self, **members: Any) -> UUID:
        self.sent += 1
        name = UUID(int=(4 << 76) | (8 << 60) | self.sent)
        value = {"id": str(name), "actor": {"mbox": "mailto:lea@exemple.fr"}, "context": {"registration": REGISTRATION},
                 "timestamp": "2026-01-06T09:00:00Z", **members}  # fmt: skip
        self.services.ingest.post(self.caller, Version.V1_0_3, json.dumps([value]).encode())
        return name

    def marks(self, slot_id: str, status: str = "PRESENT", *, seconds: int = 12_600, day: int = 6, **more: Any) -> UUID:
        extensions = {EXT + "attendance-status": status, EXT + "recorded-by": "account a", EXT + "half-day": "x",
                      EXT + "evidence": [{"method": "displayed-code", "signed-at": _at(day)}]}  # fmt: skip
        verb = ADL + "attended" if seconds else "https://assidu.example/xapi/verbs/was-absent"
        given = {"context": {"registration": REGISTRATION, "extensions": extensions}, **more}
        return self.send(verb={"id": verb}, object={"id": f"https://assidu.example/xapi/slots/{slot_id}"},
                         result={"duration": f"PT{seconds}S"}, timestamp=_at(day), **given)  # fmt: skip

    def does(self, verb: str, what: str, *, day: int = 9, **result: Any) -> UUID:
        more = {"result": result} if result else {}
        return self.send(verb={"id": ADL + verb}, object={"id": f"https://lms.exemple.fr/{what}"},
                         timestamp=f"2026-01-{day:02}T10:00:00Z", **more)  # fmt: skip

    def voids(self, target: UUID) -> None:
        self.send(verb={"id": ADL + "voided"}, object={"objectType": "StatementRef", "id": str(target)})

    def is_taught(self) -> None:
        """Every half-day is signed and every activity done; the session is over then."""
        self.until(datetime(2026, 1, 31, 9, tzinfo=UTC))
        for slot_id, day in (("matin", 6), ("lendemain", 7), ("classe", 8)):
            self.marks(slot_id, day=day)
        self.does("completed", "cours")
        self.does("passed", "quiz", success=True, score={"scaled": 0.8})
        self.work()

    def until(self, moment: datetime) -> None:
        clock: Any = self.services.clock
        clock.micros = Micros(round(moment.timestamp() * 1_000_000))

    def pass_time(self, **much: float) -> None:
        clock: Any = self.services.clock
        clock.micros = Micros(clock.micros + round(timedelta(**much).total_seconds() * 1_000_000))

    def work(self) -> None:
        """Let the worker keep facts and seal the log until nothing is left to do."""
        self.pass_time(seconds=1)
        store, clock = self.services.store, self.services.clock
        assert ProgressOf(store).hold(self.organisation, "essai", clock.now_micros())
        keeper = Keeper(store, clock)
        while keeper.step(self.organisation).more:
            pass
        sealer = Sealer(store, clock, LedgerKeys(store, clock, self.services.secret_key), "essai.fr")
        assert sealer.hold(self.organisation, "essai")
        while sealer.step(self.organisation).more:
            pass
        self.pass_time(seconds=1)


def _at(day: int) -> str:
    return f"2026-01-{day:02}T08:05:00Z"


@pytest.fixture(scope="session")
def layout() -> Layout:
    return Layout()


@pytest.fixture
def authority(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthorityServer]:
    folder = tmp_path_factory.mktemp("authority")
    server = AuthorityServer(Authority(folder, authority_secret(services.secret_key), services.clock))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def workshop(services: Services, authority: AuthorityServer, layout: Layout) -> Workshop:
    development = DevelopmentAuthority(authority.address, services.secret_key, services.clock)
    vault = Vault(services.store, services.clock, services.secret_key)
    trail = Trail(services.store, services.clock)
    return Workshop(
        store=services.store, clock=services.clock, ids=services.ids, ledger=Ledger(services.store), layout=layout,
        seals=Seals(vault, services.clock, development, lambda _: "Atelier des Savoirs", issuer=development),
        archive=Archive(services.store, services.clock, trail), trail=trail, address="https://essai.fr",
    )  # fmt: skip


@pytest.fixture
def centre(services: Services, caller: Caller, workshop: Workshop) -> Centre:
    issuer = Issuer(workshop)
    batches = BatchIssuing(services.store, services.clock, services.ids, issuer)
    centre = Centre(services, caller, workshop, issuer, batches)
    centre.write(*furniture())
    return centre
