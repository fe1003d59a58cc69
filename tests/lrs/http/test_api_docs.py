"""The API's documentation: complete, and served without asking anybody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

# What answers something else than JSON.
TYPES = {
    r".*\.csv": "text/csv; charset=utf-8",
    r".*/ledger/checkpoint": "text/plain; charset=utf-8",
    r".*/ledger/tile/\{tile\}": "application/octet-stream",
    r".*/documents/\{code\}/file": "application/pdf",
    r".*/archive/\{address\}": "application/octet-stream",
    r".*/dossiers/.*": "application/zip",
    r".*/dashboards/.*/dossier": "application/zip",
}


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    response = client.get("/api/v1/openapi.json")
    assert response.mimetype == "application/json"
    body: dict[str, Any] = response.get_json()
    return body


def test_every_route_is_described_and_every_description_is_a_route(app: Flask, description: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}
    }

    described = {
        (path, method) for path, item in description["paths"].items() for method in item if method != "parameters"
    }

    assert described == routes


def test_every_operation_says_what_it_does_and_how_it_refuses(description: dict[str, Any]) -> None:
    for path, item in description["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            assert operation["summary"], path
            assert {"400", "401", "403", "429", "503"} <= set(operation["responses"]), path
            assert any(code.startswith("2") for code in operation["responses"]), path
            for code, given in operation["responses"].items():
                name = given.get("$ref", "").rpartition("/")[2]
                response = description["components"]["responses"][name] if name else given
                if code == "304":
                    assert "content" not in response, (path, code)
                    continue
                special = [kind for form, kind in TYPES.items() if re.fullmatch(form, path) and code == "200"]
                assert set(response["content"]) == {*(special or ["application/json"])}, (path, code)
                assert all(content["schema"] for content in response["content"].values()), (path, code)


def test_the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline(client: FlaskClient) -> None:
    page = client.get("/api/docs")

    assert page.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses
    assert all(address.startswith("/api/") for address in addresses)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_the_pages_policy_allows_only_our_own_files(client: FlaskClient) -> None:
    for path in ("/api/docs", "/api/docs/docs.js", "/api/docs/swagger-ui-bundle.js"):
        policy = client.get(path).headers["Content-Security-Policy"]

        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "http" not in policy


def test_only_the_files_that_the_page_needs_are_served(client: FlaskClient) -> None:
    for name in ("oauth2-redirect.html", "swagger-initializer.js", "__init__.py", "..%2fschemas.py", "operations.py"):
        assert client.get(f"/api/docs/{name}").status_code == 404
