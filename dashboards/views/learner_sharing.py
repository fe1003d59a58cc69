"""What a learner shows to others: documents of theirs, to whom, why, until when; and who opened the link."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from analytics.time import day_of
from dashboards.views.learner import Me, find_me, get_me
from dashboards.views.learner_documents import DocumentLine, documents
from dashboards.views.lens import Lens
from evidence.issuing.document import Status
from evidence.trail.entry import Act, Deed
from lrs.errors import InvalidRequest, Problem
from training.rights import Offer, Share, Shares
from training.rights.delays import SharingPeriod, sharing_period

# What may be shown to others: what was withdrawn or replaced would only mislead.
SHARED: tuple[Status, ...] = (Status.VALID, Status.TO_REPLACE)
_ZONE = "Europe/Paris"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine:
    """One share. `path` is what the link leads to on this deployment, empty once it opens nothing any more."""

    share: Share
    is_open: bool
    path: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """What the reader shares, what they may, and for how long at most."""

    is_known: bool
    period: SharingPeriod
    today: date
    usual_until: date
    last_until: date
    choices: tuple[DocumentLine, ...] = ()
    lines: tuple[ShareLine, ...] = ()


def sharing(lens: Lens) -> Sharing:
    """Return what the reader shares or shared, newest first; raises Forbidden to who is no learner."""
    me, today = find_me(lens), day_of(lens.now, _ZONE)
    period = sharing_period(today)
    empty = Sharing(
        is_known=me is not None,
        period=period,
        today=today,
        usual_until=today + timedelta(days=period.usual_days),
        last_until=today + timedelta(days=period.most_days),
    )
    if me is None:
        return empty
    known = documents(lens).lines
    titles = {line.code: f"{line.heading} {line.number}" for line in known}
    lines = [_line(lens, share, titles) for share in shares_of(lens, me)]
    choices = tuple(line for line in known if line.status in SHARED and line.has_file)
    return Sharing(
        is_known=True,
        period=period,
        today=today,
        usual_until=empty.usual_until,
        last_until=empty.last_until,
        choices=choices,
        lines=tuple(lines),
    )


def shares_of(lens: Lens, me: Me) -> list[Share]:
    """Return what somebody shares or shared, newest first."""
    return Shares(lens.services).of_people(lens.viewer.organisation, me.names)


def share(lens: Lens, codes: Collection[str], recipient: str, purpose: str, until: date) -> ShareLine:
    """Share documents of the reader; it stands in the audit trail that they were.

    Raises NotFound for a document that is not theirs alone, InvalidRequest for one that may not be shown or an offer
    that cannot be, Conflict when too much is shared.
    """
    me, organisation = get_me(lens), lens.viewer.organisation
    found = [lens.document(code) for code in dict.fromkeys(codes)]
    problems = [
        Problem(f"/codes/{at}", "This document was replaced or withdrawn.", "a document that stands")
        for at, document in enumerate(found)
        if document.status not in SHARED
    ]
    if problems:
        raise InvalidRequest("This cannot be shared.", problems)
    offer = Offer(tuple(document.code for document in found), recipient, purpose, until)
    made = Shares(lens.services).share(organisation, me.person.id, offer)
    details = {"share": str(made.id), "until": until.isoformat()}
    deeds = [
        Deed(lens.viewer.trail_name, Act.EXPORTED, f"document:{code}", "me/sharing", details) for code in offer.codes
    ]
    lens.sources.trail.record(organisation, *deeds)
    return _line(lens, made, {document.code: f"{document.type.heading} {document.number}" for document in found})


def withdraw(lens: Lens, share_id: UUID) -> ShareLine:
    """End a share of the reader's at once; raises NotFound."""
    me = get_me(lens)
    return _line(lens, Shares(lens.services).withdraw(lens.viewer.organisation, share_id, me.names), {})


def _line(lens: Lens, item: Share, titles: dict[str, str]) -> ShareLine:
    is_open = item.is_open(lens.now)
    return ShareLine(
        share=item,
        is_open=is_open,
        path=f"/partage/{item.link_token}" if is_open else "",
        documents=tuple(titles.get(code, code) for code in item.codes),
    )
