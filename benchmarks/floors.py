"""What must at least be reached, and whether the results do. Pure.

The floors are the project's own promise (docs/performance.md shows them beside what was measured); a measured value
of a scenario that did not run is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_INGEST: Final = {"batch_50": 0.60, "batch_500": 0.70, "single_16": 0.80, "single_64": 0.80}
_NOTABLE_MS: Final = 20
_LABELS: Final = {
    "batch_50": "POST batches of 50, 16 connections",
    "batch_500": "POST batches of 500, 4 connections",
    "single_16": "POST single, 16 connections",
    "single_64": "POST single, 64 connections",
    "agent": "page by agent",
    "verb_since": "page by verb and since",
    "activity": "page by activity",
    "related_activity": "page by related activity",
    "registration": "page by registration",
    "latest": "page of the latest",
    "statement_id": "one by statementId",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One floor and what was measured; `is_least` tells a floor from a ceiling.

    `bare` is what a bare Flask view reached where one was measured: what is beyond it, these parts do not give.
    """

    what: str
    measured: float
    bound: float
    unit: str
    is_least: bool
    bare: float | None = None

    @property
    def is_met(self) -> bool:
        """Say whether the measured value is on the right side."""
        return self.measured >= self.bound if self.is_least else self.measured <= self.bound

    @property
    def bound_text(self) -> str:
        """Return the bound in words."""
        return f"{'at least' if self.is_least else 'at most'} {number(self.bound)}{self.unit}"


def label(name: str) -> str:
    """Return the words for a mix or a query."""
    return _LABELS.get(name, name)


def bare_text(item: Verdict) -> str:
    """Return what the bare view reached, for a terminal."""
    return f"  (bare view: {number(item.bare)}{item.unit})" if item.bare is not None else ""


def number(value: float) -> str:
    """Write a number with no more digits than it deserves.

    >>> number(1234567.0), number(12.34), number(0.5), number(0)
    ('1,234,567', '12.3', '0.50', '0')
    """
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def judge(scenarios: Mapping[str, Any]) -> list[Verdict]:
    """Hold the results of whatever scenarios ran against their floors."""
    return [
        verdict
        for name, rule in _RULES.items() if name in scenarios
        for verdict in rule(scenarios[name])
    ]  # fmt: skip


def show(verdicts: Sequence[Verdict]) -> int:
    """Print the table and return how many floors were missed."""
    if not verdicts:
        return 0
    print()
    widest = max(len(item.what) for item in verdicts)
    for item in verdicts:
        said = "met   " if item.is_met else "MISSED"
        measured = f"{number(item.measured):>9}{item.unit:<6}"
        print(f"{said}  {item.what:<{widest}}  {measured}  {item.bound_text}{bare_text(item)}")
    missed = sum(not item.is_met for item in verdicts)
    print(f"\n{len(verdicts) - missed} floors met, {missed} missed.")
    return missed


def _ingest(found: Mapping[str, Any]) -> Iterator[Verdict]:
    for name, mix in found["mixes"].items():
        if "ratio" in mix:
            yield Verdict(
                f"{label(name)}, of the ceiling", mix["ratio"]["median"] * 100, _INGEST[name] * 100, " %", True,
                _bare(mix),
            )  # fmt: skip


def _pages(found: Mapping[str, Any]) -> Iterator[Verdict]:
    for name, query in found["queries"].items():
        yield Verdict(
            f"{label(name)}, of the raw find", query["ratio"]["median"] * 100, 50, " %", True, _bare(query)
        )  # fmt: skip
    for name, query in found["queries"].items():
        first = query["assidu"]["first_byte_ms"]
        yield Verdict(f"{label(name)}, first byte p95 / p50", first["p95"] / first["p50"], 3, " ×", False)


def _bare(item: Mapping[str, Any]) -> float | None:
    return item["bare"]["ratio"]["median"] * 100 if "bare" in item else None


def _growth(found: Mapping[str, Any]) -> Iterator[Verdict]:
    for name, query in found["pages"].items():
        yield Verdict(f"{label(name)}, p50 on the large store / small", query["times"], 1.3, " ×", False)
    for name, mix in found["ingest"].items():
        yield Verdict(f"{label(name)}, rate on the large store / small", mix["times"], 0.8, " ×", True)


def _more(found: Mapping[str, Any]) -> Iterator[Verdict]:
    yield Verdict("following more, p50 of the last pages / first", found["end_to_start"], 1.3, " ×", False)
    grown = found["web_mb"]["after"] - found["web_mb"]["before"]
    yield Verdict("following more, memory it added to a web worker", max(0.0, grown), 25, " MB", False)


def _disk(found: Mapping[str, Any]) -> Iterator[Verdict]:
    yield Verdict("on disk a statement, indexes included", found["on_disk_bytes"], 700, " B", False)


def _memory(found: Mapping[str, Any]) -> Iterator[Verdict]:
    yield Verdict("web worker after all in and out, at its height", found["web_worker_peak_mb"], 250, " MB", False)


def _import(found: Mapping[str, Any]) -> Iterator[Verdict]:
    yield Verdict("assidu import / POST batches of 500", found["ratio"]["median"], 1, " ×", True)


def _saturation(found: Mapping[str, Any]) -> Iterator[Verdict]:
    levels = found["levels"]
    last = levels[-1]
    longest = max(item["latency_ms"]["most"] for item in levels) / 1000
    yield Verdict("past saturation, longest wait for an answer", longest, 30, " s", False)
    bare = sum(item["refused"] - item["with_retry_after"] for item in levels)
    yield Verdict("past saturation, refusals without Retry-After", bare, 0, "", False)
    yield Verdict("past saturation, requests without answer", sum(item["unanswered"] for item in levels), 0, "", False)
    kept_out = sum(item["people"]["refused"] + item["people"]["unanswered"] for item in levels)
    yield Verdict("past saturation, pages that people asked for and did not get", kept_out, 0, "", False)
    grown = last["web_worker_mb"] / levels[-2]["web_worker_mb"]
    yield Verdict("past saturation, memory after / before the same again", grown, 1.1, " ×", False)


def _facts(found: Mapping[str, Any]) -> Iterator[Verdict]:
    rate = found["catching_up"][-1]["rate"]
    if "ingest_rate" in found:
        yield Verdict("facts caught up / POST batches of 50", rate / found["ingest_rate"], 1, " ×", True)
    yield Verdict("facts of a day, on the large history / small", found["day_times"], 1.2, " ×", False)
    yield Verdict("facts of 1,000 enrolments read", found["enrolments"]["thousand_ms"], 50, " ms", False)


def _ledger(found: Mapping[str, Any]) -> Iterator[Verdict]:
    # A machine that is busy to the full takes in as much less as each statement costs more, and CPU is measured with
    # less noise than rates are.
    yield Verdict("CPU of sealing / of taking in batches of 50", found["cost"]["share"] * 100, 5, " %", False)
    yield Verdict("sealing 1,000,000 statements, at the rate measured", found["million_s"], 300, " s", False)
    worst = max(item["worst"] for item in found["provable_s"].values())
    yield Verdict("from stored to provable, worst", worst, 5, " s", False)
    worst = max(item["proof_ms"]["p99"] for item in found["caught_up"])
    yield Verdict("an inclusion proof, p99", worst, 10, " ms", False)


def _documents(found: Mapping[str, Any]) -> Iterator[Verdict]:
    yield Verdict("documents of a batch, sealed and timestamped", found["rate"], 8, "/s", True)


def _dossiers(found: Mapping[str, Any]) -> Iterator[Verdict]:
    yield Verdict(f"dossier of {found['learners']} learners", found["sample"]["seconds"], 60, " s", False)


def _risk(found: Mapping[str, Any]) -> Iterator[Verdict]:
    yield Verdict("10,000 enrolments estimated, after a day of statements", found["ten_thousand_s"], 60, " s", False)
    yield Verdict("the process that estimates, at its height", found["megabytes"], 2000, " MB", False)


def _scorm(found: Mapping[str, Any]) -> Iterator[Verdict]:
    for name, what in (("steady", "one answer more"), ("heartbeat", "nothing new")):
        measured = f"SCORM commits of {found['interactions']} interactions, {what}, one web worker"
        yield Verdict(measured, found[name]["rate"], 300, "/s", True)


def _start(found: Mapping[str, Any]) -> Iterator[Verdict]:
    yield Verdict("warm start to an accepted statement, worst", found["worst_s"], 10, " s", False)
    yield Verdict("idle web process", found["idle_web_mb"], 150, " MB", False)


def _roles(found: Mapping[str, Any]) -> Iterator[Verdict]:
    last = found["at"][-1]
    slowest = max(last["pages"], key=lambda page: page["p95_ms"])
    yield Verdict(f"slowest page's data, {slowest['page']} of a {slowest['role']}, p95", slowest["p95_ms"], 200, " ms",
                  False)  # fmt: skip
    shown = [{**page, "role": role} for role, seen in last["browser"].items() for page in seen["pages"]]
    for what, key, bound, unit in (
        ("over HTTP with its session, p95", "p95_ms", 200, " ms"),
        ("in a browser with nothing kept", "cold_s", 4, " s"),
        ("in a browser with everything kept", "warm_s", 2, " s"),
    ):
        worst = max(shown, key=lambda page: page[key])
        yield Verdict(f"slowest page {what}, {worst['path']} of a {worst['role']}", worst[key], bound, unit, False)
    callbacks = max(role["callbacks"]["p95_ms"] for role in last["browser"].values())
    yield Verdict("callbacks of going from page to page, p95 of the slowest role", callbacks, 300, " ms", False)
    # Of a few milliseconds a few more are many times as many.
    grown = [page["times"] for page in found["times"] if page["p50_ms"][1] >= _NOTABLE_MS]
    if grown:
        yield Verdict(
            "a page's data, p50 on the large store / small, for as much shown, at worst", max(grown), 1.3, " ×", False
        )


_RULES: Final = {
    "pages": _pages, "ingest": _ingest, "growth": _growth, "more": _more, "disk": _disk, "memory": _memory,
    "import": _import, "saturation": _saturation, "facts": _facts, "roles": _roles, "ledger": _ledger,
    "documents": _documents, "dossiers": _dossiers, "scorm": _scorm, "risk": _risk,
    "start": _start,
}  # fmt: skip
