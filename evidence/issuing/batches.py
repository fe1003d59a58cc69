"""Issue one kind of document for a whole session: started at once, made by whoever has time, each once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog

from evidence.content import DocumentType, Period
from evidence.issuing.batch import Batch, BatchItem, ItemState
from evidence.issuing.gathering import Gathering
from evidence.issuing.issuer import Issuer
from evidence.issuing.readiness import is_of_session
from evidence.issuing.refusals import IssuingDelayed, NotReady
from evidence.store.batches import Batches
from lrs.clock import Clock, IdSource, Micros
from lrs.errors import Conflict, InvalidRequest, NotFound, Overloaded
from lrs.store.database import DriverError, Store
from lrs.tenancy import OrganisationId
from training.records.ids import EnrolmentId, SessionId

_SECOND: Final = 1_000_000
# How soon what passes by itself is looked at again.
_SOON_SECONDS: Final = 2
# What goes wrong here so often is not tried for ever.
_TRIES_MOST: Final = 5

_log = structlog.get_logger("assidu.issuing")


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """What a batch is asked for: of everybody enrolled in a session, or `only` of these, now or as of an instant."""

    type: DocumentType
    session_id: SessionId
    by: str
    period: Period | None = None
    as_of: Micros | None = None
    only: frozenset[EnrolmentId] | None = None


def start_batch(
    batches: Batches, gathering: Gathering, clock: Clock, ids: IdSource, organisation: OrganisationId, order: BatchOrder
) -> Batch:
    """Start a batch, whose documents are made elsewhere: nothing that lays out or seals is needed here.

    Raises NotFound for no session.
    """
    instant = gathering.instant(organisation, order.as_of)
    enrolments = gathering.enrolments(organisation, order.session_id, instant)
    wanted = [name for name in enrolments if order.only is None or name in order.only]
    items: tuple[EnrolmentId | None, ...] = (None,) if is_of_session(order.type) else tuple(wanted)
    batch = Batch(
        organisation=organisation,
        id=ids.new_uuid(),
        type=order.type,
        session_id=order.session_id,
        period=order.period,
        as_of=instant,
        started_at=clock.now_micros(),
        started_by=order.by,
        counts={},
    )
    batches.start(batch, items)
    return batches.get(organisation, batch.id)


class BatchIssuing:
    """Starts batches and makes their documents. Any number of processes may: every document is one's at a time.

    A document that was made and not noted is found again by its inputs, for a batch is as of one instant: so nothing
    is made twice, whoever dies when.
    """

    def __init__(self, store: Store, clock: Clock, ids: IdSource, issuer: Issuer) -> None:
        self.batches = Batches(store)
        self._clock = clock
        self._ids = ids
        self._issuer = issuer
        self._holder = str(ids.new_uuid())
        self._current: tuple[OrganisationId, Batch] | None = None

    def start(
        self, organisation: OrganisationId, document_type: DocumentType, session_id: SessionId, by: str, *,
        period: Period | None = None, as_of: Micros | None = None,
    ) -> Batch:  # fmt: skip
        """Start a batch for everybody enrolled in a session; raises NotFound for no session."""
        order = BatchOrder(document_type, session_id, by, period=period, as_of=as_of)
        return start_batch(self.batches, self._issuer.gathering, self._clock, self._ids, organisation, order)

    def step(self) -> bool:
        """Make one document of the oldest batch that has one to make; say whether there was one."""
        if self._current is not None and self._step(*self._current):
            return True
        self._current = None
        for organisation, batch_id in self.batches.running():
            batch = self.batches.get(organisation, batch_id)
            if self._step(organisation, batch):
                self._current = (organisation, batch)
                return True
        return False

    def _step(self, organisation: OrganisationId, batch: Batch) -> bool:
        item = self.batches.take(organisation, batch.id, self._holder, self._clock.now_micros())
        if item is not None:
            self._make(batch, item)
        return item is not None

    def _make(self, batch: Batch, item: BatchItem) -> None:
        try:
            issued = self._issuer.issue(
                batch.organisation, batch.type, item.subject(batch), batch.started_by, as_of=batch.as_of
            )
        except NotReady as refusal:
            if refusal.passes:
                passing = next(reason.message for reason in refusal.missing if reason.passes)
                self._put_off(batch, item, _SOON_SECONDS, passing)
            else:
                self._settle(batch, item, ItemState.REFUSED,
                             missing=[(reason.reason.value, reason.message) for reason in refusal.missing])  # fmt: skip
        except (IssuingDelayed, Overloaded) as delay:
            self._put_off(batch, item, delay.retry_after, delay.message)
        except (NotFound, Conflict, InvalidRequest) as refusal:
            self._settle(batch, item, ItemState.REFUSED, missing=[(type(refusal).__name__, refusal.message)])
        except DriverError:
            raise
        except Exception:  # noqa: BLE001 - logged whole, and the others must go on
            _log.exception("a document cannot be made", organisation=batch.organisation, batch=str(batch.id),
                           number=item.number)  # fmt: skip
            if item.tries < _TRIES_MOST:
                self._put_off(
                    batch, item, _SOON_SECONDS * item.tries, "Une erreur interne\u00a0: nouvel essai à venir."
                )
            else:
                self._settle(batch, item, ItemState.FAILED)
        else:
            state = ItemState.ISSUED if issued.is_new else ItemState.UNCHANGED
            self._settle(batch, item, state, code=issued.document.code)

    def _settle(
        self, batch: Batch, item: BatchItem, state: ItemState, *, code: str | None = None,
        missing: list[tuple[str, str]] | None = None,
    ) -> None:  # fmt: skip
        now = self._clock.now_micros()
        self.batches.settle(batch.organisation, batch.id, item.number, state, now, code=code, missing=missing or ())

    def _put_off(self, batch: Batch, item: BatchItem, seconds: int, trouble: str) -> None:
        now = self._clock.now_micros()
        until = Micros(now + seconds * _SECOND)
        self.batches.put_off(batch.organisation, batch.id, item.number, until, trouble, now)
