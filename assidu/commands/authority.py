"""`assidu authority`: the development authority, as a process of its own."""

from __future__ import annotations

import signal
from types import FrameType
from urllib.parse import urlsplit

import click

from assidu.settings import Settings, read_environment

_PORT = 8090


@click.group("authority", invoke_without_command=True)
@click.option("--host", help="The address to listen on; otherwise that of ASSIDU_AUTHORITY_URL, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535),
              help=f"The port to listen on; otherwise that of ASSIDU_AUTHORITY_URL, else {_PORT}.")  # fmt: skip
@click.pass_context
def authority(context: click.Context, host: str | None, port: int | None) -> None:
    """Run a development authority: certificates, timestamps, revocation lists.

    It is for development and tests: whoever runs it holds its keys, and everything it issues says “non qualifié”.
    `assidu run` starts one itself when ASSIDU_TIMESTAMP_URL is not set. Its keys are kept in ASSIDU_DATA.
    """
    if context.invoked_subcommand is None:
        _serve(read_environment(), host, port)


@authority.command()
def root() -> None:
    """Print the root certificate, for whoever wants to check what this deployment sealed."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from assidu.authority.keys import authority_folder, find_root

    settings = read_environment()
    found = find_root(authority_folder(settings.data))
    if found is None:
        raise click.ClickException(f"There is no development authority in {settings.data}; it is made when it is run.")
    click.echo(found.public_bytes(Encoding.PEM).decode(), nl=False)


@authority.command()
@click.argument("serial")
def revoke(serial: str) -> None:
    """Withdraw a certificate by its serial number in hexadecimal, from now on. What it sealed before stays sealed."""
    from assidu.authority.keys import authority_folder
    from assidu.authority.revocation import revoke as withdraw
    from lrs.clock import SystemClock

    try:
        number = int(serial.replace(":", ""), 16)
    except ValueError as error:
        raise click.BadParameter("a serial number is hexadecimal, as openssl x509 -serial prints it") from error
    withdraw(authority_folder(read_environment().data), number, SystemClock().now_micros())
    click.echo(f"{number:x} is withdrawn; whoever seals notices within ten minutes.")


def _serve(settings: Settings, host: str | None, port: int | None) -> None:
    from assidu.authority.client import authority_secret
    from assidu.authority.keys import authority_folder
    from assidu.authority.service import Authority, AuthorityServer
    from assidu.logs import configure_logging
    from assidu.secret import secret_key
    from lrs.clock import SystemClock

    configure_logging(settings.log_level, settings.log_format)
    told = urlsplit(settings.authority_url or "")
    keeper = Authority(authority_folder(settings.data), authority_secret(secret_key(settings)), SystemClock())
    try:
        server = AuthorityServer(keeper, host or told.hostname or "127.0.0.1", port or told.port or _PORT)
    except OSError as error:
        raise click.ClickException(f"The development authority cannot listen there: {error.strerror}.") from error
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    click.echo(f"The development authority (non qualifiée) answers at {server.address}.")
    with server:
        try:
            server.serve_forever()
        except _Stop:
            return


class _Stop(Exception):
    """Somebody asked us to end."""


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _Stop
