"""Values that rules take: found by name and day, with what an organisation has decided otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import orjson

from lrs.errors import NotFound
from training.law.holidays import Holidays
from training.records.law_override import LawOverride

_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Provision:
    """One value while it is in effect. `effective_to` is the last day, None while it lasts.

    `status` is `verified`, `design` or `recalled`; for an organisation's own value `override_id` names the record.
    """

    name: str
    title: str
    value: Any
    effective_from: date
    effective_to: date | None
    reference: str
    status: str
    override_id: str | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """That on a day one value is over another that it must stay within."""

    day: date
    name: str
    value: Any
    longer: str
    limit: Any


class Law:
    """Every provision and every public holiday there is data for.

    `editions` name what came with the product, by the day from which each is meant: facts say which they follow.
    """

    def __init__(
        self, provisions: Iterable[Mapping[str, Any]], holidays: Holidays, editions: Iterable[Mapping[str, str]] = ()
    ) -> None:
        self.holidays = holidays
        named = [(date.fromisoformat(item["effective_from"]), item["version"]) for item in editions]
        self._editions = sorted(named, reverse=True)
        self._data = {item["name"]: item for item in provisions}
        self._versions = {name: _versions(item) for name, item in self._data.items()}
        self._validators = {name: jsonschema_rs.validator_for(item["schema"]) for name, item in self._data.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all provisions, sorted."""
        return tuple(sorted(self._data))

    def edition(self, on: date) -> str:
        """Return the name of the edition that holds on a day; before the first, the first. Raises NotFound for none."""
        if not self._editions:
            message = "This law has no editions."
            raise NotFound(message)
        return next((version for day, version in self._editions if day <= on), self._editions[-1][1])

    def turning_days(self, names: Iterable[str], overrides: Iterable[LawOverride] = ()) -> tuple[date, ...]:
        """Return, in order, the days from the first version on from which any of the values may be another."""
        wanted = set(names)
        versions = [version for name in wanted for version in self._versions.get(name, ())]
        spans = [(item.effective_from, item.effective_to) for item in versions]
        first = min((start for start, _ in spans), default=date.max)
        spans.extend((item.effective_from, item.effective_to) for item in overrides if item.provision in wanted)
        days = {start for start, _ in spans}
        days.update(end + timedelta(days=1) for _, end in spans if end is not None and end < date.max)
        days.update(day for day, _ in self._editions)
        return tuple(sorted(day for day in days if day >= first))

    def contradictions(self, overrides: Iterable[LawOverride]) -> Iterator[Contradiction]:
        """Yield where values that must stay within each other do not, day by day of change, each pair once."""
        # What is no value at all is refused for that, and compares with nothing.
        own = tuple(item for item in overrides if self.find_value_problem(item.provision, item.value) is None)
        for name, longer in self.pairs:
            for day in self.turning_days((name, longer), own):
                value, limit = self.value(name, day, own), self.value(longer, day, own)
                if value > limit:
                    yield Contradiction(day, name, value, longer, limit)
                    break

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each provision whose value must stay within another's, with that other."""
        return tuple((name, item["at_most"]) for name, item in sorted(self._data.items()) if "at_most" in item)

    def provision(self, name: str, on: date, overrides: Iterable[LawOverride] = ()) -> Provision:
        """Return what holds on a day: of the organisation's own values in effect the newest, else ours.

        Raises NotFound for a name or a day that nothing is known for.
        """
        mine = [item for item in overrides if item.provision == name and item.is_effective(on)]
        if mine:
            return self._decided(max(mine, key=lambda item: (item.effective_from, item.id)))
        for version in self._versions.get(name, ()):
            if version.effective_from <= on and (version.effective_to is None or on <= version.effective_to):
                return version
        message = f"No value of {name} is known for {on.isoformat()}."
        raise NotFound(message)

    def value(self, name: str, on: date, overrides: Iterable[LawOverride] = ()) -> Any:  # noqa: ANN401 - JSON
        """Return only the value of `provision`."""
        return self.provision(name, on, overrides).value

    def schema(self, name: str) -> Mapping[str, Any]:
        """Return the JSON Schema of a provision's values; raises KeyError."""
        schema: Mapping[str, Any] = self._data[name]["schema"]
        return schema

    def find_value_problem(self, name: str, value: object) -> str | None:
        """Say what is wrong with a value for a provision; None when it may stand."""
        validator = self._validators.get(name)
        if validator is None:
            return f"There is no provision {name}; there are {', '.join(self.names)}."
        return next((error.message for error in validator.iter_errors(value)), None)

    def _decided(self, override: LawOverride) -> Provision:
        return Provision(
            override.provision,
            self._data[override.provision]["title"] if override.provision in self._data else override.provision,
            override.value,
            override.effective_from,
            override.effective_to,
            override.reason,
            "override",
            override.id,
        )


@cache
def load_law() -> Law:
    """Return the law that comes with the product, read once."""
    provisions, counting, retention, support, risk, holidays = (
        orjson.loads((_FOLDER / f"{name}.json").read_bytes())
        for name in ("provisions", "counting", "retention", "support", "risk", "holidays")
    )
    every = [item for file in (provisions, counting, retention, support, risk) for item in file["provisions"]]
    return Law(every, Holidays(holidays), counting["editions"])


def _versions(item: Mapping[str, Any]) -> tuple[Provision, ...]:
    """Return a provision's versions, newest first; one ends on the eve of the next unless it says when."""
    found = []
    for version in item["versions"]:
        until, source = version.get("effective_to"), version["source"]
        found.append(
            Provision(
                item["name"],
                item["title"],
                version["value"],
                date.fromisoformat(version["effective_from"]),
                None if until is None else date.fromisoformat(until),
                source["reference"],
                source["status"],
            )
        )
    return tuple(sorted(found, key=lambda provision: provision.effective_from, reverse=True))
