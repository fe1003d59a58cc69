"""What a statement takes on disk, its indexes included, once a checkpoint has written everything."""

from __future__ import annotations

from typing import Any

from benchmarks.deployment import DATABASE
from benchmarks.rig import Rig


def run(rig: Rig) -> dict[str, Any]:
    """Write a checkpoint and read the sizes of the files."""
    rig.fill(rig.store, rig.profile.size)
    client = rig.deployment.client
    client.admin.command("fsync")
    stats = client[DATABASE].command("collStats", "statements", indexDetails=True)
    whole = client[DATABASE].command("dbStats")
    count = stats["count"]
    bodies = next(rig.deployment.statements.aggregate([
        {"$sample": {"size": 2_000}}, {"$group": {"_id": None, "bytes": {"$avg": {"$binarySize": "$b"}}}}
    ]))  # fmt: skip
    sent = [len(item.body) for item in rig.campus.statements(0, 2_000)]
    reusable = stats["freeStorageSize"] + sum(map(_reusable, stats["indexDetails"].values()))
    shown = {
        "statements": count,
        "sent_bytes": round(sum(sent) / len(sent), 1),
        "returned_bytes": round(bodies["bytes"], 1),
        "record_bytes": round(stats["avgObjSize"], 1),
        "on_disk_bytes": round((stats["storageSize"] + stats["totalIndexSize"]) / count, 1),
        "statements_bytes": round(stats["storageSize"] / count, 1),
        "indexes_bytes": {name: round(size / count, 1) for name, size in sorted(stats["indexSizes"].items())},
        # Part of the above: room in the files that the next statements will take.
        "reusable_bytes": round(reusable / count, 1),
        "whole_database_bytes": round((whole["storageSize"] + whole["indexSize"]) / count, 1),
    }
    rig.profile.say(
        f"  {shown['on_disk_bytes']} bytes a statement of {shown['sent_bytes']} sent: records "
        f"{shown['statements_bytes']}, indexes {shown['indexes_bytes']}"
    )
    return shown


def _reusable(detail: dict[str, Any]) -> int:
    return int(detail["block-manager"]["file bytes available for reuse"])
