"""Links to hosted courses in an administrator's hands: seen with whom they are for, and revoked, on record."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import expect

from dashboards.views.administration.packages import read_packages, revoke_link
from evidence.store.trail import TrailQuery
from evidence.trail.entry import Act
from lrs.courses.hosting import Offered
from lrs.courses.plays import NewPlay, Plays, Premises
from lrs.errors import Forbidden, NotFound
from lrs.packages.origin import ContentOrigin
from lrs.services import Services
from lrs.tenancy import OrganisationId
from tests.browser import picture
from tests.dashboards.administrator.conftest import LensOf, SignIn
from tests.lrs.packages.building import ONE, packed
from training.access import Role

LEA = {"mbox": "mailto:lea@exemple.fr", "name": "Léa Petit"}


def linked(services: Services, organisation: OrganisationId) -> tuple[str, str]:
    """Host a course with a link to it; return both ids."""
    plays = Plays.over(services, Premises(ContentOrigin.parse("https://*.contenus.example"), base="https://a.example"))
    package = plays.hosting.upload(organisation, io.BytesIO(packed(ONE)), Offered("essai", "https://a.example")).package
    return package.id, plays.issue(organisation, NewPlay(package.id, LEA, by="account:essai")).play.id


def test_links_are_seen_and_revoked_on_record(lens_of: LensOf, services: Services, furnished: OrganisationId) -> None:
    package, link = linked(services, furnished)
    (view,) = read_packages(lens_of()).packages
    assert [(each.id, each.learner, each.state, each.by) for each in view.links] == [
        (link, "Léa Petit", "active", "account:essai")
    ]

    revoke_link(lens_of(), package, link)

    assert [each.state for each in read_packages(lens_of()).packages[0].links] == ["revoked"]
    lens = lens_of()
    deeds = [item.deed for item in lens.sources.trail.entries(furnished, TrailQuery(act=Act.CHANGED))]
    assert deeds[-1].details["change"] == "package_link_revoked"
    assert "Léa" not in str(deeds)


def test_nobody_else_revokes_any(
    lens_of: LensOf, services: Services, furnished: OrganisationId, neighbour: OrganisationId
) -> None:
    package, link = linked(services, furnished)

    with pytest.raises(Forbidden):
        revoke_link(lens_of(Role.MANAGER), package, link)
    with pytest.raises(NotFound):
        revoke_link(lens_of(of=neighbour), package, link)
    assert read_packages(lens_of(of=neighbour)).packages == ()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_link_is_revoked_on_the_page(
    as_role: SignIn, services: Services, campus_of_ours: OrganisationId, width: int, scheme: str
) -> None:
    linked(services, campus_of_ours)
    seen = as_role(width=width, scheme=scheme)
    seen.go("settings/packages")
    seen.page.get_by_text("Liens donnés").first.click()
    expect(seen.page.get_by_text("Léa Petit").first).to_be_visible()
    picture(seen.page, f"package-links-{width}", full_page=True)
    form = "package-link-revoke"
    seen.page.locator(f'[id=\'{{"field":"link","form":"{form}"}}\']').click()
    seen.page.get_by_role("option", name="Léa Petit").first.click()
    seen.page.get_by_text("Je veux retirer ce lien").click()

    seen.page.locator(f'[id=\'{{"submit":"{form}"}}\']').click()

    expect(seen.page.get_by_text("Le lien est retiré")).to_be_visible()
    seen.assert_no_console_errors()
