"""The caller's own organisation; there is no way to ask for another."""

from __future__ import annotations

from typing import Any, Final

from lrs.http.api.operations import ApiRequest, Operation
from lrs.http.api.schemas import OrganisationSchema
from lrs.http.api.shapes import organisation_shape
from lrs.organisations import Organisations


def get_organisation(request: ApiRequest) -> dict[str, Any]:
    """Show your organisation."""
    organisations = Organisations(request.services.store, request.services.clock)
    return organisation_shape(organisations.get(request.caller.organisation))


OPERATIONS: Final = (Operation("GET", "/organisation", get_organisation, OrganisationSchema),)
