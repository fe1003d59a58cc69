"""What pages may tell those who run the deployment: its parts, as far as the application has built them."""

from __future__ import annotations

from collections.abc import Mapping

from assidu.health import Ping
from dashboards.attendance.letters import Mailer
from dashboards.views.deployment import Deployment, Room
from evidence.seals.sealing import Seals
from lrs.courses.plays import Premises
from lrs.services import Services


def build_deployment(
    services: Services, mailer: Mailer, seals: Seals, pings: Mapping[str, Ping], premises: Premises
) -> Deployment:
    """Return what is known of this deployment; nothing is asked yet."""

    def room() -> Room | None:
        # The server says so of the disk that its files are on, wherever that is; some clusters do not.
        found = services.store.database.command("dbStats")
        total, used = found.get("fsTotalSize"), found.get("fsUsedSize")
        return None if not total or used is None else Room(int(total - used), int(total))

    return Deployment(
        pings=dict(pings), has_mail=mailer.is_available, seal_state=seals.state, room=room, premises=premises
    )
