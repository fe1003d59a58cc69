"""How an LMS names a person: an xAPI inverse functional identifier."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NoReturn

from lrs.errors import InvalidRequest, Problem
from lrs.statements.keys import identifier_text
from lrs.statements.rules import agent_problems
from lrs.versions import Version

_ACCEPTED: Final = (
    'one of {"mbox": "mailto:a@b.fr"}, {"mbox_sha1sum": "…"}, {"openid": "https://…"}, '
    '{"account": {"homePage": "https://…", "name": "…"}}'
)
_SPACE: Final = re.compile(r"\s")


class IdentityKind(StrEnum):
    """The four inverse functional identifiers (xAPI 1.0.3 Part Two 4.1.2.3)."""

    MBOX = "mbox"
    MBOX_SHA1SUM = "mbox_sha1sum"
    OPENID = "openid"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """One identifier, as the text that statements' actors are compared by.

    `text` is `lrs.statements.keys.identifier_text` of the Agent: `mbox mailto:a@b.fr`,
    `account https://moodle.example.fr 42`. Two identities are the same when their texts are.
    """

    kind: IdentityKind
    text: str

    @classmethod
    def mbox(cls, address: str) -> Identity:
        """Return the identity of an e-mail address.

        >>> Identity.mbox("a@b.fr").text
        'mbox mailto:a@b.fr'
        """
        return cls(IdentityKind.MBOX, f"mbox mailto:{address.removeprefix('mailto:')}")

    @classmethod
    def account(cls, home_page: str, name: str) -> Identity:
        """Return the identity of an account on a system.

        >>> Identity.account("https://moodle.example.fr", "42").text
        'account https://moodle.example.fr 42'
        """
        return cls(IdentityKind.ACCOUNT, f"account {home_page} {name}")

    @classmethod
    def of_text(cls, text: str) -> Identity:
        """Return the identity that has this text."""
        return cls(IdentityKind(text.partition(" ")[0]), text)

    @classmethod
    def parse_plain(cls, value: object, pointer: str) -> Identity:
        """Read an xAPI Agent's identifier; raises InvalidRequest with every problem."""
        members: dict[str, Any] = value if isinstance(value, dict) else {}
        given = [kind for kind in IdentityKind if kind.value in members]
        if len(given) != 1 or len(members) != 1:
            _refuse(Problem(pointer, "This is not exactly one identifier.", _ACCEPTED))
        problems = agent_problems(members, Version.V1_0_3, pointer)
        account = members.get("account")
        if not problems and account is not None and _SPACE.search(account["homePage"]):
            problems.append(Problem(f"{pointer}/account/homePage", "A home page holds no space.", "an IRI"))
        if problems:
            _refuse(*problems)
        return cls(given[0], identifier_text(members) or "")

    def to_plain(self) -> dict[str, Any]:
        """Write the identifier as an xAPI Agent has it."""
        _, _, rest = self.text.partition(" ")
        if self.kind is not IdentityKind.ACCOUNT:
            return {self.kind.value: rest}
        home_page, _, name = rest.partition(" ")
        return {"account": {"homePage": home_page, "name": name}}


def identity_of_agent(agent: Mapping[str, Any]) -> Identity | None:
    """Return the identity of a valid Agent, None for an anonymous Group."""
    text = identifier_text(agent)
    return None if text is None else Identity.of_text(text)


def _refuse(*problems: Problem) -> NoReturn:
    message = "This is not an identity."
    raise InvalidRequest(message, problems)
