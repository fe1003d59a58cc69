"""Every page and every callback, walked as every role of another organisation and as each lesser role: nothing shows.

Two organisations have the same school under the same ids, but for family names, which say « Voisin » in the other one;
and the other one has some records, an account and keys that ours has not. What is shown to us never says so, and
nothing of theirs changes, whatever a browser of ours sends.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from bson import encode
from flask.testing import FlaskClient
from plotly.io.json import to_json_plotly

from analytics.store.facts import Facts
from assidu.settings import Settings
from assidu.wiring import connect, prepare
from dashboards.frame.addresses import PREFIX
from dashboards.frame.drawing import Artist
from dashboards.frame.page import Page
from dashboards.mount import mounted
from dashboards.reader import Reader
from dashboards.views.lens import build_sources
from lrs.clock import to_datetime
from lrs.organisations import Organisations
from lrs.tenancy import OrganisationId
from tests.dashboards import estimates, school
from tests.dashboards.school import ENDED, PARIS, PASSWORD, RUNNING, TRAINEES
from tests.dashboards.trainer.conftest import settle
from tests.lrs.http import tenancy_cmi5
from tests.training.examples import change
from training.access import Role
from training.accounts import Accounts
from training.accounts.keys import AccessKeys
from training.followups import FollowUps
from training.records import Enrolment, Funder, FunderFamily, Person, Slot, TrainingSession
from training.records.ids import EnrolmentId
from training.records.slot import HalfDay
from training.store import Register

UPDATE = f"{PREFIX}_dash-update-component"
MARK = "Voisin"
# Words of records that only the other organisation has.
HIDDEN = ("Voisin", "cachette")
# What pages may be told of ours in their query string.
OWN = {"enrolment": f"{RUNNING}-lea", "session": RUNNING, "slot": "matin-0", "person": "lea", "activity": "quiz"}
# What changes by itself, or says only that somebody was here.
RESTLESS = {"account_sessions", "sign_in_guesses", "pulses", "fact_progress", "feed_progress", "heads", "record_heads"}


@dataclass
class Town:
    """Two organisations, who may sign in to ours, and ids that only the other one has."""

    app: Any
    services: Any
    ours: OrganisationId
    theirs: OrganisationId
    people: dict[str, str]
    readers: dict[str, Reader]
    foreign: dict[str, str]

    @property
    def pages(self) -> Any:
        return mounted(self.app).pages.get()

    def client(self, role: str) -> tuple[FlaskClient, dict[str, str]]:
        client = self.app.test_client()
        token = re.search(r'name="csrf" value="([^"]+)"', client.get("/login").text)[1]
        answer = client.post("/login", data={"csrf": token, "email": self.people[role], "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        client.get(PREFIX + first_path(self.pages.routes, role))
        return client, {"X-CSRFToken": client.get_cookie("_csrf_token").value}

    def state(self, organisation: OrganisationId) -> dict[str, str]:
        """A digest of everything that an organisation has, by collection."""
        found = {}
        database = self.services.store.database
        for name in sorted(database.list_collection_names()):
            if name in RESTLESS or name.startswith("system."):
                continue
            query = {"$or": [{"o": organisation}, {"organisation": organisation}]}
            rows = sorted(encode(row, codec_options=database.codec_options) for row in database[name].find(query))
            found[name] = sha256(b"".join(rows)).hexdigest()
        return found


def first_path(routes: Any, role: str) -> str:
    page = routes.first(Role(role))
    return "" if page is None else page.path


@pytest.fixture(scope="module")
def town(mongod_uri: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    from assidu.app import create_app

    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    settings = Settings.from_environment(
        {
            "ASSIDU_DATA": str(tmp_path_factory.mktemp("walls")),
            "ASSIDU_MONGODB_URI": mongod_uri,
            "ASSIDU_DATABASE": f"walls_{worker}",
        }
    )
    services = connect(settings)
    services.store.client.drop_database(settings.database)
    prepare(settings, services)
    yield furnished(create_app(settings, services), services)
    services.store.client.drop_database(settings.database)
    services.store.client.close()


def furnished(app: Any, services: Any) -> Town:
    organisations = Organisations(services.store, services.clock)
    ours, theirs = (
        organisations.find_or_create(slug, name).number for slug, name in (("ici", "Ici"), ("voisin", MARK))
    )
    for number, mark in ((ours, ""), (theirs, f" {MARK}")):
        school.furnish(services, number, mark)
    today = to_datetime(services.clock.now_micros()).astimezone(PARIS).date()
    Register(services.store, services.clock).write(theirs, [change(row) for row in hidden(theirs, today)], "essai")
    for number in (ours, theirs):
        settle(services, number)
    followup = estimated(services, ours, theirs)
    people, neighbours = school.accounts(services, ours, "ici"), school.accounts(services, theirs, "voisin")
    services.credentials.seed(theirs, "cachette-lrs", "un-secret-seulement-pour-les-essais", label="cachette")
    key = AccessKeys(services).create(theirs, Role.MANAGER, "cachette", by="essai")
    accounts = Accounts(services.store, services.clock)
    account = accounts.sign_in(neighbours["manager"], PASSWORD, "192.0.2.9")
    readers = {}
    for role, email in people.items():
        person = accounts.sign_in(email, PASSWORD, "192.0.2.7")
        readers[role] = Reader(
            organisation=ours, organisation_name="Nous", account_id=person.account_id, viewer=person.viewer,
            person=person.name, language="fr", csrf="", address="http://localhost/",
        )  # fmt: skip
    statement = next(iter(services.statements.after(theirs, 0, 1))).statement_id
    made = tenancy_cmi5.keep(services, theirs, "cachette")
    foreign = {
        "enrolment": "cachette-e", "session": "cachette-s", "slot": "cachette-t", "person": "cachette-p",
        "funder": "cachette-f", "account": account.account_id, "credential": "cachette-lrs",
        "key": str(key.access_key.key), "statement": str(statement), "followup": str(followup),
        "cmi5": made.course, "cmi5_registration": made.registration,
    }  # fmt: skip
    return Town(app, services, ours, theirs, people, readers, foreign)


def estimated(services: Any, ours: OrganisationId, theirs: OrganisationId) -> UUID:
    """Estimate who may not complete in both, and return a follow-up that only the other one has."""
    for number, mark in ((ours, ""), (theirs, f" {MARK}")):
        estimates.turn_on(services, number)
        assert estimates.estimate(services, number, days=3, calibrated=True, mark=mark)
    followups = FollowUps(services.store, services.clock, services.ids)
    records = Facts(services.store, services.clock).records(theirs)
    return followups.open_by_hand(theirs, records, EnrolmentId("cachette-e"), "cachette", "account:voisin", MARK).id


def hidden(organisation: OrganisationId, today: date) -> Iterator[Any]:
    yield Person(id="cachette-p", first_name="Alix", last_name="cachette")
    yield Funder("cachette-f", "cachette", FunderFamily.OPCO)
    yield TrainingSession(
        id="cachette-s", programme_id="prog", title="cachette", starts_on=today - timedelta(days=9),
        ends_on=today + timedelta(days=9), trainer_ids=("yann",), allows_sundays_and_holidays=True,
    )  # fmt: skip
    starts = to_datetime(0).replace(year=today.year, month=today.month, day=today.day, hour=9, tzinfo=PARIS)
    yield Slot(
        id="cachette-t", session_id="cachette-s", held_on=today, half_day=HalfDay.AM, starts_at=starts,
        ends_at=starts + timedelta(hours=3),
    )  # fmt: skip
    yield Enrolment(
        id="cachette-e", session_id="cachette-s", person_id="cachette-p",
        registration=school.registration(organisation, "cachette-e"),
    )  # fmt: skip


def addresses(page: Page, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a page with each id wherever one may stand in its path, and all in its query string."""
    search = "?" + "&".join(f"{word}={name}" for word, name in known.items())
    if "<" not in page.path:
        yield from ((f"{PREFIX}{page.path}", search), (f"{PREFIX}{page.path}", ""))
        return
    for name in known.values():
        path = "/".join(name if part.startswith("<") else part for part in page.path.split("/"))
        yield f"{PREFIX}{path}", search


def drawn(artist: Artist, reader: Reader, path: str, search: str) -> str:
    return to_json_plotly(artist.draw(reader, path, search).main)


def test_no_page_shows_anything_of_another_organisation(town):
    artist = Artist(build_sources(town.services), town.pages.routes)
    looked = 0
    for role, reader in town.readers.items():
        for page in town.pages.routes.pages:
            if Role(role) not in page.roles:
                continue
            for path, search in addresses(page, town.foreign):
                text = drawn(artist, reader, path, search)
                # An id that was sent may be said again: « rien ne porte l’identifiant … ».
                for name in town.foreign.values():
                    text = text.replace(name, "")
                for word in HIDDEN:
                    assert word not in text, (role, path, search, text[max(0, text.find(word) - 300) :][:600])
                looked += 1
    assert looked > 100


def test_a_page_of_another_role_is_not_there(town):
    wrong = []
    for role in town.people:
        client, _ = town.client(role)
        for page in town.pages.routes.pages:
            shared = {other.path for other in town.pages.routes.pages if Role(role) in other.roles}
            path, _ = next(addresses(page, OWN))
            if Role(role) not in page.roles and page.path not in shared:
                status = client.get(path).status_code
                wrong += [] if status == 404 else [(role, path, status)]
    assert wrong == []


@pytest.mark.parametrize(
    ("role", "others", "known"),
    [
        (
            "learner",
            [last for name, _, last in TRAINEES if name != "lea"],
            {"enrolment": "automne-ines", "person": "ines", "session": RUNNING},
        ),
        (
            "funder",
            ["Garcia", "Benali", "Rochefoucauld"],
            {"enrolment": "automne-ines", "person": "ines", "session": "ete-ines"},
        ),
        (
            "trainer",
            ["ete-lea", "ete-ines", "ete-0"],
            {"session": ENDED, "enrolment": "ete-lea", "slot": "ete-0", "person": "ines"},
        ),
    ],
)
def test_no_page_shows_anybody_outside_the_scope_of_its_reader(town, role, others, known):
    artist = Artist(build_sources(town.services), town.pages.routes)
    looked = 0
    for page in town.pages.routes.pages:
        if Role(role) not in page.roles:
            continue
        for path, search in addresses(page, known):
            text = drawn(artist, town.readers[role], path, search)
            for name in known.values():
                # As it was asked for, and no more than that.
                text = text.replace(f"{path}{search}", "").replace(f"={name}", "")
            for word in others:
                assert word not in text, (path, search, text[max(0, text.find(word) - 300) :][:600])
            looked += 1
    assert looked > 5


class Caller:
    """Sends callbacks as a browser would, with whatever values."""

    def __init__(self, town: Town, role: str) -> None:
        self.client, self.headers = town.client(role)
        self.role = role

    def call(self, output: str, spec: dict[str, Any], value: Any, path: str, search: str) -> Any:
        name = value if isinstance(value, str) else "cachette-e"
        asked = [self._asked(item, value, name, path, search) for item in spec["inputs"]]
        state = [self._asked(item, value, name, path, search) for item in spec.get("state", [])]
        outputs = [{"id": self._id(one.component_id, name), "property": one.component_property}
                   for one in _flat(spec["output"])]  # fmt: skip
        single = not isinstance(spec["output"], list | tuple)
        first = asked[0][0] if isinstance(asked[0], list) else asked[0]
        body = {
            "output": output, "outputs": outputs[0] if single else outputs, "inputs": asked, "state": state,
            "changedPropIds": [f"{_written(first['id'])}.{first['property']}"],
        }  # fmt: skip
        return self.client.post(UPDATE, json=body, headers=self.headers)

    def _asked(self, item: dict[str, str], value: Any, name: str, path: str, search: str) -> Any:
        known = json.loads(item["id"]) if item["id"].startswith("{") else item["id"]
        found = {"id": self._id(known, name), "property": item["property"],
                 "value": _value(item, value, path, search)}  # fmt: skip
        return [found] if isinstance(known, dict) and ["ALL"] in known.values() else found

    def _id(self, known: Any, name: str) -> Any:
        if not isinstance(known, dict):
            return known
        return {key: one if isinstance(one, str | int) else name for key, one in sorted(known.items())}


def _flat(outputs: Any) -> list[Any]:
    return [one for item in outputs for one in _flat(item)] if isinstance(outputs, list | tuple) else [outputs]


def _written(known: Any) -> str:
    return json.dumps(known, sort_keys=True, separators=(",", ":")) if isinstance(known, dict) else known


def _value(item: dict[str, str], value: Any, path: str, search: str) -> Any:
    if item["id"] == "place":
        return {"path": path, "search": search, "title": ""}
    if item["property"] in ("n_clicks", "n_intervals", "n_submit"):
        return 1
    return {"pathname": path, "search": search}.get(item["property"], value)


def attacks(town: Town, role: str, chance: random.Random) -> Iterator[tuple[str, dict[str, Any], Any, str, str]]:
    """Yield each callback with ids of the other organisation, in shapes that callbacks take."""
    callbacks = town.pages.acts._app.callback_map
    paths = [page for page in town.pages.routes.pages if Role(role) in page.roles]
    names = list(town.foreign.values())
    for output, spec in callbacks.items():
        for _ in range(3):
            name = chance.choice(names)
            path, search = chance.choice(list(addresses(chance.choice(paths), town.foreign)))
            yield output, spec, chance.choice([name, name, [name], {"id": name}]), path, search


def test_no_callback_shows_or_changes_anything_of_another_organisation(town):
    callers = {role: Caller(town, role) for role in school.ROLES}
    before, called = town.state(town.theirs), 0
    for role, caller in callers.items():
        for output, spec, value, path, search in attacks(town, role, random.Random(role)):
            answer = caller.call(output, spec, value, path, search)
            text = answer.get_data(as_text=True)
            for name in town.foreign.values():
                text = text.replace(name, "")
            for word in HIDDEN:
                assert word not in text, (role, output, value, path, text[max(0, text.find(word) - 300) :][:600])
            called += 1
    assert called > 500
    assert town.state(town.theirs) == before


def test_no_callback_of_another_role_does_anything(town):
    acts = town.pages.acts
    callbacks = list(acts._app.callback_map.items())
    callers = {role: Caller(town, role) for role in school.ROLES}
    before, refused = town.state(town.ours), 0
    for role, caller in callers.items():
        for key, roles in acts.registered.items():
            if Role(role) in roles:
                continue
            output, spec = callbacks[int(key.rpartition("#")[2])]
            for value in (f"{RUNNING}-lea", "lea", [f"{RUNNING}-lea"], {"id": "lea"}):
                path, search = next(addresses(acts_page(town, roles), OWN))
                answer = caller.call(output, spec, value, path, search)
                text = answer.get_data(as_text=True)
                for _, _, last in TRAINEES[1:]:
                    assert last not in text, (role, key, text[:500])
                refused += 1
    assert refused > 100
    assert town.state(town.ours) == before


def acts_page(town: Town, roles: frozenset[Role]) -> Page:
    return next(page for page in town.pages.routes.pages if page.roles & roles)


def test_every_callback_but_those_of_the_frame_says_whom_it_serves(town):
    acts = town.pages.acts
    ours = {int(key.rpartition("#")[2]) for key in acts.registered}
    others = [
        output for at, (output, spec) in enumerate(acts._app.callback_map.items())
        if at not in ours and "callback" in spec
    ]  # fmt: skip
    # Going from page to page, and refreshing the one that is open: both draw what the reader's role has.
    assert len(others) == 2, others


# What whoever comes may have: each is a door, a file of the product, or opened by a secret in its address.
OPEN = (
    "/login", "/logout", "/look/", "/healthz", "/readyz", "/livez", "/metrics", "/verify", "/emargement", "/partage",
    "/api/docs", "/api/v1/openapi.json", "/xapi/about", "/oauth/token", "/invitation", "/password", "/oidc",
)  # fmt: skip


def routes(town: Town, known: Mapping[str, str]) -> Iterator[str]:
    """Yield every address that the application answers a GET at, with each id in the place of what it names."""
    for rule in town.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            for name in known.values() if rule.arguments else [""]:
                yield re.sub(r"<[^>]+>", name, rule.rule)


def test_nothing_but_doors_answers_who_has_not_signed_in(town):
    client = town.app.test_client()
    wrong = []
    for path in set(routes(town, OWN)):
        answer = client.get(path)
        if answer.status_code == 200 and not path.startswith(OPEN):
            wrong.append((path, answer.get_data()[:80]))
    assert wrong == []


@pytest.mark.parametrize("role", school.ROLES)
def test_no_address_shows_anything_of_another_organisation(town, role):
    client, headers = town.client(role)
    for path in sorted(set(routes(town, town.foreign))):
        if path.startswith("/logout"):
            continue
        text = client.get(path, headers=headers).get_data().decode("utf-8", "replace")
        for name in town.foreign.values():
            text = text.replace(name, "")
        for word in HIDDEN:
            assert word not in text, (path, text[max(0, text.find(word) - 300) :][:600])
