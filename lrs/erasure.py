"""Erasure (RGPD): the bytes and the salt of statements go, their leaves stay, and a statement says who, when and why.

1. What is to be erased is written down. 2. For each part a deletion statement is stored that names it, and the part is
erased in one transaction, with everything derived from it. 3. Attachments that no statement has any more, names,
documents and quarantined bodies go. Whoever is stopped in between goes on from what is written down: each step may
be taken again, and none is taken twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

import orjson

from lrs.caller import Caller, CredentialId, Scope
from lrs.clock import to_text
from lrs.errors import Conflict, InvalidRequest, Problem
from lrs.services import Services
from lrs.statements.keys import key
from lrs.store.deliveries import Deliveries
from lrs.store.erasure import Erasure, Erasures, Ground, Part, State, Within
from lrs.store.finding import related
from lrs.store.personal import Personal
from lrs.store.statements import StoredStatement
from lrs.tenancy import OrganisationId
from lrs.versions import Version

__all__ = ["AUTHORITY", "BASE", "CREDENTIAL", "Eraser", "Erasure", "Ground", "Obstacle", "Order", "Plan"]

# No API key may hold an É: nobody but us writes deletion statements under this name, and only those count.
CREDENTIAL: Final = CredentialId("Effacement légal")
BASE: Final = "https://assidu.example/xapi/"
AUTHORITY: Final = orjson.dumps(
    {
        "objectType": "Agent",
        "name": "Effacement Assidu",
        "account": {"homePage": BASE + "services", "name": "erasure-desk"},
    }
)
VERB: Final = {"id": BASE + "verbs/erased", "display": {"fr": "a effacé", "en": "erased"}}
ERASURE_TYPE: Final = BASE + "activity-types/erasure"
STATEMENTS_EXTENSION: Final = BASE + "ext/erased-statements"
GROUND_EXTENSION: Final = BASE + "ext/erasure-ground"
REASON_EXTENSION: Final = BASE + "ext/erasure-reason"
_REASON_MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a statement is not erased: `kind` for programs, `message` for people, in French."""

    statement_id: UUID
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure would take: the statements in the order in which they go, and what stands against any of them.

    `unknown` are ids that the organisation never had, `gone` those that are erased already. `changes` is to be
    handed to `Eraser.begin`.
    """

    entries: tuple[StoredStatement, ...]
    unknown: tuple[UUID, ...]
    gone: tuple[UUID, ...]
    obstacles: tuple[Obstacle, ...]
    changes: int


@dataclass(frozen=True, slots=True)
class Order:
    """On whose word statements are erased, and why. `by` is a credential, an account or the product: never a name."""

    ground: Ground
    reason: str
    by: str


class Eraser:
    """Erases statements. `within` are told, inside each transaction, what is being erased."""

    def __init__(self, services: Services, within: Sequence[Within] = ()) -> None:
        self._services = services
        self._within = tuple(within)
        self.erasures = Erasures(services.store)
        self._personal = Personal(services.store)

    def of_agents(self, organisation: OrganisationId, identities: Iterable[str]) -> list[UUID]:
        """Return the statements that agents made, or that are about them, in the order in which they were stored.

        Statements of others that only mention them (their trainer, their team) are `mentioning`.
        """
        return self.erasures.having(organisation, [key(organisation, "agent", text) for text in identities])

    def mentioning(self, organisation: OrganisationId, identities: Iterable[str]) -> list[UUID]:
        """Return the statements that name agents anywhere else: they are somebody else's and stay."""
        numbers = [related(key(organisation, "agent", text)) for text in identities]
        return self.erasures.having(organisation, numbers)

    def plan(self, organisation: OrganisationId, ids: Iterable[UUID]) -> Plan:
        """Look at what erasing these statements would take. Copies that a sender sent of one go with it."""
        changes = self.erasures.changes(organisation)
        asked = list(dict.fromkeys(ids))
        found: dict[UUID, StoredStatement] = {}
        for start in range(0, len(asked), 1_000):
            entries = self._services.statements.entries(organisation, asked[start : start + 1_000])
            found.update((entry.statement_id, entry) for entry in entries)
        copies = [name for name in self.erasures.copies(organisation, found) if name not in found]
        found.update((one.statement_id, one) for one in self._services.statements.entries(organisation, copies))
        alive = [entry for entry in found.values() if not entry.is_erased]
        # What voids comes before what it voids: its trace is kept beside that, and is found there.
        ordered = sorted(alive, key=lambda entry: (not entry.is_voiding, entry.position))
        return Plan(
            entries=tuple(ordered),
            unknown=tuple(name for name in asked if name not in found),
            gone=tuple(name for name, entry in found.items() if entry.is_erased),
            obstacles=tuple(self._obstacles(organisation, ordered)),
            changes=changes,
        )

    def begin(
        self, organisation: OrganisationId, order: Order, plan: Plan, identities: Iterable[str] = (), *,
        documents: bool = False, erasure_id: UUID | None = None,
    ) -> Erasure:  # fmt: skip
        """Write down that a plan is to be carried out; it will be, whoever calls `run` or `go_on`.

        With `identities`, names of agents and what they have in quarantine go too, with `documents` their documents of
        state and profile. `erasure_id` is for those who must know it before. Raises Conflict with every obstacle in
        the plan, and when anything was added meanwhile that may stand against it.
        """
        if not order.reason.strip() or len(order.reason) > _REASON_MOST:
            problem = Problem("/reason", "An erasure has a reason.", f"a text of 1 to {_REASON_MOST} characters")
            raise InvalidRequest("Nothing was erased.", [problem])
        if plan.obstacles:
            problems = [Problem(str(item.statement_id), item.message, item.kind) for item in plan.obstacles]
            raise Conflict("Nothing was erased: something stands against it.", problems)
        erasure = Erasure(
            erasure_id or self._services.ids.new_uuid(), organisation, order.ground, order.reason.strip(), order.by,
            self._services.clock.now_micros(), len(plan.entries), State.GOING, tuple(sorted(set(identities))),
            documents,
        )  # fmt: skip
        return self.erasures.begin(erasure, [entry.statement_id for entry in plan.entries], plan.changes)

    def step(self, erasure: Erasure) -> bool:
        """Take the next step of an erasure; False when nothing is left to do."""
        part = self.erasures.next_part(erasure)
        if part is None:
            return not self._finish(erasure)
        statement = deletion_statement(erasure, part)
        caller = Caller(erasure.organisation, CREDENTIAL, frozenset({Scope.STATEMENTS_WRITE, Scope.DEFINE}), AUTHORITY)
        self._services.ingest.post(caller, Version.V2_0_0, orjson.dumps(statement))
        self.erasures.erase(erasure, part, UUID(statement["id"]), self._within)
        return True

    def run(self, erasure: Erasure) -> Erasure:
        """Carry out an erasure to its end."""
        while self.step(erasure):
            pass
        return self.erasures.get(erasure.organisation, erasure.erasure_id)

    def go_on(self) -> bool:
        """Take a step of every erasure that is under way, of whatever organisation; say whether there was any."""
        steps = [self.step(erasure) for erasure in self.erasures.under_way()]
        return any(steps)

    def _finish(self, erasure: Erasure) -> bool:
        """Delete what is kept beside the statements; False while a body in quarantine is being replayed."""
        organisation, identities = erasure.organisation, erasure.identities
        now = self._services.clock.now_micros()
        self._services.ingest.attachments.drop(organisation, sorted(self.erasures.attachments(erasure)))
        self._personal.forget_names(organisation, identities)
        if erasure.documents:
            self._personal.forget_documents(organisation, identities)
        Deliveries(self._services.store).forget_statements(organisation, self.erasures.ids(erasure))
        if not self._personal.forget_quarantined(organisation, identities, self.erasures.ids(erasure), now):
            return False
        self.erasures.finish(erasure, now)
        return True

    def _obstacles(self, organisation: OrganisationId, entries: Sequence[StoredStatement]) -> Iterable[Obstacle]:
        """Yield what the log itself has against erasing statements."""
        going = {entry.statement_id for entry in entries}
        beside = [entry.reference for entry in entries if entry.is_voiding and entry.reference not in going]
        targets = self._services.statements.entries(organisation, [name for name in beside if name is not None])
        voided = {target.statement_id for target in targets if not target.is_erased}
        for entry in entries:
            if entry.credential == CREDENTIAL:
                message = "C’est la preuve d’un effacement\u202f: elle reste aussi longtemps que le registre."
                yield Obstacle(entry.statement_id, "deletion_statement", message)
            elif entry.is_voiding and entry.reference in voided:
                message = f"Elle annule {entry.reference}, qui resterait\u202f: effacez les deux, ou aucune."
                yield Obstacle(entry.statement_id, "voids", message)


def deletion_statement(erasure: Erasure, part: Part) -> dict[str, Any]:
    """Return the statement that names the statements of one part: always the same, however often it is asked for."""
    return {
        "id": str(uuid5(erasure.erasure_id, str(part.number))),
        "actor": {"objectType": "Agent", "account": {"homePage": BASE + "authors", "name": erasure.by}},
        "verb": VERB,
        "object": {
            "objectType": "Activity",
            "id": f"{BASE}erasures/{erasure.erasure_id}",
            "definition": {"type": ERASURE_TYPE},
        },
        "context": {
            "extensions": {
                STATEMENTS_EXTENSION: [str(statement_id) for statement_id in part.ids],
                GROUND_EXTENSION: erasure.ground.value,
                REASON_EXTENSION: erasure.reason,
            }
        },
        "timestamp": to_text(erasure.at),
    }
