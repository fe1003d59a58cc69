"""What a trainer does: write to learners, note what was said, set somebody aside until later, open a half-day.

Every act is refused for what lies outside the scope, before anything is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from dashboards.attendance.letters import Delivery, Letter
from dashboards.views.lens import Lens
from dashboards.views.session import session_title
from dashboards.views.trainer_contacts import name_of, people_of
from lrs.clock import to_datetime
from lrs.errors import InvalidRequest, NotFound, Problem
from training.assistance import Channel, Entry, Exchange, Kind, Logbook
from training.assistance.address import find_address
from training.assistance.logbook import check_entry
from training.assistance.writing import Helper
from training.attendance import Author, Desk
from training.records.enrolment import Enrolment
from training.records.ids import SlotId

# How long a page waits for the mail server, for all the letters of one act together.
_PATIENCE_SECONDS: Final = 4.0
# A letter to each of a session; whoever writes to more people has another tool for it.
RECIPIENTS_MOST: Final = 100


@dataclass(slots=True)
class Sent:
    """What became of the letters of one act, by name. Only those `sent` are in the log, and were logged once."""

    sent: list[str] = field(default_factory=list)
    without_address: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    is_unavailable: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What a trainer writes. `key` is the act's own; `replies_to` is the question that it answers."""

    key: str
    subject: str
    text: str
    replies_to: UUID | None = None


def helper_of(lens: Lens, account_id: str, name: str) -> Helper:
    """Return the viewer as whoever helps: their account, and the person on record that they are."""
    person_id = lens.viewer.person_id
    person = None if person_id is None else lens.records.people.get(lens.records.survivor(person_id))
    return Helper(Author("account", account_id, name), person)


def write_to(
    lens: Lens, helper: Helper, organisation_name: str, enrolment_ids: Sequence[str], written: Written
) -> Sent:
    """Write to learners within, one letter each, and log what was handed in; raises NotFound, InvalidRequest.

    1. Everybody is within, and the text can be logged, before anything is sent. 2. What the same act has sent already
    is not sent again. 3. A letter is handed in, then logged: the log never says of anybody that they were written to
    who were not.
    """
    # 1.
    if not enrolment_ids or len(enrolment_ids) > RECIPIENTS_MOST:
        message = "Choose whom to write to."
        raise InvalidRequest(message, [Problem("/to", message, f"1 to {RECIPIENTS_MOST} learners")])
    enrolments = [lens.enrolment(name) for name in dict.fromkeys(enrolment_ids)]
    entry = Entry(
        kind=Kind.MESSAGE if written.replies_to is None else Kind.REPLY,
        key=written.key,
        channel=Channel.EMAIL,
        subject=written.subject.strip(),
        text=written.text.strip(),
        replies_to=written.replies_to,
    )
    check_entry(entry, to_datetime(lens.now))
    outcome, book = Sent(), Logbook(lens.services)
    patience = _PATIENCE_SECONDS / len(enrolments)
    for enrolment in enrolments:
        name = name_of(lens, enrolment)
        address = find_address(people_of(lens, enrolment))
        # 2.
        if book.find(lens.viewer.organisation, enrolment.id, entry.key) is not None:
            outcome.sent.append(name)
            continue
        if address is None:
            outcome.without_address.append(name)
            continue
        # 3.
        letter = _letter(lens, helper, organisation_name, enrolment, address, entry)
        delivery = lens.sources.mailer.send(letter, patience)
        if delivery in (Delivery.SENT, Delivery.UNDER_WAY):
            logged = replace(entry, delivery=delivery.value)
            book.record(lens.viewer.organisation, lens.records, enrolment.id, logged, helper)
            outcome.sent.append(name)
        elif delivery is Delivery.UNAVAILABLE:
            outcome.is_unavailable = True
        else:
            outcome.refused.append(name)
    return outcome


def note(lens: Lens, helper: Helper, enrolment_id: str, entry: Entry) -> Exchange:
    """Log what was said or asked of a learner within, or that they are looked at again later."""
    enrolment = lens.enrolment(enrolment_id)
    return Logbook(lens.services).record(lens.viewer.organisation, lens.records, enrolment.id, entry, helper)[0]


def withdraw(lens: Lens, helper: Helper, enrolment_id: str, statement_id: UUID, reason: str) -> None:
    """Take back what was logged by mistake of a learner within, with the reason."""
    enrolment = lens.enrolment(enrolment_id)
    Logbook(lens.services).withdraw(lens.viewer.organisation, enrolment.id, statement_id, reason, helper)


def open_slot(lens: Lens, helper: Helper, slot_id: str) -> None:
    """Open a half-day of a session within for signing; what is open stays as it is."""
    slot = lens.records.slots.get(SlotId(slot_id))
    if slot is None or slot.session_id not in lens.scope.sessions:
        message = "There is no slot of this id."
        raise NotFound(message)
    Desk(lens.services).open(lens.viewer.organisation, slot.id, helper.author)


def _letter(
    lens: Lens, helper: Helper, organisation_name: str, enrolment: Enrolment, address: str, entry: Entry
) -> Letter:
    title = session_title(lens.records, lens.records.sessions[enrolment.session_id])
    email = helper.person.email if helper.person is not None else ""
    how = (
        f"Pour répondre\u00a0: {email}"
        if email
        else "Ce message est envoyé par Assidu\u00a0: une réponse n’y serait pas lue."
    )
    text = f"{entry.text}\n\n{helper.name}\n{title}, {organisation_name}\n\n{how}\n"
    return Letter(address, organisation_name, entry.subject, text)
