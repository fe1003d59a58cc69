"""The content host beside the application: the same processes, another host name, and no route in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from flask import Flask

import lrs.http.player
import lrs.http.scorm
from assidu.settings import Settings
from lrs.courses.cmi5_plays import CoursePlays
from lrs.courses.gateway import Gateway
from lrs.courses.plays import Plays, Premises
from lrs.courses.resuming import RememberingGateway, Resuming
from lrs.courses.ways import Ways
from lrs.http.cmi5_files import UnitFiles
from lrs.packages.archive import ArchiveLimits
from lrs.packages.origin import ContentOrigin
from lrs.services import Services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Browsers take every name below `localhost` for this machine itself: each package has a host without anybody's help.
_LAPTOP: Final = "http://*.content.localhost"


def content_origin(settings: Settings) -> ContentOrigin | None:
    """Return where packages are served; None where it would have to be guessed, and they are not."""
    if settings.content_url:
        return ContentOrigin.parse(settings.content_url)
    if settings.public_url or not _is_loopback(settings.host):
        return None
    return ContentOrigin.parse(f"{_LAPTOP}:{settings.port}")


def build_premises(settings: Settings) -> Premises:
    """Return where and how packages are hosted."""
    most = settings.package_bytes
    limits = ArchiveLimits(archive_bytes=most, file_bytes=most, total_bytes=4 * most)
    return Premises(content_origin(settings), limits, settings.address)


def build_content(services: Services, premises: Premises, gateway: Gateway, prepare: Callable[[Flask], None]) -> Flask:
    """Return the application of the content host. Without a key for cookies, it neither reads nor sets any.

    `prepare` does what every application of ours has done to it first: what comes after may answer otherwise.
    """
    app = Flask("assidu.content", static_folder=None)
    prepare(app)
    plays, resuming = Plays.over(services, premises), Resuming(services.store, services.documents)
    courses, ways = CoursePlays(services.cmi5, premises), Ways(plays, resuming, services.store)
    lrs.http.player.register(app, plays, resuming, courses, ways)
    UnitFiles(plays.hosting, services.cmi5.launcher, premises.base).register(app)
    lrs.http.scorm.register(app, services, RememberingGateway(gateway, services.store, services.clock))
    return app


class ByHost:
    """WSGI middleware: what is asked of the content host is answered there, and nothing else is."""

    def __init__(self, application: WSGIApplication, content: WSGIApplication, origin: ContentOrigin) -> None:
        self._application = application
        self._content = content
        self._origin = origin

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on by the host that it names."""
        is_content = self._origin.has(environ.get("HTTP_HOST", ""))
        return (self._content if is_content else self._application)(environ, start_response)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
