"""Documents shown to others by a link: who may, until when, and what is known of whoever opened it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from lrs.clock import Micros, to_micros
from lrs.errors import InvalidRequest, NotFound, TooManyRequests
from lrs.tenancy import OrganisationId
from training.records.ids import PersonId
from training.rights import Offer, Shares

HERE, ELSEWHERE = OrganisationId(1), OrganisationId(2)
LEA, MAX = PersonId("p-lea"), PersonId("p-max")
OFFER = Offer(("code-1", "code-2"), "Cabinet Exemple", "Candidature", date(2026, 1, 12))


@pytest.fixture
def shares(services):
    return Shares(services)


def later(clock, **span):
    clock.micros = Micros(clock.micros + round(timedelta(**span).total_seconds() * 1_000_000))


def test_a_link_opens_what_is_shared_and_who_shares_sees_when_and_from_where(shares, clock):
    made = shares.share(HERE, LEA, OFFER)
    later(clock, hours=1)

    shares.open(made.link_token, "203.0.113.77")
    found = shares.open(made.link_token, "203.0.113.78", "code-2")

    assert found.codes == ("code-1", "code-2")
    assert [(item.what, item.network) for item in shares.of_people(HERE, [LEA])[0].opened] == [
        ("code-2", "203.0.113.0/24"),
        ("page", "203.0.113.0/24"),
    ]


def test_nothing_that_opens_a_link_is_in_the_database(shares, store):
    made = shares.share(HERE, LEA, OFFER)

    assert made.link_token not in repr(list(store.collection("shares").find()))


def test_a_link_is_over_at_the_end_of_its_last_day_in_paris(shares, clock):
    made = shares.share(HERE, LEA, OFFER)
    clock.micros = to_micros(datetime(2026, 1, 12, 22, 59, tzinfo=UTC))
    shares.open(made.link_token, "203.0.113.77")
    clock.micros = to_micros(datetime(2026, 1, 12, 23, 0, tzinfo=UTC))

    with pytest.raises(NotFound):
        shares.open(made.link_token, "203.0.113.77")
    assert not shares.of_people(HERE, [LEA])[0].is_open(clock.now_micros())


def test_what_is_withdrawn_opens_at_once_no_more_and_ends_once(shares, clock):
    made = shares.share(HERE, LEA, OFFER)
    ended = shares.withdraw(HERE, made.id, [LEA])
    later(clock, minutes=5)

    assert shares.withdraw(HERE, made.id, [LEA]).withdrawn_at == ended.withdrawn_at
    with pytest.raises(NotFound):
        shares.open(made.link_token, "203.0.113.77")


@pytest.mark.parametrize("token", ["", "x", "é" * 20, "a" * 65, "secret-1"])
def test_a_link_that_nobody_made_opens_nothing(shares, token):
    shares.share(HERE, LEA, OFFER)

    with pytest.raises(NotFound):
        shares.open(token, "203.0.113.77")


def test_a_link_opens_no_document_that_is_not_among_those_shared(shares):
    made = shares.share(HERE, LEA, OFFER)

    with pytest.raises(NotFound):
        shares.open(made.link_token, "203.0.113.77", "code-3")


def test_whoever_tries_links_is_slowed_and_others_are_not(shares, clock):
    made = shares.share(HERE, LEA, OFFER)
    for _ in range(60):
        with pytest.raises(NotFound):
            shares.open("guess", "203.0.113.77")

    with pytest.raises(TooManyRequests):
        shares.open(made.link_token, "203.0.113.99")
    assert shares.open(made.link_token, "198.51.100.1").id == made.id


@pytest.mark.parametrize(
    "offer",
    [
        Offer((), "A", "B", date(2026, 1, 12)),
        Offer(("c", "c"), "A", "B", date(2026, 1, 12)),
        Offer(tuple(f"c{at}" for at in range(21)), "A", "B", date(2026, 1, 12)),
        Offer(("c",), " ", "B", date(2026, 1, 12)),
        Offer(("c",), "A", "B" * 301, date(2026, 1, 12)),
        Offer(("c",), "A", "B", date(2026, 1, 4)),
        Offer(("c",), "A", "B", date(2027, 1, 6)),
    ],
)
def test_an_offer_that_names_nobody_nothing_or_no_possible_day_is_refused(shares, offer):
    with pytest.raises(InvalidRequest):
        shares.share(HERE, LEA, offer)

    assert shares.of_people(HERE, [LEA]) == []


def test_nobody_else_sees_or_ends_what_is_shared(shares):
    made = shares.share(HERE, LEA, OFFER)
    for organisation, people, share_id in (
        (ELSEWHERE, [LEA], made.id),
        (HERE, [MAX], made.id),
        (HERE, [LEA], UUID(int=9)),
    ):
        with pytest.raises(NotFound):
            shares.withdraw(organisation, share_id, people)

    assert shares.of_people(ELSEWHERE, [LEA]) == shares.of_people(HERE, [MAX]) == []
    assert shares.open(made.link_token, "203.0.113.77").withdrawn_at is None
