"""The Statements resource: xAPI 1.0.3 Part Three 2.1, Part Two 2.5; IEEE 9274.1.1 4.1.6.1."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest

LEA, TOM, ANA = ({"mbox": f"mailto:{name}@example.org"} for name in ("lea", "tom", "ana"))
THROUGH = "X-Experience-API-Consistent-Through"
UNKNOWN = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"


def test_put_stores_one_statement_under_its_id_xapi_00139_xapi_00143_xapi_00144(lrs, make):
    """XAPI-00139, 00143, 00144."""
    statement = make.small()

    answer = lrs.put(statement)

    assert (answer.status_code, answer.data) == (204, b"")
    assert lrs.read(statement["id"])["actor"] == statement["actor"]


def test_put_says_under_which_id_xapi_00145(lrs, make):
    """XAPI-00145; Part Three 2.1.1: the two ids agree."""
    statement = make.small()

    for parameters in (
        {},
        {"statementId": ""},
        {"statementId": "42"},
        {"statementId": UNKNOWN},
        {"statementid": statement["id"]},
        {"statementId": statement["id"], "other": "1"},
    ):
        refused = lrs.send("PUT", "/statements", statement, parameters=parameters)
        assert refused.status_code == 400, parameters
    for body in ([statement], [], [statement, make.small()], b""):
        assert lrs.put(body, statement["id"]).status_code == 400
    assert lrs.find() == []
    assert lrs.put(statement, statement["id"].upper()).status_code == 204


def test_post_answers_the_ids_in_the_order_sent_xapi_00146_xapi_00147(lrs, make):
    """XAPI-00146, 00147."""
    batch = [make.small(), make.changed(make.small(), "/id", ...), make.small()]

    answer = lrs.post(batch)

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert (answer.json[0], answer.json[2]) == (batch[0]["id"], batch[2]["id"])
    assert lrs.find(ascending="true") == answer.json
    assert lrs.post(make.small()).json == [lrs.find()[0]]
    assert lrs.post([]).json == []


def test_a_statement_is_never_changed_xapi_00142(lrs, make):
    """XAPI-00142: 409, and what is stored stays; a batch with one such stores nothing."""
    statement, fresh = make.small(), make.small()
    lrs.store(statement)
    before = lrs.get(statementId=statement["id"]).data
    changed = {**statement, "verb": {"id": "urn:x:other"}}

    for refused in (lrs.put(changed), lrs.post(changed), lrs.post([fresh, changed]), lrs.post([changed, fresh])):
        assert refused.status_code == 409
        assert refused.json["errors"][0]["pointer"].endswith("/id")
        assert refused.json["errors"][0]["requirement"] == "XAPI-00142"
    assert lrs.get(statementId=statement["id"]).data == before
    assert lrs.get(statementId=fresh["id"]).status_code == 404
    assert lrs.post([fresh, statement]).status_code == 200


def test_the_same_statement_again_is_answered_as_before_xapi_00142(lrs, make):
    """Part Two 2.3.1, the senders' contract: what counts as the same is in its rules, not in the bytes."""
    statement = make.full()
    lrs.store(statement)
    stored = lrs.read(statement["id"])
    same = [
        statement,
        stored,
        dict(reversed(statement.items())),
        make.changed(statement, "/verb/display", {"en": "answered"}),
        make.changed(statement, "/object/definition", ...),
        make.changed(statement, "/object/objectType", ...),
        make.changed(statement, "/actor/objectType", ...),
        make.changed(
            statement, "/context/contextActivities/parent", statement["context"]["contextActivities"]["parent"][0]
        ),
        make.changed(statement, "/stored", "2020-01-01T00:00:00Z"),
    ]

    for again in same:
        assert lrs.post(again).json == [statement["id"]], again
        assert lrs.put(again).status_code == 204
    assert lrs.read(statement["id"]) == stored
    for pointer, other in (
        ("/actor/name", "Léa"),
        ("/result/score/raw", 5.1),
        ("/result/success", False),
        ("/object/id", "urn:x:1"),
        ("/context/platform", "Autre"),
        ("/context/extensions", {}),
        ("/attachments", []),
    ):
        assert lrs.post(make.changed(statement, pointer, other)).status_code == 409, pointer


def test_the_members_of_a_group_have_no_order(lrs, make):
    """Part Two 2.3.1."""
    statement = make.small(actor={"objectType": "Group", "member": [LEA, TOM, ANA]})
    lrs.store(statement)

    assert lrs.post({**statement, "actor": {"objectType": "Group", "member": [ANA, LEA, TOM]}}).status_code == 200
    assert lrs.post({**statement, "actor": {"objectType": "Group", "member": [ANA, LEA]}}).status_code == 409


def test_an_id_twice_in_a_batch_is_refused_9274_4_1_6_1(lrs, make):
    """IEEE 9274.1.1 4.1.6.1: 400, even for the same words, in any case of its digits."""
    statement = make.small()
    for twin in (statement, {**statement, "id": statement["id"].upper()}, {**statement, "verb": {"id": "urn:x:other"}}):
        refused = lrs.post([statement, make.small(), twin])
        assert refused.status_code == 400
        assert [problem["pointer"] for problem in refused.json["errors"]] == ["/0/id", "/2/id"]
    assert lrs.find() == []
    assert lrs.post([statement, make.small()]).status_code == 200


def test_a_batch_is_stored_whole_or_not_at_all_xapi_00326(lrs, make):
    """XAPI-00326."""
    batch = [make.small() for _ in range(5)]

    assert lrs.post([*batch, make.small(verb={})]).status_code == 400
    assert lrs.find() == []
    assert lrs.post(batch).status_code == 200
    assert lrs.find(ascending="true") == [statement["id"] for statement in batch]


def test_one_statement_by_its_id_xapi_00156_xapi_00158(lrs, make):
    """XAPI-00156, 00158, 00159, 00165."""
    statement, other = make.small(), make.small()
    lrs.store(statement, other)

    answer = lrs.get(statementId=statement["id"])

    assert (answer.status_code, answer.mimetype, answer.json["id"]) == (200, "application/json", statement["id"])
    assert lrs.get(statementId=UNKNOWN).status_code == 404
    assert lrs.get(voidedStatementId=statement["id"]).status_code == 404
    for wrong in ("", "42", statement["id"][:-1]):
        assert lrs.get(statementId=wrong).status_code == 400


@pytest.mark.parametrize("name", ["statementId", "voidedStatementId"])
def test_beside_an_id_stand_format_and_attachments_alone_xapi_00150_xapi_00151(lrs, make, name):
    """XAPI-00150, XAPI-00151."""
    statement = make.small()
    lrs.store(statement, *([make.voiding(statement["id"])] if name == "voidedStatementId" else []))
    one = {name: statement["id"]}
    others = {
        "agent": LEA,
        "verb": "urn:x:1",
        "activity": "urn:x:1",
        "registration": UNKNOWN,
        "related_activities": "true",
        "related_agents": "true",
        "since": "2026-01-05T08:00:00Z",
        "until": "2026-01-05T08:00:00Z",
        "limit": "1",
        "ascending": "true",
    }

    for other, value in others.items():
        refused = lrs.get(**one, **{other: value})
        assert refused.status_code == 400, other
        assert refused.json["errors"][0]["pointer"] == f"query:{other}"
    both = {"statementId": statement["id"], "voidedStatementId": statement["id"]}
    assert lrs.get(**both).status_code == 400
    for allowed in ({"format": "ids"}, {"format": "canonical"}, {"attachments": "true"}, {"attachments": "false"}):
        assert lrs.get(**one, **allowed).status_code == 200


def test_a_search_answers_a_statement_result_xapi_00110_xapi_00113_xapi_00149_xapi_00154(lrs, make):
    """XAPI-00110, 00113, 00149, 00154."""
    assert lrs.get().json == {"statements": [], "more": ""}

    statement = make.small()
    lrs.store(statement)
    answer = lrs.get()

    assert answer.mimetype == "application/json"
    assert list(answer.json) == ["statements", "more"]
    assert answer.json["statements"] == [lrs.read(statement["id"])]
    assert lrs.get(verb="urn:x:none").json == {"statements": [], "more": ""}


AGENTS = {
    "mbox": LEA,
    "mbox_sha1sum": {"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"},
    "openid": {"openid": "https://openid.example.org/lea"},
    "account": {"account": {"homePage": "https://lms.example.org", "name": "42"}},
}


@pytest.mark.parametrize("kind", AGENTS)
def test_a_search_by_agent_finds_actors_objects_and_members_xapi_00181(lrs, make, kind):
    """XAPI-00181."""
    agent = AGENTS[kind]
    near = {
        "mbox": {"mbox": "mailto:LEA@example.org"},
        "mbox_sha1sum": {"mbox_sha1sum": "0" * 40},
        "openid": {"openid": "https://openid.example.org/le"},
        "account": {"account": {"homePage": "https://lms.example.org", "name": "4"}},
    }[kind]
    wanted = lrs.store(
        make.small(actor={"name": "Léa", "objectType": "Agent", **agent}),
        make.small(actor=TOM, object={"objectType": "Agent", **agent}),
        make.small(actor={"objectType": "Group", "member": [TOM, agent]}),
        make.small(actor=TOM, object={"objectType": "Group", **ANA, "member": [agent]}),
        make.small(actor={"objectType": "Group", **agent}),
    )
    lrs.store(
        make.small(actor=TOM), make.small(actor=near), make.small(actor=TOM, context={"instructor": agent}),
        make.small(actor=TOM, context={"team": {"objectType": "Group", "member": [agent]}}),
    )  # fmt: skip

    assert lrs.find(agent=agent, ascending="true") == wanted
    assert lrs.find(agent={"name": "Un autre nom", **agent}, ascending="true") == wanted
    assert lrs.find(agent={"objectType": "Group", **agent}, ascending="true") == wanted


def test_a_group_without_identifier_cannot_be_searched_for_xapi_00012(lrs, make):
    """XAPI-00012; Part Three 2.1.3: an Agent or identified Group."""
    assert lrs.get(agent={"objectType": "Group", "member": [LEA]}).status_code == 400
    assert lrs.get(agent={"objectType": "Group", **LEA}).status_code == 200


def related(make, agent, version):
    inner = {name: value for name, value in make.small(actor=TOM).items() if name != "id"}
    sub = {"objectType": "SubStatement", **inner}
    group = {"objectType": "Group", "member": [agent]}
    found = [
        make.small(actor=TOM, context={"instructor": agent}),
        make.small(actor=TOM, context={"instructor": group}),
        make.small(actor=TOM, context={"team": group}),
        make.small(actor=TOM, object={**sub, "actor": agent}),
        make.small(actor=TOM, object={**sub, "object": {"objectType": "Agent", **agent}}),
        make.small(actor=TOM, object={**sub, "context": {"team": group}}),
    ]
    if version == "2.0.0":
        agents, groups = (
            [{"objectType": "contextAgent", "agent": agent}],
            [{"objectType": "contextGroup", "group": group}],
        )
        found += [
            make.small(actor=TOM, context={"contextAgents": agents}),
            make.small(actor=TOM, context={"contextGroups": groups}),
            make.small(actor=TOM, object={**sub, "context": {"contextAgents": agents}}),
        ]
    return found


def test_related_agents_widens_a_search_xapi_00176(lrs, make):
    """XAPI-00176; IEEE 9274.1.1: contextAgents and contextGroups too."""
    own, *others = lrs.store(make.small(actor=LEA), *related(make, LEA, lrs.version))
    lrs.store(make.small(actor=TOM, context={"instructor": ANA}))

    assert lrs.find(agent=LEA) == [own]
    assert lrs.find(agent=LEA, related_agents="false") == [own]
    assert lrs.find(agent=LEA, related_agents="true", ascending="true") == [own, *others]
    assert len(lrs.find(agent=lrs.read(own)["authority"], related_agents="true")) == 2 + len(others)


def test_a_search_by_verb_and_activity_and_registration_xapi_00178_to_00180(lrs, make):
    """XAPI-00164, 00178, 00179, 00180; filters are all asked at once."""
    registration = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    one, two, three, _ = lrs.store(
        make.small(verb={"id": "urn:x:v1"}, object={"id": "urn:x:a1"}, context={"registration": registration}),
        make.small(verb={"id": "urn:x:v1"}, object={"id": "urn:x:a2"}, context={"registration": registration.upper()}),
        make.small(verb={"id": "urn:x:v2"}, object={"id": "urn:x:a1"}, actor=TOM),
        make.small(),
    )

    assert lrs.find(verb="urn:x:v1") == [two, one]
    assert lrs.find(activity="urn:x:a1") == [three, one]
    assert lrs.find(registration=registration) == [two, one]
    assert lrs.find(verb="urn:x:v1", activity="urn:x:a1") == [one]
    assert lrs.find(activity="urn:x:a1", agent=TOM) == [three]
    assert lrs.find(verb="urn:x:v2", registration=registration) == []
    assert lrs.find(verb="urn:x:V1") == []


def test_related_activities_widens_a_search_xapi_00177(lrs, make):
    """XAPI-00177: context activities of all four kinds, and all of a SubStatement."""
    inner = {name: value for name, value in make.small().items() if name != "id"}
    sub = {"objectType": "SubStatement", **inner}
    kinds = ("parent", "grouping", "category", "other")
    own, *others = lrs.store(
        make.small(object={"id": "urn:x:a"}),
        *(make.small(context={"contextActivities": {kind: [{"id": "urn:x:b"}, {"id": "urn:x:a"}]}}) for kind in kinds),
        make.small(context={"contextActivities": {"parent": {"id": "urn:x:a"}}}),
        make.small(object={**sub, "object": {"id": "urn:x:a"}}),
        make.small(object={**sub, "context": {"contextActivities": {"other": [{"id": "urn:x:a"}]}}}),
    )
    lrs.store(make.small(context={"contextActivities": {"parent": [{"id": "urn:x:c"}]}}))

    assert lrs.find(activity="urn:x:a") == [own]
    assert lrs.find(activity="urn:x:a", related_activities="false") == [own]
    assert lrs.find(activity="urn:x:a", related_activities="true", ascending="true") == [own, *others]


def reference(make, statement_id, **properties):
    return make.small(
        verb={"id": "urn:x:commented"},
        actor=ANA,
        object={"objectType": "StatementRef", "id": statement_id},
        **properties,
    )


def test_what_refers_to_a_match_matches_too_and_so_on_xapi_00164(lrs, make):
    """Part Three 2.1.3, Filter Conditions for StatementRefs: whichever came first, and through chains."""
    target = make.small(
        verb={"id": "urn:x:v"}, object={"id": "urn:x:a"}, context={"registration": UNKNOWN, "instructor": TOM}
    )
    early = reference(make, target["id"])
    lrs.store(early)
    assert lrs.find(verb="urn:x:v") == []
    lrs.store(target)
    late = reference(make, target["id"])
    second = reference(make, late["id"])
    lrs.store(late)
    lrs.store(second)
    everyone = [second["id"], late["id"], target["id"], early["id"]]

    for parameters in (
        {"verb": "urn:x:v"},
        {"activity": "urn:x:a"},
        {"agent": LEA},
        {"registration": UNKNOWN},
        {"verb": "urn:x:v", "activity": "urn:x:a"},
        {"agent": TOM, "related_agents": "true"},
        {"activity": "urn:x:a", "related_activities": "true"},
    ):
        assert lrs.find(**parameters) == everyone, parameters
    # Each statement is asked by itself: no filter is met half here, half there.
    assert lrs.find(verb="urn:x:commented", activity="urn:x:a") == []
    assert lrs.find(verb="urn:x:commented") == [second["id"], late["id"], early["id"]]


def test_a_statement_that_a_context_refers_to_is_no_target(lrs, make):
    """Part Three 2.1.3: targeting is by `object`."""
    target = make.small(verb={"id": "urn:x:v"})
    lrs.store(target, make.small(context={"statement": {"objectType": "StatementRef", "id": target["id"]}}))

    assert lrs.find(verb="urn:x:v") == [target["id"]]


def test_since_and_until_cut_at_stored_xapi_00174_xapi_00175(lrs, make):
    """XAPI-00174: at or before; XAPI-00175: after. The timestamp has no say."""
    ids = []
    for year in (2030, 2020, 2025):
        lrs.wait(10)
        ids += lrs.store(make.small(timestamp=f"{year}-01-01T00:00:00Z"))
    stored = [lrs.read(each)["stored"] for each in ids]

    assert lrs.find(since=stored[0], ascending="true") == ids[1:]
    assert lrs.find(until=stored[1], ascending="true") == ids[:2]
    assert lrs.find(since=stored[0], until=stored[1]) == [ids[1]]
    assert lrs.find(since=stored[2]) == []
    assert lrs.find(until="2020-01-01T00:00:00Z") == []
    # The same instants, in the zone of Paris.
    moved = [
        datetime.fromisoformat(text).astimezone(datetime.fromisoformat("2026-01-05T09:00:00+01:00").tzinfo).isoformat()
        for text in stored
    ]
    assert lrs.find(since=moved[0], until=moved[2], ascending="true") == ids[1:]


def test_since_applies_to_what_refers_not_to_what_is_referred_to(lrs, make):
    """Part Three 2.1.3: since, until and limit are not passed on."""
    target = make.small(verb={"id": "urn:x:v"})
    lrs.store(target)
    lrs.wait(10)
    late = reference(make, target["id"])
    lrs.store(late)

    assert lrs.find(verb="urn:x:v", since=lrs.read(target["id"])["stored"]) == [late["id"]]
    assert lrs.find(verb="urn:x:v", until=lrs.read(target["id"])["stored"]) == [target["id"]]


def test_newest_first_unless_ascending_xapi_00166(lrs, make):
    """XAPI-00166."""
    ids = lrs.store(*(make.small() for _ in range(4)))

    assert lrs.find() == lrs.find(ascending="false") == ids[::-1]
    assert lrs.find(ascending="true") == ids


def pages(lrs, **parameters):
    """Follow `more` to the end and return the ids of each page."""
    answer = lrs.get(**parameters)
    found = []
    while True:
        assert answer.status_code == 200, answer.text
        found.append([statement["id"] for statement in answer.json["statements"]])
        if not answer.json["more"]:
            return found
        answer = lrs.get(answer.json["more"].removeprefix("/xapi"))


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_more_continues_the_search_as_it_was_asked_xapi_00108_to_00114_xapi_00173(lrs, make, ascending):
    """XAPI-00108, 00109, 00111, 00114, 00173."""
    ids = lrs.store(*(make.small(verb={"id": f"urn:x:{number % 2}"}) for number in range(14)))
    wanted = ids[::2] if ascending == "true" else ids[::2][::-1]

    found = pages(lrs, verb="urn:x:0", limit="3", ascending=ascending)

    assert found == [wanted[:3], wanted[3:6], wanted[6:]]
    assert pages(lrs, verb="urn:x:0", limit="7", ascending=ascending) == [wanted]
    assert pages(lrs, verb="urn:x:0", limit="0", ascending=ascending) == [wanted]
    first = lrs.get(verb="urn:x:0", limit="3").json
    assert first["more"].startswith("/xapi/statements/")
    # The link is whole: it works again, takes no more parameters, and keeps the format.
    link = lrs.get(verb="urn:x:0", limit="3", format="ids").json["more"].removeprefix("/xapi")
    again = [lrs.get(link).json for _ in range(2)]
    assert again[0] == again[1]
    assert all(set(statement["verb"]) == {"id"} for statement in again[0]["statements"])
    assert lrs.send("GET", link, parameters={"limit": "1"}).status_code == 400


@pytest.mark.parametrize("ascending", ["true", "false"])
def test_pages_show_each_statement_once_while_others_are_written(lrs, make, ascending):
    """Part Two 2.5: nothing is skipped, nothing repeated, whatever arrives and whenever it says it happened."""
    ids = lrs.store(*(make.small() for _ in range(6)))
    answer = lrs.get(limit="2", ascending=ascending)
    found = [statement["id"] for statement in answer.json["statements"]]
    new = []
    while answer.json["more"]:
        if len(new) < 4:
            new += lrs.store(make.small(timestamp="2001-01-01T00:00:00Z"), make.small(timestamp="2031-01-01T00:00:00Z"))
        answer = lrs.get(answer.json["more"].removeprefix("/xapi"))
        found += [statement["id"] for statement in answer.json["statements"]]

    assert found == ([*ids, *new] if ascending == "true" else ids[::-1])


def test_a_more_link_opens_nothing_of_another_organisation(lrs, make, standard):
    lrs.store(*(make.small() for _ in range(3)))
    link = lrs.get(limit="1").json["more"].removeprefix("/xapi")
    other = standard.lrs(lrs.version)
    (own,) = other.store(make.small())

    answer = other.get(link)

    assert [statement["id"] for statement in answer.json["statements"]] in ([], [own])
    for broken in ("/statements/more/x", link[:-3], f"{link}A" * 2, "/statements/more/e30", "/statements/more/"):
        assert lrs.get(broken).status_code in (400, 404), broken


def test_a_page_has_at_most_what_was_asked_for_and_what_we_give_xapi_00173(lrs, make):
    """XAPI-00173: 0 and no limit at all are the server's own."""
    most = lrs.services.limits.page_statements
    for _ in range(2):
        lrs.store(*(make.small() for _ in range(most // 2 + 1)))

    assert [len(page) for page in pages(lrs)] == [most, 2]
    assert [len(page) for page in pages(lrs, limit="0")] == [most, 2]
    assert [len(page) for page in pages(lrs, limit=str(most + 1))] == [most + 1, 1]
    assert len(lrs.find(limit="1000000")) == most + 2


WRONG_PARAMETERS = [
    (
        "agent",
        [
            "",
            "lea",
            "{}",
            '{"name": "Léa"}',
            '{"mbox": "lea@example.org"}',
            "[]",
            "null",
            '{"mbox": "mailto:a@b.org", "x": 1}',
        ],
        [json.dumps(LEA)],
    ),
    ("verb", ["", "attended", "http://a b"], ["urn:x:1", "http://adlnet.gov/expapi/verbs/attended"]),
    ("activity", ["", "cours/1"], ["urn:x:1"]),
    ("registration", ["", "1", UNKNOWN.replace("-", "")], [UNKNOWN]),
    ("related_agents", ["", "yes", "1", "True"], ["true", "false"]),
    ("related_activities", ["", "yes", "1", "TRUE"], ["true", "false"]),
    (
        "since",
        ["", "hier", "2026-01-05", "2026-01-05T08:00:00-00:00"],
        ["2026-01-05T08:00:00Z", "2026-01-05T09:00:00.123+01:00"],
    ),
    ("until", ["", "hier", "2026-13-05T08:00:00Z"], ["2026-01-05T08:00:00Z"]),
    ("limit", ["", "-1", "1.5", "ten", "1e3", "٣", "99999999999999999999"], ["0", "1", "007"]),
    ("format", ["", "xml", "EXACT", "exact,ids"], ["ids", "exact", "canonical"]),
    ("attachments", ["", "yes", "0"], ["true", "false"]),
    ("ascending", ["", "up", "1"], ["true", "false"]),
    ("statementid", [UNKNOWN], []),
    ("Verb", ["urn:x:1"], []),
    ("unknown", ["", "1"], []),
]


@pytest.mark.parametrize(("name", "wrong", "right"), WRONG_PARAMETERS, ids=[row[0] for row in WRONG_PARAMETERS])
def test_parameters_are_held_to_the_rules_of_their_types_xapi_00012_xapi_00324_xapi_00325(rules, name, wrong, right):
    """XAPI-00012, XAPI-00324, XAPI-00325."""
    for value in wrong:
        refused = rules.get(**{name: value})
        assert refused.status_code == 400, value
        pointers = {problem["pointer"].partition("/")[0] for problem in refused.json["errors"]}
        assert pointers == {f"query:{name}"}, refused.text
        assert all(problem["requirement"] for problem in refused.json["errors"])
    for value in right:
        assert rules.get(**{"limit": "1", name: value}).status_code == 200, value
    assert rules.send("GET", f"/statements?{name}=true&{name}=true").status_code == 400


# Formats ----------------------------------------------------------------------------------------------------


def described(make):
    """A statement that describes all that it mentions."""
    inner = {name: value for name, value in make.full().items() if name not in ("id", "attachments")}
    return make.full(
        actor={
            "objectType": "Group",
            "name": "Équipe",
            "member": [{"name": "Léa", **LEA}, {"objectType": "Agent", **TOM}],
        },
        object={
            "objectType": "SubStatement",
            **inner,
            "object": {"objectType": "Group", "name": "B", **ANA, "member": [LEA]},
            "context": {},
        },
        context={
            "instructor": {"name": "Ana", **ANA},
            "team": {"objectType": "Group", "name": "Équipe", "member": [{"name": "Léa", **LEA}]},
            "contextActivities": {"parent": [{"id": "urn:x:p", "definition": {"name": {"fr": "P", "en": "P"}}}]},
        },
    )


def test_ids_keeps_identifiers_alone_xapi_00171(lrs, make):
    """XAPI-00171: of Agents, Groups and their anonymous members, Activities, Verbs; and results stay whole."""
    statement = described(make)
    lrs.store(statement)

    found = lrs.read(statement["id"], format="ids")

    assert found == lrs.get(format="ids").json["statements"][0]
    assert found["verb"] == {"id": statement["verb"]["id"]}
    assert [set(member) - {"objectType"} for member in found["actor"]["member"]] == [{"mbox"}, {"mbox"}]
    assert set(found["actor"]) == {"objectType", "member"}
    assert set(found["object"]["actor"]) - {"objectType"} == {"account"}
    assert set(found["object"]["object"]) == {"objectType", "mbox"}
    assert found["object"]["verb"] == {"id": statement["object"]["verb"]["id"]}
    assert set(found["context"]["instructor"]) - {"objectType"} == {"mbox"}
    assert found["context"]["contextActivities"] == {"parent": [{"id": "urn:x:p"}]}
    assert (found["result"], found["timestamp"]) == (statement["result"], statement["timestamp"])
    assert found["stored"] == lrs.read(statement["id"])["stored"]


def test_exact_gives_back_what_was_sent_and_is_the_default_xapi_00168_xapi_00170(lrs, make):
    """XAPI-00168, XAPI-00170: whatever others have said of its activities since."""
    statement = described(make)
    lrs.store(statement)
    lrs.store(make.small(object={"id": "urn:x:p", "definition": {"name": {"fr": "Autre"}}}))

    found = lrs.read(statement["id"], format="exact")

    assert found == lrs.read(statement["id"])
    assert {name: found[name] for name in statement} == statement


def test_canonical_describes_activities_as_they_are_known_by_now_xapi_00169(lrs, make):
    """XAPI-00169, XAPI-00254: by all that statements have said; one language a map."""
    statement = make.small(
        verb={"id": "urn:x:v", "display": {"fr": "a lu", "en": "read"}},
        object={"id": "urn:x:a"},
        context={"contextActivities": {"parent": [{"id": "urn:x:p", "definition": {"name": {"fr": "P"}}}]}},
    )
    lrs.store(statement)
    lrs.store(
        make.small(object={"id": "urn:x:a", "definition": {"name": {"fr": "Cours"}, "type": "urn:x:type"}}),
        make.small(object={"id": "urn:x:a", "definition": {"name": {"en": "Course"}, "description": {"en": "Long"}}}),
    )

    french = lrs.get(statementId=statement["id"], format="canonical", headers={"Accept-Language": "fr"}).json
    english = lrs.get(statementId=statement["id"], format="canonical", headers={"Accept-Language": "en"}).json

    assert french["object"] == {
        "id": "urn:x:a", "definition": {"name": {"fr": "Cours"}, "type": "urn:x:type", "description": {"en": "Long"}},
    }  # fmt: skip
    assert english["object"]["definition"]["name"] == {"en": "Course"}
    assert (french["verb"]["display"], english["verb"]["display"]) == ({"fr": "a lu"}, {"en": "read"})
    assert english["context"]["contextActivities"]["parent"][0]["definition"]["name"] == {"fr": "P"}
    assert lrs.read(statement["id"])["object"] == {"id": "urn:x:a"}


LANGUAGES = [
    ("fr", "fr"),
    ("en", "en"),
    ("en-US", "en-US"),
    ("en-GB", "en"),
    ("EN-us", "en-US"),
    ("de", None),
    ("de, fr;q=0.5", "fr"),
    ("fr;q=0.2, en-US;q=0.9", "en-US"),
    ("*", None),
    ("fr;q=0, en", "en"),
    ("", None),
    ("x y;q=z, fr", "fr"),
    ("de;q=1.0,en;q=0.8,*;q=0.1", "en"),
]


@pytest.mark.parametrize(("header", "wanted"), LANGUAGES)
def test_accept_language_chooses_for_canonical_alone_xapi_00172(rules, make, header, wanted):
    """XAPI-00172 (RFC 4647 look-up); whatever is asked, there is exactly one language in a map that has any."""
    texts = {"en": "read", "en-US": "read (US)", "fr": "a lu"}
    statement = make.small(
        verb={"id": "urn:x:v", "display": texts},
        object={
            "id": "urn:x:langues",
            "definition": {
                "name": texts,
                "description": texts,
                "interactionType": "choice",
                "choices": [{"id": "a", "description": texts}],
            },
        },
        attachments=[
            {
                "usageType": "urn:x:u",
                "display": texts,
                "contentType": "a/b",
                "length": 1,
                "sha2": "0" * 64,
                "fileUrl": "urn:x:f",
            }
        ],
    )
    rules.store(statement)

    found = rules.get(statementId=statement["id"], format="canonical", headers={"Accept-Language": header}).json
    exact = rules.get(statementId=statement["id"], headers={"Accept-Language": header}).json

    definition = found["object"]["definition"]
    maps = [
        found["verb"]["display"],
        definition["name"],
        definition["description"],
        definition["choices"][0]["description"],
        found["attachments"][0]["display"],
    ]
    assert all(len(each) == 1 and each == maps[0] for each in maps)
    if wanted is not None:
        assert maps[0] == {wanted: texts[wanted]}
    assert exact["verb"]["display"] == texts
    assert exact["object"] == statement["object"]


# Attachments ------------------------------------------------------------------------------------------------


def with_bytes(make, *contents):
    described = [
        {"usageType": "urn:x:u", "display": {"fr": "A"}, "contentType": "text/plain", "length": len(content),
         "sha2": hashlib.sha256(content).hexdigest()}
        for content in contents
    ]  # fmt: skip
    statement = make.small(attachments=described)
    body = b"--b\r\nContent-Type: application/json\r\n\r\n" + json.dumps(statement).encode() + b"\r\n"
    for one, content in zip(described, contents, strict=True):
        body += (
            b"--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: "
            + one["sha2"].encode() + b"\r\n\r\n" + content + b"\r\n"
        )  # fmt: skip
    return statement, body + b"--b--\r\n"


def test_attachments_come_when_they_are_asked_for_xapi_00161_xapi_00167(lrs, make):
    """XAPI-00161, XAPI-00167: each hash once a page."""
    for contents in ((b"premier", b"commun"), (b"second", b"commun")):
        _, body = with_bytes(make, *contents)
        assert lrs.post(body, content_type="multipart/mixed; boundary=b").status_code == 200
    lrs.store(make.small())

    without = [lrs.get(), lrs.get(attachments="false")]
    answer = lrs.get(attachments="true")

    assert {each.mimetype for each in without} == {"application/json"}
    assert b"premier" not in without[0].data
    assert answer.mimetype == "multipart/mixed"
    assert [answer.data.count(each) for each in (b"premier", b"second", b"commun")] == [1, 1, 1]
    assert len(json.loads(answer.data.partition(b"\r\n\r\n")[2].partition(b"\r\n--")[0])["statements"]) == 3
    empty = lrs.get(attachments="true", verb="urn:x:none")
    assert (empty.status_code, empty.mimetype) == (200, "multipart/mixed")


def test_more_gives_attachments_when_the_search_did_xapi_00111(lrs, make):
    """XAPI-00111."""
    for content in (b"premier", b"second"):
        lrs.post(with_bytes(make, content)[1], content_type="multipart/mixed; boundary=b")

    first = lrs.get(attachments="true", limit="1")
    link = json.loads(first.data.partition(b"\r\n\r\n")[2].partition(b"\r\n--")[0])["more"]
    second = lrs.get(link.removeprefix("/xapi"))

    assert (b"second" in first.data, b"premier" in first.data) == (True, False)
    assert (second.mimetype, b"premier" in second.data) == ("multipart/mixed", True)


def test_no_organisation_reads_anothers_statements_or_attachments(lrs, make, standard):
    statement, body = with_bytes(make, b"secret")
    lrs.post(body, content_type="multipart/mixed; boundary=b")
    other = standard.lrs(lrs.version)

    assert other.get(statementId=statement["id"]).status_code == 404
    assert other.find() == other.find(agent=LEA) == []
    # To name a hash is not to have its bytes.
    assert other.post(statement).status_code == 400
    fake = {**statement, "attachments": [{**statement["attachments"][0], "fileUrl": "https://example.org/x"}]}
    assert other.post(fake).status_code == 200
    assert b"secret" not in other.get(statementId=statement["id"], attachments="true").data


# Headers ----------------------------------------------------------------------------------------------------


def test_last_modified_is_when_a_statement_was_stored_9274_4_1_6_1(lrs, make):
    """IEEE 9274.1.1 4.1.6.1: to the second; of a page, of its newest statement."""
    lrs.wait(0.75)
    first, _ = lrs.store(make.small(), make.small())
    lrs.wait(90)
    (last,) = lrs.store(make.small())

    def modified(**parameters):
        return parsedate_to_datetime(lrs.get(**parameters).headers["Last-Modified"])

    for one in (first, last):
        assert modified(statementId=one) == datetime.fromisoformat(lrs.read(one)["stored"]).replace(microsecond=0)
    assert modified() == modified(ascending="true") == modified(statementId=last)
    assert modified(limit="1", ascending="true") == modified(statementId=first)
    assert "Last-Modified" not in lrs.get(verb="urn:x:none").headers


def test_every_answer_says_how_far_it_is_consistent_xapi_00153_xapi_00160(lrs, make):
    """XAPI-00153, XAPI-00160: whatever the code; and what is stored later is stored after that instant."""
    statement = make.small()
    lrs.store(statement)
    link = lrs.get(limit="1").json
    lrs.store(make.small())
    link = lrs.get(limit="1").json["more"].removeprefix("/xapi")
    answers = [
        lrs.get(),
        lrs.get(statementId=statement["id"]),
        lrs.get(statementId=UNKNOWN),
        lrs.get(statementId="x"),
        lrs.get(unknown="1"),
        lrs.get(link),
        lrs.get("/statements/more/x"),
        lrs.post(make.small()),
        lrs.post({}),
        lrs.post([]),
        lrs.put(make.small()),
        lrs.post({**statement, "verb": {"id": "urn:x:other"}}),
        lrs.send("DELETE", "/statements"),
        lrs.send("HEAD", "/statements"),
        lrs.send("GET", "/statements", headers={"X-Experience-API-Version": "0.9"}),
        *(
            lrs.get(**{name: value})
            for name, value in (
                ("agent", LEA),
                ("verb", "urn:x:1"),
                ("format", "ids"),
                ("attachments", "true"),
                ("ascending", "true"),
                ("limit", "1"),
            )
        ),
    ]
    codes = {answer.status_code for answer in answers}
    assert codes == {200, 204, 400, 404, 405, 409}

    through = [datetime.fromisoformat(answer.headers[THROUGH]) for answer in answers]

    assert all(instant.utcoffset() is not None for instant in through)
    assert through == sorted(through)
    (later,) = lrs.store(make.small())
    assert datetime.fromisoformat(lrs.read(later)["stored"]) > through[-1]


def test_consistent_through_covers_what_is_there_and_moves_with_the_clock_xapi_00153(lrs, make):
    """XAPI-00153: all that is stored at or before it can be read now; an idle store is consistent through now."""
    lrs.wait(5)
    (one,) = lrs.store(make.small())
    through = datetime.fromisoformat(lrs.get().headers[THROUGH])
    assert datetime.fromisoformat(lrs.read(one)["stored"]) <= through

    lrs.wait(3600)

    assert (datetime.fromisoformat(lrs.get().headers[THROUGH]) - through).total_seconds() >= 3599


def test_ids_are_uuids_of_this_answer_only_once(lrs, make):
    ids = lrs.store(*(make.changed(make.small(), "/id", ...) for _ in range(50)))

    assert len({uuid.UUID(each) for each in ids}) == 50
