"""Packages are kept whole or not at all, by what is in them; learners stay with the version that they began."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from typing import Any

import pytest

from lrs.clock import Micros
from lrs.courses.hosting import Offered, Uploaded
from lrs.courses.plays import NewPlay, Opened, Plays, Premises
from lrs.errors import Conflict, InvalidRequest, NotFound, Unauthenticated
from lrs.packages.origin import ContentOrigin
from lrs.services import Services
from lrs.store.packages import PART_BYTES
from lrs.store.personal import Personal
from lrs.tenancy import OrganisationId
from tests.lrs.packages.building import ONE, SEVERAL, Course, Part, packed

BASE = "https://assidu.example"
LEA = {"mbox": "mailto:lea@example.org"}
ORIGIN = ContentOrigin.parse("https://*.contenus.example")


@pytest.fixture
def plays(services: Services) -> Plays:
    return Plays.over(services, Premises(ORIGIN, base=BASE))


def added(plays: Plays, organisation: OrganisationId, content: Course | bytes, **how: Any) -> Uploaded:
    archive = content if isinstance(content, bytes) else packed(content)
    return plays.hosting.upload(organisation, io.BytesIO(archive), Offered("essai", BASE, "cours.zip", **how))


def opened(plays: Plays, organisation: OrganisationId, package: str, actor: dict[str, Any] | None = None) -> Opened:
    address = plays.issue(organisation, NewPlay(package, actor or LEA)).address
    return plays.open(address.rstrip("/").rpartition("/")[2])


def test_a_package_is_kept_with_every_byte(plays: Plays, organisation: OrganisationId) -> None:
    film = random.Random(1).randbytes(PART_BYTES * 5 // 2)
    done = added(plays, organisation, replace(ONE, extra={"film.mp4": film, "vide.txt": b""}))

    files = {file.name: file for file in done.version.files}
    assert done.is_new
    assert set(files) == {*ONE.files(), "film.mp4", "vide.txt"}
    whole = plays.hosting.read(organisation, files["film.mp4"], 0, len(film))
    assert b"".join(whole) == film
    start, end = PART_BYTES - 5, PART_BYTES + 7
    assert b"".join(plays.hosting.read(organisation, files["film.mp4"], start, end)) == film[start:end]
    assert b"".join(plays.hosting.read(organisation, files["vide.txt"], 0, 0)) == b""


def test_the_same_files_are_the_same_version_however_they_were_packed(
    plays: Plays, organisation: OrganisationId
) -> None:
    first = added(plays, organisation, ONE)
    shuffled = dict(reversed(list(ONE.files().items())))

    again = added(plays, organisation, packed(shuffled, compression=0))

    assert (again.is_new, again.package.id, again.version.number) == (False, first.package.id, 1)
    assert len(plays.hosting.page(organisation, None, 10)) == 1


def test_other_files_under_the_same_identifier_are_a_new_version(plays: Plays, organisation: OrganisationId) -> None:
    first = added(plays, organisation, ONE)

    second = added(plays, organisation, replace(ONE, title="Mis à jour"))

    assert (second.package.id, second.version.number, second.is_new) == (first.package.id, 2, True)
    assert plays.hosting.get(organisation, first.package.id).title == "Mis à jour"
    assert [each.number for each in plays.hosting.versions(organisation, first.package.id)] == [1, 2]
    # Back to what was there before is a version of its own: whoever begins now begins with that.
    assert added(plays, organisation, ONE).version.number == 3


def test_a_package_by_itself_is_none_of_the_others(plays: Plays, organisation: OrganisationId) -> None:
    first = added(plays, organisation, ONE)

    alone = added(plays, organisation, replace(ONE, title="Autre"), is_alone=True)

    assert alone.package.id != first.package.id
    more = added(plays, organisation, replace(ONE, title="Autre encore"), package=alone.package.id)
    assert (more.package.id, more.version.number) == (alone.package.id, 2)


def test_what_learners_began_goes_on_and_others_begin_the_newest(plays: Plays, organisation: OrganisationId) -> None:
    package = added(plays, organisation, ONE).package.id
    assert opened(plays, organisation, package).version.number == 1

    added(plays, organisation, replace(ONE, title="Mis à jour"))

    assert opened(plays, organisation, package).version.number == 1
    assert opened(plays, organisation, package, {"mbox": "mailto:yann@example.org"}).version.number == 2


def test_activities_follow_from_the_package_and_its_parts(plays: Plays, organisation: OrganisationId) -> None:
    one = added(plays, organisation, ONE).package
    several = added(plays, organisation, SEVERAL, activity="https://portail.example/incendie").package

    assert one.activity == f"{BASE}/packages/{one.id}"
    offered = plays.hosting.offered(organisation)
    assert offered == {
        one.activity: one.id,
        "https://portail.example/incendie": several.id,
        "https://portail.example/incendie/lire": several.id,
        "https://portail.example/incendie/alerter": several.id,
        "https://portail.example/incendie/%C3%A9vacuer": several.id,
    }


def test_a_retired_package_is_begun_no_more_and_offered_again_when_it_is_added_again(
    plays: Plays, organisation: OrganisationId
) -> None:
    package = added(plays, organisation, ONE).package.id
    before = opened(plays, organisation, package)

    plays.hosting.retire(organisation, package)

    with pytest.raises(Conflict):
        plays.issue(organisation, NewPlay(package, LEA))
    assert plays.open(before.token).package.id == package
    assert plays.hosting.offered(organisation) == {}
    assert added(plays, organisation, ONE).package.retired is None


@pytest.mark.parametrize(
    ("course", "how", "error"),
    [
        (packed({"index.html": b"x"}), {}, InvalidRequest),
        (packed({"dossier/imsmanifest.xml": b"x"}), {}, InvalidRequest),
        (Course(parts=(Part("a", "A", "jeu"),)), {}, InvalidRequest),
        (ONE, {"activity": "pas une adresse"}, InvalidRequest),
        (ONE, {"package": "pk_inconnu"}, NotFound),
    ],
)
def test_what_is_refused_leaves_nothing(
    plays: Plays, services: Services, organisation: OrganisationId, course: Any, how: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        added(plays, organisation, course, **how)

    for name in ("packages", "package_versions", "package_parts"):
        assert services.store.collection(name).count_documents({}) == 0


def test_a_link_ends(plays: Plays, services: Services, organisation: OrganisationId) -> None:
    package = added(plays, organisation, ONE).package.id
    found = opened(plays, organisation, package)

    services.clock.micros = Micros(found.play.expires)  # type: ignore[attr-defined]  # a fixed one

    with pytest.raises(Unauthenticated):
        plays.open(found.token)


def test_a_part_has_the_same_launch_at_each_opening_and_it_is_of_this_learner_alone(
    plays: Plays, organisation: OrganisationId
) -> None:
    package = added(plays, organisation, SEVERAL).package.id
    mine, others = (
        opened(plays, organisation, package),
        opened(plays, organisation, package, {"openid": "https://a.b/"}),
    )
    item = mine.launched[1]

    launch, token = plays.launch(mine, item)

    assert plays.launch(mine, item) == (launch, token)
    assert launch.actor == LEA
    assert launch.origins == (ORIGIN.of(mine.package),)
    assert launch.track == plays.unsaved(mine, item).track
    assert token not in {plays.launch(others, item)[1], plays.launch(mine, mine.launched[2])[1], mine.token}


def test_without_a_content_host_no_link_is_made(services: Services, organisation: OrganisationId) -> None:
    plays = Plays.over(services, Premises(None, base=BASE))
    package = added(plays, organisation, ONE).package.id

    with pytest.raises(Conflict, match="ASSIDU_CONTENT_URL"):
        plays.issue(organisation, NewPlay(package, LEA))


def test_whoever_is_erased_leaves_no_link_and_no_beginning(
    plays: Plays, services: Services, organisation: OrganisationId
) -> None:
    package = added(plays, organisation, ONE).package.id
    opened(plays, organisation, package)
    opened(plays, organisation, package, {"mbox": "mailto:yann@example.org"})

    Personal(services.store).forget_documents(organisation, ["mbox mailto:lea@example.org"])

    for name in ("package_plays", "package_beginnings"):
        assert [row["g"] for row in services.store.collection(name).find()] == ["mbox mailto:yann@example.org"]


def test_an_organisation_has_nothing_of_another(plays: Plays, organisation: OrganisationId) -> None:
    package = added(plays, organisation, ONE).package
    other = OrganisationId(organisation + 1)

    assert plays.hosting.page(other, None, 10) == []
    with pytest.raises(NotFound):
        plays.issue(other, NewPlay(package.id, LEA))
    theirs = added(plays, other, ONE)
    assert theirs.is_new
    assert theirs.package.label != package.label
    assert list(plays.hosting.read(other, replace(theirs.version.files[0], sha256="0" * 64), 0, 10)) == []


def test_parts_of_one_title_are_told_apart_by_their_identifiers(plays: Plays, organisation: OrganisationId) -> None:
    course = Course(identifier="fr.exemple.jumeaux", parts=(Part("a/b", "Même"), Part("a", "Même")))

    found = added(plays, organisation, course)

    iris = [found.package.activity_of(found.version.manifest, item) for item in found.version.manifest.launched]
    assert len(set(iris)) == 2
