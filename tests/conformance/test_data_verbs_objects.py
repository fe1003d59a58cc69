"""Verbs and all kinds of objects: xAPI 1.0.3 Part Two 2.4.3, 2.4.4; IEEE 9274.1.1 4.2.2.2, 4.2.2.3."""

from __future__ import annotations

import pytest

NO_IRIS = [
    "",
    "attended",
    "/verbs/attended",
    "www.example.org/verbs",
    "://example.org",
    "1http://example.org",
    "http:// x",
]
IRIS = [
    "http://adlnet.gov/expapi/verbs/attended",
    "urn:x:attended",
    "tag:example.org,2026:a",
    "https://exämple.org/vérbes/é",
]
NO_MAPS = [{"français": "x"}, {"fr_FR": "x"}, {"": "x"}, {"f": "x"}, {"fr-": "x"}, {"fr FR": "x"}, {"toolongtag": "x"}]
MAPS = [
    {},
    {"fr": "x"},
    {"fr-FR": "x", "en": ""},
    {"zh-Hant-TW": "x"},
    {"x-prive": "x"},
    {"de-CH-1996": "x"},
    {"und": "x"},
    {"i-klingon": "x"},
    {"sl-rozaj-biske": "x"},
    {"en-US-u-ca-gregory": "x"},
]


def test_a_verb_has_an_id_that_is_an_iri_xapi_00044(rules, make):
    """XAPI-00044; XAPI-00007, XAPI-00011."""
    rules.check_refused(make.small(verb={}), "/verb", "XAPI-00044")
    rules.check_refused(make.small(verb={"display": {"fr": "x"}}), "/verb", "XAPI-00044")
    for wrong in NO_IRIS:
        rules.check_refused(make.small(verb={"id": wrong}), "/verb/id", "XAPI-00044")
    rules.check_taken(*(make.small(verb={"id": right}) for right in IRIS))


MAP_PLACES = {
    "/verb/display": "XAPI-00045",
    "/object/definition/name": "XAPI-00056",
    "/object/definition/description": "XAPI-00059",
    "/object/definition/choices/0/description": "XAPI-00062",
    "/attachments/0/display": "XAPI-00106",
    "/attachments/0/description": "",
}


@pytest.mark.parametrize("pointer", MAP_PLACES)
def test_a_language_map_has_language_tags_and_texts_xapi_00121(rules, make, pointer):
    """XAPI-00121 and XAPI-00013 (RFC 5646); XAPI-00045, 00056, 00059, 00062, 00106."""
    for wrong in NO_MAPS:
        key = next(iter(wrong))
        rules.check_refused(make.changed(make.around(pointer), pointer, wrong), f"{pointer}/{key}", "XAPI-00013")
    rules.check_refused(make.changed(make.around(pointer), pointer, {"fr": 1}), f"{pointer}/fr", "XAPI-00121")
    for wrong in ("attended", ["fr"], 1):
        rules.check_refused(make.changed(make.around(pointer), pointer, wrong), pointer, MAP_PLACES[pointer])
    rules.check_taken(*(make.changed(make.around(pointer), pointer, right) for right in MAPS))


@pytest.mark.parametrize("kind", ["Activity", "Agent", "Group", "SubStatement", "StatementRef", None])
def test_an_object_is_of_one_of_five_kinds_xapi_00046(rules, make, kind):
    """XAPI-00046. Without objectType it is an Activity."""
    objects = {
        "Activity": {"id": "urn:x:1"},
        "Agent": {"mbox": "mailto:tom@example.org"},
        "Group": {"member": [{"mbox": "mailto:tom@example.org"}]},
        "SubStatement": {name: value for name, value in make.small().items() if name != "id"},
        "StatementRef": {"id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"},
        None: {"id": "urn:x:1"},
    }
    target = objects[kind] if kind is None else {"objectType": kind, **objects[kind]}

    rules.check_taken(make.small(object=target))
    for wrong in ("Statement", "substatement", "Verb", "", "GroupActivity"):
        rules.check_refused(make.small(object={**target, "objectType": wrong}), "/object/objectType", "XAPI-00046")


def test_an_activity_has_an_id_that_is_an_iri_xapi_00047(rules, make):
    """XAPI-00047."""
    rules.check_refused(make.small(object={"objectType": "Activity"}), "/object", "XAPI-00047")
    rules.check_refused(make.small(object={"definition": {"name": {"fr": "x"}}}), "/object", "XAPI-00047")
    for wrong in NO_IRIS:
        rules.check_refused(make.small(object={"id": wrong}), "/object/id", "XAPI-00047")
    rules.check_taken(*(make.small(object={"id": right}) for right in IRIS))


def test_the_type_and_the_page_of_a_definition_are_iris_xapi_00060_xapi_00061(rules, make):
    """XAPI-00060, XAPI-00061."""
    for name, rule in (("type", "XAPI-00060"), ("moreInfo", "XAPI-00061")):
        for wrong in NO_IRIS:
            statement = make.small(object={"id": "urn:x:1", "definition": {name: wrong}})
            rules.check_refused(statement, f"/object/definition/{name}", rule)
        rules.check_taken(*(make.small(object={"id": "urn:x:1", "definition": {name: right}}) for right in IRIS))


@pytest.mark.parametrize("pointer", ["/object/definition/extensions", "/result/extensions", "/context/extensions"])
def test_the_keys_of_extensions_are_iris_xapi_00118_xapi_00120(rules, make, pointer):
    """XAPI-00118, XAPI-00120; XAPI-00057, XAPI-00078."""
    for wrong in NO_IRIS:
        statement = make.changed(make.around(pointer), pointer, {"urn:x:1": 1, wrong: 1})
        rules.check_refused(statement, f"{pointer}/{wrong.replace('/', '~1')}", "XAPI-00118")
    rules.check_taken(make.changed(make.around(pointer), pointer, {iri: {"any key": 1} for iri in IRIS}))
    rules.check_taken(make.changed(make.around(pointer), pointer, {}))


COMPONENTS = {"choices": "XAPI-00055", "scale": "XAPI-00054", "source": "XAPI-00053", "target": "XAPI-00052",
              "steps": "XAPI-00051"}  # fmt: skip
INTERACTIONS = {
    "true-false": ((), ["true"]),
    "choice": (("choices",), ["a[,]b"]),
    "fill-in": ((), ["{case_matters=false}Paris"]),
    "long-fill-in": ((), ["{lang=fr}Il était une fois"]),
    "matching": (("source", "target"), ["a[.]1[,]b[.]2"]),
    "performance": (("steps",), ["a[.]1:2[,]b[.]x"]),
    "sequencing": (("choices",), ["b[,]a"]),
    "likert": (("scale",), ["a"]),
    "numeric": ((), ["4[:]", "3.14"]),
    "other": ((), ["(35.9,-86.8)"]),
}


def defined(make, **definition):
    return make.small(object={"id": "urn:x:question", "definition": definition})


@pytest.mark.parametrize("kind", INTERACTIONS)
def test_an_interaction_has_the_lists_of_its_kind_xapi_00049_to_00055(rules, make, kind):
    """XAPI-00049 to 00055: each kind takes its own lists, and no others."""
    own, responses = INTERACTIONS[kind]
    parts = [{"id": "a", "description": {"fr": "A"}}, {"id": "b"}]

    rules.check_taken(defined(make, interactionType=kind))
    rules.check_taken(
        defined(make, interactionType=kind, correctResponsesPattern=responses, **dict.fromkeys(own, parts))
    )
    rules.check_taken(defined(make, interactionType=kind, correctResponsesPattern=[], **{name: [] for name in own}))
    for name in COMPONENTS:
        if name not in own:
            rules.check_refused(defined(make, interactionType=kind, **{name: parts}), f"/object/definition/{name}")


def test_an_unknown_interaction_is_refused_xapi_00049(rules, make):
    """XAPI-00049."""
    for wrong in ("truefalse", "true_false", "multiple-choice", "fill_in", "Numeric", ""):
        rules.check_refused(defined(make, interactionType=wrong), "/object/definition/interactionType", "XAPI-00049")


def test_interaction_properties_need_the_interaction_type_xapi_00064(rules, make):
    """XAPI-00064."""
    for name, value in (("correctResponsesPattern", ["a"]), *((name, [{"id": "a"}]) for name in COMPONENTS)):
        rules.check_refused(defined(make, **{name: value}), "/object/definition", "XAPI-00064")
    rules.check_taken(defined(make, correctResponsesPattern=["a"], interactionType="other"))


def test_correct_responses_are_texts_xapi_00050(rules, make):
    """XAPI-00050."""
    for wrong in (1, True, {"id": "a"}, ["a"]):
        statement = defined(make, interactionType="other", correctResponsesPattern=["a", wrong])
        rules.check_refused(statement, "/object/definition/correctResponsesPattern/1", "XAPI-00050")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("choices", "choice"),
        ("choices", "sequencing"),
        ("scale", "likert"),
        ("source", "matching"),
        ("target", "matching"),
        ("steps", "performance"),
    ],
)
def test_an_interaction_component_has_an_id_of_its_own_xapi_00058_xapi_00063(rules, make, name, kind):
    """XAPI-00058, XAPI-00062, XAPI-00063; and the list's own rule, XAPI-00051 to 00055."""
    place = f"/object/definition/{name}"
    for wrong in ("a", {"id": "a"}, 1):
        rules.check_refused(defined(make, interactionType=kind, **{name: wrong}), place, COMPONENTS[name])
    for wrong, below, rule in (
        ({}, "", "XAPI-00058"),
        ({"description": {"fr": "A"}}, "", "XAPI-00058"),
        ({"id": 1}, "/id", "XAPI-00058"),
        ({"id": "b", "description": "B"}, "/description", "XAPI-00062"),
        ({"id": "b", "name": "B"}, "/name", "XAPI-00010"),
        ("b", "", "XAPI-00063"),
        ({"id": "a"}, "/id", "XAPI-00058"),  # the id of the first again
    ):
        rules.check_refused(
            defined(make, interactionType=kind, **{name: [{"id": "a"}, wrong]}), f"{place}/1{below}", rule
        )
    rules.check_taken(defined(make, interactionType=kind, **{name: [{"id": "a"}, {"id": "b", "description": {}}]}))


def test_a_substatement_keeps_the_rules_of_statements_xapi_00066(rules, make):
    """XAPI-00066. That every null and every unknown property in one is refused is in test_data_statements."""
    rules.check_taken(make.substatement())
    for pointer, wrong in (
        ("/actor", {}), ("/actor/account/homePage", "x"), ("/verb/id", "attended"), ("/object/id", "x"),
        ("/result/score/scaled", 2), ("/result/duration", "1h"), ("/context/registration", "1"),
        ("/context/language", "français"), ("/timestamp", "hier"), ("/attachments/0/length", "1"),
    ):  # fmt: skip
        rules.check_refused(make.changed(make.substatement(), f"/object{pointer}", wrong), f"/object{pointer}")
    for name in ("actor", "verb", "object"):
        rules.check_refused(make.changed(make.substatement(), f"/object/{name}", ...), "/object")


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [("authority", {"mbox": "mailto:lms@example.org"}, "XAPI-00067"), ("version", "1.0.3", "XAPI-00068"),
     ("stored", "2026-01-05T08:00:00Z", "XAPI-00069"), ("id", "6690e6c9-3ef0-4ed3-8b37-7f3964730bee", "XAPI-00070")],
)  # fmt: skip
def test_a_substatement_has_none_of_what_makes_a_record_xapi_00067_to_00070(rules, make, name, value, rule):
    """XAPI-00067 to 00070."""
    rules.check_refused(make.changed(make.substatement(), f"/object/{name}", value), f"/object/{name}", rule)
    rules.check_taken(make.small(**{name: value}) if name != "id" else make.small())


def test_a_substatement_contains_no_other_xapi_00071(rules, make):
    """XAPI-00071. Every other kind of object may stand in one."""
    inner = make.substatement()["object"]

    rules.check_refused(make.substatement(object=inner), "/object/object/objectType", "XAPI-00071")
    rules.check_taken(
        *(
            make.substatement(object=target, context={})
            for target in (
                {"objectType": "Agent", "mbox": "mailto:tom@example.org"},
                {"objectType": "Group", "mbox": "mailto:tom@example.org"},
                {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"},
                {"id": "urn:x:1"},
            )
        )
    )


def test_a_substatement_or_reference_says_what_it_is_xapi_00073(rules, make):
    """XAPI-00073."""
    inner = make.substatement()["object"]

    del inner["objectType"]
    rules.check_refused(make.small(object=inner), "/object", "XAPI-00073")
    rules.check_taken(make.small(object={**inner, "objectType": "SubStatement"}))
    reference = {"id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}
    rules.check_refused(make.small(object=reference), "/object/id")
    rules.check_taken(make.small(object={**reference, "objectType": "StatementRef"}))


NO_UUIDS = ["", "1", "6690e6c93ef04ed38b377f3964730bee", "{6690e6c9-3ef0-4ed3-8b37-7f3964730bee}",
            "urn:uuid:6690e6c9-3ef0-4ed3-8b37-7f3964730bee", "6690e6c9-3ef0-4ed3-8b37-7f3964730be",
            "6690e6c9-3ef0-4ed3-8b37-7f3964730beg", "6690e6c9-3ef0-4ed38-b37-7f3964730bee",
            " 6690e6c9-3ef0-4ed3-8b37-7f3964730bee", "6690e6c9-3ef0-4ed3-8b37-7f3964730bee\n"]  # fmt: skip


def test_a_reference_names_a_statement_by_its_uuid_xapi_00072(rules, make):
    """XAPI-00072. That the statement exists is not asked."""
    rules.check_refused(make.small(object={"objectType": "StatementRef"}), "/object", "XAPI-00072")
    for wrong in NO_UUIDS:
        rules.check_refused(make.small(object={"objectType": "StatementRef", "id": wrong}), "/object/id", "XAPI-00072")
    rules.check_refused(
        make.small(object={"objectType": "StatementRef", "id": make.small()["id"], "definition": {}}),
        "/object/definition", "XAPI-00010",
    )  # fmt: skip
    rules.check_taken(
        *(
            make.small(object={"objectType": "StatementRef", "id": right})
            for right in (make.small()["id"], make.small()["id"].upper())
        )
    )
