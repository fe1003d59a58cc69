"""What holds on a day: the values that rules take, an organisation's own among them."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Final

from lrs.clock import to_datetime
from lrs.http.api.operations import ApiRequest, Operation
from training.http import schemas
from training.http.resource import reader
from training.law import load_law
from training.records.kinds import Kind
from training.records.law_override import LawOverride
from training.rules.references import provision_key


def list_law(request: ApiRequest) -> dict[str, Any]:
    """List what holds on a day.

    Each value with the day from which it does, its source, and whether anybody has checked it. An organisation decides
    otherwise by a law override.
    """
    on = request.arguments.get("on") or to_datetime(request.services.clock.now_micros()).date()
    law, items = load_law(), []
    for name in law.names:
        entries = reader(request).page(
            request.caller.organisation, Kind.LAW_OVERRIDE, key=provision_key(name), limit=_OVERRIDES_MOST
        )
        overrides = [entry.record for entry in entries if isinstance(entry.record, LawOverride)]
        items.append(asdict(law.provision(name, on, overrides)))
    return {"on": on, "items": items}


_OVERRIDES_MOST: Final = 1000
OPERATIONS: Final = (
    Operation(
        "GET", "/law", list_law, schemas.LawSchema, takes=schemas.LawQuerySchema, refuses=(HTTPStatus.NOT_FOUND,)
    ),
)
