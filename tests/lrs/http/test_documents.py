from __future__ import annotations

import json
from itertools import product

import pytest
from werkzeug.datastructures import Headers

from lrs.caller import Caller, CredentialId, Scope
from lrs.errors import Forbidden, NotFound
from lrs.http.documents import ACTIVITY_PROFILE, AGENT_PROFILE, STATE
from lrs.http.exchange import Exchange
from lrs.tenancy import OrganisationId
from lrs.versions import Version

AGENT = json.dumps({"mbox": "mailto:anne@example.org"})
ACTIVITY = "http://example.org/cours/1"
VIEWS = {
    "state": (STATE, {"activityId": ACTIVITY, "agent": AGENT, "stateId": "s"}),
    "activity-profile": (ACTIVITY_PROFILE, {"activityId": ACTIVITY, "profileId": "p"}),
    "agent-profile": (AGENT_PROFILE, {"agent": AGENT, "profileId": "p"}),
}
OPENS = {"state": Scope.STATE, "activity-profile": Scope.PROFILE, "agent-profile": Scope.PROFILE}


def ask(services, resource, method, *scopes, organisation=1):
    views, parameters = VIEWS[resource]
    caller = Caller(OrganisationId(organisation), CredentialId("c"), frozenset(scopes), b"{}")
    headers = Headers({"Content-Type": "application/json"})
    return views[method](Exchange(Version.V2_0_0, caller, method, parameters, headers, b"{}"), services)


@pytest.mark.parametrize("resource", list(VIEWS))
def test_only_the_scopes_of_a_resource_open_it(services, resource):
    for scope, method in product(Scope, ("GET", "PUT", "POST", "DELETE")):
        # There must be something to read and to delete, and nothing that a PUT would overwrite.
        ask(services, resource, "DELETE" if method == "PUT" else "POST", Scope.ALL)

        if scope in (OPENS[resource], Scope.ALL) or (scope, method) == (Scope.ALL_READ, "GET"):
            assert ask(services, resource, method, scope).status_code == (200 if method == "GET" else 204)
        else:
            with pytest.raises(Forbidden):
                ask(services, resource, method, scope)


@pytest.mark.parametrize("resource", list(VIEWS))
def test_a_request_that_is_not_allowed_changes_nothing(services, resource):
    ask(services, resource, "PUT", Scope.ALL)

    for method in ("PUT", "POST", "DELETE"):
        with pytest.raises(Forbidden):
            ask(services, resource, method, Scope.ALL_READ, Scope.STATEMENTS_WRITE)
    assert ask(services, resource, "GET", Scope.ALL).data == b"{}"


@pytest.mark.parametrize("resource", list(VIEWS))
def test_no_organisation_reads_or_deletes_a_document_of_another(services, resource):
    ask(services, resource, "PUT", Scope.ALL, organisation=1)

    with pytest.raises(NotFound):
        ask(services, resource, "GET", Scope.ALL, organisation=2)
    ask(services, resource, "DELETE", Scope.ALL, organisation=2)
    assert ask(services, resource, "GET", Scope.ALL, organisation=1).data == b"{}"
