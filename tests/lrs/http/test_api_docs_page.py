"""The documentation in a real browser, under its own policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_page_shows_every_operation_and_breaks_no_rule_of_its_policy(address: str, browser: Browser) -> None:
    said, asked = [], []
    page = browser.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{address}/api/docs")
    page.get_by_text("/api/v1/quarantine/{held_id}/drop").click(timeout=60_000)
    page.get_by_text("Its body is forgotten").wait_for()

    assert page.locator(".opblock").count() == 241
    page.close()
    assert said == []
    assert all(url.startswith(address) for url in asked)
