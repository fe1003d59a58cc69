"""`/healthz`, `/readyz` and `/metrics`: what watches us asks here."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

import orjson
from flask import Flask, Response, request

from assidu.metrics import Metrics
from lrs.errors import Forbidden

Ping = Callable[[], None]

# What a probe or a scraper asks; answered even while the store is not there yet.
PATHS: Final = frozenset({"/healthz", "/readyz", "/metrics"})


def register(app: Flask, pings: Mapping[str, Ping], metrics: Metrics, metrics_token: str | None) -> None:
    """Add the three routes. A ping returns when its service can be relied on and raises when it cannot."""

    def healthz() -> Response:
        return _json(HTTPStatus.OK, {"status": "alive"})

    def readyz() -> Response:
        failing = [name for name, ping in pings.items() if _fails(app, name, ping)]
        if failing:
            return _json(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "not ready", "failing": failing})
        return _json(HTTPStatus.OK, {"status": "ready", "failing": []})

    def metrics_page() -> Response:
        if not _may_read_metrics(metrics_token):
            message = "Metrics are for this machine itself, or for the bearer of ASSIDU_METRICS_TOKEN."
            raise Forbidden(message)
        return Response(metrics.page(), mimetype="text/plain", content_type="text/plain; version=0.0.4; charset=utf-8")

    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.add_url_rule("/metrics", "metrics", metrics_page)


def _fails(app: Flask, name: str, ping: Ping) -> bool:
    try:
        ping()
    except Exception as error:  # noqa: BLE001 - whatever it is, that service is not to be relied on
        # The driver's text may hold addresses: the log gets its class, the probe only the service's name.
        app.logger.warning("%s is not ready: %s", name, type(error).__name__)
        return True
    return False


def _may_read_metrics(token: str | None) -> bool:
    if token is not None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())
    # A proxy on this machine makes every stranger look local: what came through one is not local.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _json(status: HTTPStatus, body: object) -> Response:
    return Response(orjson.dumps(body), status, mimetype="application/json")
