"""How a command reaches the database: the one in the settings, else the one that `assidu run` keeps here."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import click

from assidu.settings import Settings, read_environment
from assidu.wiring import connect
from lrs.services import Services


def open_services() -> Services:
    """Return the record store for a command; raise ClickException with what to do when there is no database."""
    given = click.get_current_context().obj
    if isinstance(given, Services):
        return given
    services = connect(with_database(read_environment()))
    services.store.ensure_indexes()
    return services


def with_database(settings: Settings) -> Settings:
    """Return settings that name a database: their own, else the embedded one that runs in their data folder."""
    if settings.mongodb_uri is not None:
        return settings
    port = _embedded_port(settings.data / "mongo" / "port")
    if port is None:
        message = f"No database: set ASSIDU_MONGODB_URI, or start `assidu run` with the data folder {settings.data}."
        raise click.ClickException(message)
    return replace(settings, mongodb_uri=f"mongodb://127.0.0.1:{port}/?directConnection=true")


def _embedded_port(kept: Path) -> int | None:
    """Return the port that the embedded database wrote down, if something listens there now."""
    try:
        port = int(kept.read_text())
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return port
    except (OSError, ValueError):
        return None
