"""Another record store, as we ask it: with what shows who we are, in its version, with attachments."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from lrs.errors import KeyUnreadable
from lrs.forwarding.answers import Meaning, judge_store
from lrs.forwarding.editions import Speaks
from lrs.forwarding.outlet import Outlet
from lrs.outgoing.line import Answer, Line, Unanswered
from lrs.outgoing.places import Refused
from lrs.sending.outlets import Outlets
from lrs.sending.sign_in import Denied, SigningIn
from lrs.statements.equality import is_same_statement
from lrs.statements.multipart import Part, write_multipart
from lrs.versions import Version

if TYPE_CHECKING:
    from lrs.services import Services

_FINE = range(200, 300)
# What keeps anything from being asked or answered.
TROUBLES = (Unanswered, Refused, Denied, KeyUnreadable)


class OtherStore:
    """Asks the record store of one outlet after the other; for one thread."""

    def __init__(self, services: Services, new_line: Callable[[], Line]) -> None:
        self._clock = services.clock
        self._line, self._tokens = new_line(), new_line()
        self._signing_in = SigningIn(Outlets(services), services.clock, self._tokens)

    def post(self, outlet: Outlet, version: Version, body: bytes, parts: Sequence[Part]) -> Answer:
        """Post statements; raises one of `TROUBLES`."""
        headers = {**_version(version), "Content-Type": "application/json"}
        if parts:
            boundary = f"assidu-{secrets.token_hex(16)}"
            headers["Content-Type"] = f"multipart/mixed; boundary={boundary}"
            body = b"".join(write_multipart(body, parts, boundary))
        return self._ask(outlet, "POST", f"{outlet.settings.url.rstrip('/')}/statements", headers, body)

    def has_same(self, outlet: Outlet, statement_id: UUID, version: Version, body: bytes) -> bool:
        """Say whether the other side has this very statement under its id, voided or not."""
        for name in ("statementId", "voidedStatementId"):
            query = urlencode({name: str(statement_id), "attachments": "false"})
            url = f"{outlet.settings.url.rstrip('/')}/statements?{query}"
            try:
                answer = self._ask(outlet, "GET", url, _version(version), None)
            except TROUBLES:
                return False
            if answer.status in _FINE:
                return _is_same(body, answer.body)
        return False

    def test(self, outlet: Outlet) -> str:
        """Ask what the other side speaks, then have it take no statement at all; return `ok` or what is wrong.

        The second shows whether we may write; nothing is stored by it.
        """
        base = outlet.settings.url.rstrip("/")
        version = Version.V2_0_0 if outlet.forward.speaks is Speaks.ONLY_2_0_0 else Version.V1_0_3
        try:
            about = self._line.ask("GET", f"{base}/about", _version(version))
            answer = about if about.status not in _FINE else self.post(outlet, version, b"[]", ())
        except TROUBLES as error:
            return trouble_of(error)
        judged = judge_store(answer.status, None, self._clock.now_micros())
        # Some refuse an empty list as such: they have let us in before they looked.
        if answer is not about and judged.meaning in (Meaning.TAKEN, Meaning.REFUSED, Meaning.CONFLICT):
            return "ok"
        return judged.reason or f"http_{answer.status}"

    def close(self) -> None:
        """End what is open."""
        self._line.close()
        self._tokens.close()

    def _ask(self, outlet: Outlet, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Answer:
        """Ask as whoever we are there; a bearer token that is over is asked for again, once."""
        signed = self._signing_in.headers(outlet)
        answer = self._line.ask(method, url, {**headers, **signed}, body)
        if answer.status == 401 and self._signing_in.forget(outlet):  # noqa: PLR2004 - Unauthorized
            answer = self._line.ask(method, url, {**headers, **self._signing_in.headers(outlet)}, body)
        return answer


def _version(version: Version) -> dict[str, str]:
    return {"X-Experience-API-Version": version.value, "User-Agent": "Assidu", "Accept": "application/json"}


def trouble_of(error: Exception) -> str:
    """Return in a word why nothing was asked."""
    if isinstance(error, Unanswered):
        return error.why
    if isinstance(error, Denied):
        return error.reason
    return "not_allowed" if isinstance(error, Refused) else "secret_unreadable"


def _is_same(ours: bytes, theirs: bytes) -> bool:
    try:
        return is_same_statement(ours, theirs)
    except Exception:  # noqa: BLE001 - what another record store calls a statement may be anything
        return False
