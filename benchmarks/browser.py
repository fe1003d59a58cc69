"""Pages as a browser has them: how long until they can be used, with nothing kept and with everything kept."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, sync_playwright

from benchmarks.deployment import ROOT, free_port, wait_ready
from benchmarks.rig import Rig

# Chromium's own calls home are not ours.
_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_SCREEN: Final[Mapping[str, Any]] = {"viewport": {"width": 1280, "height": 900}, "locale": "fr-FR"}
_WARM: Final = 2
_READINGS: Final = 6
_WAIT_MS: Final = 60_000
_CALLBACK: Final = "_dash-update-component"
# The page is there, and each of its tables and charts has drawn itself.
_USABLE: Final = """() => {
  const page = document.querySelector('#page');
  if (!page || !page.querySelector('h1') || document.body.classList.contains('going')) return false;
  const lacks = (kind, part) => [...page.querySelectorAll(kind)].some(
    item => item.offsetParent && !item.querySelector(part));
  const rows = '.ag-row, .ag-overlay-no-rows-wrapper';
  return !lacks('.table-part > .only-wide', rows) && !lacks('.dash-graph', '.main-svg');
}"""

# What a link of Dash does.
_GO: Final = """path => {
  history.pushState({}, '', path);
  window.dispatchEvent(new CustomEvent('_dashprivate_pushstate'));
  window.scrollTo(0, 0);
}"""


@dataclass(frozen=True, slots=True)
class Browsing:
    """What to look at: a furnished database, and for each role who signs in and the addresses of its pages."""

    database: str
    password: str
    addresses: Mapping[str, tuple[str, list[str]]]


def browse(rig: Rig, wanted: Browsing) -> dict[str, Any]:
    """Serve the database, and return for each role the times of its pages over HTTP and in the browser."""
    found: dict[str, Any] = {}
    with _served(rig, wanted.database) as address, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        for role, (email, paths) in wanted.addresses.items():
            found[role] = _look(rig, browser, address, (email, wanted.password), paths)
        browser.close()
    return found


@contextmanager
def _served(rig: Rig, database: str) -> Iterator[str]:
    """Serve a database as the rig's own is served."""
    port = free_port()
    environment = {**rig.deployment.environment(database), "ASSIDU_PORT": str(port)}
    log = rig.deployment.folder / f"{database}.log"
    with log.open("ab") as words:
        server = subprocess.Popen(
            [sys.executable, "-m", "assidu", "web"], cwd=ROOT, env=environment, stdout=words, stderr=words
        )
        try:
            wait_ready(port, server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(40)


def _look(rig: Rig, browser: Browser, address: str, login: tuple[str, str], paths: list[str]) -> dict[str, Any]:
    context = browser.new_context(**_SCREEN)
    context.set_default_timeout(_WAIT_MS)
    _sign_in(context, address, login)
    page = context.new_page()
    # What is measured is neither the first page of a process nor the first look of a browser.
    for path in paths[:3]:
        _usable(page, f"{address}/dashboards/{path}")
    pages = [{"path": path, **_page(browser, context, page, f"{address}/dashboards/", path)} for path in paths]
    shown: dict[str, Any] = {"pages": pages, "callbacks": _callbacks(page, f"{address}/dashboards/", paths)}
    context.close()
    by = {name: max(pages, key=lambda item: item[name]) for name in ("cold_s", "warm_s", "p95_ms")}
    rig.profile.say(f"  {login[0].partition('@')[0]}: " + ", ".join(
        f"slowest {name} {item[name]} ({item['path']})" for name, item in by.items()
    ) + f", callbacks p95 {shown['callbacks']['p95_ms']} ms")  # fmt: skip
    return shown


def _page(browser: Browser, context: BrowserContext, page: Page, address: str, path: str) -> dict[str, Any]:
    """Measure one page: by a browser that has kept nothing, by one that has kept everything, and over HTTP."""
    # The same session in a browser that has kept nothing.
    fresh = browser.new_context(storage_state=context.storage_state(), **_SCREEN)
    fresh.set_default_timeout(_WAIT_MS)
    cold = _usable(fresh.new_page(), address + path)
    fresh.close()
    warm = [_usable(page, address + path) for _ in range(_WARM)]
    # A page that stays open asks for news: not while another one is measured.
    page.goto("about:blank")
    return {"cold_s": round(cold, 2), "warm_s": round(statistics.median(warm), 2), **_layout(context, address, path)}


def _sign_in(context: BrowserContext, address: str, login: tuple[str, str]) -> None:
    page = context.new_page()
    page.goto(f"{address}/login")
    page.fill("#email", login[0])
    page.fill("#password", login[1])
    page.click("button[type=submit]")
    page.wait_for_url(f"{address}/dashboards/**", timeout=_WAIT_MS)
    page.wait_for_function(_USABLE, timeout=_WAIT_MS)
    page.close()


def _layout(context: BrowserContext, address: str, path: str) -> dict[str, float]:
    """Ask for the content of a page as a browser that opens it does; return how long that takes, and its bytes."""
    times = []
    size = sent = 0
    for _ in range(_READINGS):
        began = time.perf_counter()
        answer = context.request.get(
            f"{address}_dash-layout",
            headers={"Referer": f"{address}{path}", "Sec-Fetch-Site": "same-origin"},
        )
        size, sent = len(answer.body()), int(answer.headers.get("content-length", 0))
        times.append((time.perf_counter() - began) * 1000)
        if not answer.ok:
            message = f"{path}: {answer.status}"
            raise RuntimeError(message)
    ordered = sorted(times[1:])
    return {
        "p50_ms": round(statistics.median(ordered), 1), "p95_ms": round(ordered[-1], 1), "bytes": size, "sent": sent,
    }  # fmt: skip


def _usable(page: Page, address: str) -> float:
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(_USABLE, timeout=_WAIT_MS)
    return time.perf_counter() - began


def _is_page(answer: Response) -> bool:
    """Say whether an answer is that of going to a page."""
    return _CALLBACK in answer.url and "page.children" in (answer.request.post_data or "")


def _callbacks(page: Page, address: str, paths: list[str]) -> dict[str, Any]:
    """Go from page to page as links do, and return how long the callbacks take, what follows by itself included."""
    times: list[tuple[float, str]] = []
    going = paths[0]

    def note(request: Request) -> None:
        if _CALLBACK in request.url:
            timing = request.timing
            times.append((timing["responseEnd"] - timing["requestStart"], going))

    page.on("requestfinished", note)
    _usable(page, f"{address}{paths[0]}")
    for going in (*paths[1:], paths[0]) if len(paths) > 1 else ():
        with page.expect_response(_is_page, timeout=_WAIT_MS):
            page.evaluate(_GO, f"/dashboards/{going}")
        page.wait_for_function(_USABLE, timeout=_WAIT_MS)
    page.remove_listener("requestfinished", note)
    (*_, (_, slowest)) = sorted(times) or [(0.0, "")]
    ordered = sorted(took for took, _ in times) or [0.0]
    return {
        "count": len(times),
        "slowest": slowest,
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[-1 - len(ordered) // 20], 1),
        "worst_ms": round(ordered[-1], 1),
    }
