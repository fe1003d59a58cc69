"""Courses, opened, answered, left and opened again in a real browser."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import BrowserContext, Page, expect

from tests.assidu.content.conftest import Host, Opener
from tests.browser import picture
from tests.dashboards.conftest import wait_for
from tests.lrs.packages.building import ONE, SEVERAL


def someone(name: str) -> dict[str, Any]:
    return {"name": "Léa Petit", "account": {"homePage": "https://portail.exemple.fr", "name": name}}


def verbs(host: Host, name: str) -> list[str]:
    """What a learner did, in the order in which it was stored."""
    return [each["verb"]["id"].rpartition("/")[2] for each in host.statements(name)]


def axe(page: Page) -> list[str]:
    page.wait_for_load_state()
    page.evaluate(f"() => {{ {AXE_FILE_PATH.read_text()} }}")
    found = page.evaluate("() => axe.run({exclude: ['iframe']}, {resultTypes: ['violations'], iframes: false})")
    return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]


def test_a_course_goes_on_where_it_was_left(host: Host, open_course: Opener) -> None:
    link = host.link(host.upload(ONE), someone("un"))
    first = open_course(link)
    assert first.do("get('cmi.core.entry')") == "ab-initio"
    assert first.do("get('cmi.student_data.mastery_score')") == "80"
    assert first.do("get('cmi.core.student_name')") == "Léa Petit"
    assert first.do("answer('q1', 'a', true)") is True
    first.do("bookmark('page-7', 'é'.repeat(100))")
    first.wait_saved()
    first.page.close()

    again = open_course(link)

    assert again.content.inner_text("#here") == "page-7"
    assert again.do("get('cmi.core.entry')") == "resume"
    assert again.do("get('cmi.suspend_data')") == "é" * 100
    # The next answer is the second, and not the first in other words.
    assert again.do("count()") == 1
    assert again.do("answer('q2', 'b', false)") is True
    again.do("done(85)")
    again.wait_saved()
    again.page.close()
    wait_for(lambda: verbs(host, "un").count("terminated") == 2, seconds=20)
    assert [verb for verb in verbs(host, "un") if verb != "scored"] == [
        "initialized", "responded", "suspended", "terminated",
        "initialized", "resumed", "responded", "completed", "passed", "suspended", "terminated",
    ]  # fmt: skip
    responses = [each["result"]["response"] for each in host.statements("un") if "responded" in each["verb"]["id"]]
    assert responses == ["a", "b"]
    extensions = [each.get("context", {}).get("extensions", {}) for each in host.statements("un")]
    assert not any("revises" in name or "late" in name for each in extensions for name in each)


def test_several_parts_are_gone_through_by_the_contents(host: Host, open_course: Opener) -> None:
    link = host.link(host.upload(SEVERAL), someone("deux"))
    course = open_course(link)
    # The first part is only to be read: what counts begins after it.
    course.page.wait_for_url("**/1/")
    assert course.do("get('cmi.scaled_passing_score')") == "0.8"
    assert [course.do(f"get('cmi.objectives.{at}.id')") for at in range(2)] == ["primaire", "alerter"]
    course.do("answer('q1', 'a', true)")
    course.do("set('cmi.objectives.1.success_status', 'passed')")
    course.do("done(90)")
    course.wait_saved()
    assert axe(course.page) == []
    picture(course.page, "player")

    course.page.click("a[rel=next]")

    course.page.wait_for_url("**/2/")
    course.page.wait_for_selector('[data-item="1"] .standing[data-standing=passed]')
    assert course.page.inner_text('[data-item="0"] .standing') == "à consulter"
    assert course.page.inner_text('[data-item="1"] .standing') == "réussi"
    assert course.do("get('cmi.entry')") == "ab-initio"
    course.do("bookmark('sortie')")
    course.wait_saved()
    course.page.close()
    wait_for(lambda: verbs(host, "deux").count("terminated") == 2, seconds=20)
    # What is not done yet is opened first.
    again = open_course(link)
    again.page.wait_for_url("**/2/")
    assert again.content.inner_text("#here") == "sortie"
    objects = {each["object"]["id"] for each in host.statements("deux") if "completed" in each["verb"]["id"]}
    assert any(name.endswith("/alerter") for name in objects)


def test_on_a_phone_the_contents_open_when_they_are_asked_for(host: Host, profile: BrowserContext) -> None:
    page = profile.new_page()
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme="dark")
    page.goto(host.link(host.upload(SEVERAL), someone("mobile")))
    page.wait_for_url("**/1/")
    contents = page.locator("nav.contents")
    expect(contents.get_by_role("link", name="Évacuer")).to_be_hidden()
    stage = page.locator("main.stage").bounding_box()
    assert stage is not None
    assert stage["height"] > 800 * 0.75

    contents.get_by_role("heading", name="Sommaire").click()

    expect(contents.get_by_role("link", name="Évacuer")).to_be_visible()
    assert axe(page) == []
    picture(page, "player-390-dark")
    contents.get_by_role("link", name="Évacuer").click()
    page.wait_for_url("**/2/")
    expect(contents.get_by_role("link", name="Alerter")).to_be_hidden()


def test_the_last_commit_arrives_though_it_is_larger_than_what_outlives_a_page(host: Host, open_course: Opener) -> None:
    link = host.link(host.upload(ONE), someone("trois"))
    course = open_course(link)
    course.wait_saved()
    course.do("set('cmi.suspend_data', 'é'.repeat(60000))")

    course.page.close()

    wait_for(lambda: "terminated" in verbs(host, "trois"), seconds=20)
    again = open_course(link)
    assert again.do("get('cmi.suspend_data').length") == 60_000
    assert verbs(host, "trois").count("terminated") == 1


def test_without_a_network_the_page_says_so_and_sends_when_it_is_back(host: Host, open_course: Opener) -> None:
    course = open_course(host.link(host.upload(ONE), someone("quatre")))
    course.wait_saved()
    course.page.context.set_offline(True)
    assert course.do("answer('q1', 'a', true)") is True
    course.page.wait_for_selector("#state[data-state=waiting]")
    assert "Pas de réseau" in course.page.inner_text("#state")

    course.page.context.set_offline(False)

    course.wait_saved()
    wait_for(lambda: "responded" in verbs(host, "quatre"), seconds=20)


def test_what_one_learner_left_unsent_goes_under_their_name_when_another_opens_the_course(
    host: Host, open_course: Opener
) -> None:
    package = host.upload(ONE)
    first = open_course(host.link(package, someone("cinq")))
    first.wait_saved()
    first.page.context.set_offline(True)
    assert first.do("answer('q1', 'a', true)") is True
    first.die()
    first.page.context.set_offline(False)

    open_course(host.link(package, someone("six"))).wait_saved()

    wait_for(lambda: verbs(host, "cinq").count("terminated") == 1, seconds=20)
    assert verbs(host, "cinq").count("responded") == 1
    assert "responded" not in verbs(host, "six")
