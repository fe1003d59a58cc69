"""How fast the pages of every role are: their data at the server, over HTTP with a signed-in session, and in a browser.

Every page that there is, for each role that it serves, with whatever its address needs: a page added later is measured
by itself. Nothing of a page is kept between two drawings.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from flask import Flask
from plotly.io.json import to_json_plotly

from analytics.store.facts import Facts
from benchmarks.academy import ENROLMENTS, FUNDERS, SESSIONS, TRAINERS
from benchmarks.browser import Browsing, browse
from benchmarks.deployment import Deployment
from benchmarks.furnishing import PASSWORD, Furnisher, OutOfTime, School, mail_of, standings
from benchmarks.rig import Profile, Rig
from dashboards.accounts.desk import DESK, AccountsDesk
from dashboards.accounts.letters import AccountLetters
from dashboards.attendance.letters import NoMail
from dashboards.frame.drawing import Artist
from dashboards.frame.gathering import gather_pages
from dashboards.frame.page import Page
from dashboards.frame.routes import Routes
from dashboards.reader import Reader
from dashboards.views.lens import build_sources
from lrs.organisations import Organisations
from lrs.services import Services
from training.access import Role, Viewer
from training.accounts.administration import Administration
from training.records import Enrolment
from training.records.ids import PersonId
from training.store import Change, Register

# How often each page is drawn, unless that takes longer.
_DRAWINGS: Final = 12
_FEWEST: Final = 4
_DRAWING_SECONDS: Final = 3.0
_CHANGES: Final = 5
_SLOWEST: Final = 5
# What a page is about where its path alone does not say.
_QUERIES: Final = {"manager.statements": "?enrolment={enrolment}", "auditor.learner": "?entered={enrolment}"}


def run(rig: Rig) -> dict[str, Any]:
    """Measure at one size, or with --full at two."""
    profile = rig.profile
    sizes, furnisher = sizes_of(profile), Furnisher(profile, rig.deployment.client)
    found: dict[str, Any] = {"sessions": SESSIONS, "enrolments": ENROLMENTS, "sizes": [], "at": []}
    for size in sizes:
        school = furnisher.furnish(size)
        measured: dict[str, Any] = {"statements": school.statements, "first_s": first_reading(school)}
        measured["pages"] = draw_all(rig, school)
        # Said at once: minutes with a browser follow, and whatever ends them early must not take this along.
        say_slowest(profile, school.statements, measured["pages"])
        measured["after_a_change_ms"] = after_changes(school)
        furnisher.catch_up(school)
        rig.settle()
        if size == sizes[-1]:
            measured["browser"] = browse(rig, Browsing(school.database, PASSWORD, addresses()))
        found["sizes"].append(school.statements)
        found["at"].append(measured)
    found["times"] = compare(found["at"][0]["pages"], found["at"][-1]["pages"]) if len(sizes) > 1 else []
    return found


def say_slowest(profile: Profile, statements: int, pages: list[dict[str, Any]]) -> None:
    """Say which pages take longest, the worst first."""
    for page in sorted(pages, key=lambda page: -page["p95_ms"])[:_SLOWEST]:
        profile.say(f"  {statements:,} statements: {page['page']} of a {page['role']}: p50 {page['p50_ms']:.0f} ms, "
                    f"p95 {page['p95_ms']:.0f} ms")  # fmt: skip


def furnish(profile: Profile, seconds: float) -> bool:
    """Furnish what a run of this profile is measured on, for so many seconds; say whether all of it is there."""
    deployment, ends_at = Deployment(profile.shape, profile.folder, profile.keep), time.monotonic() + seconds
    try:
        furnisher = Furnisher(profile, deployment.start_database(), ends_at)
        for size in sizes_of(profile):
            furnisher.furnish(size)
    except OutOfTime:
        return False
    finally:
        deployment.stop()
    return True


def sizes_of(profile: Profile) -> tuple[int, ...]:
    """Return with how many statements pages are measured."""
    return (100_000, profile.large) if profile.full else (profile.size,)


def addresses() -> dict[str, tuple[str, list[str]]]:
    """Return for each role who signs in, and the addresses of its pages, that of its first page first.

    What an administrator sees just as a manager does is looked at once.
    """
    routes = Routes(gather_pages())
    found: dict[str, tuple[str, list[str]]] = {}
    seen: set[tuple[str, str]] = set()
    for role in Role:
        first = routes.first(role)
        pages = sorted((page for page in routes.pages if role in page.roles), key=lambda page: page is not first)
        known = [(page, path) for page in pages if (path := address(page, role)) is not None]
        if first is not None:
            paths = [path for page, path in known if page is first or (page.name, path) not in seen]
            found[role.value] = (mail_of(role), paths)
        seen.update((page.name, path) for page, path in known)
    return found


def address(page: Page, role: Role) -> str | None:
    """Return an address of a page that this role may open, below `/dashboards/`; None when none is known."""
    session = _session_of(role)
    enrolment = f"e{session * 20}"
    if role is Role.LEARNER:
        enrolment = f"e{ENROLMENTS // 2}"
    elif role is Role.FUNDER:
        enrolment = f"e{session * 20 + FUNDERS // 2}"
    values = {
        "session_id": f"s{session}",
        "enrolment_id": enrolment,
        "person_id": f"a{enrolment[1:]}",
        "slot_id": f"s{session}-0",
        "programme_id": "p0",
        "funder_id": "financeur0",
        "activity_id": "l0",
        "version": "2026.1",
    }
    parts = []
    for part in page.path.split("/"):
        value = values.get(part.strip("<>")) if part.startswith("<") else part
        if value is None:
            return None
        parts.append(quote(value, safe="") if part.startswith("<") else value)
    asked = _QUERIES.get(page.name, "").format(enrolment=enrolment)
    return "/".join(parts) + asked


def draw_all(rig: Rig, school: School) -> list[dict[str, Any]]:
    """Draw every page of every role, again and again, in this process."""
    sources = build_sources(school.services)
    routes = Routes(gather_pages())
    desk = _desk(school.services)
    artist = Artist(sources, routes)
    found: list[dict[str, Any]] = []
    for role, standing in standings().items():
        viewer = Viewer(school.organisation, role, f"account:{role.value}", standing.person_id, standing.funder_id)
        reader = Reader(school.organisation, "Académie de mesure", "0", viewer, "Anne Leroy", "fr", "", "http://x/")
        for page in routes.pages:
            if role not in page.roles:
                continue
            path = address(page, role)
            if path is None:
                rig.profile.say(f"  {page.name} is not measured: nothing is known for {page.path}")
                continue
            # As in a request: pages of accounts find their desk there.
            with Flask("mesure").test_request_context(environ_overrides={DESK: desk}):
                found.extend(_drawn(rig, artist, reader, page, path))
    return found


def _desk(services: Services) -> AccountsDesk:
    store, clock, ids = services.store, services.clock, services.ids
    letters = AccountLetters(NoMail(), "http://x")
    return AccountsDesk(Administration(store, clock, ids, bytes(32)), Organisations(store, clock), letters)


def _drawn(rig: Rig, artist: Artist, reader: Reader, page: Page, path: str) -> Iterator[dict[str, Any]]:
    times: list[float] = []
    work: list[float] = []
    size = 0
    place, _, asked = path.partition("?")
    until = time.monotonic() + _DRAWING_SECONDS
    while len(times) < _DRAWINGS and (len(times) < _FEWEST or time.monotonic() < until):
        began, before = time.perf_counter(), time.thread_time()
        drawn = artist.draw(reader, f"/dashboards/{place}", f"?{asked}")
        size = len(to_json_plotly(drawn.main))
        times.append((time.perf_counter() - began) * 1000)
        work.append((time.thread_time() - before) * 1000)
        if drawn.failed:
            rig.profile.say(f"  {page.name} could not be drawn for a {reader.viewer.role.value} at {path}")
            return
    ordered = sorted(times[1:])
    yield {
        "page": page.name,
        "role": reader.viewer.role.value,
        "address": path,
        "bytes": size,
        "first_ms": round(times[0], 1),
        "cpu_ms": round(statistics.median(work[1:]), 1),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[-1 - len(ordered) // 20], 1),
    }


def first_reading(school: School) -> float:
    """Return for how many seconds the first page of a process waits for its organisation's records."""
    began = time.perf_counter()
    Facts(school.services.store, school.services.clock).records(school.organisation)
    return round(time.perf_counter() - began, 2)


def after_changes(school: School) -> list[float]:
    """Return how long reading the records takes after one of them has changed, each time."""
    facts = Facts(school.services.store, school.services.clock)
    facts.records(school.organisation).enrolments_of(PersonId("a0"))
    register = Register(school.services.store, school.services.clock)
    changes = [change for some in school.academy.changes() for change in some if change.record_id == "e1"]
    found = []
    for at in range(_CHANGES):
        (change,) = changes
        register.write(school.organisation, [_with_employer(change, f"Entreprise {at}")], "mesure")
        began = time.perf_counter()
        records = facts.records(school.organisation)
        records.enrolments_of(PersonId("a0"))
        found.append(round((time.perf_counter() - began) * 1000, 1))
    return found


def compare(small: list[dict[str, Any]], large: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return how many times as long each page takes at the large size, for as much as it shows.

    A page of somebody's records is fuller where there are ten times as many: `shows` says how much more it draws there
    (never less than 1), and `times` is what is left of the growth.
    """
    before = {(page["page"], page["role"]): page for page in small}
    return [
        {
            "page": page["page"],
            "role": page["role"],
            "p50_ms": [before[key]["p50_ms"], page["p50_ms"]],
            "shows": round(shows, 2),
            "times": round(page["p50_ms"] / before[key]["p50_ms"] / shows, 2),
        }
        for page in large
        if (key := (page["page"], page["role"])) in before
        for shows in [max(1.0, page["bytes"] / before[key]["bytes"])]
    ]


def _with_employer(change: Change, employer: str) -> Change:
    record = change.record
    return replace(change, record=replace(record, employer=employer)) if isinstance(record, Enrolment) else change


def _session_of(role: Role) -> int:
    """Return a session that is within what the role's account may see, and has not ended."""
    if role is Role.LEARNER:
        return ENROLMENTS // 2 // 20
    return SESSIONS - TRAINERS * 2 + TRAINERS // 2
