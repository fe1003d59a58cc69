"""Statements and their formatting: xAPI 1.0.3 Part Two 2.2, 2.4; IEEE 9274.1.1 4.1.6.1, 4.2.1."""

from __future__ import annotations

import json

import pytest

SHAPES = ("full", "substatement")


@pytest.mark.parametrize("name", ["actor", "verb", "object"])
def test_a_statement_has_an_actor_a_verb_and_an_object_xapi_00003_to_00005(rules, make, name):
    """XAPI-00003, 00004, 00005."""
    number = {"actor": "XAPI-00003", "verb": "XAPI-00004", "object": "XAPI-00005"}[name]

    rules.check_refused(make.changed(make.small(), f"/{name}", ...), "", number)
    rules.check_refused(make.changed(make.full(), f"/{name}", ...), "", number)
    rules.check_taken(make.small())
    rules.check_taken(make.full())


def test_a_statement_needs_nothing_else(rules, make):
    for name in ("id", "timestamp"):
        statement = make.changed(make.small(), f"/{name}", ...)
        assert rules.read(rules.store(statement)[0])["object"] == statement["object"]
    full = make.full()
    for name in ("result", "context", "attachments"):
        rules.check_taken(make.changed(make.full(), f"/{name}", ...))
        rules.check_taken(make.small(**{name: full[name]}))


@pytest.mark.parametrize("body", [b"", b" ", b"null", b"true", b"1", b'"statement"', b"{}", b"[null]", b"[[]]", b"[1]"])
def test_what_is_no_statement_is_refused_xapi_00014(rules, body):
    """XAPI-00014."""
    answer = rules.post(body)

    assert answer.status_code == 400, answer.text
    assert answer.json["errors"][0]["message"]


MALFORMED = {
    "cut off": '{"actor":',
    "trailing comma": '{"actor": {},}',
    "single quotes": "{'actor': 1}",
    "a comment": "{} // done",
    "two values": "{} {}",
    "NaN": '{"result": {"score": {"raw": NaN}}}',
    "Infinity": '{"result": {"score": {"raw": -Infinity}}}',
    "a control character": '{"id": "a\tb"}',
    "a leading zero": '{"n": 01}',
    "half a surrogate pair": '{"actor": "\\ud83d"}',
    "deep objects": '{"a":' * 10_000 + "1" + "}" * 10_000,
    "deep arrays": "[" * 10_000 + "]" * 10_000,
    "a deep statement in a batch": "[" + '{"a":[' * 5_000 + "1" + "]}" * 5_000 + "]",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_json_is_refused_xapi_00014(rules, body):
    """XAPI-00014; RFC 8259."""
    answer = rules.post(body.encode())

    assert answer.status_code == 400, answer.text
    assert answer.json["code"] == 400
    assert answer.json["errors"][0]["message"]


def test_a_name_that_stands_twice_is_refused_wherever_it_stands_xapi_00001(rules, make):
    """XAPI-00001. Parsers differ in which of the two they keep, so neither is evidence."""
    text = json.dumps(make.small(result={"response": '{"a":1,"a":2}', "extensions": {"urn:x:1": {"a": 1, "b": 2}}}))

    for once, twice in (
        ('"verb": {', '"verb": {"id": "urn:x:2", '),
        ('"timestamp"', '"actor": {}, "timestamp"'),
        ('"b": 2', '"a": 2'),
        ('"b": 2', '"\\u0061": 2'),
    ):
        assert once in text
        answer = rules.post(text.replace(once, twice, 1).encode())
        assert answer.status_code == 400, twice
        assert "twice" in answer.json["errors"][0]["message"]
    # The same characters inside a string are no names.
    assert rules.post(text.encode()).status_code == 200


def test_text_that_is_not_utf_8_is_refused_xapi_00015(rules, make):
    """XAPI-00015."""
    statement = make.changed(make.full(), "/actor/name", "Zoé 日本 🎓")
    text = json.dumps(statement, ensure_ascii=False)

    assert rules.post(text.encode("latin-1", "replace")).status_code == 400
    assert rules.post(text.encode("utf-16")).status_code == 400
    assert rules.post(text.encode()).status_code == 200
    assert rules.read(statement["id"])["actor"]["name"] == "Zoé 日本 🎓"


PROPERTIES = [
    "/id",
    "/actor",
    "/actor/objectType",
    "/actor/name",
    "/actor/account",
    "/actor/account/homePage",
    "/actor/account/name",
    "/verb",
    "/verb/id",
    "/verb/display",
    "/verb/display/fr-FR",
    "/object",
    "/object/objectType",
    "/object/id",
    "/object/definition",
    "/object/definition/name",
    "/object/definition/name/fr",
    "/object/definition/description",
    "/object/definition/type",
    "/object/definition/moreInfo",
    "/object/definition/interactionType",
    "/object/definition/correctResponsesPattern",
    "/object/definition/correctResponsesPattern/0",
    "/object/definition/choices",
    "/object/definition/choices/0",
    "/object/definition/choices/0/id",
    "/object/definition/choices/0/description",
    "/object/definition/extensions",
    "/result",
    "/result/score",
    "/result/score/scaled",
    "/result/score/raw",
    "/result/score/min",
    "/result/score/max",
    "/result/success",
    "/result/completion",
    "/result/response",
    "/result/duration",
    "/result/extensions",
    "/context",
    "/context/registration",
    "/context/instructor",
    "/context/instructor/mbox_sha1sum",
    "/context/team",
    "/context/team/member",
    "/context/team/member/0",
    "/context/team/member/0/openid",
    "/context/contextActivities",
    "/context/contextActivities/parent",
    "/context/contextActivities/parent/0",
    "/context/contextActivities/parent/0/id",
    "/context/revision",
    "/context/platform",
    "/context/language",
    "/context/statement",
    "/context/statement/id",
    "/context/extensions",
    "/timestamp",
    "/attachments",
    "/attachments/0",
    "/attachments/0/usageType",
    "/attachments/0/display",
    "/attachments/0/description",
    "/attachments/0/contentType",
    "/attachments/0/length",
    "/attachments/0/sha2",
    "/attachments/0/fileUrl",
]


@pytest.mark.parametrize("pointer", PROPERTIES)
def test_null_is_refused_for_every_property_xapi_00001(rules, make, pointer):
    """XAPI-00001: also of `timestamp`, and of the members of arrays."""
    rules.check_refused(make.changed(make.around(pointer), pointer, None), pointer, "XAPI-00001")
    if pointer != "/id":
        rules.check_refused(
            make.changed(make.substatement(), f"/object{pointer}", None), f"/object{pointer}", "XAPI-00001"
        )


@pytest.mark.parametrize("name", ["stored", "authority", "version"])
def test_null_is_refused_of_what_the_lrs_replaces_too_xapi_00001(rules, make, name):
    """XAPI-00001."""
    good = {"stored": "2026-01-05T07:31:00Z", "authority": {"mbox": "mailto:lms@example.org"}, "version": "1.0.0"}

    rules.check_refused(make.small(**{name: None}), f"/{name}", "XAPI-00001")
    rules.check_taken(make.small(**{name: good[name]}))


def test_null_and_emptiness_are_free_inside_extensions_xapi_00119(rules, make):
    """XAPI-00119."""
    free = {"urn:x:a": None, "urn:x:b": "", "urn:x:c": {}, "urn:x:d": [], "urn:x:e": {"null": None, "a b": [None]}}
    statement = make.full()
    statement["result"]["extensions"] = free
    statement["context"]["extensions"] = free
    statement["object"]["definition"]["extensions"] = free

    rules.check_taken(statement)
    statement = make.substatement()
    statement["object"]["context"]["extensions"] = free
    rules.check_taken(statement)


WRONG_TYPES = {
    "text": [1, True, {}],
    "object": [1, "text", []],
    "boolean": [0, "true", []],
    "number": ["1", True, {}],
    "list": [1, "text", {}],
}
TYPES = [
    ("/id", "text", "XAPI-00027"),
    ("/actor", "object", ""),
    ("/actor/objectType", "text", ""),
    ("/actor/name", "text", "XAPI-00033"),
    ("/actor/account", "object", "XAPI-00041"),
    ("/actor/account/homePage", "text", "XAPI-00042"),
    ("/actor/account/name", "text", "XAPI-00043"),
    ("/verb", "object", ""),
    ("/verb/id", "text", "XAPI-00044"),
    ("/verb/display", "object", "XAPI-00045"),
    ("/object", "object", ""),
    ("/object/objectType", "text", "XAPI-00046"),
    ("/object/id", "text", "XAPI-00047"),
    ("/object/definition", "object", "XAPI-00048"),
    ("/object/definition/name", "object", "XAPI-00056"),
    ("/object/definition/description", "object", "XAPI-00059"),
    ("/object/definition/type", "text", "XAPI-00060"),
    ("/object/definition/moreInfo", "text", "XAPI-00061"),
    ("/object/definition/interactionType", "text", "XAPI-00049"),
    ("/object/definition/correctResponsesPattern", "list", "XAPI-00050"),
    ("/object/definition/choices", "list", "XAPI-00055"),
    ("/object/definition/extensions", "object", "XAPI-00057"),
    ("/result", "object", ""),
    ("/result/score", "object", "XAPI-00079"),
    ("/result/score/scaled", "number", "XAPI-00083"),
    ("/result/score/raw", "number", "XAPI-00082"),
    ("/result/score/min", "number", "XAPI-00081"),
    ("/result/score/max", "number", "XAPI-00080"),
    ("/result/success", "boolean", "XAPI-00074"),
    ("/result/completion", "boolean", "XAPI-00075"),
    ("/result/response", "text", "XAPI-00076"),
    ("/result/duration", "text", "XAPI-00077"),
    ("/result/extensions", "object", "XAPI-00078"),
    ("/context", "object", ""),
    ("/context/registration", "text", "XAPI-00087"),
    ("/context/instructor", "object", "XAPI-00087"),
    ("/context/team", "object", "XAPI-00088"),
    ("/context/contextActivities", "object", "XAPI-00086"),
    ("/context/revision", "text", "XAPI-00089"),
    ("/context/platform", "text", "XAPI-00090"),
    ("/context/language", "text", "XAPI-00091"),
    ("/context/statement", "object", "XAPI-00092"),
    ("/context/extensions", "object", ""),
    ("/timestamp", "text", "XAPI-00022"),
    ("/attachments", "list", "XAPI-00025"),
    ("/attachments/0", "object", "XAPI-00025"),
    ("/attachments/0/usageType", "text", "XAPI-00107"),
    ("/attachments/0/display", "object", "XAPI-00106"),
    ("/attachments/0/contentType", "text", "XAPI-00105"),
    ("/attachments/0/length", "number", "XAPI-00102"),
    ("/attachments/0/sha2", "text", "XAPI-00103"),
    ("/attachments/0/fileUrl", "text", "XAPI-00104"),
]


@pytest.mark.parametrize(("pointer", "kind", "rule"), TYPES, ids=[f"{rule} {pointer}" for pointer, _, rule in TYPES])
def test_a_value_of_the_wrong_type_is_refused_xapi_00006(rules, make, pointer, kind, rule):
    """XAPI-00006, and each property's rule (XAPI-00028: an id is text). The right types are in the other tests."""
    for value in WRONG_TYPES[kind]:
        rules.check_refused(make.changed(make.around(pointer), pointer, value), pointer, rule)


@pytest.mark.parametrize(
    "pointer",
    [
        "",
        "/actor",
        "/actor/account",
        "/verb",
        "/object",
        "/object/definition",
        "/object/definition/choices/0",
        "/result",
        "/result/score",
        "/context",
        "/context/instructor",
        "/context/team",
        "/context/team/member/0",
        "/context/contextActivities",
        "/context/contextActivities/parent/0",
        "/context/statement",
        "/attachments/0",
    ],
)
def test_a_property_that_does_not_exist_is_refused_xapi_00010(rules, make, pointer):
    """XAPI-00010 (and 00093); IEEE 9274.1.1 4.1.6.1. Where a sender has more to say, there are extensions."""
    rule = "XAPI-00093" if pointer.endswith("contextActivities") else "XAPI-00010"
    for name, value in (("iD", "x"), ("extra", {"id": "urn:x:1"}), ("", "x"), ("a/b~c", None)):
        escaped = name.replace("~", "~0").replace("/", "~1")
        statement = make.changed(make.full(), f"{pointer}/{escaped}", value)
        problems = rules.check_refused(statement, f"{pointer}/{escaped}")
        if name == "extra":
            there = [problem["requirement"] for problem in problems if problem["pointer"] == f"{pointer}/extra"]
            assert there[0].startswith(rule if rules.version == "1.0.3" else "9274.1.1")
    rules.check_taken(make.changed(make.full(), "/context/extensions/urn:x:extra", "x"))


@pytest.mark.parametrize(
    ("pointer", "wrong"),
    [
        ("/actor", "Actor"),
        ("/verb", "VERB"),
        ("/object", "Object"),
        ("/verb/id", "ID"),
        ("/actor/objectType", "objecttype"),
        ("/actor/account/homePage", "homepage"),
        ("/object/definition/moreInfo", "moreinfo"),
        ("/result/score", "Score"),
        ("/context/contextActivities", "contextactivities"),
        ("/context/contextActivities/parent", "Parent"),
        ("/timestamp", "timeStamp"),
        ("/attachments/0/sha2", "SHA2"),
        ("/attachments/0/usageType", "usagetype"),
    ],
)
def test_a_name_in_another_case_is_refused_and_the_right_one_is_named_xapi_00008(rules, make, pointer, wrong):
    """XAPI-00008."""
    statement = make.full()
    part = statement
    *way, right = pointer.split("/")[1:]
    for step in way:
        part = part[int(step)] if isinstance(part, list) else part[step]
    value = part.pop(right)
    misspelt = "/".join(["", *way, wrong])

    problems = rules.check_refused(make.changed(statement, misspelt, value), misspelt, "XAPI-00008")

    assert [problem["accepted"] for problem in problems if problem["pointer"] == misspelt] == [right]
    rules.check_taken(make.changed(statement, pointer, value))


@pytest.mark.parametrize(
    ("pointer", "right", "wrong"),
    [("/actor/objectType", "Agent", "agent"), ("/context/team/objectType", "Group", "group"),
     ("/object/objectType", "Activity", "activity"), ("/object/definition/interactionType", "choice", "Choice"),
     ("/object/definition/interactionType", "choice", "multiple-choice"),
     ("/context/statement/objectType", "StatementRef", "statementRef")],
)  # fmt: skip
def test_a_value_of_a_vocabulary_in_another_case_is_refused_xapi_00009(rules, make, pointer, right, wrong):
    """XAPI-00009."""
    rules.check_refused(make.changed(make.around(pointer), pointer, wrong), pointer)
    rules.check_taken(make.changed(make.full(), pointer, right))


NUMBERS = ["1.50", "-0.0", "0.1000000000000000055511151231257827", "1180591620717411303424", "1.7976931348623157e308",
           "3.4028235e38", "1.17549435e-38", "123456789012345678901234567890.5", "1E2"]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_comes_back_digit_for_digit_xapi_00002(rules, make, number):
    """XAPI-00002 asks for the precision of 32 bits; what was sent is evidence, so it comes back whole."""
    statement = make.small(result={"extensions": {"urn:x:n": "NUMBER"}})
    text = json.dumps(statement).replace('"NUMBER"', number)

    assert rules.post(text.encode()).status_code == 200
    assert f'"urn:x:n": {number}}}' in rules.get(statementId=statement["id"]).text


def test_a_number_that_no_double_holds_is_refused(rules, make):
    """RFC 8259 6 lets a receiver set limits: whoever reads `1e400` back would read something else."""
    text = json.dumps(make.small(result={"extensions": {"urn:x:n": "NUMBER"}}))

    assert rules.post(text.replace('"NUMBER"', "1e400").encode()).status_code == 400
    assert rules.post(text.replace('"NUMBER"', "1e300").encode()).status_code == 200


def test_every_problem_of_every_statement_is_listed(rules, make):
    """The senders' contract: one answer is enough to mend a batch."""
    batch = [
        make.small(verb={"id": "attended"}, result={"success": "yes"}, more=1),
        make.small(),
        make.changed(make.small(), "/actor", ...),
    ]

    answer = rules.post(batch)

    assert answer.status_code == 400
    pointers = {problem["pointer"] for problem in answer.json["errors"]}
    assert pointers == {"/0/verb/id", "/0/result/success", "/0/more", "/2"}
    assert all(problem["accepted"] and problem["requirement"] for problem in answer.json["errors"])
    assert answer.json["status"] == "Bad Request"
    assert answer.json["request_id"]
    assert rules.get(statementId=batch[1]["id"]).status_code == 404
    assert rules.post(batch[1]).status_code == 200


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_taken_comes_back_byte_for_byte(rules, make, shape):
    """`exact` (XAPI-00170): spaces, order of names and escapes are the sender's; the LRS's own members follow."""
    statement = {**getattr(make, shape)(), "version": "1.0.3"}
    text = "{ " + json.dumps(statement, indent=3, ensure_ascii=True)[1:-1].replace("é", "\\u00e9") + "}"

    assert rules.post(text.encode()).status_code == 200
    assert rules.get(statementId=statement["id"]).text.startswith(text[:-1])
