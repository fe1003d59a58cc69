"""The page of what platforms' traces are held to."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from dashboards.views.administration.checks import change_checks, read_checks
from lrs.errors import Forbidden, InvalidRequest, NotFound
from lrs.profiles.checks import CheckMode
from lrs.versions import Version
from tests.dashboards.administrator.conftest import LensOf, SignIn
from training.access import Role

PLAYED = b"""{"actor": {"mbox": "mailto:lea@exemple.fr"}, "verb": {"id": "https://w3id.org/xapi/video/verbs/played"},
"object": {"id": "https://v.example/1", "definition": {"type": "https://w3id.org/xapi/video/activity-type/video"}}}"""


def test_what_is_checked_is_changed_and_what_is_broken_is_told(lens_of: LensOf, caller, services) -> None:
    lens = lens_of()
    change_checks(lens, caller.credential, "flag", ("video",))
    services.ingest.post(services.credentials.caller(caller.organisation, caller.credential), Version.V1_0_3, PLAYED)

    view = read_checks(lens)

    (sender,) = [one for one in view.senders if one.key == caller.credential]
    assert (sender.mode, sender.profiles, sender.looked) == (CheckMode.FLAG, ("video",), 1)
    assert [one.rule_id.rpartition("#")[2] for one in view.report.broken] == [
        "played/rules/0", "played/rules/1", "played/rules/2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "mode", "profiles", "error"),
    [
        ("essai", "sometimes", ("video",), InvalidRequest),
        ("essai", "flag", (), InvalidRequest),
        ("essai", "flag", ("vidéo",), InvalidRequest),
        ("personne", "flag", ("video",), NotFound),
    ],
)
def test_what_cannot_be_is_refused(lens_of: LensOf, caller, key, mode, profiles, error) -> None:
    del caller
    with pytest.raises(error):
        change_checks(lens_of(), key, mode, profiles)


def test_nobody_but_an_administrator_sees_or_changes_it(lens_of: LensOf, caller) -> None:
    for role in (Role.MANAGER, Role.TRAINER):
        with pytest.raises(Forbidden):
            read_checks(lens_of(role))
        with pytest.raises(Forbidden):
            change_checks(lens_of(role), caller.credential, "flag", ("video",))


def test_a_platform_is_held_to_a_profile_on_its_page(as_role: SignIn, services, campus_of_ours) -> None:
    seen = as_role()
    seen.go("settings/checks")
    seen.page.locator('[id=\'{"submit":"checks-change"}\']').click()
    expect(seen.page.get_by_text("Au moins un profil").first).to_be_visible()
    seen.page.get_by_role("textbox", name="Profils").click()
    seen.page.get_by_role("option", name="Vidéo", exact=True).click()
    seen.page.locator('[id=\'{"submit":"checks-change"}\']').click()
    expect(seen.page.get_by_text("Le contrôle est enregistré.").first).to_be_visible()
    settings = [one.settings for one in services.credentials.all(campus_of_ours)]
    assert [one.profiles for one in settings if one.profile_checks is CheckMode.FLAG] == [("video",)]
    seen.assert_no_console_errors()
