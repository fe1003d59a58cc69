"""Logo and stamp: put in their place by whoever administers, refused where they cannot be printed, kept in versions."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import FileChooser, expect

from dashboards.views.administration.organisation import read_organisation
from dashboards.views.administration.pictures import picture_of, read_upload, set_picture
from lrs.clock import FixedClock, Micros
from lrs.errors import Forbidden, InvalidRequest, NotFound, PreconditionFailed
from tests.dashboards.administrator.conftest import LensOf, SignIn
from tests.dashboards.conftest import wait_for
from tests.evidence.layout.pictures import JPEG, LOGO, grey_png
from training.access import Role
from training.records.provider import PictureType
from training.rules.photographs import find_jpeg_problem
from training.rules.provider import PICTURE_MOST_BYTES

SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><script>alert(1)</script></svg>'
OUTSIDE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><use href="https://ailleurs.exemple.fr#a"/></svg>'


def test_each_picture_is_a_version_and_the_other_members_stay(lens_of: LensOf) -> None:
    before = read_organisation(lens_of())
    set_picture(lens_of(), before, "logo", LOGO, "Logo déposé")
    with_logo = read_organisation(lens_of())
    set_picture(lens_of(), with_logo, "stamp", grey_png(620, 250), "Cachet déposé")
    both = read_organisation(lens_of())

    assert (before.version, with_logo.version, both.version) == (1, 2, 3)
    assert [item.changed for item in both.history[:2]] == [("stamp",), ("logo",)]
    assert [item.note for item in both.history[:2]] == ["Cachet déposé", "Logo déposé"]
    kept = {name: value for name, value in both.plain.items() if name not in ("logo", "stamp")}
    assert kept == {name: value for name, value in before.plain.items() if name not in ("logo", "stamp")}
    logo, stamp = picture_of(both, "logo"), picture_of(both, "stamp")
    assert logo is not None
    assert stamp is not None
    assert (logo.media_type, logo.pixels) == (PictureType.SVG, None)
    assert (stamp.media_type, stamp.pixels, stamp.dots_per_inch) == (PictureType.PNG, (620, 250), 254)


def test_what_a_file_is_its_content_says_and_a_photograph_keeps_its_pixels_alone(lens_of: LensOf) -> None:
    set_picture(lens_of(), read_organisation(lens_of()), "stamp", JPEG + b"<script>", "Cachet")

    stamp = picture_of(read_organisation(lens_of()), "stamp")

    assert stamp is not None
    assert stamp.media_type is PictureType.JPEG
    kept = read_upload(stamp.address)
    assert find_jpeg_problem(kept) is None
    assert b"Exif" not in kept
    assert b"script" not in kept


@pytest.mark.parametrize("name", ["logo", "stamp"])
@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", SCRIPT, OUTSIDE, JPEG[:-9], grey_png()[:-9], bytes(PICTURE_MOST_BYTES + 1)]
)
def test_what_cannot_be_printed_is_refused_and_nothing_changes(lens_of: LensOf, name, content: bytes) -> None:
    found = read_organisation(lens_of())

    with pytest.raises(InvalidRequest) as refusal:
        set_picture(lens_of(), found, name, content, "essai")

    assert all(problem.pointer.startswith(f"/{name}") for problem in refusal.value.problems)
    assert read_organisation(lens_of()).version == found.version


@pytest.mark.parametrize("contents", [None, 7, "", "data:image/png,abc", "data:image/png;base64,é", "abc"])
def test_what_is_no_file_is_refused(contents: object) -> None:
    with pytest.raises(InvalidRequest):
        read_upload(contents)


def test_a_picture_is_taken_away_and_its_version_stays(lens_of: LensOf) -> None:
    set_picture(lens_of(), read_organisation(lens_of()), "logo", LOGO, "Logo")
    set_picture(lens_of(), read_organisation(lens_of()), "logo", None, "Logo retiré")
    found = read_organisation(lens_of())

    assert picture_of(found, "logo") is None
    assert found.history[1].plain["logo"]["content"] == b64encode(LOGO).decode()


def test_only_an_administrator_changes_pictures_and_only_what_they_saw(lens_of: LensOf) -> None:
    found = read_organisation(lens_of())
    with pytest.raises(Forbidden):
        set_picture(lens_of(Role.MANAGER), found, "logo", LOGO, "essai")
    set_picture(lens_of(), found, "logo", LOGO, "essai")

    with pytest.raises(PreconditionFailed):
        set_picture(lens_of(), found, "stamp", LOGO, "essai")
    with pytest.raises(NotFound):
        set_picture(lens_of(), replace(found, version=0), "stamp", LOGO, "essai")


def test_a_logo_is_uploaded_with_the_keyboard_seen_and_taken_away(as_role: SignIn, tmp_path: Path, clock: FixedClock):
    good, bad = tmp_path / "logo.svg", tmp_path / "logo.png"
    good.write_bytes(LOGO)
    bad.write_bytes(SCRIPT)
    seen = as_role()
    seen.go("settings/organisation")
    seen.page.locator(".upload input").first.set_input_files(bad)
    expect(seen.page.get_by_text("ce fichier ne peut pas être imprimé")).to_be_visible()
    clock.micros = Micros(clock.micros + 1_000_000)
    chosen: list[FileChooser] = []
    seen.page.on("filechooser", lambda found: chosen.append(found))  # noqa: PLW0108 - playwright takes no built-in

    def opens() -> bool:
        # The page may just be drawn again.
        seen.page.get_by_role("button", name="Déposer un logo").focus()
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_timeout(1_000)
        return bool(chosen)

    wait_for(opens, seconds=60)
    chosen[0].set_files(good)
    expect(seen.page.get_by_alt_text("Logo actuel")).to_be_visible()
    expect(seen.page.locator(".notice.good")).to_be_visible()
    clock.micros = Micros(clock.micros + 1_000_000)
    assert seen.axe() == []
    seen.page.get_by_role("button", name="Retirer le logo").click()
    expect(seen.page.get_by_alt_text("Logo actuel")).to_have_count(0)
    seen.assert_no_console_errors()
