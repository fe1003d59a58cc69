"""Hosted packages: upload, list, show, retire, make links for learners."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, fields, validate

from lrs.clock import to_text
from lrs.cmi5.vocabulary import LaunchMode
from lrs.courses.hosting import Offered
from lrs.courses.plays import IssuedPlay, NewPlay, Plays, Premises
from lrs.errors import InvalidRequest, Problem
from lrs.http.api.cursors import parse_cursor, write_cursor
from lrs.http.api.operations import ApiRequest, Operation, Section
from lrs.http.api.package_links import (
    PlayPageSchema,
    PlaySchema,
    list_package_launches,
    revoke_package_launch,
)
from lrs.http.api.schemas import PageQuerySchema, StrictInteger
from lrs.http.api.shapes import split_page
from lrs.packages.manifest import Item, Manifest
from lrs.packages.package import PLAY_MOST_SECONDS, PLAY_SECONDS, Package, Version

_PATH: Final = "/packages/<string:package>"
_NAME_MOST: Final = 200


def _said(description: str) -> dict[str, str]:
    return {"description": description}


class UploadQuerySchema(Schema):
    """What an upload is."""

    package = fields.String(metadata=_said("The package that it is a version of; else its manifest's identifier says"))
    activity = fields.String(metadata=_said("The IRI of a new package in statements; one of ours when absent"))
    alone = fields.Boolean(
        load_default=False, metadata=_said("A package by itself, whatever others have its manifest's identifier")
    )
    filename = fields.String(load_default="", validate=validate.Length(0, _NAME_MOST))


class PartSchema(Schema):
    """What can be opened in a package."""

    identifier = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["sco", "asset", "unit"]))
    activity = fields.String(required=True, metadata=_said("Its IRI in statements"))


class PackageVersionSchema(Schema):
    """One version of a package."""

    number = fields.Integer(required=True)
    edition = fields.String(required=True, metadata=_said("1.2 or 2004 of SCORM; cmi5"))
    title = fields.String(required=True)
    digest = fields.String(required=True, metadata=_said("SHA-256 over the names and digests of all files"))
    files = fields.Integer(required=True)
    bytes = fields.Integer(required=True)
    filename = fields.String(required=True)
    added = fields.String(required=True, metadata={"format": "date-time"})
    added_by = fields.String(required=True)
    parts = fields.List(fields.Nested(PartSchema), required=True)


class PackageSchema(Schema):
    """A hosted package."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    activity = fields.String(required=True)
    identifier = fields.String(required=True, metadata=_said("What its manifest calls it"))
    newest = fields.Integer(required=True, metadata=_said("The version that is begun now"))
    created = fields.String(required=True, metadata={"format": "date-time"})
    retired = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


class WholePackageSchema(PackageSchema):
    """A hosted package with its versions."""

    versions = fields.List(fields.Nested(PackageVersionSchema), required=True)


class UploadedSchema(PackageSchema):
    """What became of an upload."""

    version = fields.Nested(PackageVersionSchema, required=True)
    is_new = fields.Boolean(required=True, metadata=_said("False when these very files were there already"))


class PackagePageSchema(Schema):
    """Packages in the order in which they were added."""

    items = fields.List(fields.Nested(PackageSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class NewPlaySchema(Schema):
    """For whom a link is made."""

    actor = fields.Dict(keys=fields.String(), required=True, metadata=_said("The learner, an Agent of xAPI"))
    registration = fields.UUID(allow_none=True, metadata=_said("The enrolment's registration"))
    valid_seconds = StrictInteger(
        load_default=PLAY_SECONDS, validate=validate.Range(60, PLAY_MOST_SECONDS),
        metadata=_said("How long the link works"),
    )  # fmt: skip
    mode = fields.Enum(
        LaunchMode, by_value=fields.String, load_default=LaunchMode.NORMAL,
        metadata=_said("How units of cmi5 are launched: in Browse and Review nothing counts"),
    )  # fmt: skip


class IssuedPlaySchema(Schema):
    """A link to a package, which is shown this once."""

    id = fields.String(required=True)
    package = fields.String(required=True)
    address = fields.String(required=True, metadata=_said("What the learner opens; shown now and never again"))
    expires = fields.String(required=True, metadata={"format": "date-time"})


def list_packages(premises: Premises, request: ApiRequest) -> dict[str, Any]:
    """List packages.

    Oldest first, retired ones included.
    """
    limit = request.arguments["limit"]
    after = parse_cursor(request.arguments.get("after"))
    rows = _plays(premises, request).hosting.page(request.caller.organisation, after, limit + 1)
    shown, last = split_page(rows, limit)
    return {
        "items": [package_shape(package) for package in shown],
        "next": None if last is None else write_cursor(last.created, last.id),
    }


def upload_package(premises: Premises, request: ApiRequest) -> dict[str, Any]:
    """Upload a package.

    A SCORM 1.2 or 2004 package or a cmi5 course as a zip, or a cmi5 course structure alone. The same files again are
    the version there is; others under the same manifest identifier are a new version: who has begun an older one of
    SCORM goes on with it. Refused with every problem, each with its
    entry of the archive or its line of the manifest.
    """
    given = request.arguments
    if given.get("package") and given["alone"]:
        message = "A version of a package is not by itself."
        raise InvalidRequest(message, [Problem("query:alone", message, "one of the two")])
    assert request.file is not None  # noqa: S101 - by the operation
    offered = Offered(
        request.caller.credential,
        premises.base,
        given["filename"],
        given.get("package"),
        given.get("activity"),
        given["alone"],
    )
    done = _plays(premises, request).hosting.upload(request.caller.organisation, request.file, offered)
    version = version_shape(done.package, done.version)
    return {**package_shape(done.package), "version": version, "is_new": done.is_new}


def get_package(premises: Premises, request: ApiRequest) -> dict[str, Any]:
    """Show a package and its versions."""
    organisation, name = request.caller.organisation, request.path["package"]
    plays = _plays(premises, request)
    package = plays.hosting.get(organisation, name)
    versions = [version_shape(package, each) for each in plays.hosting.versions(organisation, name)]
    return {**package_shape(package), "versions": versions}


def retire_package(premises: Premises, request: ApiRequest) -> dict[str, Any]:
    """Retire a package.

    Nobody begins it any more; links that were made go on. Uploading it again offers it again.
    """
    plays = _plays(premises, request)
    return package_shape(plays.hosting.retire(request.caller.organisation, request.path["package"]))


def launch_package(premises: Premises, request: ApiRequest) -> dict[str, Any]:
    """Make a link to a package for one learner.

    It opens the course at the first part that is not done, where it was left. Whoever has the link is that learner.
    """
    given = request.arguments
    registration = given.get("registration")
    wanted = NewPlay(
        request.path["package"], given["actor"], None if registration is None else UUID(str(registration)),
        given["valid_seconds"], given["mode"], request.caller.credential,
    )  # fmt: skip
    return play_shape(_plays(premises, request).issue(request.caller.organisation, wanted))


def package_shape(package: Package) -> dict[str, Any]:
    """Write a package."""
    return {
        "id": package.id, "title": package.title, "activity": package.activity, "identifier": package.identifier,
        "newest": package.newest, "created": to_text(package.created),
        "retired": None if package.retired is None else to_text(package.retired),
    }  # fmt: skip


def version_shape(package: Package, version: Version) -> dict[str, Any]:
    """Write a version of a package."""
    manifest = version.manifest
    parts = [
        {"identifier": item.identifier, "title": item.title, "kind": _kind(manifest, item),
         "activity": package.activity_of(manifest, item)}
        for item in manifest.launched
    ]  # fmt: skip
    edition = "cmi5" if manifest.edition is None else manifest.edition.value
    return {
        "number": version.number, "edition": edition, "title": manifest.title,
        "digest": version.digest, "files": len(version.files), "bytes": version.size, "filename": version.filename,
        "added": to_text(version.added), "added_by": version.added_by, "parts": parts,
    }  # fmt: skip


def _kind(manifest: Manifest, item: Item) -> str:
    if manifest.is_cmi5:
        return "unit"
    return "sco" if item.is_sco else "asset"


def play_shape(issued: IssuedPlay) -> dict[str, Any]:
    """Write a link, the one time that it can be read."""
    play = issued.play
    return {"id": play.id, "package": play.package, "address": issued.address, "expires": to_text(play.expires)}


def section(premises: Premises) -> Section:
    """Return the operations over packages that are hosted there."""
    missing, state = (HTTPStatus.NOT_FOUND,), (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)

    def named(view: Any) -> Any:  # noqa: ANN401 - a view, with what it works on
        bound = partial(view, premises)
        bound.__name__, bound.__doc__ = view.__name__, view.__doc__  # type: ignore[attr-defined]  # what OpenAPI reads
        return bound

    operations = (
        Operation("GET", "/packages", named(list_packages), PackagePageSchema, takes=PageQuerySchema),
        Operation(
            "POST", "/packages", named(upload_package), UploadedSchema, query=UploadQuerySchema,
            raw="application/zip", spools=premises.limits.archive_bytes, status=HTTPStatus.CREATED, refuses=state,
        ),
        Operation("GET", _PATH, named(get_package), WholePackageSchema, refuses=missing),
        Operation("POST", f"{_PATH}/retire", named(retire_package), PackageSchema, refuses=missing),
        Operation(
            "GET", f"{_PATH}/launches", named(list_package_launches), PlayPageSchema, takes=PageQuerySchema,
            refuses=missing,
        ),
        Operation(
            "POST", f"{_PATH}/launches/<string:launch>/revoke", named(revoke_package_launch), PlaySchema,
            refuses=missing,
        ),
        Operation(
            "POST", f"{_PATH}/launches", named(launch_package), IssuedPlaySchema, takes=NewPlaySchema,
            status=HTTPStatus.CREATED, refuses=state,
        ),
    )  # fmt: skip
    return Section("packages", "Hosted SCORM and cmi5 packages, and links to them.", operations)


def _plays(premises: Premises, request: ApiRequest) -> Plays:
    return Plays.over(request.services, premises)
