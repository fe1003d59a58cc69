"""The text of docs/performance.md, made of the results. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from benchmarks.floors import judge, label, number
from benchmarks.prose import ALT, LIMITS, METHOD, ROLES

Found = Mapping[str, Any]
_NOTE: Final = "<!-- Made by scripts/bench --full of benchmarks/results/latest.json: change benchmarks/page.py. -->"


def render(results: Found, plots: Iterable[str] = ()) -> str:
    """Return the page in Markdown; `plots` are the names of those that were drawn."""
    scenarios, drawn = results["scenarios"], frozenset(plots)
    parts = [_NOTE, "# Performance", _opening(results), _floors(scenarios)]
    for name, section in _SECTIONS.items():
        if name in scenarios:
            parts += section(scenarios[name], drawn)
    parts += [METHOD]
    return "\n\n".join(parts) + "\n"


def _opening(results: Found) -> str:
    machine, profile = results["machine"], results["profile"]
    return (
        f"Measured on {machine['date']} at commit `{machine['commit']}`, on one machine of {machine['cores']} cores "
        f"({machine['processor']}, {machine['memory_gb']:.0f} GB, {machine['system']}) that the load generator, the "
        f"web processes and the database share: Python {machine['python']}, granian {machine['packages']['granian']} "
        f"with {profile['web_workers']} × {profile['web_threads']} threads, MongoDB {machine['mongod']} with "
        f"{profile['mongod_cache_mib']} MiB of cache. Load average before: {results['load_before']}.\n\n"
        f"Each figure is the median of {profile['rounds']} rounds, with the least and the most behind it. Assidu and "
        "its *ceiling* take turns in the same run on the same database: for writes, pymongo alone storing the very "
        "documents that Assidu stores, under the same indexes, majority and journal; for reads, a raw `find` that "
        "returns the same bytes. A *bare Flask view*, served as Assidu is, only stores what it is sent, or makes the "
        "same `find` and joins the bytes: no credential, no rule, no key, no seal. What it reaches is what the parts "
        "allow. `scripts/bench` measures most of this in about five minutes; `scripts/bench --full` "
        "measures all of it and renews this page."
    )


def _floors(scenarios: Found) -> str:
    verdicts = judge(scenarios)
    rows = [
        [
            item.what,
            f"{number(item.measured)}{item.unit}",
            item.bound_text,
            "met" if item.is_met else "**missed**",
            f"{number(item.bare)}{item.unit}" if item.bare is not None else "",
        ]
        for item in verdicts
    ]
    met = sum(item.is_met for item in verdicts)
    return (
        f"## Floors\n\n{met} of {len(verdicts)} are met.\n\n"
        + table(["What", "Measured", "Bound", "", "Bare view"], rows)
        + f"\n\n{LIMITS}"
    )


def _ingest(found: Found, drawn: frozenset[str]) -> list[str]:
    text = (
        f"On a store of {found['size']:,} statements and growing; every request is answered only when the journal of "
        "a majority has it."
    )
    return [
        f"## Taking statements\n\n{text}",
        *_pictures(drawn, "ingest", "ingest-latency", "ingest-cpu"),
        _comparison(found["mixes"], "Statements a second", "pymongo alone"),
        _cpu_table(found["mixes"], "a statement"),
    ]


def _pages(found: Found, drawn: frozenset[str]) -> list[str]:
    text = (
        f"Pages of {found['limit']}, newest first, from {found['connections']} connections, on a store of "
        f"{found['size']:,} statements; which learner, activity and so on is asked for changes with each request."
    )
    first = []
    for name, item in found["queries"].items():
        times = [f"{item['assidu']['first_byte_ms'][key]:.1f}" for key in ("p50", "p95", "p99")]
        first.append([label(name), *times, f"{item['body_kb']:.0f}"])
    return [
        f"## Giving statements back\n\n{text}",
        *_pictures(drawn, "pages", "pages-latency", "pages-cpu"),
        _comparison(found["queries"], "Answers a second", "raw find"),
        _cpu_table(found["queries"], "an answer"),
        table(["First byte", "p50 ms", "p95 ms", "p99 ms", "kB an answer"], first),
    ]


def _growth(found: Found, drawn: frozenset[str]) -> list[str]:
    small, large = found["sizes"]["pages"]
    sizes = [f"{value:,}" for value in found["sizes"]["ingest"]]
    return [
        "## As the store grows",
        *_pictures(drawn, "growth"),
        table(["p50", f"{small:,}: ms", f"{large:,}: ms", "Assidu ×", "raw find ×"], _grown(found["pages"], 1)),
        table(["Statements a second", *sizes, "Assidu ×", "pymongo ×"], _grown(found["ingest"], 0)),
    ]


def _grown(items: Found, digits: int) -> list[list[str]]:
    return [
        [
            label(name),
            *(f"{value:,.{digits}f}" for value in item["assidu"]),
            f"{item['times']:.2f}",
            f"{item['ceiling'][1] / item['ceiling'][0]:.2f}",
        ]
        for name, item in items.items()
    ]


def _more(found: Found, drawn: frozenset[str]) -> list[str]:
    p50, memory = {part: times["p50"] for part, times in found["latency_ms"].items()}, found["web_mb"]
    text = (
        f"One reader walks through all {found['statements']:,} statements, {found['pages']:,} pages, in "
        f"{found['seconds']:,.0f} s; every statement comes once, newest first. p50 of a page: {p50['start']:.1f} ms in "
        f"the first tenth, {p50['middle']:.1f} ms in the middle, {p50['end']:.1f} ms in the last. The heaviest web "
        f"worker weighs {memory['before']:.0f} MB before and {memory['after']:.0f} MB after."
    )
    return [f"## Following `more`\n\n{text}", *_pictures(drawn, "more")]


def _disk(found: Found, drawn: frozenset[str]) -> list[str]:
    text = (
        f"Bytes of the files after a checkpoint, for each of {found['statements']:,} statements of "
        f"{found['sent_bytes']:.0f} bytes as sent, {found['returned_bytes']:.0f} as given back. "
        f"{found['reusable_bytes']:.0f} of them are room in the files that the next statements will take. All "
        f"collections of the database together take {found['whole_database_bytes']:.0f}."
    )
    rows = [["records", number(found["statements_bytes"])]]
    rows += [[f"index `{name}`", number(size)] for name, size in found["indexes_bytes"].items()]
    rows += [["**together**", f"**{number(found['on_disk_bytes'])}**"]]
    return [f"## On disk\n\n{text}", *_pictures(drawn, "disk"), table(["Part", "Bytes a statement"], rows)]


def _memory(found: Found, _: frozenset[str]) -> list[str]:
    text = (
        f"After {found['statements']:,} statements in, and all of them out again page by page, the heaviest web worker "
        f"weighs {found['web_worker_mb']:.0f} MB, and weighed {found['web_worker_peak_mb']:.0f} MB at its height; "
        f"`mongod` weighs {found['mongod_mb']:.0f} MB."
    )
    return [f"## Memory\n\n{text}"]


def _import(found: Found, _: frozenset[str]) -> list[str]:
    where = "each into an empty store" if found["rounds"] == 1 else "in turns into the same store"
    text = (
        f"`assidu import` of {found['count']:,} statements takes {found['import_rate']['median']:,.0f} a second, the "
        f"command's start included; POST in batches of 500 takes {found['post_rate']['median']:,.0f} ({where}). CPU a "
        f"statement: {found['cpu_ms']['import']:.3f} ms in the command, {found['cpu_ms']['mongod']:.3f} ms in `mongod`."
    )
    return [f"## Import\n\n{text}"]


def _saturation(found: Found, drawn: frozenset[str]) -> list[str]:
    check = found["check"]
    text = (
        "Single statements from more and more connections, each sending its next as soon as it is answered. Who is "
        "refused with `Retry-After` comes again then. The largest number comes twice: what grew the first time must "
        f"not grow again. Of {check['acknowledged']:,} statements acknowledged by then {check['there']:,} are there. "
        "Two people ask for the page to sign in all the while, one page after the other."
    )
    heads = ["Connections", "A second", "p50 ms", "p95 ms", "p99 ms", "longest ms", "Refused", "with Retry-After"]
    rows = [
        [
            *(f"{item['connections']:,}", f"{item['rate']:,.0f}"),
            *(f"{item['latency_ms'][key]:,.0f}" for key in ("p50", "p95", "p99", "most")),
            *(f"{item[key]:,.0f}" for key in ("refused", "with_retry_after", "unanswered", "web_worker_mb")),
            *(f"{item['people'][key]:,.0f}" for key in ("asked", "refused")),
            f"{item['people']['shown_ms']['p95']:,.0f}",
        ]
        for item in found["levels"]
    ]
    return [
        f"## Past saturation\n\n{text}",
        *_pictures(drawn, "saturation"),
        table([*heads, "No answer", "Worker MB", "Pages: asked for", "Pages: refused", "Pages: p95 ms"], rows),
    ]


def _facts(found: Found, _: frozenset[str]) -> list[str]:
    read = found["enrolments"]
    text = (
        f"One worker that has the machine to itself, on statements of people who are on record; each "
        f"{found['sizes'][0]:,} are of another year, with its own learners and sessions. {found['day']:,} more "
        "statements, after everything before, are taken in and settled; of each person only the days that they touch, "
        "and what those depend on."
    )
    if "ingest_rate" in found:
        text += f" In the same run batches of 50 were taken in at {found['ingest_rate']:,.0f} statements a second."
    heads = ["History", "Caught up, statements a second", f"{found['day']:,} more: seconds"]
    rows = [
        [f"{size:,}", f"{item['rate']:,.0f}", f"{day:.2f}"]
        for size, item, day in zip(found["sizes"], found["catching_up"], found["day_s"], strict=True)
    ]
    reading = (
        f"{read['count']:,} enrolments with their rates are read in {read['median_ms']:.0f} ms, "
        f"{read['worst_ms']:.0f} ms at worst."
    )
    return [f"## Facts\n\n{text}", table(heads, rows), reading]


def _roles(found: Found, _: frozenset[str]) -> list[str]:
    last = found["at"][-1]
    text = (
        f"Every page of every role, with {found['enrolments']:,} enrolments in {found['sessions']} sessions and "
        f"{last['statements']:,} statements: its data, its drawing and its writing at the server, again and again, "
        "nothing kept of a page between two of them (large / small: for as much as the page shows); asked over HTTP "
        "by a session of that role; and in a browser, from asking for it until its tables and charts stand there, with "
        "nothing kept and with everything kept. "
        f"After a change of one record, records are read again in {max(last['after_a_change_ms']):.0f} ms at worst; "
        f"the first page of a web process that nobody has warned waits {last['first_s']:.1f} s for all of them."
    )
    times = {(item["page"], item["role"]): item["times"] for item in found["times"]}
    seen = {(role, page["path"]): page for role, what in last["browser"].items() for page in what["pages"]}
    rows = [_role_row(page, times, seen.get((page["role"], page["address"]))) for page in last["pages"]]
    heads = ["Page", "Role", "Data p50 ms", "p95 ms", "Large / small", "HTTP p50 ms", "p95 ms", "kB sent",
             "Nothing kept, s", "Everything kept, s"]  # fmt: skip
    took = {name: role["callbacks"] for name, role in last["browser"].items()}
    calls = [
        [name, f"{item['count']}", *(f"{item[key]:.0f}" for key in ("p50_ms", "p95_ms", "worst_ms"))]
        for name, item in took.items()
    ]
    going = table(["Going from page to page", "Callbacks", "p50 ms", "p95 ms", "worst ms"], calls)
    return [f"## Pages of roles\n\n{text}", table(heads, rows), going, ROLES]


def _role_row(page: Found, times: Mapping[tuple[str, str], float], seen: Found | None) -> list[str]:
    grown = times.get((page["page"], page["role"]))
    row = [f"`{page['address']}`", page["role"], f"{page['p50_ms']:.0f}", f"{page['p95_ms']:.0f}",
           "" if grown is None else f"{grown:.2f}"]  # fmt: skip
    if seen is None:
        return [*row, *[""] * 5]
    return [*row, f"{seen['p50_ms']:.0f}", f"{seen['p95_ms']:.0f}", f"{seen['sent'] / 1000:.0f}",
            f"{seen['cold_s']:.1f}", f"{seen['warm_s']:.1f}"]  # fmt: skip


def _ledger(found: Found, _: frozenset[str]) -> list[str]:
    ratio, provable, http = found["ingest"]["ratio"], found["provable_s"], found["http_proof_ms"]
    text = (
        f"With the worker's sealing beside it, batches of 50 from 16 connections are taken in at {ratio['median']:.1%} "
        f"of the rate without ({ratio['least']:.1%}–{ratio['most']:.1%}; rounds in turns). Sealing a statement costs "
        f"{found['cost']['share']:.1%} of the CPU that taking it in does: {found['cost']['sealer_ms']:.3f} ms of the "
        f"worker's while they come, {found['cost']['mongod_ms']:.3f} ms of `mongod`'s. What is stored meanwhile is "
        f"covered by a signed head {provable['while_others_come']['median']:.1f} s later, "
        f"{provable['while_others_come']['worst']:.1f} s at worst; a statement that comes alone after "
        f"{provable['alone']['median']:.1f} s, {provable['alone']['worst']:.1f} s at worst. A proof over HTTP takes "
        f"{http['p50']:.1f} ms, p99 {http['p99']:.1f} ms."
    )
    heads = ["Log never sealed before", "Seconds", "Statements a second", "A proof, p50 ms", "p99 ms"]
    rows = [
        [f"{item['size']:,}", f"{item['seconds']:.1f}", f"{item['rate']:,.0f}",
         *(f"{item['proof_ms'][key]:.2f}" for key in ("p50", "p99"))]
        for item in found["caught_up"]
    ]  # fmt: skip
    return [f"## The ledger\n\n{text}", table(heads, rows)]


def _documents(found: Found, _: frozenset[str]) -> list[str]:
    steps = found["steps_ms"]
    text = (
        f"Certificates of a session of {found['learners']} learners with {found['statements']:,} statements, in "
        f"{found['processes']} processes, each laid out, sealed, timestamped by an authority over HTTP, archived and "
        f"provable: **{found['rate']:.1f} a second**, the median of {len(found['batches'])} kinds. One alone takes "
        f"{steps['issue']:.0f} ms."
    )
    heads = ["Step of one document", "ms"]
    rows = [[name, f"{value:.1f}"] for name, value in steps.items()]
    return [f"## Documents\n\n{text}", table(heads, rows)]


def _dossiers(found: Found, _: frozenset[str]) -> list[str]:
    taken = found["sample"]
    text = (
        f"The dossier of {found['learners']} learners, {found['documents']} documents each, out of a log of "
        f"{found['statements_in_log']:,} statements: {taken['megabytes']:.0f} MB in **{taken['seconds']:.1f} s**, the "
        f"first byte after {taken['first_byte_s']:.2f} s, {taken['memory_megabytes']:.0f} MB more memory."
    )
    return [f"## Dossiers\n\n{text}"]


def _risk(found: Found, _: frozenset[str]) -> list[str]:
    text = (
        f"{found['learners']:,} learners in sessions that run, of whom {found['statements']:,} statements are known: "
        f"after {found['day']:,} more of one day, and once these are in the facts, everybody is estimated by every "
        f"model and explained in **{found['seconds']:.1f} s**, in a process that has {found['megabytes']:.0f} MB at "
        "its height."
    )
    return [f"## Estimates\n\n{text}"]


def _start(found: Found, _: frozenset[str]) -> list[str]:
    text = (
        f"From `scripts/run` to an accepted statement: median {found['median_s']:.1f} s, the slowest of "
        f"{len(found['seconds'])} warm starts {found['worst_s']:.1f} s. An idle web process weighs "
        f"{found['idle_web_mb']:.0f} MB."
    )
    return [f"## Start\n\n{text}"]


def _comparison(items: Found, rate: str, ceiling: str) -> str:
    rows = []
    for name, item in items.items():
        rows.append([label(name), "**Assidu**", *_row(item["assidu"]), _ratio(item.get("ratio"))])
        rows += [["", other, *_row(side), ""] for other, side in item.get("others", {}).items()]
        if "bare" in item:
            rows.append(["", "bare Flask view", *_row(item["bare"]), _share(item["bare"]["ratio"])])
        if "ceiling" in item:
            rows.append(["", f"{ceiling}{_variant(item['ceiling'])}", *_row(item["ceiling"]), ""])
    return table(["", "", rate, "p50 ms", "p95 ms", "p99 ms", "Of the ceiling"], rows)


def _row(side: Found) -> list[str]:
    spread = f" ({side['rate_least']:,.0f}–{side['rate_most']:,.0f})"
    return [f"{side['rate']:,.0f}{spread}", *(f"{side['latency_ms'][key]:.1f}" for key in ("p50", "p95", "p99"))]


def _ratio(ratio: Found | None) -> str:
    return f"**{ratio['median']:.0%}** ({ratio['least']:.0%}–{ratio['most']:.0%})" if ratio else ""


def _share(ratio: Found) -> str:
    return f"{ratio['median']:.0%} ({ratio['least']:.0%}–{ratio['most']:.0%})"


def _variant(side: Found) -> str:
    """Say how the ceiling was driven: whichever way was fastest."""
    words = ["two processes" if side["processes"] == 2 else "one process"]
    if "ordered" in side:
        words.append("ordered" if side["ordered"] else "unordered")
    return f", {', '.join(words)}"


def _cpu_table(items: Found, of: str) -> str:
    rows = [
        [label(name), *(f"{item['assidu']['cpu_ms'].get(part, 0):.3f}" for part in ("client", "web", "mongod")),
         *(f"{item['ceiling']['cpu_ms'].get(part, 0):.3f}" for part in ("client", "mongod"))]
        for name, item in items.items() if "ceiling" in item
    ]  # fmt: skip
    heads = [f"ms of CPU {of}", "client", "web", "mongod", "ceiling: client", "ceiling: mongod"]
    return table(heads, rows)


def _pictures(drawn: frozenset[str], *names: str) -> list[str]:
    return [f"![{ALT[name]}](performance/{name}.svg)" for name in names if name in drawn]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; columns after the first are set to the right."""
    lines = [heads, ["---", *("---:" for _ in heads[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


_SECTIONS: Final[Mapping[str, Callable[[Found, frozenset[str]], list[str]]]] = {
    "ingest": _ingest, "pages": _pages, "growth": _growth, "more": _more, "disk": _disk, "memory": _memory,
    "import": _import, "saturation": _saturation, "facts": _facts, "roles": _roles, "ledger": _ledger,
    "documents": _documents, "dossiers": _dossiers, "risk": _risk,
    "start": _start,
}  # fmt: skip
