"""What the log of assistance puts on the relevé de connexion: exchanges, with whoever helped; no time and no text."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from evidence.bundle import encode, parse_bundle, recompute
from evidence.content import DocumentType
from lrs.organisations import Organisation
from tests.evidence.bundle.school import REGISTRATION, School
from tests.training.examples import enrolment, person, session
from training.assistance import Channel, Entry, Kind
from training.assistance.writing import Course, Helper, write_exchange
from training.attendance import Author

AT = datetime(2026, 1, 9, 17, tzinfo=UTC)
YANN = Helper(Author("account", "65f0"), person("yann", last_name="Le Gall", first_name="Yann"))


def help_lea(school: School, entry: Entry, registration: str = REGISTRATION) -> UUID:
    """Store an exchange with Léa as the log writes it."""
    organisation = Organisation(1, "centre", "Centre", 0)  # type: ignore[arg-type]  # numbers are numbers
    course = Course(
        organisation, enrolment(registration=UUID(registration)), session(), "Droit du travail", (person("lea"),)
    )
    statement = write_exchange(course, len(school.statements), entry, YANN, AT)
    statement.pop("id")
    return school.send(**statement)


def taught() -> School:
    school = School.furnished()
    school.is_there()
    return school


def test_exchanges_stand_on_the_statement_of_connection_and_no_message_counts_as_time():
    before, school = taught().bundle(DocumentType.RELCO), taught()
    help_lea(school, Entry(Kind.MESSAGE, "1", Channel.EMAIL, "Le quiz", "Bonjour Léa"))
    help_lea(school, Entry(Kind.TALK, "2", Channel.TELEPHONE, "Point d’étape"))

    after = school.bundle(DocumentType.RELCO)

    lines = [(item.at, item.channel, item.author, item.about) for item in after.content.assistance]
    assert sorted(lines) == [
        (AT, "message", "Yann Le Gall", "Le quiz"),
        (AT, "échange", "Yann Le Gall", "Point d’étape"),
    ]
    assert after.content.times == before.content.times
    assert after.content.connections == before.content.connections
    assert b"Bonjour L" not in encode(after)


def test_what_is_printed_follows_from_what_is_inside_the_document():
    school = taught()
    help_lea(school, Entry(Kind.QUESTION, "1", Channel.EMAIL, "Le quiz", "Comment ?"))

    bundle = parse_bundle(encode(school.bundle(DocumentType.RELCO)))

    assert [item.channel for item in bundle.content.assistance] == ["question"]
    assert recompute(bundle).differences == ()


def test_an_exchange_in_another_enrolment_is_not_printed():
    school = taught()
    help_lea(school, Entry(Kind.TALK, "1", Channel.MEETING, "Autre session"), "3f2504e0-4f89-41d3-9a0c-0305e82c3399")

    assert school.bundle(DocumentType.RELCO).content.assistance == ()


def test_that_somebody_is_looked_at_later_is_printed_nowhere():
    school = taught()
    help_lea(school, Entry(Kind.POSTPONED, "1", until=AT.date()))

    assert school.bundle(DocumentType.RELCO).content.assistance == ()
