"""Units of cmi5, launched by a link in a real browser: from the course's host, and from their publisher's."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from dashboards.views.administration.cmi5 import read_courses, read_registration
from dashboards.views.lens import Lens, build_sources
from lrs.cmi5.vocabulary import LaunchMode
from lrs.courses.hosting import Offered
from lrs.courses.plays import NewPlay
from tests.assidu.content.conftest import Host
from tests.assidu.content.test_player import axe, someone, verbs
from tests.browser import picture
from tests.dashboards.conftest import wait_for
from tests.lrs.cmi5.building import SCRIPT, Package, Unit, page
from training.access import Role, Viewer

READY = "body[data-ready]"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server of a publisher: another origin than the store and the content host."""
    folder: Path = tmp_path_factory.mktemp("publisher")
    (folder / "unit.js").write_text(SCRIPT)
    (folder / "secourir.html").write_bytes(page("Secourir", "unit.js"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def upload(host: Host, package: Package) -> str:
    stream = io.BytesIO(package.packed())
    return host.plays.hosting.upload(host.organisation, stream, Offered("essai", host.address)).package.id


def link(host: Host, package: str, name: str, mode: LaunchMode = LaunchMode.NORMAL) -> str:
    return host.plays.issue(host.organisation, NewPlay(package, someone(name), mode=mode)).address


def standings(tab: Page) -> list[str]:
    return tab.locator(".standing").all_inner_texts()


def open_first(tab: Page) -> None:
    """Press the one button that stands out, and wait for the unit."""
    tab.click("button.main")
    tab.wait_for_selector(READY, state="attached")


def do(tab: Page, script: str) -> Any:
    return tab.evaluate(f"() => unit.{script}")


def leave(tab: Page, back: str) -> None:
    tab.evaluate("() => { unit.leave(); }")
    tab.wait_for_url(back)


def test_a_course_is_gone_through_unit_by_unit_until_it_is_satisfied(
    host: Host, profile: BrowserContext, publisher: str
) -> None:
    elsewhere = Unit("secourir", "Secourir", "Passed", "0.5", f"{publisher}/secourir.html?langue=fr")
    address = link(host, upload(host, Package("entier", units=(*Package().units, elsewhere))), "cmi5-un")
    tab = profile.new_page()
    tab.goto(address)
    assert standings(tab) == ["à faire", "à faire", "à faire"]
    assert tab.inner_text("button.main") == "Ouvrir\u00a0: Protéger"
    assert axe(tab) == []
    picture(tab, "cmi5-course")

    # The first, from the course's own host.
    open_first(tab)
    assert urlsplit(tab.url).netloc == urlsplit(address).netloc
    assert "page=1" in tab.url
    assert do(tab, "keep('page-7').then((answer) => answer.status)") == 204
    assert do(tab, "complete()") == ""
    assert do(tab, "pass(0.9)") == ""
    leave(tab, address)
    assert standings(tab) == ["satisfait", "à faire", "à faire"]

    # The second is left by closing the tab.
    open_first(tab)
    assert do(tab, "keep('page-2').then((answer) => answer.status)") == 204
    tab.close()
    tab = profile.new_page()
    tab.goto(address)
    assert standings(tab) == ["satisfait", "en cours", "à faire"]
    assert tab.inner_text("button.main") == "Reprendre\u00a0: Alerter"
    assert "abandoned" not in verbs(host, "cmi5-un")
    open_first(tab)
    assert verbs(host, "cmi5-un").count("abandoned") == 1
    assert tab.inner_text("#here") == "page-2"
    assert do(tab, "complete()") == ""
    leave(tab, address)

    # The third is its publisher's.
    open_first(tab)
    assert tab.url.startswith(f"{publisher}/secourir.html?langue=fr&endpoint=")
    assert do(tab, "pass(0.5)") == ""
    leave(tab, address)
    assert standings(tab) == ["satisfait", "satisfait", "satisfait"]
    assert "Toutes les unités de ce cours sont satisfaites." in tab.inner_text("main")
    tab.set_viewport_size({"width": 390, "height": 844})
    picture(tab, "cmi5-course-phone")
    assert tab.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

    assert verbs(host, "cmi5-un") == [
        "launched", "initialized", "completed", "passed", "terminated",
        "launched", "initialized", "abandoned", "launched", "initialized", "completed", "terminated",
        "launched", "initialized", "passed", "satisfied", "satisfied", "terminated",
    ]  # fmt: skip
    (registration,) = {each["context"]["registration"] for each in host.statements("cmi5-un")}
    # Who answers for training sees the same.
    lens = Lens(build_sources(host.services), Viewer(host.organisation, Role.MANAGER, "essai"))
    course = next(view for view in read_courses(lens) if view.iri == Package("entier").iri)
    _, standing = read_registration(lens, course.id, registration)
    assert (course.registered, course.satisfied, standing.is_satisfied, standing.met) == (1, 1, True, 3)
    assert [each.is_abandoned for each in standing.registration.sessions] == [False, True, False, False]


def test_what_is_satisfied_is_opened_again_to_be_looked_at_and_says_nothing_more(
    host: Host, profile: BrowserContext
) -> None:
    address = link(host, upload(host, Package("revu", units=(Unit("seule", "Seule"),))), "cmi5-deux")
    tab = profile.new_page()
    tab.goto(address)
    open_first(tab)
    assert do(tab, "data.launchMode") == "Normal"
    do(tab, "complete()")
    leave(tab, address)

    tab.click("button.quiet")
    tab.wait_for_selector(READY, state="attached")

    assert do(tab, "data.launchMode") == "Review"
    assert "cmi5 10.2.2" in do(tab, "complete()")
    leave(tab, address)
    assert verbs(host, "cmi5-deux").count("completed") == 1


def test_by_a_link_to_look_around_nothing_counts(host: Host, profile: BrowserContext) -> None:
    package = upload(host, Package("parcouru"))
    tab = profile.new_page()
    tab.goto(link(host, package, "cmi5-trois", LaunchMode.BROWSE))
    assert "rien n’est compté" in tab.inner_text("main")

    open_first(tab)

    assert do(tab, "data.launchMode") == "Browse"
    assert "cmi5 10.2.2" in do(tab, "complete()")


def test_a_unit_reaches_the_store_and_its_own_host_and_nothing_else(
    host: Host, profile: BrowserContext, publisher: str
) -> None:
    tab = profile.new_page()
    tab.goto(link(host, upload(host, Package("clos")), "cmi5-quatre"))
    open_first(tab)

    def reaches(address: str) -> bool:
        return bool(tab.evaluate(
            "async (address) => fetch(address, {mode: 'no-cors'}).then(() => true, () => false)", address
        ))  # fmt: skip

    assert reaches(f"{host.address}/xapi/about")
    for address in (f"{host.address}/healthz", f"{host.address}/api/v1/packages", f"{publisher}/unit.js"):
        assert not reaches(address), address
    assert tab.evaluate("() => document.cookie") == ""
    tab.evaluate("(address) => { const frame = document.body.appendChild(document.createElement('iframe')); "
                 "frame.src = address; }", f"{host.address}/login")  # fmt: skip
    tab.wait_for_timeout(300)
    assert all(not each.url.startswith(f"{host.address}/login") for each in tab.frames)


def test_another_courses_pages_cannot_use_its_launch(host: Host, profile: BrowserContext) -> None:
    tab, other = profile.new_page(), profile.new_page()
    tab.goto(link(host, upload(host, Package("sien")), "cmi5-cinq"))
    open_first(tab)
    other.goto(link(host, upload(host, Package("voisin")), "cmi5-six"))
    open_first(other)
    query, token = urlsplit(tab.url).query, do(tab, "token")

    status = other.evaluate(
        "async ([query, token]) => { const given = new URLSearchParams(query); "
        "return fetch(given.get('endpoint') + 'activities/state?' + new URLSearchParams({stateId: 'LMS.LaunchData', "
        "activityId: given.get('activityId'), agent: given.get('actor'), registration: given.get('registration')}), "
        "{headers: {'Authorization': 'Basic ' + token, 'X-Experience-API-Version': '1.0.3'}})"
        ".then((answer) => answer.status, () => 'refused'); }",
        [query, token],
    )

    assert status == "refused"
    wait_for(lambda: verbs(host, "cmi5-cinq").count("initialized") == 1, seconds=10)


def test_who_has_no_account_is_not_given_a_link(host: Host) -> None:
    from lrs.errors import InvalidRequest

    package = upload(host, Package("compte"))

    with pytest.raises(InvalidRequest) as refusal:
        host.plays.issue(host.organisation, NewPlay(package, {"mbox": "mailto:lea@example.org"}))

    assert [problem.requirement for problem in refusal.value.problems] == ["cmi5 9.2"]
