"""Agents and Groups: xAPI 1.0.3 Part Two 2.4.2; IEEE 9274.1.1 4.2.2.1."""

from __future__ import annotations

import pytest

MBOX = {"mbox": "mailto:lea@example.org"}
SHA1 = {"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"}
OPENID = {"openid": "https://openid.example.org/lea"}
ACCOUNT = {"account": {"homePage": "https://lms.example.org", "name": "42"}}
IDENTIFIERS = (MBOX, SHA1, OPENID, ACCOUNT)
NAMES = ("mbox", "mbox_sha1sum", "openid", "account")

# Where the standard lets an Agent stand, and what stands around it there.
PLACES = {
    "actor": "/actor",
    "object": "/object",
    "authority": "/authority",
    "instructor": "/context/instructor",
    "member of the actor": "/actor/member/0",
    "member of the team": "/context/team/member/0",
    "actor of a SubStatement": "/object/actor",
    "instructor of a SubStatement": "/object/context/instructor",
}


def placed(make, place, agent):
    """A statement with `agent` at a place."""
    pointer = PLACES[place]
    statement = make.small()
    if pointer == "/object":
        agent = {"objectType": "Agent", **agent}
    if pointer.startswith("/actor/member"):
        statement["actor"] = {"objectType": "Group", "member": [None]}
    if pointer.startswith("/context/team"):
        statement["context"] = {"team": {"objectType": "Group", "member": [None]}}
    if pointer.startswith("/object/"):
        statement["object"] = {"objectType": "SubStatement", **make.small()}
        del statement["object"]["id"]
    return make.changed(statement, pointer, agent), pointer


@pytest.mark.parametrize("place", PLACES)
def test_an_agent_has_exactly_one_identifier_xapi_00034(rules, make, place):
    """XAPI-00034."""
    for identifier in IDENTIFIERS:
        statement, _ = placed(make, place, identifier)
        rules.check_taken(statement)
    for wrong in ({"name": "Léa"}, {**MBOX, **SHA1}, {**OPENID, **ACCOUNT}, {**MBOX, **SHA1, **OPENID, **ACCOUNT}):
        statement, pointer = placed(make, place, wrong)
        rules.check_refused(statement, pointer, "XAPI-00034")


@pytest.mark.parametrize("place", PLACES)
def test_an_agent_may_have_a_name_and_a_type_and_no_members_xapi_00031_to_00033(rules, make, place):
    """XAPI-00031, 00032, 00033, and 00035: only a Group has members."""
    statement, pointer = placed(make, place, {"objectType": "Agent", "name": "", **MBOX})
    rules.check_taken(statement)
    for name, wrong in (("objectType", "Person"), ("objectType", "agent"), ("objectType", ""), ("name", 7)):
        statement, pointer = placed(make, place, {**MBOX, name: wrong})
        rules.check_refused(statement, f"{pointer}/{name}")
    statement, pointer = placed(make, place, {**MBOX, "member": [SHA1]})
    rules.check_refused(statement, f"{pointer}/member")


FORMS = {
    "XAPI-00038": (
        "mbox",
        [
            "lea@example.org",
            "mailto:",
            "mailto:lea",
            "mailto:@example.org",
            "mailto:lea@",
            "MAILTO:lea@example.org",
            "mailto: lea@example.org",
            "mailto:lea@example.org ",
            "mailto:null",
            "mailto:a@b@c.org",
            "mailto://lea@example.org",
            "mailto:lea@example.org,tom@example.org",
            "mailto:lea@exa mple.org",
            "http://example.org",
            "",
        ],
        [
            "mailto:lea@example.org",
            "mailto:lea+xapi@sous.domaine.example.org",
            "mailto:l.e-a_1@example.museum",
            "mailto:léa@éxample.org",
            "mailto:o%27neil@example.org",
            "mailto:root@localhost",
        ],
    ),
    "XAPI-00039": (
        "mbox_sha1sum",
        [
            "",
            "cd9b00a5611f94eaa7b1661edab976068e36497",
            "cd9b00a5611f94eaa7b1661edab976068e3649755",
            "zd9b00a5611f94eaa7b1661edab976068e364975",
            " cd9b00a5611f94eaa7b1661edab976068e364975",
            "sha1:cd9b00a5",
        ],
        ["cd9b00a5611f94eaa7b1661edab976068e364975", "CD9B00A5611F94EAA7B1661EDAB976068E364975", "0" * 40],
    ),
    "XAPI-00040": (
        "openid",
        [
            "",
            "lea",
            "openid.example.org",
            "//openid.example.org",
            "https:// openid.example.org",
            "https://",
            "http://a b",
        ],
        ["https://openid.example.org/lea", "http://lea.example.org", "urn:openid:lea", "https://example.org/?u=lea#me"],
    ),
}


@pytest.mark.parametrize("rule", FORMS)
def test_an_identifier_has_its_form_xapi_00038_to_00040(rules, make, rule):
    """XAPI-00038, 00039, 00040; and XAPI-00007, XAPI-00011."""
    name, refused, taken = FORMS[rule]
    for value in refused:
        rules.check_refused(make.small(actor={name: value}), f"/actor/{name}", rule)
    rules.check_taken(*(make.small(actor={name: value}) for value in taken))


def test_an_account_has_a_home_page_and_a_name_xapi_00041_to_00043(rules, make):
    """XAPI-00041, 00042, 00043."""
    page = {"homePage": "https://lms.example.org"}
    for pointer, rule, account in (
        ("/actor/account", "", {}),
        ("/actor/account", "XAPI-00042", {"name": "42"}),
        ("/actor/account", "XAPI-00043", page),
        ("/actor/account/homePage", "XAPI-00042", {"homePage": "lms.example.org", "name": "42"}),
        ("/actor/account/homePage", "XAPI-00042", {"homePage": "", "name": "42"}),
        ("/actor/account/name", "XAPI-00043", {**page, "name": 42}),
        ("/actor/account/id", "XAPI-00010", {**page, "name": "42", "id": 42}),
    ):
        rules.check_refused(make.small(actor={"account": account}), pointer, rule)
    rules.check_taken(
        *(
            make.small(actor={"account": account})
            for account in (
                {**page, "name": "42"},
                {**page, "name": "lea@example.org"},
                {**page, "name": "Léa Martin"},
                {"homePage": "urn:lms:1", "name": "42"},
                {"homePage": "https://lms.example.org:8443/moodle/", "name": "42"},
            )
        )
    )


GROUPS = {"actor": "/actor", "object": "/object", "team": "/context/team", "instructor": "/context/instructor",
          "team of a SubStatement": "/object/context/team"}  # fmt: skip


def grouped(make, place, group):
    statement = make.small()
    if GROUPS[place].startswith("/object/"):
        statement["object"] = {"objectType": "SubStatement", **make.small()}
        del statement["object"]["id"]
    return make.changed(statement, GROUPS[place], {"objectType": "Group", **group}), GROUPS[place]


@pytest.mark.parametrize("place", GROUPS)
def test_a_group_has_one_identifier_or_members_xapi_00035_xapi_00037(rules, make, place):
    """XAPI-00035, XAPI-00037. An identified Group may have members too, and a name."""
    rules.check_taken(
        *(
            grouped(make, place, taken)[0]
            for taken in (
                *IDENTIFIERS,
                {"member": [MBOX]},
                {"member": [MBOX, SHA1, OPENID, {**ACCOUNT, "objectType": "Agent", "name": "Tom"}]},
                {**MBOX, "member": [SHA1], "name": "Équipe"},
                {**MBOX, "member": []},
            )
        )
    )
    for wrong, below, rule in (
        ({}, "", ""),
        ({"name": "Équipe"}, "", ""),
        ({"member": []}, "/member", "XAPI-00035"),
        ({**MBOX, **SHA1}, "", "XAPI-00037"),
        ({**OPENID, **ACCOUNT, "member": [MBOX]}, "", "XAPI-00037"),
    ):
        statement, pointer = grouped(make, place, wrong)
        rules.check_refused(statement, f"{pointer}{below}", rule)


def test_the_members_of_a_group_are_agents_xapi_00036(rules, make):
    """XAPI-00036: no Groups in Groups."""
    for member, below in (
        ({"objectType": "Group", **MBOX}, "/objectType"),
        ({"objectType": "Group", "member": [MBOX]}, "/objectType"),
        ({"name": "Léa"}, ""),
        ({"mbox": "lea@example.org"}, "/mbox"),
        ("mailto:lea@example.org", ""),
        (None, ""),
    ):
        statement = make.small(actor={"objectType": "Group", **SHA1, "member": [MBOX, member]})
        rules.check_refused(statement, f"/actor/member/1{below}")
    for wrong in (MBOX, "x", 1):
        rules.check_refused(make.small(actor={"objectType": "Group", "member": wrong}), "/actor/member", "XAPI-00036")
    rules.check_taken(make.small(actor={"objectType": "Group", **SHA1, "member": [MBOX, OPENID]}))


def test_the_team_is_a_group_xapi_00088(rules, make):
    """XAPI-00088."""
    rules.check_refused(make.small(context={"team": MBOX}), "/context/team")
    rules.check_refused(make.small(context={"team": {"objectType": "Agent", **MBOX}}), "/context/team/objectType")
    rules.check_taken(make.small(context={"team": {"objectType": "Group", **MBOX}}))


def test_an_agent_or_group_as_object_says_what_it_is_xapi_00065(rules, make):
    """XAPI-00065."""
    rules.check_refused(make.small(object=MBOX), "/object", "XAPI-00065")
    rules.check_refused(make.small(object={"member": [MBOX]}), "/object", "XAPI-00065")
    rules.check_taken(make.small(object={"objectType": "Agent", **MBOX}))
    rules.check_taken(make.small(object={"objectType": "Group", "member": [MBOX]}))


def test_an_authority_that_is_a_group_has_exactly_two_members_xapi_00098_xapi_00100(rules, make):
    """XAPI-00024, XAPI-00098, XAPI-00100: an OAuth application and its user."""
    for count in (1, 3):
        members = [{"mbox": f"mailto:a{n}@example.org"} for n in range(count)]
        rules.check_refused(make.small(authority={"objectType": "Group", "member": members}), "/authority/member")
    rules.check_refused(make.small(authority={"objectType": "Group", **MBOX}), "/authority")
    rules.check_refused(make.small(authority="lms"), "/authority", "XAPI-00024")
    rules.check_taken(make.small(authority={"objectType": "Group", "member": [ACCOUNT, MBOX]}))
    rules.check_taken(make.small(authority=MBOX))
