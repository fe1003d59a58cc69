"""Activities, Agents and About: xAPI 1.0.3 Part Three 2.4, 2.5, 2.8; IEEE 9274.1.1 4.1.6.3, 4.1.6.4, 4.1.6.7."""

from __future__ import annotations

import json

import pytest

ACTIVITY = "https://lms.example.org/cours/1"
MBOX = {"mbox": "mailto:lea@example.org"}
AGENTS = (
    MBOX,
    {"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"},
    {"openid": "https://openid.example.org/lea"},
    {"account": {"homePage": "https://lms.example.org", "name": "42"}},
)


def test_an_activity_is_told_with_all_that_statements_said_xapi_00251_to_00254(lrs, make):
    """XAPI-00251, 00252, 00253, 00254: languages add up, later words win."""

    def said(**definition):
        return make.small(object={"id": ACTIVITY, "definition": definition})

    lrs.store(said(name={"fr": "Cours"}, type="urn:x:t1", extensions={"urn:x:1": 1}))
    lrs.store(said(name={"en": "Course"}, description={"fr": "Un cours"}, extensions={"urn:x:2": {"a": [None]}}))
    lrs.store(said(name={"fr": "Le cours"}, type="urn:x:t2", moreInfo="https://lms.example.org/aide"))
    lrs.store(make.small(object={"id": ACTIVITY}))

    answer = lrs.get("/activities", activityId=ACTIVITY)

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == {
        "objectType": "Activity",
        "id": ACTIVITY,
        "definition": {
            "name": {"fr": "Le cours", "en": "Course"}, "description": {"fr": "Un cours"}, "type": "urn:x:t2",
            "moreInfo": "https://lms.example.org/aide", "extensions": {"urn:x:1": 1, "urn:x:2": {"a": [None]}},
        },
    }  # fmt: skip


def test_an_activity_is_learnt_from_wherever_it_stands_xapi_00254(lrs, make):
    """XAPI-00254: objects, context activities, SubStatements."""

    def activity(number):
        return {"id": f"urn:x:{number}", "definition": {"name": {"fr": f"N° {number}"}}}

    inner = {name: value for name, value in make.small(object=activity(2)).items() if name != "id"}
    inner["context"] = {"contextActivities": {"parent": activity(3)}}
    kinds = {
        "parent": [activity(4)],
        "grouping": activity(5),
        "category": [activity(6)],
        "other": [activity(7), activity(8)],
    }
    lrs.store(
        make.small(object=activity(1)),
        make.small(object={"objectType": "SubStatement", **inner}),
        make.small(context={"contextActivities": kinds}),
    )

    for number in range(1, 9):
        found = lrs.get("/activities", activityId=f"urn:x:{number}").json
        assert found == {"objectType": "Activity", **activity(number)}


def test_an_activity_never_heard_of_is_its_id_9274_4_1_6_4(lrs, make, standard):
    """IEEE 9274.1.1 4.1.6.4; and another organisation's activities were never heard of."""
    lrs.store(make.small(object={"id": ACTIVITY, "definition": {"name": {"fr": "Cours"}}}))
    other = standard.lrs(lrs.version)

    for asked, identifier in ((lrs, "urn:x:inconnue"), (other, ACTIVITY)):
        answer = asked.get("/activities", activityId=identifier)
        assert (answer.status_code, answer.json) == (200, {"objectType": "Activity", "id": identifier})


def test_a_refused_statement_teaches_nothing_of_its_activities(lrs, make):
    lrs.post(make.small(verb={}, object={"id": ACTIVITY, "definition": {"name": {"fr": "Faux"}}}))

    assert "definition" not in lrs.get("/activities", activityId=ACTIVITY).json


def test_activities_are_asked_for_by_one_iri_xapi_00250_xapi_00012(rules):
    """XAPI-00250, XAPI-00012, XAPI-00324."""
    for parameters in (
        {},
        {"activityId": ""},
        {"activityId": "cours"},
        {"activityid": ACTIVITY},
        {"activityId": ACTIVITY, "x": "1"},
    ):
        refused = rules.get("/activities", **parameters)
        assert (refused.status_code, bool(refused.json["errors"])) == (400, True), parameters
    assert rules.get("/activities", activityId=f"{ACTIVITY}?a=b&c=d#é").status_code == 200


@pytest.mark.parametrize("agent", AGENTS, ids=[next(iter(agent)) for agent in AGENTS])
def test_a_person_has_arrays_of_what_is_known_xapi_00236_to_00248(lrs, make, agent):
    """XAPI-00236 to 00242, 00244, 00245, 00248."""
    nothing = lrs.get("/agents", agent=agent)
    (name,) = agent
    assert (nothing.status_code, nothing.mimetype) == (200, "application/json")
    assert nothing.json == {"objectType": "Person", name: [agent[name]]}

    lrs.store(
        make.small(actor={**agent, "name": "Léa"}),
        make.small(object={"objectType": "Agent", **agent, "name": "Léa M."}),
    )
    lrs.store(
        make.small(actor={**agent, "name": "Léa"}), make.small(actor={"mbox": "mailto:tom@example.org", "name": "Tom"})
    )

    person = lrs.get("/agents", agent=agent).json
    assert (person["objectType"], sorted(person["name"]), person[name]) == ("Person", ["Léa", "Léa M."], [agent[name]])
    assert set(person) == {"objectType", "name", name}


def test_a_name_that_is_only_asked_with_is_told_back_but_not_kept(lrs):
    """Part Three 2.4."""
    assert lrs.get("/agents", agent={**MBOX, "name": "Léa"}).json["name"] == ["Léa"]
    assert "name" not in lrs.get("/agents", agent=MBOX).json


def test_a_person_is_asked_for_by_one_agent_xapi_00243_xapi_00249(rules):
    """XAPI-00243, XAPI-00249, XAPI-00324."""
    wrong = [
        "",
        "lea",
        "{}",
        "null",
        '["a"]',
        '{"mbox":',
        '{"name": "Léa"}',
        '{"mbox": "lea@example.org"}',
        json.dumps({**MBOX, "openid": "urn:x:1"}),
        json.dumps({**MBOX, "age": 42}),
        '{"objectType": "Activity", "id": "urn:x:1"}',
        '{"objectType": "Group", "member": [{"mbox": "mailto:lea@example.org"}]}',
    ]
    for text in wrong:
        assert rules.get("/agents", agent=text).status_code == 400, text
    assert rules.get("/agents").status_code == 400
    assert rules.get("/agents", agent=MBOX, name="Léa").status_code == 400
    assert rules.get("/agents", Agent=MBOX).status_code == 400
    assert rules.get("/agents", agent={"objectType": "Agent", **MBOX}).status_code == 200


def test_no_organisation_learns_anothers_names(lrs, make, standard):
    lrs.store(make.small(actor={**MBOX, "name": "Léa"}))

    assert "name" not in standard.lrs(lrs.version).get("/agents", agent=MBOX).json


def test_about_tells_the_versions_to_anyone_xapi_00315_to_00321(lrs):
    """XAPI-00315 to 00319, 00321; IEEE 9274.1.1 4.1.6.7: neither credential nor version is needed."""
    bare = lrs.client.get("/xapi/about")

    assert (bare.status_code, bare.mimetype) == (200, "application/json")
    assert {"1.0.3", "2.0.0"} <= set(bare.json["version"])
    assert all(version in ("2.0.0", "1.0.0", "1.0.1", "1.0.2", "1.0.3") for version in bare.json["version"])
    assert isinstance(bare.json["extensions"], dict)
    for headers in (lrs.headers, lrs.auth, {"X-Experience-API-Version": "0.9"}, {"Authorization": "Basic eDp5"}):
        assert lrs.client.get("/xapi/about", headers=headers).json == bare.json
    assert lrs.get("/about").headers["X-Experience-API-Version"] == lrs.version
    assert lrs.get("/about", version="1").status_code == 400
