"""Courses with rules, gone through in a real browser: what is closed stays closed, and opens when it may."""

from __future__ import annotations

import urllib.error
import urllib.request
from urllib.parse import urlsplit

from tests.assidu.content.conftest import Host, Opener
from tests.assidu.content.test_player import axe, someone
from tests.browser import picture
from tests.lrs.packages.ruled import ASKING, KNOWN, STEPS, TESTED


def test_a_part_is_closed_until_the_one_before_it_is_satisfied(host: Host, open_course: Opener) -> None:
    link = host.link(host.upload(STEPS), someone("pas"))
    course = open_course(link)
    course.page.wait_for_url("**/0/")
    course.content.wait_for_selector("body[data-ready]", state="attached")
    page = course.page
    page.wait_for_selector('[data-item="0"] a[href]')
    assert "autre chose" in page.inner_text('[data-item="1"] .why')
    assert page.get_attribute('[data-item="1"] a', "href") is None
    assert page.get_attribute("a[rel=next]", "href") is None
    assert course.do("get('adl.nav.request_valid.continue')") == "false"
    assert course.do("get('adl.nav.request_valid.choice.{target=alerter}')") == "false"
    picture(page, "sequencing-closed")
    assert axe(page) == []
    # Whoever knows its address is told the same.
    other = open_course(f"{link}2/")
    other.page.wait_for_selector("#state[data-state=ended]")
    assert "ne peut pas être ouverte" in other.page.inner_text("#state")
    picture(other.page, "sequencing-refused")
    assert axe(other.page) == []
    other.page.close()

    course.do("done(90)")

    page.wait_for_selector('[data-item="1"] a[href]')
    assert course.do("get('adl.nav.request_valid.continue')") == "true"
    assert page.get_attribute('[data-item="2"] a', "href") is None
    page.click("a[rel=next]")
    page.wait_for_url("**/1/")
    assert course.do("get('cmi.entry')") == "ab-initio"
    page.set_viewport_size({"width": 390, "height": 800})
    picture(page, "sequencing-phone")
    page.close()
    # Whoever comes back goes on where they were.
    again = open_course(link)
    again.page.wait_for_url("**/1/")


def test_who_fails_the_test_begins_again_and_who_passes_it_is_done(host: Host, open_course: Opener) -> None:
    course = open_course(host.link(host.upload(TESTED), someone("essai")))
    course.page.wait_for_url("**/0/")
    course.do("done(100)")
    course.do("leave('normal', 'continue')")
    course.page.wait_for_url("**/1/")
    course.do("done(20)")

    course.do("leave('normal', 'continue')")

    course.page.wait_for_url("**/0/")
    assert course.do("get('cmi.completion_status')") == "unknown"
    course.do("done(100)")
    course.do("leave('normal', 'continue')")
    course.page.wait_for_url("**/1/")
    assert course.do("get('cmi.entry')") == "ab-initio"
    course.do("done(90)")
    course.do("leave('normal', 'continue')")
    course.page.wait_for_selector("#state[data-state=ended]")
    assert "Le cours est terminé" in course.page.inner_text("#state")
    attempts = [each for each in host.statements("essai") if each["verb"]["id"].endswith("/terminated")]
    assert len(attempts) == 4


def test_what_is_known_already_is_skipped_and_told_to_who_asks(host: Host, open_course: Opener) -> None:
    course = open_course(host.link(host.upload(KNOWN), someone("savant")))
    course.page.wait_for_url("**/0/")
    course.do("set('cmi.objectives.0.success_status', 'passed')")
    course.do("set('cmi.objectives.1.success_status', 'failed')")
    course.do("done(50)")
    course.wait_saved()

    course.do("leave('normal', 'continue')")

    course.page.wait_for_url("**/2/")
    course.content.wait_for_selector("body[data-ready]", state="attached")
    course.page.wait_for_selector("a[rel=next][href]")
    assert not course.page.is_visible("a[rel=prev]")
    course.do("leave('normal', '{target=fin}choice')")
    course.page.wait_for_url("**/3/")
    assert course.do("get('cmi.objectives.0.success_status')") == "passed"
    course.do("done(90)")
    course.wait_saved()
    # What another part found is no result of this one.
    found = host.statements("savant")
    assert not [each for each in found if each["object"]["id"].endswith("/rappel")]
    course.do("leave('suspend', 'suspendAll')")
    course.page.wait_for_selector("#state[data-state=ended]")
    assert "vous le reprendrez" in course.page.inner_text("#state")


def test_a_part_of_scorm_1_2_waits_for_those_that_it_asks_for(host: Host, open_course: Opener) -> None:
    course = open_course(host.link(host.upload(ASKING), someone("avant")))
    course.page.wait_for_url("**/0/")
    assert course.do("get('cmi.core.entry')") == "ab-initio"
    course.page.wait_for_selector('[data-item="2"] a[href]')
    assert course.page.get_attribute('[data-item="1"] a', "href") is None

    course.do("done(90)")
    course.wait_saved()

    course.page.wait_for_selector('[data-item="1"] a[href]')
    course.page.click("a[rel=next]")
    course.page.wait_for_url("**/1/")
    assert course.do("get('cmi.core.entry')") == "ab-initio"


def test_only_what_can_be_asked_of_a_course_is_answered(host: Host) -> None:
    link = urlsplit(host.link(host.upload(TESTED), someone("brut")))

    def asked(body: bytes, path: str = "ask") -> int:
        address, headers = f"{host.address}{link.path}0/{path}", {"Host": link.netloc}
        request = urllib.request.Request(address, body or None, headers)  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own address
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    assert asked(b"", "parts") == 200
    for body in (b"{", b"[]", b'{"request": "start"}', b'{"request": "continue", "target": 3}', b"x" * 20_000):
        assert asked(body) == 400
    assert asked(b'{"request": "continue"}') == 200
