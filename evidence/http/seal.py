"""The organisation's seal in `/api/v1`: its state, and the key file that an administrator brings."""

from __future__ import annotations

import base64
import binascii
from http import HTTPStatus
from typing import Any

from marshmallow import Schema, fields, validate

from evidence.seals import SealProblem, SealState
from evidence.seals.key import FILE_BYTES_MOST, PASSPHRASE_MOST
from evidence.seals.sealing import Seals
from lrs.clock import Micros, to_datetime
from lrs.errors import InvalidRequest, Problem
from lrs.http.api.operations import ApiRequest, Operation, Section

_PATH = "/organisation/seal"


def seal_section(seals: Seals) -> Section:
    """Return the operations on the seals of `seals`."""

    def get_seal(request: ApiRequest) -> dict[str, Any]:
        """Show your organisation's seal.

        Who seals its documents, until when, and whether anything is in the way.
        """
        return _shape(seals.state(request.caller.organisation))

    def upload_seal(request: ApiRequest) -> dict[str, Any]:
        """Bring your organisation's seal.

        The PKCS#12 file (.p12, .pfx) that its issuer gave, with the passphrase that opens it. The key is kept
        encrypted under the deployment's secret; the passphrase is kept nowhere. Documents are sealed with it from now
        on; those sealed before stay as they are.
        """
        try:
            file = base64.b64decode(request.arguments["pkcs12"], validate=True)
        except (binascii.Error, ValueError) as error:
            problem = Problem("/pkcs12", "This is no base64.", "the bytes of the file, in base64 without line breaks")
            raise InvalidRequest("The key file cannot be read; nothing was changed.", [problem]) from error
        return _shape(seals.upload(request.caller.organisation, file, request.arguments["passphrase"]))

    return Section(
        "seal",
        "What the organisation's documents are sealed with.",
        (
            Operation("GET", _PATH, get_seal, SealSchema),
            Operation(
                "POST",
                _PATH,
                upload_seal,
                SealSchema,
                takes=SealFileSchema,
                status=HTTPStatus.CREATED,
                refuses=(HTTPStatus.CONFLICT,),
            ),
        ),
    )


class SealFileSchema(Schema):
    """A key file."""

    pkcs12 = fields.String(
        required=True,
        validate=validate.Length(1, 4 * FILE_BYTES_MOST // 3 + 4),
        metadata={"description": "The file's bytes, in base64", "format": "byte"},
    )
    passphrase = fields.String(
        required=True,
        load_only=True,
        validate=validate.Length(0, PASSPHRASE_MOST),
        metadata={"description": "What the file was exported with; empty for none", "format": "password"},
    )


class SealSchema(Schema):
    """Whether an organisation can seal documents, and as whom."""

    problem = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf([problem.value for problem in SealProblem]),
        metadata={"description": "What is in the way of sealing now; null for nothing"},
    )
    subject = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Who the certificate names; null before there is one"},
    )
    issuer = fields.String(required=True, allow_none=True)
    not_before = fields.AwareDateTime(required=True, allow_none=True)
    not_after = fields.AwareDateTime(required=True, allow_none=True)
    sha256 = fields.String(
        required=True, allow_none=True, metadata={"description": "Fingerprint of the certificate, in hexadecimal"}
    )
    is_development = fields.Boolean(
        required=True,
        metadata={
            "description": "Seal or timestamps are of the development authority: documents say “non qualifié”, and "
            "prove nothing to others"
        },
    )


def _shape(state: SealState) -> dict[str, Any]:
    return {
        "problem": None if state.problem is None else state.problem.value,
        "subject": state.subject,
        "issuer": state.issuer,
        "not_before": _instant(state.not_before),
        "not_after": _instant(state.not_after),
        "sha256": state.sha256,
        "is_development": state.is_development,
    }


def _instant(at: Micros | None) -> Any:  # noqa: ANN401 - marshmallow writes it
    return None if at is None else to_datetime(at)
