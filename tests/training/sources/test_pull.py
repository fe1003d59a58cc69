"""Statements are pulled from another record store: each once, whatever breaks off, under our authority."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import orjson
import pytest
from flask import Response, request

from lrs.caller import Caller
from lrs.errors import Conflict, InvalidRequest, Overloaded
from lrs.outgoing.places import Network
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.conftest import KEY, SECRET
from tests.training.sources.elsewhere import Elsewhere, elsewhere, statement
from training.attendance.mark import Author
from training.sources.definition import parse_source
from training.sources.pulling import Pull, seal_secret
from training.sources.store import Run, RunState, Sources

__all__ = ["elsewhere"]
BY = Author("credential", "essai")


@pytest.fixture
def sources(services: Services) -> Sources:
    return Sources(services.store, services.clock, services.ids)


@pytest.fixture
def pull(services: Services, organisation: OrganisationId, sources: Sources, elsewhere: Elsewhere):
    """Pull from the other store; `remote` changes what the source says of it."""
    ours = replace(services, network=Network(private=True))

    def pull(pages: int | None = None, secret: str = SECRET, **remote: Any) -> Run:
        given = {"endpoint": elsewhere.endpoint, "key": KEY, "page": 10, **remote}
        sources.put(organisation, parse_source("ailleurs", {"kind": "statements", "title": "A", "remote": given}), "x")
        sources.keep_secret(organisation, "ailleurs", seal_secret(services, organisation, "ailleurs", secret))
        return Pull(ours, organisation, "ailleurs", BY, pages, sleep=lambda _: None).run()

    return pull


def ids(services: Services, organisation: OrganisationId) -> list[str]:
    return [str(entry.statement_id) for entry in services.statements.since(organisation, 0)]


def test_everything_is_taken_once_in_pages_letter_for_letter_under_our_authority(
    pull: Any, elsewhere: Elsewhere, services: Services, organisation: OrganisationId
):
    sent = [statement(at) for at in range(25)]
    sent[3]["result"] = {"score": {"scaled": 0.5, "raw": 1.5}}
    elsewhere.store(*sent)

    done = pull()

    assert (done.state, done.stored, done.already_stored, done.details["pages"]) == (RunState.DONE, 25, 0, 3)
    assert sorted(ids(services, organisation)) == sorted(item["id"] for item in sent)
    (first, *_) = services.statements.since(organisation, 0)
    body = orjson.loads(first.body)
    assert body["authority"]["account"]["name"] == "ailleurs"
    (whose,) = done.details["authorities"]
    assert (whose["statements"], whose["authority"] != body["authority"]) == (25, True)
    assert done.details["first_stored"] < done.details["last_stored"]


def test_what_is_new_is_taken_the_next_time_and_nothing_twice(
    pull: Any, elsewhere: Elsewhere, services: Services, organisation: OrganisationId
):
    elsewhere.store(*(statement(at) for at in range(12)))
    pull()
    assert pull().stored == 0
    elsewhere.store(statement(99))

    done = pull()

    assert (done.stored, len(ids(services, organisation))) == (1, 13)


def test_cut_off_anywhere_it_goes_on_where_it_was(
    pull: Any, elsewhere: Elsewhere, services: Services, organisation: OrganisationId, sources: Sources
):
    elsewhere.store(*(statement(at) for at in range(35)))
    for count in (1, 2):
        left = iter(range(count))
        elsewhere.trouble = lambda left=left: None if next(left, None) is not None else Response(status=503)
        with pytest.raises(Overloaded):
            pull()
    assert [run.state for run in sources.runs(organisation, "ailleurs")] == [RunState.STOPPED, RunState.STOPPED]
    assert len(ids(services, organisation)) == 30
    elsewhere.trouble = lambda: None

    assert pull().stored == 5
    assert len(ids(services, organisation)) == 35


def test_a_page_that_the_other_side_has_forgotten_is_asked_for_by_since(
    pull: Any, elsewhere: Elsewhere, services: Services, organisation: OrganisationId
):
    elsewhere.store(*(statement(at) for at in range(25)))
    pull(pages=1)
    elsewhere.trouble = lambda: Response(status=404) if "/more/" in request.path else None

    pull()

    assert len(ids(services, organisation)) == 25


def test_a_busy_store_is_asked_again_after_a_while(pull: Any, elsewhere: Elsewhere):
    elsewhere.store(statement(1))
    answers = iter([Response(status=429, headers={"Retry-After": "3"}), Response(status=503)])
    elsewhere.trouble = lambda: next(answers, None)

    assert pull().stored == 1
    assert len(elsewhere.asked) == 3


def test_what_conflicts_with_ours_is_listed_and_the_rest_is_stored(
    pull: Any, elsewhere: Elsewhere, services: Services, organisation: OrganisationId, caller: Caller
):
    elsewhere.store(*(statement(at) for at in range(5)))
    mine = statement(2, verb={"id": "http://adlnet.gov/expapi/verbs/failed"})
    services.ingest.post(caller, Version.V1_0_3, orjson.dumps([mine]))

    done = pull()

    assert (done.stored, done.problem_count) == (4, 1)
    assert [item["id"] for item in done.details["refused"]] == [mine["id"]]
    assert orjson.loads(next(services.statements.since(organisation, 0)).body)["verb"] == mine["verb"]


def test_with_stop_nothing_behind_what_is_refused_is_taken_and_the_position_stays(
    pull: Any, elsewhere: Elsewhere, services: Services, organisation: OrganisationId, caller: Caller, sources: Sources
):
    elsewhere.store(*(statement(at) for at in range(25)))
    mine = statement(12, verb={"id": "http://adlnet.gov/expapi/verbs/failed"})
    services.ingest.post(caller, Version.V1_0_3, orjson.dumps([mine]))
    with pytest.raises(Conflict):
        pull(refused="stop")
    assert len(ids(services, organisation)) < 25

    pull(refused="skip")

    assert len(ids(services, organisation)) == 25


def test_attachments_come_along(pull: Any, elsewhere: Elsewhere, services: Services, organisation: OrganisationId):
    from lrs.statements.multipart import Part
    from training.attendance.writing import attachment, part_of

    part: Part = part_of("text/plain", b"une preuve")
    described = attachment("https://exemple.fr/preuve", "Preuve", part)
    sent = [statement(1, attachments=[described])]
    elsewhere.services.ingest.post(elsewhere.caller, Version.V1_0_3, orjson.dumps(sent), (part,))

    assert pull().stored == 1
    assert [found.content for found in services.read.parts(organisation, [part.sha2])] == [b"une preuve"]


def test_a_wrong_secret_and_a_store_that_is_none_are_said_plainly(pull: Any, elsewhere: Elsewhere):
    with pytest.raises(InvalidRequest) as refusal:
        pull(secret="faux")
    assert refusal.value.problems[0].pointer == "/remote/key"
    elsewhere.trouble = lambda: Response("<html>", status=200)
    with pytest.raises(InvalidRequest) as refusal:
        pull()
    assert "no list of statements" in refusal.value.message
    elsewhere.trouble = lambda: Response(status=302, headers={"Location": "https://ailleurs.exemple.fr/"})
    with pytest.raises(InvalidRequest) as refusal:
        pull()
    assert "HTTP 302" in refusal.value.message


def test_oauth_client_credentials_are_exchanged_for_a_token(pull: Any, elsewhere: Elsewhere):
    elsewhere.store(statement(1))
    token_endpoint = elsewhere.endpoint.removesuffix("/xapi") + "/oauth/token"

    assert pull(login="oauth", token_endpoint=token_endpoint).stored == 1
    assert any("/oauth/token" in path for path in elsewhere.asked)


def test_nobody_s_network_is_asked_unless_the_deployment_allows_it(
    pull: Any, elsewhere: Elsewhere, services: Services, organisation: OrganisationId
):
    pull()
    with pytest.raises(InvalidRequest) as refusal:
        Pull(services, organisation, "ailleurs", BY).run()
    assert "ASSIDU_OUTGOING_PRIVATE" in refusal.value.message


def test_two_pulls_of_one_source_never_run_at_once(
    pull: Any, elsewhere: Elsewhere, sources: Sources, organisation: OrganisationId
):
    pull()
    sources.take(organisation, "ailleurs", "somebody else")

    with pytest.raises(Conflict):
        pull()


def test_the_secret_is_sealed_at_rest(pull: Any, services: Services):
    pull()

    kept = orjson.dumps(str(list(services.store.collection("sources").find({}))))
    assert SECRET.encode() not in kept
    assert base64.b64encode(SECRET.encode()) not in kept
