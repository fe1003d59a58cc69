"""Where courses run there is nothing else, and where people sign in there is no course."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from lrs.courses.plays import NewPlay
from tests.assidu.content.conftest import Host, Opener, fetch
from tests.dashboards.conftest import wait_for
from tests.lrs.packages.building import ONE, SEVERAL

FILM = random.Random(1).randbytes(10_000_000)
COURSE = replace(ONE, identifier="fr.exemple.film", extra={"film.mp4": FILM, "Image.PNG": b"png", "w.js": b"1"})


def asked(host: Host, link: str, path: str = "", **headers: str) -> tuple[int, Any, bytes]:
    """Ask the content host of a link for something; without a path, for the link."""
    parts = urlsplit(link)
    address = f"{host.address}{path if path.startswith('/') else parts.path + path}"
    status, found, body = fetch(address, {"Host": parts.netloc, **headers})
    return status, found, body


@pytest.fixture(scope="module")
def link(host: Host) -> str:
    return host.link(host.upload(COURSE))


ELSEWHERE = (
    "/",
    "/login",
    "/dashboards/",
    "/xapi/about",
    "/api/v1/openapi.json",
    "/oauth/token",
    "/healthz",
    "/metrics",
)


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nothing_but_content_answers_on_the_content_host(host: Host, link: str, path: str) -> None:
    status, headers, _ = asked(host, link, path)

    assert status == 404
    assert "Set-Cookie" not in headers
    assert "WWW-Authenticate" not in headers


def test_the_main_address_serves_no_package(host: Host, link: str) -> None:
    opened = urlsplit(link).path
    for path in (opened, f"{opened}0/", f"{opened}fichiers/film.mp4", "/lecteur/sender.js"):
        assert fetch(host.address + path)[0] == 404


def test_no_answer_of_the_content_host_sets_a_cookie_and_each_says_what_may_run(host: Host, link: str) -> None:
    for path in ("", "0/", "fichiers/film.mp4", "fichiers/absent", "/lecteur/sender.js"):
        _, headers, _ = asked(host, link, path, Cookie="assidu=x; __Host-assidu=x")

        assert "Set-Cookie" not in headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "frame-ancestors" in headers["Content-Security-Policy"]
    _, headers, _ = asked(host, link, "fichiers/film.mp4")
    assert "sandbox allow-scripts" in headers["Content-Security-Policy"]
    assert "connect-src 'self'" in headers["Content-Security-Policy"]


def test_a_link_is_answered_on_the_host_of_its_package_alone(host: Host, link: str) -> None:
    other = host.link(host.upload(SEVERAL))
    assert urlsplit(other).netloc != urlsplit(link).netloc

    status, _, _ = fetch(f"{host.address}{urlsplit(link).path}0/", {"Host": urlsplit(other).netloc})

    assert status == 404


def test_a_link_that_nobody_gave_out_opens_nothing(host: Host, link: str) -> None:
    status, headers, body = asked(host, link, "/contenu/inconnu/")

    assert status == 404
    assert "Ce lien a pris fin" in body.decode()
    assert "WWW-Authenticate" not in headers


def test_a_link_that_was_revoked_says_so_and_takes_nothing_more(host: Host, open_course: Opener) -> None:
    package = host.upload(ONE)
    issued = host.plays.issue(host.organisation, NewPlay(package, {"mbox": "mailto:retire@exemple.fr"}))
    course = open_course(issued.address)
    course.wait_saved()

    host.plays.revoke(host.organisation, package, issued.play.id)

    assert course.do("answer('q1', 'a', true)") is True
    course.page.wait_for_selector("#state[data-state=ended]")
    assert "Ce lien a pris fin" in course.page.inner_text("#state")
    # Another process forgets within half a minute what it was remembering.
    wait_for(lambda: asked(host, issued.address)[0] == 404, seconds=40)
    assert "a été retiré par votre organisme" in asked(host, issued.address)[2].decode()


def test_files_are_sent_whole_in_parts_and_not_again(host: Host, link: str) -> None:
    status, headers, body = asked(host, link, "fichiers/film.mp4")
    assert (status, body, headers["Content-Type"]) == (200, FILM, "video/mp4")

    status, part, body = asked(host, link, "fichiers/film.mp4", Range="bytes=1000000-1000009")
    assert (status, body) == (206, FILM[1_000_000:1_000_010])
    assert part["Content-Range"] == f"bytes 1000000-1000009/{len(FILM)}"

    assert asked(host, link, "fichiers/film.mp4", Range=f"bytes={len(FILM)}-")[0] == 416
    assert asked(host, link, "fichiers/film.mp4", **{"If-None-Match": headers["ETag"]})[0] == 304


def test_a_file_is_found_whatever_the_letters_it_is_asked_for_in(host: Host, link: str) -> None:
    assert asked(host, link, "fichiers/image.png")[0] == 200
    assert asked(host, link, "fichiers/../imsmanifest.xml")[0] in (200, 404)
    assert asked(host, link, "fichiers/absent.png")[0] == 404


def test_a_course_has_no_service_worker(host: Host, link: str) -> None:
    assert asked(host, link, "fichiers/w.js")[0] == 200
    assert asked(host, link, "fichiers/w.js", **{"Service-Worker": "script"})[0] == 404


def test_a_course_reaches_nothing_but_its_own_host(host: Host, link: str, open_course: Opener) -> None:
    course = open_course(link)
    content = course.content

    reached = content.evaluate(
        "async (address) => fetch(address, {credentials: 'include', mode: 'no-cors'}).then(() => true, () => false)",
        f"{host.address}/healthz",
    )
    content.evaluate("(address) => { try { parent.location = address; } catch {} }", f"{host.address}/login")
    content.evaluate("() => localStorage.setItem('secret', 'du premier')")
    course.page.wait_for_timeout(500)

    assert reached is False
    assert urlsplit(course.page.url).netloc == urlsplit(link).netloc
    other = open_course(host.link(host.upload(SEVERAL)))
    other.page.wait_for_selector("#sco[src]")
    assert other.page.evaluate("() => localStorage.getItem('secret')") is None
