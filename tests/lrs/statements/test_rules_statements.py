"""xAPI 1.0.3 Part Two 2.2 and 2.4; IEEE 9274.1.1 4.2.2 and 4.2.4: Statements and SubStatements as wholes."""

from __future__ import annotations

import copy

import pytest

from lrs.statements.rules import statement_problems
from lrs.versions import Version

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
REFERENCE = {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}
SUB = {
    "objectType": "SubStatement",
    "actor": {"mbox": "mailto:lea@example.org"},
    "verb": {"id": "https://example.org/verbs/planned"},
    "object": {"id": "https://example.org/visite"},
    "timestamp": "2030-01-01T00:00:00Z",
}


def found(problems):
    return [(each.pointer, each.requirement) for each in problems]


def expected(version, *pairs):
    """Return the pairs as the version names them: (pointer, 1.0.3 id, 2.0 clause)."""
    return [(pointer, old if version is Version.V1_0_3 else f"9274.1.1 {new}") for pointer, old, new in pairs]


def test_a_statement_that_uses_every_property_is_valid(full, version):
    assert statement_problems(full, version) == []


def test_a_statement_of_three_properties_is_valid(version):
    statement = {key: SUB[key] for key in ("actor", "verb", "object")}
    assert statement_problems(statement, version) == []


@pytest.mark.parametrize(
    ("name", "old", "clause"),
    [("actor", "XAPI-00003", "4.2.2.1"), ("verb", "XAPI-00004", "4.2.2.2"), ("object", "XAPI-00005", "4.2.2.3")],
)
def test_what_every_statement_needs_is_asked_for_by_name(problems_after, removed, version, name, old, clause):
    (problem,) = problems_after(("/" + name, removed))
    assert found([problem]) == expected(version, ("", old, clause))
    assert problem.message == f"{name} is missing."
    assert problem.accepted


def test_every_problem_is_listed_and_only_those(problems_after, version):
    problems = problems_after(
        ("/id", "1"),
        ("/verb/id", "answered"),
        ("/result/score/scaled", 2),
        ("/Context", {}),
        ("/actor/mbox", "mailto:null"),
    )
    assert sorted(each.pointer for each in problems) == [
        "/Context",
        "/actor",
        "/actor/mbox",
        "/id",
        "/result/score/scaled",
        "/verb/id",
    ]


def test_a_pointer_starts_where_the_statement_stands_in_the_body(full, version):
    full["id"] = "x"
    assert [each.pointer for each in statement_problems(full, version, "/3")] == ["/3/id"]


@pytest.mark.parametrize(
    ("pointer", "value", "old", "clause"),
    [
        ("/id", "12345678-1234-4234-8234-12345678901", "XAPI-00027", "4.2.4.2"),
        ("/id", "{12345678-1234-4234-8234-123456789012}", "XAPI-00027", "4.2.4.2"),
        ("/id", "12345678-1234-4234-8234-123456789012\n", "XAPI-00027", "4.2.4.2"),
        ("/id", 12, "XAPI-00027", "4.2.4.2"),
        ("/verb", "answered", "XAPI-00004", "4.2.2.2"),
        ("/verb/id", "answered", "XAPI-00044", "4.2.2.2"),
        ("/verb/id", "", "XAPI-00044", "4.2.2.2"),
        ("/verb/display", "a répondu", "XAPI-00045", "4.2.2.2"),
        ("/verb/display/fr_FR", "a répondu", "XAPI-00013", "4.2.7"),
        ("/verb/display/fr", 1, "XAPI-00121", "4.2.7"),
        ("/version", "1.1.0", "XAPI-00101", "4.2.4.3"),
        ("/version", "0.9.9", "XAPI-00101", "4.2.4.3"),
        ("/version", "1.0.", "XAPI-00101", "4.2.4.3"),
        ("/stored", "yesterday", "XAPI-00023", "4.2.7"),
        ("/timestamp", "2026-02-30T08:00:00Z", "XAPI-00022", "4.2.7"),
        ("/timestamp", "2026-01-05T08:00:00-00:00", "XAPI-00022", "4.2.7"),
        ("/timestamp", 5, "XAPI-00022", "4.2.7"),
        ("/attachments", {}, "XAPI-00025", "4.2.2.6"),
        ("/attachments/0", "file", "XAPI-00025", "4.2.2.6"),
        ("/attachments/0/usageType", "certificat", "XAPI-00107", "4.2.2.6"),
        ("/attachments/0/display", "certificat", "XAPI-00106", "4.2.2.6"),
        ("/attachments/0/contentType", "pdf", "XAPI-00105", "4.2.2.6"),
        ("/attachments/0/length", "27", "XAPI-00102", "4.2.2.6"),
        ("/attachments/0/length", -1, "XAPI-00102", "4.2.2.6"),
        ("/attachments/0/length", 2.5, "XAPI-00102", "4.2.2.6"),
        ("/attachments/0/sha2", "abc", "XAPI-00103", "4.2.2.6"),
        ("/attachments/0/fileUrl", "certificat.pdf", "XAPI-00104", "4.2.2.6"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused(problems_after, version, pointer, value, old, clause):
    assert found(problems_after((pointer, value))) == expected(version, (pointer, old, clause))


@pytest.mark.parametrize("name", ["usageType", "display", "contentType", "length", "sha2"])
def test_an_attachment_needs_what_describes_it(problems_after, removed, name):
    (problem,) = problems_after((f"/attachments/0/{name}", removed))
    assert (problem.pointer, problem.message) == ("/attachments/0", f"{name} is missing.")


@pytest.mark.parametrize(
    "pointer",
    [
        "/id",
        "/actor",
        "/actor/name",
        "/actor/objectType",
        "/verb/display/fr",
        "/object",
        "/object/objectType",
        "/object/definition/interactionType",
        "/object/definition/extensions",
        "/result",
        "/result/score/raw",
        "/context/contextActivities/parent",
        "/context/team",
        "/attachments/0",
    ],
)
def test_null_is_refused_outside_extensions(problems_after, version, pointer):
    problems = problems_after((pointer, None))
    assert found(problems) == expected(version, (pointer, "XAPI-00001", "4.1.6.1"))


def test_what_an_extension_holds_is_free(problems_after):
    for value in (None, "", {}, [None], 2**70, {"a b": {"deep": None}}, 1e308):
        assert problems_after(("/context/extensions/https:~1~1example.org~1x", value)) == []


def test_an_extension_of_any_depth_is_taken(problems_after):
    value: list = []
    for _ in range(50_000):
        value = [value]
    assert problems_after(("/result/extensions/https:~1~1example.org~1x", value)) == []


@pytest.mark.parametrize(
    ("pointer", "name"),
    [("/Timestamp", "timestamp"), ("/actor/Mbox", "mbox"), ("/context/contextactivities", "contextActivities")],
)
def test_a_name_in_the_wrong_case_is_refused_with_the_right_one(problems_after, version, pointer, name):
    problem = problems_after((pointer, {}))[0]
    assert found([problem]) == expected(version, (pointer, "XAPI-00008", "4.1.6.1"))
    assert problem.accepted == name


@pytest.mark.parametrize(
    "pointer",
    ["/x", "/actor/x", "/verb/x", "/object/x", "/object/definition/x", "/result/x", "/result/score/x", "/context/x"],
)
def test_a_property_that_does_not_exist_is_refused(problems_after, version, pointer):
    (problem,) = problems_after((pointer, 1))
    assert found([problem]) == expected(version, (pointer, "XAPI-00010", "4.1.6.1"))
    assert problem.accepted


def test_no_message_quotes_what_was_sent(full, version):
    secret = "Dupont"
    full["actor"] = {"mbox": f"mailto:{secret}", "name": [secret], "objectType": secret}
    full["verb"] = secret
    full["timestamp"] = secret
    full["context"]["team"] = {secret: secret}
    problems = statement_problems(full, version)
    assert len(problems) > 4
    assert not [each for each in problems if secret in each.message + each.accepted]


@pytest.mark.parametrize(
    ("version", "text", "taken"),
    [
        (Version.V1_0_3, "1.0", True),
        (Version.V1_0_3, "1.0.9", True),
        (Version.V1_0_3, "2.0.0", False),
        (Version.V2_0_0, "1.0", True),
        (Version.V2_0_0, "1.0.9", True),
        (Version.V2_0_0, "2.0", True),
        (Version.V2_0_0, "2.0.0", True),
        (Version.V2_0_0, "2.1.0", False),
    ],
)
def test_the_versions_a_statement_may_name(problems_after, text, taken):
    assert (problems_after(("/version", text)) == []) is taken


@pytest.mark.parametrize(
    ("text", "old_taken", "new_taken"),
    [
        ("2026-01-05T08:00:00Z", True, True),
        ("2026-01-05T08:00:00.123456789+05:30", True, True),
        ("2016-12-31T23:59:60Z", True, True),
        ("2026-01-05T08:00:00+0100", True, False),
        ("2026-01-05T08:00:00+01", True, False),
        ("2026-01-05T08:00:00", True, False),
        ("2026-01-05T08:00Z", True, False),
        ("20260105T080000Z", True, False),
        ("2026-W02-1T08:00:00Z", True, False),
        ("2026-01-05", False, False),
        ("2026-01-05 08:00:00Z", False, False),
        ("2026-01-05T08:00:00-00", False, False),
        ("2026-01-05T08:00:00-0000", False, False),
        ("2026-01-05T25:00:00Z", False, False),
        ("2016-12-30T23:59:60Z", False, False),
    ],
)
def test_the_timestamps_of_each_version(problems_after, version, text, old_taken, new_taken):
    taken = old_taken if version is Version.V1_0_3 else new_taken
    assert (problems_after(("/timestamp", text)) == []) is taken


def test_a_substatement_is_valid_as_an_object(problems_after, removed):
    assert problems_after(("/object", SUB), ("/context/revision", removed), ("/context/platform", removed)) == []


@pytest.mark.parametrize(
    ("name", "value", "old"),
    [
        ("authority", {"mbox": "mailto:lms@example.org"}, "XAPI-00067"),
        ("version", "1.0.0", "XAPI-00068"),
        ("stored", "2026-01-05T08:00:00Z", "XAPI-00069"),
        ("id", "12345678-1234-4234-8234-123456789012", "XAPI-00070"),
    ],
)
def test_a_substatement_has_nothing_that_an_lrs_sets(version, name, value, old):
    statement = {**SUB, "object": {**SUB, name: value}}
    del statement["objectType"]
    assert found(statement_problems(statement, version)) == expected(version, (f"/object/{name}", old, "4.2.2.3"))


def test_a_substatement_contains_no_other(version):
    statement = {**SUB, "object": {**SUB, "object": SUB}}
    del statement["objectType"]
    assert found(statement_problems(statement, version)) == expected(
        version, ("/object/object/objectType", "XAPI-00071", "4.2.2.3")
    )


def test_a_substatement_keeps_the_rules_of_statements(version):
    inner = copy.deepcopy(SUB)
    inner["timestamp"] = "2026-02-30T00:00:00Z"
    inner["result"] = {"score": {"min": 2, "max": 1}}
    inner["verb"] = {"id": VOIDED}
    statement = {**SUB, "object": inner}
    del statement["objectType"]
    assert sorted(each.pointer for each in statement_problems(statement, version)) == [
        "/object/object",
        "/object/result/score/min",
        "/object/timestamp",
    ]


def test_only_a_statement_can_be_voided(problems_after, version, removed):
    quiet = [("/context/revision", removed), ("/context/platform", removed), ("/verb/id", VOIDED)]
    assert problems_after(*quiet, ("/object", REFERENCE)) == []
    problems = problems_after(*quiet, ("/object", {"id": "https://example.org/a"}))
    assert found(problems) == expected(version, ("/object", "XAPI-00020", "4.2.5"))
    problems = problems_after(*quiet, ("/object", {"id": "https://example.org/a", "objectType": "Activity"}))
    assert found(problems) == expected(version, ("/object/objectType", "XAPI-00020", "4.2.5"))


@pytest.mark.parametrize(
    "value", [None, True, 1, 1.5, "", "text", [], {}, [{}], {"actor": []}, {1: 2}, {1}, b"x", object(), float("nan")]
)
def test_whatever_is_no_statement_is_refused_without_an_exception(value, version):
    assert statement_problems(value, version)


def test_half_a_character_is_refused_where_it_stands(problems_after, version):
    problems = problems_after(("/verb/id", "https://example.org/\ud800"))
    assert found(problems) == expected(version, ("/verb/id", "XAPI-00015", "4.1.6.1"))


def test_a_flood_of_problems_is_cut(full, version):
    full.update({f"x{number}": 1 for number in range(5_000)})
    assert len(statement_problems(full, version)) == 1_000
