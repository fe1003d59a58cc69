"""`/unite/<token>/…` of the content host: the files of a unit that was launched, for its session alone (cmi5 14.1)."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, request

from lrs.courses.cmi5_hosting import UNIT_PREFIX
from lrs.courses.cmi5_launching import Launcher
from lrs.courses.hosting import Hosting
from lrs.errors import NotFound
from lrs.http.package_files import answer_file, file_policy
from lrs.packages.package import Version
from lrs.recent import Recent

# A version never changes; a page of a course asks for hundreds of its files.
_REMEMBERED_SECONDS: Final = 600.0
_REMEMBERED_MOST: Final = 64


class UnitFiles:
    """Answers with files of units. `base` is where this deployment is reached: what content asks of it is there."""

    def __init__(self, hosting: Hosting, launcher: Launcher, base: str) -> None:
        self._hosting = hosting
        self._launcher = launcher
        root = base.rstrip("/")
        # By their beginnings: below the second there are fetch addresses and nothing else.
        self._policy = file_policy(f"{root}/xapi/", f"{root}/cmi5/")
        self._versions: Recent[tuple[str, int], Version] = Recent(_REMEMBERED_SECONDS, _REMEMBERED_MOST)

    def register(self, app: Flask) -> None:
        """Add the route to the content application."""
        app.add_url_rule(f"{UNIT_PREFIX}/<string:token>/<path:name>", "unit_file", self.answer)

    def answer(self, token: str, name: str) -> Response:
        """Answer with a file; raise NotFound, Unauthenticated for a session that is unknown or has expired."""
        terms = self._launcher.files_of(token)
        hosted = terms.hosted
        if hosted is None or request.host.lower() != urlsplit(hosted.origin).netloc:
            message = "There is nothing of this name here."
            raise NotFound(message)
        key = (f"{terms.organisation}/{hosted.package}", hosted.version)
        known, epoch = self._versions.find(key), self._versions.epoch
        version = known[0] if known else self._hosting.version(terms.organisation, hosted.package, hosted.version)
        if known is None:
            self._versions.put(key, version, epoch)
        return answer_file(self._hosting, version, terms.organisation, name, self._policy)
