"""Who reads through `/api/v1` what pages show: an access key as its role, a credential of scope `all` as staff."""

from __future__ import annotations

from typing import Any, Final

from werkzeug.datastructures import Headers

from evidence.trail.entry import who_credential
from lrs.caller import Caller, CredentialId, Scope
from lrs.http.api.operations import Admit, Admitted
from lrs.http.authentication import authenticate, parse_basic
from lrs.http.rate import check_rate
from lrs.services import Services
from training.access import Role, Viewer
from training.accounts.keys import KEY, AccessKeys

SCHEMES: Final[dict[str, dict[str, Any]]] = {
    "accessKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access key: `key.secret` as a bearer token, or key and secret as HTTP Basic",
    }
}


def admission(keys: AccessKeys) -> Admit:
    """Return what lets access keys in, each as the role that it has, and credentials as administrators."""

    def admit(headers: Headers, services: Services) -> Admitted:
        scheme, _, value = headers.get("Authorization", "").strip().partition(" ")
        if scheme.lower() == "basic":
            key, secret = parse_basic(value)
        else:
            key, _, secret = value.strip().partition(".")
        if scheme.lower() in ("basic", "bearer") and KEY.match(key):
            found = keys.authenticate(key, secret)
            # No scope and no authority: with this nothing of the record store itself is read or written.
            return Admitted(Caller(found.organisation, CredentialId(found.key), frozenset(), b"{}"), found.viewer)
        caller = authenticate(headers, services)
        check_rate(caller, services)
        caller.require(Scope.ALL)
        name = who_credential(caller.credential)
        return Admitted(caller, Viewer(caller.organisation, Role.ADMINISTRATOR, name))

    return admit
