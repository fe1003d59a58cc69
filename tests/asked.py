"""What something asks of the database, as the database itself has noted it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from lrs.store.database import Store


def asked_of(store: Store, act: Callable[[], object]) -> Counter[tuple[str, str]]:
    """Return how often `act` made the database do what, and with which collection."""
    profile = store.database["system.profile"]
    profile.drop()
    store.database.command("profile", 2)
    try:
        act()
    finally:
        store.database.command("profile", 0)
    noted = profile.find({"command.profile": {"$exists": False}}, {"op": 1, "command": 1, "ns": 1})
    return Counter(
        (next(iter(each["command"])) if each["op"] == "command" else each["op"], each["ns"].partition(".")[2])
        for each in noted
    )
