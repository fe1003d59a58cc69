"""Forwards and webhooks through `/api/v1`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from lrs.clock import FixedClock
from lrs.sending.outlets import Outlets
from lrs.services import Services
from lrs.store.deliveries import Aside

URL = "https://lrs.example.org/xapi"
FORWARD = {"label": "Groupe", "url": URL, "sign_in": "basic", "user": "moi", "secret": "mot de passe"}
WEBHOOK = {"label": "SI", "url": "https://si.example.org/hook", "events": ["document.issued", "feed.silent"]}


@pytest.fixture
def api(client: FlaskClient, auth: dict[str, str]) -> Any:
    def call(method: str, path: str, status: int = 200, **options: Any) -> Any:
        answer = client.open(f"/api/v1{path}", method=method, headers=auth, **options)
        assert answer.status_code == status, answer.text
        return answer.json

    return call


def test_a_forward_lives_from_its_beginning_to_its_end(api: Any) -> None:
    made = api("POST", "/forwards", 201, json=FORWARD)
    assert "mot de passe" not in str(made)
    assert made["health"] == {
        "waiting": 0, "letters": 0, "last_success": None, "last_error": None, "error": "", "failures": 0,
        "next_try": None, "tested": None, "test": "",
    }  # fmt: skip
    path = f"/forwards/{made['id']}"
    assert api("GET", "/forwards")["items"] == [made]
    assert api("GET", path) == made
    changed = api("PATCH", path, json={"filter": {"activities": ["https://x/*"]}, "speaks": "1.0.3"})
    assert changed == {
        **made, "speaks": "1.0.3",
        "filter": {"verbs": [], "activities": ["https://x/*"], "profiles": [], "credentials": []},
    }  # fmt: skip
    assert api("POST", f"{path}/pause")["state"] == "paused"
    assert api("POST", f"{path}/resume")["reason"] == ""
    assert api("POST", f"{path}/test", 202)["health"]["tested"] is not None
    api("DELETE", path)
    api("GET", path, 404)
    assert api("GET", "/forwards")["items"] == []


def test_another_address_asks_for_the_secret_again(api: Any) -> None:
    path = f"/forwards/{api('POST', '/forwards', 201, json=FORWARD)['id']}"
    refused = api("PATCH", path, 400, json={"url": "https://ailleurs.example.org/"})
    assert [problem["pointer"] for problem in refused["errors"]] == ["/secret"]
    assert api("PATCH", path, json={"url": "https://ailleurs.example.org/", "secret": "un autre"})["url"].endswith(
        "org/"
    )


def test_a_webhook_shows_its_secret_once_and_gets_another(api: Any) -> None:
    made = api("POST", "/webhooks", 201, json=WEBHOOK)
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert api("GET", f"/webhooks/{made['id']}") == made
    again = api("POST", f"/webhooks/{made['id']}/rotate", json={"grace_seconds": 60})
    assert again["secret"] != secret
    assert [item["until"] for item in again["secrets"]] == [None, "2026-01-05T08:01:00.000000Z"]
    assert len(api("POST", f"/webhooks/{made['id']}/rotate", json={"grace_seconds": 0})["secrets"]) == 1
    assert api("PATCH", f"/webhooks/{made['id']}", json={"events": ["feed.back"]})["events"] == ["feed.back"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/label", "/url", "/events"}),
        ({**WEBHOOK, "events": []}, {"/events"}),
        ({**WEBHOOK, "events": ["everything"]}, {"/events/0"}),
        ({**WEBHOOK, "url": "https://10.0.0.1/"}, {"/url"}),
        ({**WEBHOOK, "url": "http://si.example.org/"}, {"/url"}),
        ({**WEBHOOK, "colour": "red"}, {"/colour"}),
    ],
)
def test_what_a_webhook_cannot_be_is_refused_with_all_that_is_wrong(api: Any, body: Any, pointers: set[str]) -> None:
    refused = api("POST", "/webhooks", 400, json=body)

    assert {problem["pointer"] for problem in refused["errors"]} == pointers
    assert api("GET", "/webhooks")["items"] == []


def test_dead_letters_come_in_pages_and_are_replayed_one_or_all(
    api: Any, services: Services, organisation: int, clock: FixedClock
) -> None:
    path = f"/forwards/{api('POST', '/forwards', 201, json=FORWARD)['id']}"
    name = path.rpartition("/")[2]
    ids = [UUID(int=(number << 80) | (4 << 76) | (8 << 60)) for number in range(1, 6)]
    for number in ids:
        clock.micros = type(clock.micros)(clock.micros + 1)
        Outlets(services).deliveries.put_aside(organisation, name, [Aside(number, 400, "http_400", "no")], clock.micros)

    seen, after = [], None
    while True:
        page = api("GET", f"{path}/letters", query_string={"limit": 2, **({"after": after} if after else {})})
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [str(number) for number in reversed(ids)]
    assert api("POST", f"{path}/letters/{ids[0]}/replay") == {"replayed": 1}
    api("POST", f"{path}/letters/{ids[0]}/replay", 404)
    assert api("POST", f"{path}/letters/replay") == {"replayed": 4}
    waiting = api("GET", f"{path}/deliveries", query_string={"standing": "waiting"})["items"]
    assert len(waiting) == 5
    assert api("GET", path)["health"]["waiting"] == 5
