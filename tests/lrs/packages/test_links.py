"""Links to packages: who made them, for whom, until when; revoked, they open nothing and their players are refused."""

from __future__ import annotations

import pytest

from lrs.clock import Micros
from lrs.courses.launches import Launches
from lrs.courses.plays import REVOKED, NewPlay, Plays, Premises
from lrs.errors import NotFound, Unauthenticated
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.lrs.packages.building import ONE, SEVERAL
from tests.lrs.packages.test_hosting import BASE, LEA, ORIGIN, added

YANN = {"mbox": "mailto:yann@example.org"}


@pytest.fixture
def plays(services: Services) -> Plays:
    return Plays.over(services, Premises(ORIGIN, base=BASE))


def token(plays: Plays, organisation: OrganisationId, package: str) -> tuple[str, str]:
    """The id and the token of a new link for Léa."""
    issued = plays.issue(organisation, NewPlay(package, LEA, by="essai"))
    return issued.play.id, issued.address.rstrip("/").rpartition("/")[2]


def test_links_are_listed_with_who_made_them_and_when_they_were_last_opened(
    plays: Plays, services: Services, organisation: OrganisationId
) -> None:
    package = added(plays, organisation, ONE).package.id
    first, opened = token(plays, organisation, package)
    services.clock.micros = Micros(services.clock.now_micros() + 1)  # type: ignore[attr-defined]  # a fixed one
    second, _ = token(plays, organisation, package)
    plays.open(opened)

    found = plays.page(organisation, package, None, 10)

    assert [(each.id, each.by, each.learner) for each in found] == [
        (first, "essai", "mbox mailto:lea@example.org"), (second, "essai", "mbox mailto:lea@example.org"),
    ]  # fmt: skip
    assert [each.opened for each in found] == [services.clock.now_micros(), None]
    after = (found[0].created, found[0].id)
    assert [each.id for each in plays.page(organisation, package, after, 10)] == [second]
    assert [each.id for each in plays.newest(organisation, package, 1)] == [second]


def test_a_revoked_link_opens_nothing_and_its_launches_have_ended(
    plays: Plays, services: Services, organisation: OrganisationId
) -> None:
    package = added(plays, organisation, SEVERAL).package.id
    name, mine = token(plays, organisation, package)
    _, others = token(plays, organisation, package)
    opened, other = plays.open(mine), plays.open(others)
    _, secret = plays.launch(opened, opened.launched[1])
    _, kept = plays.launch(other, other.launched[1])

    revoked = plays.revoke(organisation, package, name)

    assert revoked.state(services.clock.now_micros()) == "revoked"
    with pytest.raises(Unauthenticated) as refusal:
        plays.open(mine)
    assert [each.requirement for each in refusal.value.problems] == [REVOKED]
    launches = Launches(services.store, services.clock, services.ids, services.secret_key)
    now = services.clock.now_micros()
    with pytest.raises(Unauthenticated):
        launches.check(launches.find(secret), now)
    launches.check(launches.find(kept), now)
    assert plays.revoke(organisation, package, name).revoked == revoked.revoked


def test_who_had_opened_it_elsewhere_begins_no_part_after_it_was_revoked(
    plays: Plays, services: Services, organisation: OrganisationId
) -> None:
    package = added(plays, organisation, SEVERAL).package.id
    name, mine = token(plays, organisation, package)
    elsewhere = Plays.over(services, Premises(ORIGIN, base=BASE))
    opened = elsewhere.open(mine)
    plays.launch(plays.open(mine), opened.launched[2])

    plays.revoke(organisation, package, name)

    for number in (1, 2):
        with pytest.raises(Unauthenticated) as refusal:
            elsewhere.launch(opened, opened.launched[number])
        assert [each.requirement for each in refusal.value.problems] == [REVOKED]
    rows = services.store.collection("scorm_launches").find()
    assert all(row["revoked"] is not None for row in rows)


def test_an_organisation_neither_sees_nor_revokes_the_links_of_another(
    plays: Plays, organisation: OrganisationId
) -> None:
    package = added(plays, organisation, ONE).package.id
    name, mine = token(plays, organisation, package)
    other = OrganisationId(organisation + 1)
    theirs = added(plays, other, ONE).package.id

    with pytest.raises(NotFound):
        plays.page(other, package, None, 10)
    assert plays.newest(other, package, 10) == []
    for where in (package, theirs):
        with pytest.raises(NotFound):
            plays.revoke(other, where, name)
    assert plays.open(mine).play.revoked is None
