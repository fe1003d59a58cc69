"""The one browser of a test process, the profiles that tests borrow of it, and pictures of what they saw."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

# Chromium's own calls home are not ours; everything that a page of ours asks for is still seen.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
# The machine that runs this may be doing a great deal else.
PATIENCE_MS = 60_000
ARTEFACTS = Path(__file__).parents[1] / "artefacts"
# All that a page can put aside, but for what it was sent: scripts stay.
_PUT_ASIDE = "cookies,local_storage,indexeddb,cache_storage,service_workers"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium, without any page yet."""
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        browser.close()


def new_profile(
    browser: Browser, *, width: int = 1280, scheme: Any = "light", locale: str = "fr-FR", **options: Any
) -> BrowserContext:
    """A browser profile that has never been anywhere, of somebody in Paris, on a screen or a phone of this width."""
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width < 600 else 900},
        color_scheme=scheme, locale=locale, timezone_id="Europe/Paris", **options,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE_MS)
    return context


class Profiles:
    """Browser profiles that one test borrows after the other.

    One keeps the scripts that it was sent, as a reader's browser does, and so opens a page sooner; who was signed in,
    and whatever pages put aside, is gone when it is lent again.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._idle: dict[object, list[BrowserContext]] = defaultdict(list)
        self._looks: dict[BrowserContext, object] = {}

    def lend(self, **options: Any) -> BrowserContext:
        """Lend a profile; `options` are those of `new_profile`."""
        look = frozenset(options.items())
        context = self._idle[look].pop() if self._idle[look] else new_profile(self._browser, **options)
        self._looks[context] = look
        return context

    def take_back(self, context: BrowserContext) -> None:
        """Close what is open in a profile, and have it forget whose it was."""
        _forget(context)
        for page in context.pages:
            page.close()
        self._idle[self._looks.pop(context)].append(context)

    def close(self) -> None:
        for context in (*self._looks, *(each for idle in self._idle.values() for each in idle)):
            context.close()


def _forget(context: BrowserContext) -> None:
    context.clear_permissions()
    context.clear_cookies()
    addresses = [urlsplit(frame.url) for page in context.pages for frame in page.frames]
    origins = {f"{one.scheme}://{one.netloc}" for one in addresses if one.netloc}
    if origins:
        session = context.new_cdp_session(context.pages[0])
        for origin in origins:
            session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": _PUT_ASIDE})


@pytest.fixture(scope="session")
def profiles(browser: Browser) -> Iterator[Profiles]:
    """The profiles that the tests of this process share."""
    kept = Profiles(browser)
    yield kept
    kept.close()


Lend = Callable[..., BrowserContext]


@pytest.fixture
def lend(browser: Browser, profiles: Profiles) -> Iterator[Lend]:
    """Lend this test a profile, another at each call: `lend(width=390, scheme="dark")`; see `new_profile`.

    `fresh=True` is one that has never been here, and has no script yet.
    """
    with ExitStack() as given_back:

        def start(*, fresh: bool = False, **options: Any) -> BrowserContext:
            context = new_profile(browser, **options) if fresh else profiles.lend(**options)
            given_back.callback(context.close if fresh else partial(profiles.take_back, context))
            return context

        yield start


class _Wanted:
    """Whether somebody will look at pictures: nobody does after most runs."""

    pictures = False


def want_pictures(*, wanted: bool) -> None:
    _Wanted.pictures = wanted


def picture(page: Page, name: str, *, full_page: bool = False) -> None:
    """Keep a picture of a page as `artefacts/NAME.png`, where the run was asked for pictures."""
    if _Wanted.pictures:
        ARTEFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=full_page)
