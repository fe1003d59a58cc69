"""Every page of every role and every door, on a screen and on a phone, light and dark.

What axe-core finds, what lies outside a telephone's width, what the browser complains of, what is said in another
language than the reader's: each names its page and its look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.base import AXE_FILE_PATH

from dashboards.frame.addresses import PREFIX
from dashboards.frame.gathering import gather_pages
from dashboards.frame.page import Page
from tests.browser import Lend
from tests.dashboards.conftest import Site, Tenant, Visit, watch
from tests.dashboards.everything import Everything, serve
from tests.dashboards.looks import pixels_outside
from tests.dashboards.school import ROLES, RUNNING
from training.access import Role

LEA: Final = f"{RUNNING}-lea"
# Where each page is looked at: paths below /dashboards/; a page whose path names nothing has itself.
ADDRESSES: Final[dict[str, tuple[str, ...]]] = {
    "learner.records": ("me/records", f"me/records?enrolment={LEA}"),
    "trainer.session": (f"teaching/sessions/{RUNNING}",),
    "trainer.results": (f"teaching/sessions/{RUNNING}/results",),
    "trainer.learner": (f"teaching/learners/{RUNNING}-theo",),
    "trainer.followup": ("teaching/followups/{followup}",),
    "trainer.followup_of_staff": ("teaching/followups/{followup}",),
    "trainer.session_of_staff": (f"teaching/sessions/{RUNNING}",),
    "trainer.results_of_staff": (f"teaching/sessions/{RUNNING}/results",),
    "trainer.learner_of_staff": (f"teaching/learners/{RUNNING}-theo",),
    "manager.session": (f"sessions/{RUNNING}",),
    "manager.enrolment": (f"enrolments/{LEA}",),
    "manager.document": ("documents/{code}",),
    "manager.statements": (f"statements?enrolment={LEA}",),
    "manager.statement": ("statements/{statement}?enrolment=" + LEA,),
    "funder.files": ("files", "files?state=ended", "files?q=personne"),
    "funder.file": (f"files/{LEA}",),
    "auditor.sample": ("audit/sample?seed=essai&size=3&by=session", "audit/sample?entered=Léa Martin; personne"),
    "auditor.learner": (f"audit/learners/{LEA}?entered=Léa Martin",),
    "administrator.member": ("settings/people/{account_id}",),
    "administrator.credential": ("settings/credentials/moodle",),
    "administrator.key": ("settings/credentials/keys/{key}",),
    "administrator.held": ("settings/quarantine/{held}",),
    "administrator.outlet": ("settings/outgoing/{forward}", "settings/outgoing/{webhook}"),
    "administrator.source": ("settings/sources/badgeuse", "settings/sources/groupe"),
    "administrator.cmi5_course": ("cmi5/{cmi5_course}",),
    "administrator.cmi5_registration": ("cmi5/{cmi5_course}/{cmi5_registration}",),
    "administrator.request": ("settings/requests/{request}",),
    "administrator.funder": ("settings/funders/opco",),
    "administrator.profile": ("settings/profiles/opco-courant", "settings/profiles/agefice-2024"),
    "administrator.rule": ("settings/rules/slot.half_days", "settings/rules/facts.idle_cap_seconds"),
}  # fmt: skip
# What a page of attendance may be asked for, by whom.
ATTENDANCE: Final = (
    "attendance/", "attendance/slots/matin-2", "attendance/slots/matin-2/display", "attendance/slots/matin-2/close",
    f"attendance/slots/matin-2/trainees/{LEA}", "attendance/slots/matin-0/sheet", f"attendance/sessions/{RUNNING}",
    "attendance/slots/inconnu",
)  # fmt: skip
ACCOUNT: Final = (
    "/account",
    "/account/factors",
    "/account/factors/passkey",
    "/account/factors/code",
    "/account/confirm",
)
TEACHERS: Final = frozenset(("trainer", "manager", "administrator"))


def pages_of(role: str) -> list[Page]:
    return [page for page in gather_pages() if Role(role) in page.roles]


def paths_of(place: Everything, role: str) -> list[str]:
    """Every address that a role's pages are looked at under, one where there is none, and one that cannot be drawn."""
    found = [PREFIX + path.format_map(place.ids) for page in pages_of(role) for path in _addresses(page)]
    account = ACCOUNT if role == ROLES[0] else ()  # the same for everybody
    return [*found, f"{PREFIX}nulle-part", f"{PREFIX}cassee", *account]


def before(place: Everything, role: str) -> set[str]:
    """The addresses that a role before this one has too."""
    return {path for other in ROLES[: ROLES.index(role)] for path in all_of(place, other)}


def all_of(place: Everything, role: str) -> list[str]:
    return paths_of(place, role) + attendance_paths(place, role)


def _addresses(page: Page) -> tuple[str, ...]:
    return ADDRESSES.get(page.name, () if "<" in page.path else (page.path,))


def attendance_paths(place: Everything, role: str) -> list[str]:
    del place
    return [f"{PREFIX}{path}" for path in ATTENDANCE] if role in TEACHERS else []


def empty_paths(place: Everything, role: str) -> list[str]:
    """The pages that a role's menu names, and no role's before it: what somebody sees on their first day."""
    own = [f"{PREFIX}{page.path}" for page in pages_of(role) if page.menu is not None]
    own += [f"{PREFIX}attendance/"] if role in TEACHERS else []
    known = before(place, role)
    return [path for path in own if path not in known]


# Words that no French sentence of ours holds.
ENGLISH: Final = re.compile(
    r"\b(the|of|and|with|there|this|please|cannot|was|has|loading|search|filter)\b", re.IGNORECASE
)
# What a change of colours alone can break.
OF_COLOURS: Final = ["color-contrast", "link-in-text-block"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
AXE: Final = AXE_FILE_PATH.read_text()


@pytest.fixture(scope="module")
def place(
    mongod_uri: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Everything]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    with serve(mongod_uri, tmp_path_factory.mktemp("everything"), f"everything_{worker}") as found:
        yield found


@pytest.fixture
def seen(place: Everything, lend: Lend) -> Visit:
    """One window of a browser where nobody is signed in."""
    nobody = Tenant(place.ours, "", "", "")
    return watch(lend().new_page(), Site(place.address, place.services, nobody, nobody))


def enter(seen: Visit, email: str) -> None:
    seen.sign_in(email)
    seen.page.wait_for_url("**/dashboards/**")
    seen.settle()


def show(seen: Visit, path: str) -> None:
    """Open an address on a wide, light screen, nothing moving, and wait until it is drawn."""
    seen.page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # what playwright calls ViewportSize
    seen.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    seen.page.goto(seen.site.address + path)
    _settle(seen)


def _settle(seen: Visit) -> None:
    # Where Dash is to draw there is nothing else before it has.
    if seen.page.locator("#react-entry-point").count():
        seen.settle()


def faults(seen: Visit, path: str, *, may_be_absent: bool = False, is_known: bool = False) -> list[str]:
    """Everything that is wrong with a page in its four looks: each begins with the page and the look.

    What is the same for another role, and was looked at there, is looked at once more as it is worst: narrow and dark.
    """
    show(seen, path)
    page = seen.page
    page.evaluate(f"() => {{ {AXE} }}")
    found = [f"1280 light: {fault}" for fault in [*([] if is_known else _axe(seen)), *_french(seen)]]
    page.emulate_media(color_scheme="dark")
    if not is_known:
        found += [f"1280 dark: {fault}" for fault in _axe(seen, OF_COLOURS)]
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # as above
    _settle(seen)
    found += [f"390 dark: {fault}" for fault in [*_axe(seen), *_outside(seen)]]
    if not is_known:
        page.emulate_media(color_scheme="light")
        found += [f"390 light: {fault}" for fault in _axe(seen, OF_COLOURS)]
    if page.locator(".failure").count() and not may_be_absent:
        found.append("there is no such page")
    found += [] if may_be_absent else [f"the browser says: {said}" for said in (*seen.complaints, *seen.elsewhere())]
    seen.complaints.clear()
    seen.requests.clear()
    return [f"{path} · {fault}" for fault in found]


def _axe(seen: Visit, rules: list[str] | None = None) -> list[str]:
    # Once colours have changed everywhere.
    seen.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))")
    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = seen.page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def _outside(seen: Visit) -> list[str]:
    wide = pixels_outside(seen.page)
    return [f"{wide} pixels lie outside"] if wide else []


def _french(seen: Visit) -> list[str]:
    """Sentences, titles and labels that are not in the reader's language; what says its own language is left out."""
    texts = seen.page.evaluate(
        """() => {
          const found = [document.title], foreign = '[lang]:not([lang=fr]), code, pre, [data-foreign]';
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const element = node.nodeType === 3 ? node.parentElement : node;
            if (!element || element.closest(foreign) || element.closest('script, style')) continue;
            if (node.nodeType === 3) found.push(node.data);
            else for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
              if (node.hasAttribute(name)) found.push(node.getAttribute(name));
          }
          return found;
        }"""
    )
    lang = seen.page.evaluate("() => document.documentElement.lang")
    # A word alone may be anybody's name for something.
    wrong = [f"in English: {text.strip()[:80]!r}" for text in texts if " " in text.strip() and ENGLISH.search(text)]
    heads = seen.page.locator("h1").count()
    return [
        *wrong,
        *([] if lang == "fr" else [f"the document says that it is in {lang!r}"]),
        *([] if heads == 1 else [f"{heads} headings of the first level"]),
    ]


def test_every_page_whose_address_names_something_is_looked_at():
    assert [page.name for page in gather_pages() if not _addresses(page)] == []


@pytest.mark.full
@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_breaks_no_rule_in_any_look(place: Everything, seen: Visit, role: str):
    enter(seen, place.people[role])
    found, known = [], before(place, role)
    for path in all_of(place, role):
        may_be_absent = path.endswith(("nulle-part", "inconnu", "cassee"))
        found += faults(seen, path, may_be_absent=may_be_absent, is_known=path in known)
    assert not found, "\n".join(found)


@pytest.mark.full
@pytest.mark.parametrize("role", ROLES)
def test_the_first_day_of_a_role_breaks_no_rule_in_any_look(place: Everything, seen: Visit, role: str):
    enter(seen, place.newcomers[role])
    # In their colours and at their widths they are what they are when there is something to show.
    found = [fault for path in empty_paths(place, role) for fault in faults(seen, path, is_known=True)]
    assert not found, "\n".join(found)


@pytest.mark.full
def test_every_door_breaks_no_rule_in_any_look(place: Everything, seen: Visit):
    found = []
    for name, path in place.public.items():
        absent = name.endswith(("over", "unknown", "without a link"))
        found += faults(seen, path, may_be_absent=absent)
    assert not found, "\n".join(found)
