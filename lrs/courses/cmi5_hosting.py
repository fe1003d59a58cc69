"""Where the files of a launched unit are: an address of their own for each session, on the course's own host."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from lrs.cmi5.course import Unit
from lrs.cmi5.fields import file_of
from lrs.cmi5.structure import ALL_THERE
from lrs.cmi5.terms import Hosted
from lrs.credential import normal_origin
from lrs.errors import Conflict, Unauthenticated
from lrs.keyring import Keyring
from lrs.packages.origin import ContentOrigin
from lrs.packages.package import label_of
from lrs.store.cmi5_courses import CourseRow
from lrs.tenancy import OrganisationId

UNIT_PREFIX: Final = "/unite"
_PURPOSE: Final = "cmi5-files"
_MAC_BYTES: Final = 24
_UNKNOWN: Final = "The address of these files is unknown or has ended; open the course again."


@dataclass(frozen=True, slots=True)
class Shelf:
    """Gives out the addresses of files, and says whose they are."""

    keyring: Keyring = field(repr=False)

    def address(self, hosted: Hosted, key: str, unit: Unit) -> str:
        """Return where a session's unit is opened: its file, with what its address has besides."""
        parts = urlsplit(unit.url.replace("\\", "/"))
        name = file_of(unit.url, ALL_THERE) or ""
        host = urlsplit(hosted.origin)
        path = f"{UNIT_PREFIX}/{self._token(key)}/{quote(name)}"
        return urlunsplit((host.scheme, host.netloc, path, parts.query, parts.fragment))

    def key_of(self, token: str) -> str:
        """Return the key of the session that an address of files is of; raise Unauthenticated."""
        key, _, _ = token.partition(".")
        if not hmac.compare_digest(self._token(key).encode(), token.encode()):
            raise Unauthenticated(_UNKNOWN)
        return key

    def _token(self, key: str) -> str:
        mac = self.keyring.digest(_PURPOSE, key)[:_MAC_BYTES]
        return f"{key}.{base64.urlsafe_b64encode(mac).decode()}"


def hosted_of(organisation: OrganisationId, row: CourseRow, unit: Unit, origin: ContentOrigin | None) -> Hosted | None:
    """Return where a unit's files are, None for one that is elsewhere; raise Conflict where nothing serves them."""
    if not unit.is_hosted:
        return None
    if origin is None:
        message = "There is no content host: units are served from an address of their own, ASSIDU_CONTENT_URL."
        raise Conflict(message)
    if row.package is None or row.version is None:
        message = "The files of this course are not kept; import it again."
        raise Conflict(message)
    return Hosted(row.package, row.version, normal_origin(origin.at(label_of(organisation, row.package))))
