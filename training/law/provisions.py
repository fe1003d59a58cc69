"""Values that rules take: found by name and day, with what an organisation has decided otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
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


class Law:
    """Every provision and every public holiday there is data for."""

    def __init__(self, provisions: Iterable[Mapping[str, Any]], holidays: Holidays) -> None:
        self.holidays = holidays
        self._data = {item["name"]: item for item in provisions}
        self._versions = {name: _versions(item) for name, item in self._data.items()}
        self._validators = {name: jsonschema_rs.validator_for(item["schema"]) for name, item in self._data.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all provisions, sorted."""
        return tuple(sorted(self._data))

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
    provisions = orjson.loads((_FOLDER / "provisions.json").read_bytes())["provisions"]
    return Law(provisions, Holidays(orjson.loads((_FOLDER / "holidays.json").read_bytes())))


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
