"""Looks at a page as readers have it: on a screen and on a phone, in light colours and in dark."""

from __future__ import annotations

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLong

from tests.dashboards.conftest import Visit

Look = tuple[int, str]
# Width is a matter of place and scheme one of colours: each of both once. All four of every page are looked at in
# tests/dashboards/test_every_page.py, with --full.
LOOKS: tuple[Look, ...] = ((1280, "light"), (390, "dark"))


def pixels_outside(page: Page) -> int:
    """By how many pixels a page is wider than its window, once its charts have followed a new width."""
    page.wait_for_load_state()
    try:
        page.wait_for_function("() => document.documentElement.scrollWidth <= window.innerWidth", timeout=5_000)
    except TooLong:
        return int(page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth"))
    return 0


def check(seen: Visit, name: str, looks: tuple[Look, ...] = LOOKS) -> None:
    """Look at a page on a screen and on a phone, light and dark: axe finds nothing, nothing lies outside it.

    `name` is that of its pictures, and of the page in what is said when it fails. The window is as before afterwards.
    """
    page = seen.page
    window = page.viewport_size
    assert window is not None
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": window["height"]})
        # What was pressed last is not what is looked at.
        page.mouse.move(1, 1)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
        if page.locator("#page").count():
            seen.settle()
        seen.picture(f"{name}-{width}-{scheme}")
        assert page.locator(".failure").count() == 0, name
        outside, found = pixels_outside(page), seen.axe()
        assert outside == 0, (name, width, outside)
        assert not found, (name, width, scheme, found)
    page.set_viewport_size(window)
    page.emulate_media(color_scheme="light")
