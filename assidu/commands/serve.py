"""`assidu run`, `assidu web` and `assidu worker`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from assidu.settings import Settings, read_environment


@click.command()
@click.option("--host", help="The address to listen on; otherwise ASSIDU_HOST, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on; otherwise ASSIDU_PORT, else 8080.")
@click.option("--data", type=click.Path(path_type=Path), help="The folder to keep data in; otherwise ASSIDU_DATA.")
@click.option("--demo/--no-demo", default=True, help="Whether an invented training year is fed in on first start.")
def run(host: str | None, port: int | None, data: Path | None, *, demo: bool) -> None:
    """Run everything on this machine: the embedded database, web and worker. Ctrl-C stops it all."""
    from assidu import supervisor

    supervisor.run(_changed(read_environment(), host, port, data), demo=demo)


@click.command()
@click.option("--host", help="The address to listen on; otherwise ASSIDU_HOST, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on; otherwise ASSIDU_PORT, else 8080.")
def web(host: str | None, port: int | None) -> None:
    """Serve HTTP. Needs ASSIDU_MONGODB_URI; `assidu run` starts this itself."""
    from assidu import web as server

    server.serve(_changed(_with_database(), host, port, None))


@click.command()
def worker() -> None:
    """Keep what is derived from the statements up to date. Needs ASSIDU_MONGODB_URI."""
    from assidu import worker as follower
    from assidu.logs import configure_logging

    settings = _with_database()
    configure_logging(settings.log_level, settings.log_format)
    follower.run(settings)


@click.command(hidden=True)
def feed_demo() -> None:
    """Feed the demonstration to the running web; `assidu run` starts this itself."""
    from assidu import welcome

    welcome.feed(_with_database())


def _with_database() -> Settings:
    settings = read_environment()
    if settings.mongodb_uri is None:
        raise click.ClickException("Set ASSIDU_MONGODB_URI to a MongoDB replica set, or use `assidu run`.")
    return settings


def _changed(settings: Settings, host: str | None, port: int | None, data: Path | None) -> Settings:
    return replace(settings, host=host or settings.host, port=port or settings.port, data=data or settings.data)
