"""`assidu import` and `assidu export`: streaming, resumable, and the same statements on the other side."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from click.testing import CliRunner, Result

from assidu.cli import main
from assidu.demo.year import year
from assidu.transfer.entries import read_entry
from assidu.transfer.exporter import CHUNK, Span, export_statements, find_span
from assidu.transfer.importer import Importer, ImportOptions, ImportReport
from assidu.transfer.lines import Source
from assidu.transfer.position import Position, Positions
from assidu.transfer.target import CannotExport, FileTarget, Wanted
from lrs.caller import Caller, Scope
from lrs.clock import FixedClock, Micros, to_text
from lrs.credential import Settings
from lrs.errors import Overloaded
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.statements.multipart import Part
from lrs.versions import Version


def statement(number: int, **members: Any) -> dict[str, Any]:
    return {
        "id": str(UUID(int=(number << 80) | (4 << 76) | (8 << 60))),
        "actor": {"mbox": "mailto:lea@exemple.invalid"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": f"https://exemple.invalid/pages/{number}"},
        **members,
    }


def write_lines(path: Path, lines: Sequence[object]) -> Path:
    path.write_bytes(b"".join((line if isinstance(line, bytes) else orjson.dumps(line)) + b"\n" for line in lines))
    return path


def run_import(services: Services, caller: Caller, file: Path, **options: Any) -> ImportReport:
    positions = Positions(services.store, caller, file)
    refusals = file.with_name(file.name + ".refused.jsonl")
    with Source(file) as source:
        return Importer(services, caller, ImportOptions(**options), positions, refusals).run(source)


def refusals(file: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in file.with_name(file.name + ".refused.jsonl").read_bytes().splitlines()]


def bodies(services: Services, caller: Caller) -> list[bytes]:
    return [one.body for one in services.statements.since(caller.organisation, 0)]


def ids(services: Services, caller: Caller) -> list[str]:
    return [json.loads(body)["id"] for body in bodies(services, caller)]


def but_for_the_lrs(body: bytes) -> dict[str, Any]:
    return {name: value for name, value in json.loads(body).items() if name not in ("stored", "authority")}


@pytest.fixture
def other(services: Services) -> Caller:
    organisation = Organisations(services.store, services.clock).find_or_create("autre", "Autre organisme")
    issued = services.credentials.create(organisation.number, Settings("reprise", frozenset({Scope.ALL})))
    return services.credentials.authenticate_basic(issued.credential.key, issued.secret)


def invoke(services: Services, *arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, obj=services, input=stdin)


def test_a_file_goes_in_line_by_line_in_its_order(services: Services, caller: Caller, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "s.jsonl", [statement(number) for number in range(1, 8)])

    report = run_import(services, caller, file, batch=3)

    assert (report.stored, report.refused) == (7, 0)
    assert ids(services, caller) == [statement(number)["id"] for number in range(1, 8)]


def test_numbers_and_spaces_come_back_as_they_stood_in_the_file(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    text = orjson.dumps(statement(1))[:-1] + b', "result" : {"extensions":{"https://exemple.invalid/x":1.50e0}}}'

    run_import(services, caller, write_lines(tmp_path / "s.jsonl", [text]))

    assert b', "result" : {"extensions":{"https://exemple.invalid/x":1.50e0}}' in bodies(services, caller)[0]


@pytest.mark.parametrize("name", ["s.jsonl.gz", "gzipped.jsonl"])
def test_a_gzipped_file_is_told_by_its_first_bytes(
    services: Services, caller: Caller, tmp_path: Path, name: str
) -> None:
    plain = write_lines(tmp_path / "plain", [statement(1), statement(2)])
    (tmp_path / name).write_bytes(gzip.compress(plain.read_bytes()))

    assert run_import(services, caller, tmp_path / name).stored == 2


def test_blank_lines_a_byte_order_mark_and_a_last_line_without_end_are_no_obstacle(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + orjson.dumps(statement(1)) + b"\r\n\r\n  \n" + orjson.dumps(statement(2)))

    assert run_import(services, caller, file).stored == 2


def test_a_second_run_stores_nothing_twice_even_what_has_no_id(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    nameless = [{name: value for name, value in statement(number).items() if name != "id"} for number in (1, 1, 2)]
    file = write_lines(tmp_path / "s.jsonl", nameless)

    first = run_import(services, caller, file)
    Positions(services.store, caller, file).forget()
    second = run_import(services, caller, file)

    assert (first.stored, second.stored, second.already) == (3, 0, 3)
    assert len(set(ids(services, caller))) == 3


def test_lines_appended_to_a_file_are_all_that_the_next_run_reads(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    nameless = [{name: value for name, value in statement(number).items() if name != "id"} for number in range(1, 6)]
    file = write_lines(tmp_path / "s.jsonl", nameless[:3])
    run_import(services, caller, file)
    write_lines(file, nameless)

    report = run_import(services, caller, file)

    assert (report.skipped, report.stored, report.began_again) == (3, 2, False)


def test_a_file_that_has_changed_is_read_from_its_first_line(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    file = write_lines(tmp_path / "s.jsonl", [statement(1), statement(2)])
    run_import(services, caller, file)
    write_lines(file, [statement(3), statement(1), statement(2)])

    report = run_import(services, caller, file)

    assert (report.began_again, report.skipped, report.stored, report.already) == (True, 0, 1, 2)


def test_refused_lines_are_told_apart_with_every_problem_and_the_rest_is_stored(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    bad = statement(2, verb={"id": "pas une IRI"}, surprise=1)
    lines: list[object] = [statement(1), bad, b"{", b"[]", b'{"a":1},{"b":2}', b"\xff", statement(3)]
    file = write_lines(tmp_path / "s.jsonl", lines)

    report = run_import(services, caller, file)

    assert (report.stored, report.refused) == (2, 5)
    refused = refusals(file)
    assert [one["line"] for one in refused] == [2, 3, 4, 5, 6]
    assert {problem["pointer"] for problem in refused[0]["problems"]} == {"/verb/id", "/surprise"}
    assert json.loads(refused[0]["text"]) == bad
    assert all(one["problems"] for one in refused)


def test_a_line_that_contradicts_what_is_stored_is_refused_alone(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    services.ingest.post(caller, Version.V1_0_3, orjson.dumps(statement(2)))
    changed = statement(2, object={"id": "https://exemple.invalid/autre"})
    file = write_lines(tmp_path / "s.jsonl", [statement(1), changed, statement(3)])

    report = run_import(services, caller, file)

    assert (report.stored, report.refused) == (2, 1)
    assert refusals(file)[0]["problems"][0]["pointer"] == "/id"


def test_the_same_id_twice_in_a_file_is_a_replay(services: Services, caller: Caller, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "s.jsonl", [statement(1), statement(1), statement(2)])

    report = run_import(services, caller, file)

    assert (report.stored, report.already, report.refused) == (2, 1, 0)


def test_a_line_over_the_limit_is_refused_without_being_read_whole(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    long = orjson.dumps(statement(1, result={"response": "x" * services.limits.statement_bytes}))
    file = write_lines(tmp_path / "s.jsonl", [long, statement(2)])

    report = run_import(services, caller, file)

    assert (report.stored, report.refused) == (1, 1)
    assert len(refusals(file)[0]["text"]) <= services.limits.statement_bytes + 2


def test_strict_stops_before_the_first_refused_line_and_goes_on_once_it_is_corrected(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    bad = statement(3, verb={})
    file = write_lines(tmp_path / "s.jsonl", [statement(1), statement(2), bad, statement(4), bad, statement(5)])

    stopped = run_import(services, caller, file, strict=True, batch=4)
    stored_then = ids(services, caller)
    write_lines(file, [statement(number) for number in range(1, 6)])
    report = run_import(services, caller, file, strict=True)

    assert (stopped.stopped_at, stopped.stored, stopped.refused) == (3, 2, 1)
    assert stored_then == [statement(1)["id"], statement(2)["id"]]
    assert [one["line"] for one in refusals(file)] == [3]
    assert (report.skipped, report.stored, report.refused) == (2, 3, 0)


def test_an_import_that_was_cut_off_goes_on_after_its_last_batch(
    services: Services, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = statement(2, verb={})
    file = write_lines(tmp_path / "s.jsonl", [statement(1), bad, *(statement(number) for number in range(3, 11))])
    entries = iter(range(7))

    def read_until_cut(*arguments: Any) -> Any:
        if next(entries, None) is None:
            raise Overloaded("The store is busy.")
        return read_entry(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr("assidu.transfer.importer.read_entry", read_until_cut)
        with pytest.raises(Overloaded):
            run_import(services, caller, file, batch=3)
    report = run_import(services, caller, file, batch=3)

    assert (report.skipped, report.stored, report.already) == (6, 4, 0)
    assert [one["line"] for one in refusals(file)] == [2]
    assert len(ids(services, caller)) == 9


@pytest.mark.parametrize(("seconds", "kept"), [(3600.0, [6]), (0.0, [2, 4, 6])])
def test_the_position_is_kept_as_often_as_is_said_and_in_any_case_at_the_end(
    services: Services, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, kept: list[int]
) -> None:
    monkeypatch.setattr("assidu.transfer.importer._KEEP_SECONDS", seconds)
    file = write_lines(tmp_path / "s.jsonl", [statement(number) for number in range(1, 7)])
    lines: list[int] = []
    save = Positions.save

    def noted(self: Positions, position: Position) -> None:
        lines.append(position.line)
        save(self, position)

    monkeypatch.setattr(Positions, "save", noted)
    run_import(services, caller, file, batch=2)
    again = run_import(services, caller, file, batch=2)

    assert lines == kept
    assert (again.skipped, again.already) == (6, 0)


def test_what_was_stored_after_the_last_kept_position_is_found_to_be_there(
    services: Services, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed keeps no position at its end."""
    file = write_lines(tmp_path / "s.jsonl", [statement(1), statement(2, verb={}), *map(statement, range(3, 7))])
    with monkeypatch.context() as killed:
        killed.setattr(Positions, "save", lambda *_: None)
        run_import(services, caller, file, batch=2)

    report = run_import(services, caller, file, batch=2)

    assert (report.skipped, report.stored, report.already, report.refused) == (0, 0, 5, 1)
    assert [one["line"] for one in refusals(file)] == [2]


def test_each_statement_is_held_to_the_rules_of_its_own_version(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    agents = [{"objectType": "contextAgent", "agent": {"mbox": "mailto:a@exemple.invalid"}}]
    lines = [
        statement(1, version="1.0.3"),
        statement(2, version="2.0.0", context={"contextAgents": agents}),
        statement(3, version="0.95"),
        statement(4),
    ]
    file = write_lines(tmp_path / "s.jsonl", lines)

    report = run_import(services, caller, file)

    assert (report.stored, report.refused) == (3, 1)
    versions = {json.loads(body)["id"]: json.loads(body)["version"] for body in bodies(services, caller)}
    assert versions == {lines[0]["id"]: "1.0.3", lines[1]["id"]: "2.0.0", lines[3]["id"]: "1.0.0"}


def test_export_then_import_elsewhere_gives_the_same_statements(
    services: Services, caller: Caller, other: Caller, tmp_path: Path
) -> None:
    told = sorted(year(3, date(2026, 1, 5), learners=6, months=2), key=attrgetter("version"))
    for version, run in groupby(told, attrgetter("version")):
        services.ingest.post(caller, version, orjson.dumps([one.statement for one in run]))
    file = tmp_path / "all.jsonl.gz"

    exported = invoke(services, "export", str(file), "--organisation", "essai")
    imported = invoke(services, "import", str(file), "--credential", other.credential)

    assert exported.exit_code == imported.exit_code == 0, (exported.output, imported.output)
    before, after = (
        {
            str(one.statement_id): (but_for_the_lrs(one.body), one.is_voided)
            for one in services.statements.since(who.organisation, 0)
        }
        for who in (caller, other)
    )
    assert len(after) > 100
    assert after == before


def test_strict_keeps_the_order_of_lines_whatever_their_versions(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    versions = ["1.0.3", "2.0.0", "1.0.3", "2.0.0"]
    lines = [statement(number, version=version) for number, version in enumerate(versions, start=1)]
    bad = statement(9, version="2.0.0", verb={})
    file = write_lines(tmp_path / "s.jsonl", [*lines, bad, statement(10, version="1.0.3")])

    report = run_import(services, caller, file, strict=True)

    assert (report.stored, report.stopped_at) == (4, 5)
    assert ids(services, caller) == [line["id"] for line in lines]


def test_exported_lines_are_the_stored_bytes_and_line_breaks_between_tokens_become_spaces(
    services: Services, caller: Caller
) -> None:
    indented = json.dumps(statement(1, result={"response": "deux\nlignes"}), indent=1).replace("\n", "\r\n").encode()
    services.ingest.post(caller, Version.V1_0_3, indented)
    services.ingest.post(caller, Version.V1_0_3, orjson.dumps(statement(2)))

    result = invoke(services, "export", "--organisation", "essai")

    lines = result.stdout_bytes.splitlines()
    first, second = bodies(services, caller)
    assert len(lines) == 2
    assert lines[1] == second
    assert b"\n" in first
    assert json.loads(lines[0]) == json.loads(first)


def test_since_and_until_cut_on_stored(services: Services, caller: Caller, clock: FixedClock) -> None:
    for number in range(1, 6):
        clock.micros = Micros(clock.micros + 1_000_000)
        services.ingest.post(caller, Version.V1_0_3, orjson.dumps(statement(number)))
    stored = [one.stored for one in services.statements.since(caller.organisation, 0)]

    result = invoke(
        services, "export", "--organisation", "essai", "--since", to_text(stored[1]), "--until", to_text(stored[3])
    )

    assert [json.loads(line)["id"] for line in result.stdout_bytes.splitlines()] == [
        statement(3)["id"], statement(4)["id"],
    ]  # fmt: skip
    assert find_span(services, caller.organisation, stored[-1], None) == Span(5, 5)


@pytest.mark.parametrize("name", ["s.jsonl", "s.jsonl.gz"])
def test_an_export_that_was_cut_off_goes_on_to_the_same_bytes(
    services: Services, caller: Caller, tmp_path: Path, name: str
) -> None:
    count = 2 * CHUNK + 5
    for start in range(1, count + 1, 500):
        batch = [statement(number) for number in range(start, min(start + 500, count + 1))]
        services.ingest.post(caller, Version.V1_0_3, orjson.dumps(batch))
    whole, broken = tmp_path / f"whole-{name}", tmp_path / name
    wanted = Wanted("essai", None, None)

    class Cut(FileTarget):
        def write(self, lines: bytes, position: int) -> None:
            if position > CHUNK:
                self._file.write(b"half a wri")
                self._file.flush()
                raise KeyboardInterrupt
            super().write(lines, position)

    with Cut(broken, wanted, resume=False) as target:
        target.begin(0)
        with pytest.raises(KeyboardInterrupt):
            export_statements(services, caller.organisation, Span(0, count), target)
    refused = invoke(services, "export", str(broken), "--organisation", "essai")
    resumed = invoke(services, "export", str(broken), "--organisation", "essai", "--resume")
    invoke(services, "export", str(whole), "--organisation", "essai")

    assert refused.exit_code == 1
    assert "--resume" in refused.output
    assert resumed.exit_code == 0, resumed.output
    opened = gzip.open if name.endswith(".gz") else open
    with opened(broken, "rb") as one, opened(whole, "rb") as two:
        lines = one.read()
        assert lines == two.read()
    assert lines.count(b"\n") == count
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([broken.name, whole.name])


def test_an_export_never_writes_over_a_file(services: Services, caller: Caller, tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text("not an export")

    result = invoke(services, "export", str(file), "--organisation", "essai", "--resume")

    assert result.exit_code == 1
    assert file.read_text() == "not an export"
    with pytest.raises(CannotExport):
        FileTarget(file, Wanted("essai", None, None), resume=False)


def test_attachments_go_out_by_their_hash_and_come_in_again(
    services: Services, caller: Caller, other: Caller, tmp_path: Path
) -> None:
    content = "Feuille d’émargement".encode()
    sha2 = hashlib.sha256(content).hexdigest()
    attachment = {
        "usageType": "http://id.tincanapi.com/attachment/supporting_media", "display": {"fr": "Feuille"},
        "contentType": "text/plain", "length": len(content), "sha2": sha2,
    }  # fmt: skip
    body = orjson.dumps(statement(1, attachments=[attachment]))
    services.ingest.post(caller, Version.V1_0_3, body, [Part(sha2, "text/plain", content)])
    file, folder = tmp_path / "s.jsonl", tmp_path / "attachments"

    invoke(services, "export", str(file), "--organisation", "essai", "--attachments", str(folder))
    without = invoke(services, "import", str(file), "--credential", other.credential)
    among = invoke(services, "import", str(file), "--credential", other.credential, "--again",
                   "--attachments", str(folder))  # fmt: skip

    assert (folder / sha2).read_bytes() == content
    assert without.exit_code == 1
    assert among.exit_code == 0, among.output
    assert [part.content for part in services.ingest.attachments.find(other.organisation, [sha2])] == [content]


def test_an_attachment_whose_bytes_changed_on_disk_is_refused(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    sha2 = hashlib.sha256(b"before").hexdigest()
    (tmp_path / sha2).write_bytes(b"after")
    attachment = {"usageType": "https://exemple.invalid/u", "display": {"fr": "F"}, "contentType": "text/plain",
                  "length": 6, "sha2": sha2}  # fmt: skip
    file = write_lines(tmp_path / "s.jsonl", [statement(1, attachments=[attachment])])

    assert run_import(services, caller, file, attachments=tmp_path).refused == 1


def test_standard_input_is_imported_and_its_summary_is_for_scripts(services: Services, caller: Caller) -> None:
    content = b"".join(orjson.dumps(statement(number)) + b"\n" for number in (1, 2))

    result = invoke(services, "import", "-", "--credential", caller.credential, "--json", stdin=content)

    assert result.exit_code == 0, result.output
    assert orjson.loads(result.stdout)["stored"] == 2


def test_the_summary_says_what_was_refused_and_the_exit_status_too(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    file = write_lines(tmp_path / "s.jsonl", [statement(1), statement(2, verb={})])

    result = invoke(services, "import", str(file), "--credential", caller.credential)

    assert result.exit_code == 1
    assert "1 stored, 0 stored before, 1 refused." in result.stdout
    assert f"{file}.refused.jsonl" in result.stdout


def test_a_truncated_gzip_keeps_what_came_before_and_goes_on_when_it_is_whole(
    services: Services, caller: Caller, tmp_path: Path
) -> None:
    lines = b"".join(orjson.dumps(statement(number)) + b"\n" for number in range(1, 2001))
    packed = gzip.compress(lines)
    file = tmp_path / "s.jsonl.gz"
    file.write_bytes(packed[: len(packed) // 2])

    cut = invoke(services, "import", str(file), "--credential", caller.credential, "--batch", "100")
    stored = len(ids(services, caller))
    file.write_bytes(packed)
    report = run_import(services, caller, file)

    assert cut.exit_code == 1
    assert "What came before this is kept" in cut.output
    assert 0 < stored < 2000
    assert (report.skipped, report.stored, report.already) == (stored, 2000 - stored, 0)


@pytest.mark.parametrize("key", ["nobody", "revoked", "reader"])
def test_an_import_needs_a_live_credential_that_may_write(
    services: Services, caller: Caller, tmp_path: Path, key: str
) -> None:
    if key == "revoked":
        key = services.credentials.create(caller.organisation, Settings("old", frozenset({Scope.ALL}))).credential.key
        services.credentials.revoke(caller.organisation, key)
    elif key == "reader":
        scopes = frozenset({Scope.STATEMENTS_READ})
        key = services.credentials.create(caller.organisation, Settings("reader", scopes)).credential.key
    file = write_lines(tmp_path / "s.jsonl", [statement(1)])

    result = invoke(services, "import", str(file), "--credential", key)

    assert result.exit_code == 1
    assert ids(services, caller) == []


def test_one_organisations_export_shows_nothing_of_another(services: Services, caller: Caller, other: Caller) -> None:
    services.ingest.post(caller, Version.V1_0_3, orjson.dumps(statement(1)))
    services.ingest.post(other, Version.V1_0_3, orjson.dumps(statement(2)))

    result = invoke(services, "export", "--organisation", "autre")

    assert [json.loads(line)["id"] for line in result.stdout_bytes.splitlines()] == [statement(2)["id"]]


def test_the_digest_of_a_line_says_which_line_of_which_content_it_is() -> None:
    def digests(content: bytes) -> list[bytes]:
        return [line.digest for line in Source(None, io.BufferedReader(io.BytesIO(content))).lines(100)]

    assert digests(b"a\nb") == digests(b"a\nb\n")
    assert digests(b"a\nb\n") == digests(b"a\nb\nc\n")[:2]
    assert len(set(digests(b"a\na\na\n"))) == 3
    assert digests(b"b\nb\n")[1] != digests(b"a\nb\n")[1]
