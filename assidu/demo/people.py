"""Who learns and who teaches: invented people, under their LMS account and their mail address."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from random import Random
from typing import Any, Final

HOME_PAGE: Final = "https://lms.exemple-formation.example"
# RFC 2606: a name under .invalid never resolves, so that no invented address is somebody's.
MAIL_DOMAIN: Final = "exemple.invalid"


@dataclass(frozen=True)
class Person:
    """One person, with the two identities that their statements come under."""

    account: str
    first_name: str
    last_name: str

    @property
    def name(self) -> str:
        """Return the full name."""
        return f"{self.first_name} {self.last_name}"

    @cached_property
    def by_account(self) -> dict[str, Any]:
        """Return the Agent as the LMS names it."""
        return {"name": self.name, "account": {"homePage": HOME_PAGE, "name": self.account}}

    @cached_property
    def by_mail(self) -> dict[str, Any]:
        """Return the Agent as packaged content names it: the same person under another identity."""
        local = f"{_plain(self.first_name)}.{_plain(self.last_name)}.{self.account}"
        return {"name": self.name, "mbox": f"mailto:{local}@{MAIL_DOMAIN}"}


def make_people(random: Random, count: int, *, first_account: int) -> list[Person]:
    """Return `count` people of different names, while the names last, with consecutive accounts."""
    names = json.loads(files(__package__).joinpath("people.json").read_text("utf-8"))
    first, last = names["first_names"], names["last_names"]
    pairs = random.sample(range(len(first) * len(last)), min(count, len(first) * len(last)))
    people = []
    for number in range(count):
        one, other = divmod(pairs[number % len(pairs)], len(last))
        people.append(Person(str(first_account + number), first[one], last[other]))
    return people


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in folded.lower() if letter.isalnum())
