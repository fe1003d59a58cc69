"""The profiles that statements may be held to, and which of their rules each sender breaks."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate

from lrs.http.api.operations import ApiRequest, Operation, Section
from lrs.pattern_report import PatternReport, read_pattern_report
from lrs.profile_report import BrokenRule, read_report
from lrs.profiles.library import known_profiles
from lrs.profiles.profile import Profile


def _said(description: str) -> dict[str, str]:
    return {"description": description}


class TemplateSchema(Schema):
    """A statement template of a profile."""

    id = fields.String(required=True)
    label = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata=_said("By language"))
    rules = fields.Integer(required=True)


class ProfileSchema(Schema):
    """A profile that a credential's statements may be held to."""

    name = fields.String(required=True, metadata=_said("What a credential's `profiles` takes"))
    id = fields.String(required=True)
    label = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    definition = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    categories = fields.List(
        fields.String(),
        required=True,
        metadata=_said("A statement with one of these as a category follows the profile"),
    )
    templates = fields.List(fields.Nested(TemplateSchema), required=True)


class ProfileListSchema(Schema):
    """Every profile that is known."""

    items = fields.List(fields.Nested(ProfileSchema), required=True)


class ReportQuerySchema(Schema):
    """Of which days, and whose statements."""

    since = fields.Date(metadata=_said("The first day, UTC; 29 days before the last when absent"))
    until = fields.Date(metadata=_said("The last day; today when absent"))
    credential = fields.String(validate=validate.Length(1, 200), metadata=_said("Of one credential, by its key"))


class BrokenRuleSchema(Schema):
    """One rule that one credential's statements break."""

    credential = fields.String(required=True)
    label = fields.String(required=True)
    profile = fields.String(required=True)
    template = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    rule = fields.String(required=True, metadata=_said("The rule's id: its template's id and its place there"))
    location = fields.String(required=True, metadata=_said("JSONPath of what the rule is about"))
    note = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    stored = fields.Integer(required=True, metadata=_said("Statements that break it and were stored"))
    refused = fields.Integer(required=True, metadata=_said("Statements that break it and were refused"))
    looked = fields.Integer(required=True, metadata=_said("All statements of the credential that were checked"))
    last_on = fields.Date(required=True)
    examples = fields.List(fields.UUID(), required=True, metadata=_said("The first few that were stored"))


class ReportSchema(Schema):
    """The rules broken most often first."""

    since = fields.Date(required=True)
    until = fields.Date(required=True)
    looked = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata=_said("Statements checked, by credential"),
    )
    broken = fields.List(fields.Nested(BrokenRuleSchema), required=True)


class BrokenPatternSchema(Schema):
    """One pattern that one credential's statements break."""

    credential = fields.String(required=True)
    label = fields.String(required=True)
    profile = fields.String(required=True)
    pattern = fields.String(required=True, metadata=_said("The pattern's id"))
    pattern_label = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    judged = fields.Integer(required=True, metadata=_said("Sequences that the credential took part in"))
    broken = fields.Integer(required=True, metadata=_said("Of them, those that it broke"))
    came = fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True,
        metadata=_said("Templates of what came where it could not, and how often"),
    )  # fmt: skip
    expected = fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True,
        metadata=_said("Templates of what could have come there"),
    )  # fmt: skip
    examples = fields.List(fields.UUID(), required=True, metadata=_said("The first few statements that broke it"))


class PatternReportSchema(Schema):
    """The patterns broken most often first."""

    since = fields.Date(required=True)
    until = fields.Date(required=True)
    registrations = fields.Integer(required=True, metadata=_said("How many were judged"))
    unregistered = fields.Integer(
        required=True, metadata=_said("Statements of profiles without a registration, which cannot be judged")
    )
    is_whole = fields.Boolean(required=True, metadata=_said("False where there was more than one report looks at"))
    broken = fields.List(fields.Nested(BrokenPatternSchema), required=True)


def list_profiles(request: ApiRequest) -> dict[str, Any]:  # noqa: ARG001 - the same for everybody
    """List the profiles.

    A credential's `profiles` names those that its statements are held to, its `profile_checks` what is done then.
    """
    return {"items": [profile_shape(profile) for profile in known_profiles()]}


def get_report(request: ApiRequest) -> dict[str, Any]:
    """Report which rules senders break most.

    Counted by day (UTC) of arrival, kept for 400 days. A statement that is sent again is counted once.
    """
    found = read_report(request.services, request.caller.organisation, **request.arguments)
    return {
        "since": found.since,
        "until": found.until,
        "looked": dict(found.looked),
        "broken": [broken_shape(one) for one in found.broken],
    }


def get_pattern_report(request: ApiRequest) -> dict[str, Any]:
    """Report which patterns of profiles senders break most: which statements came where they could not.

    Looked for when asked, in what was stored in the range, by registration and subregistration; nothing is refused by
    patterns. What has begun and not ended breaks nothing.
    """
    return pattern_report_shape(read_pattern_report(request.services, request.caller.organisation, **request.arguments))


def pattern_report_shape(found: PatternReport) -> dict[str, Any]:
    """Write a report on patterns."""
    return {
        "since": found.since,
        "until": found.until,
        "registrations": found.registrations,
        "unregistered": found.unregistered,
        "is_whole": found.is_whole,
        "broken": [
            {
                "credential": one.credential, "label": one.label, "profile": one.profile, "pattern": one.pattern.id,
                "pattern_label": dict(one.pattern.label), "judged": one.judged, "broken": one.broken,
                "came": dict(one.came), "expected": dict(one.expected), "examples": list(one.examples),
            }
            for one in found.broken
        ],
    }  # fmt: skip


def profile_shape(profile: Profile) -> dict[str, Any]:
    """Write a profile."""
    return {
        "name": profile.name,
        "id": profile.id,
        "label": dict(profile.label),
        "definition": dict(profile.definition),
        "categories": sorted(profile.claims),
        "templates": [
            {"id": template.id, "label": dict(template.label), "rules": len(template.rules)}
            for template in profile.templates
        ],
    }


def broken_shape(one: BrokenRule) -> dict[str, Any]:
    """Write a rule that is broken."""
    return {
        "credential": one.credential,
        "label": one.label,
        "profile": one.profile,
        "template": dict(one.template),
        "rule": one.rule_id,
        "location": "" if one.rule is None else one.rule.location.text,
        "note": {} if one.rule is None else dict(one.rule.note),
        "stored": one.stored,
        "refused": one.refused,
        "looked": one.looked,
        "last_on": one.last_on,
        "examples": list(one.examples),
    }


OPERATIONS: Final = (
    Operation("GET", "/profiles", list_profiles, ProfileListSchema),
    Operation("GET", "/profiles/report", get_report, ReportSchema, takes=ReportQuerySchema),
    Operation("GET", "/profiles/patterns", get_pattern_report, PatternReportSchema, takes=ReportQuerySchema),
)
SECTION: Final = Section("profiles", "xAPI profiles that senders' statements are held to.", OPERATIONS)
