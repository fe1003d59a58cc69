"""What docs/performance.md says whatever was measured. Data."""

from __future__ import annotations

from typing import Final

ALT: Final = {
    "ingest": "Statements taken a second by Assidu and by pymongo alone, for four ways of sending",
    "ingest-latency": "p50, p95 and p99 of a request by Assidu and by pymongo alone",
    "ingest-cpu": "CPU of client, web and mongod for one statement",
    "pages": "Answers a second by Assidu and by a raw find, for seven queries",
    "pages-latency": "p50, p95 and p99 of an answer by Assidu and by a raw find",
    "pages-cpu": "CPU of client, web and mongod for one answer",
    "growth": "Time of a page and statements taken a second, on a small and on a large store",
    "more": "Time of a page from the newest statement to the oldest",
    "disk": "Bytes on disk of one statement: records and each index",
    "saturation": "Latency, rate and refusals by number of connections",
}
LIMITS: Final = """**What limits the rest.** Generator, web processes and database share the machine's cores, and the
ceiling has no HTTP in it: whatever Python does is taken from the database. The *bare view* shows what the parts leave
when nothing is looked at: a floor above what it reaches is beyond these parts, and of one below it the difference is
all that is left for credential, rules, keys, proof, metrics and log. What that costs, in one process and one thread: an
answer without any content 0.06 ms of CPU, a statement by its id 0.4, a page of a hundred 0.45 to 0.6 (0.2 of it the
driver's), a single statement stored 1.2 (three commands to the database, for it is stored whole or not at all, in one
order; those that come together share them, docs/design/0005), one of a batch of 50 0.07, one of a batch of 500 0.05:
parsed, held to the schema and to the rules beside it, its keys found, its text stamped and hashed, its record drafted
and written. The server, and threads that take turns, add 0.2 to 0.5 ms a request. What was tried against all that, and
what came of it, stands in docs/design/0005 and 0007. What would go further: a driver with fewer steps a command, of
which it has some two hundred and forty, each of them finding its code cold; fewer commands an append; a typed decoder
in place of dictionaries."""
METHOD: Final = """## How it is measured

- *Statements* are invented and the same for everyone: 1.2 kB, 240 learners, 60 activities in 6 courses, 8 verbs, with
  registration, parent, grouping, category, extensions, some with results (`benchmarks/statements.py`).
- *The load generator* is one process with one epoll loop and requests prepared beforehand. Its CPU counts on Assidu's
  side; the ceiling's client is pymongo itself, in one process or two, ordered or not, whichever is fastest.
- *The deployment* is `assidu web` as it comes, with its log of requests, and an embedded `mongod`, over a folder of
  its own; no worker beside.
- *The ceiling's collection* has the options and indexes of Assidu's, copied from the live one, and is kept as full.
  Its reads put the very `find` (filter, order, hint) that Assidu's store was heard to make.
- *Nothing acknowledged is lost*: after the writes, what is there is counted, and a random sample is read back by id;
  the run stops otherwise, and has no figures. A page of each query is compared with the database, byte for byte.
- *Noise*: on a machine that does other things too, compare ratios, not rates; least and most say how far rounds differ.

Another record store on the same machine is measured in the same run:
`scripts/bench --target NAME=http://127.0.0.1:8081/xapi --login USER:SECRET`."""
ROLES: Final = """**What limits pages.** The data are kept facts, a row for each session and each enrolment: no page
reads a statement but the drill-down, so pages take as long with a million as with a hundred thousand. What remains at
the server is Python making, for each row that is shown, the values of its columns, and Dash its components; lists
that nobody reads to their end are cut, and counted. In a browser it is reading some megabytes of scripts (Mantine, AG
Grid, plotly.js): they are asked for once, under addresses that tell their versions, and kept for good."""
