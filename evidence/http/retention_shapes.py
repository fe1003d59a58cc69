"""Holds, retention runs and erasures as `/api/v1` answers them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from evidence.retention.due import FileVerdict
from evidence.retention.erasing import Preview
from evidence.retention.holds import Hold
from evidence.retention.running import Forecast
from evidence.store.retention_runs import Run
from lrs.clock import Micros, to_text
from lrs.store.erasure import Erasure

_OBSTACLES_SHOWN: Final = 1_000


def hold_shape(hold: Hold) -> dict[str, Any]:
    """Return a hold as it is answered."""
    return {
        "id": hold.hold_id,
        "scope": hold.scope.value,
        "about_id": hold.about_id or None,
        "reason": hold.reason,
        "placed_at": to_text(hold.placed_at),
        "placed_by": hold.placed_by,
        "is_in_force": hold.is_in_force,
        "released_at": _instant(hold.released_at),
        "released_by": hold.released_by,
        "release_reason": hold.release_reason or None,
    }


def forecast_shape(found: Forecast) -> dict[str, Any]:
    """Return what a run would delete, as it is answered."""
    return {
        "on": found.on,
        "files": [_file_shape(item) for item in found.files],
        "file_count": found.file_count,
        "file_bytes": found.file_bytes,
        "statements": dict(found.statements),
        "statements_about": dict(found.statements_about.most_common(_OBSTACLES_SHOWN)),
        "kept_files": dict(found.kept_files),
        "kept_statements": dict(found.kept_statements),
    }


def _file_shape(item: FileVerdict) -> dict[str, Any]:
    return {
        "sha256": item.file.sha256,
        "kind": item.file.kind.value,
        "size_bytes": item.file.size_bytes,
        "about": sorted(item.file.about),
        "until": None if item.term is None else item.term.until.isoformat(),
        "provision": None if item.term is None else item.term.provision.name,
    }


def run_shape(run: Run) -> dict[str, Any]:
    """Return a retention run as it is answered."""
    return {
        "id": run.run_id,
        "by": run.by,
        "reason": run.reason,
        "at": to_text(run.at),
        "on": run.on.isoformat(),
        "stage": run.stage.value,
        "statements": run.statements,
        "certificate": run.certificate,
        "finished_at": _instant(run.finished_at) if run.certificate else None,
    }


def preview_shape(preview: Preview) -> dict[str, Any]:
    """Return what an erasure would take, as it is answered."""
    plan = preview.plan
    return {
        "statements": len(plan.entries),
        "unknown_ids": list(plan.unknown),
        "already_erased": list(plan.gone),
        "mentions": preview.mentions,
        "documents": preview.documents,
        "obstacle_count": len(plan.obstacles),
        "obstacles": [asdict(item) for item in plan.obstacles[:_OBSTACLES_SHOWN]],
    }


def erasure_shape(erasure: Erasure, erased: int) -> dict[str, Any]:
    """Return how far an erasure has come, as it is answered: of its statements, `erased` are gone."""
    return {
        "id": erasure.erasure_id,
        "ground": erasure.ground.value,
        "reason": erasure.reason,
        "by": erasure.by,
        "at": to_text(erasure.at),
        "statements": erasure.statements,
        "erased": erased,
        "state": erasure.state.value,
        "finished_at": _instant(erasure.finished_at),
    }


def _instant(instant: Micros | None) -> str | None:
    return None if instant is None else to_text(instant)
