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
    stats = client[DATABASE].command("collStats", "statements")
    whole = client[DATABASE].command("dbStats")
    count = stats["count"]
    bodies = next(rig.deployment.statements.aggregate([
        {"$sample": {"size": 2_000}}, {"$group": {"_id": None, "bytes": {"$avg": {"$binarySize": "$b"}}}}
    ]))  # fmt: skip
    sent = [len(item.body) for item in rig.campus.statements(0, 2_000)]
    shown = {
        "statements": count,
        "sent_bytes": round(sum(sent) / len(sent), 1),
        "returned_bytes": round(bodies["bytes"], 1),
        "record_bytes": round(stats["avgObjSize"], 1),
        "on_disk_bytes": round((stats["storageSize"] + stats["totalIndexSize"]) / count, 1),
        "statements_bytes": round(stats["storageSize"] / count, 1),
        "indexes_bytes": {name: round(size / count, 1) for name, size in sorted(stats["indexSizes"].items())},
        "whole_database_bytes": round((whole["storageSize"] + whole["indexSize"]) / count, 1),
    }
    rig.profile.say(
        f"  {shown['on_disk_bytes']} bytes a statement of {shown['sent_bytes']} sent: records {shown['statements_bytes']}, "
        f"indexes {shown['indexes_bytes']}"
    )
    return shown
