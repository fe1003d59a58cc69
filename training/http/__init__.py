"""The training records in `/api/v1`: translates, decides nothing. `SECTIONS` is what the application registers."""

from __future__ import annotations

from typing import Final

from lrs.http.api.operations import Section
from training.http import attendance, imports, law, meetings, people, sources
from training.http.resource import Resource
from training.records.kinds import Kind

_SESSION: Final = {"session_id": Kind.TRAINING_SESSION}
RESOURCES: Final = (
    Resource(Kind.PERSON, "people", "the people", {}),
    Resource(Kind.PROGRAMME, "programmes", "the programmes", {"completion_rule_id": Kind.COMPLETION_RULE}),
    Resource(Kind.TRAINING_SESSION, "training-sessions", "the training sessions", {"programme_id": Kind.PROGRAMME}),
    Resource(Kind.SLOT, "slots", "the half-day slots", _SESSION, attendance.refuse_opened),
    Resource(Kind.ENROLMENT, "enrolments", "the enrolments", {**_SESSION, "person_id": Kind.PERSON}),
    Resource(Kind.FUNDER, "funders", "the funders", {}),
    Resource(Kind.FUNDER_PROFILE, "funder-profiles", "the funder profiles", {}),
    Resource(Kind.COMPLETION_RULE, "completion-rules", "the completion rules", {}),
    Resource(Kind.MAPPING_RULE, "mapping-rules", "the mapping rules", {"programme_id": Kind.PROGRAMME}),
    Resource(Kind.LAW_OVERRIDE, "law-overrides", "the organisation's own values", {}),
    Resource(Kind.PROVIDER, "providers", "the training provider", {}),
)
_MORE: Final = {Kind.PERSON: people.OPERATIONS, Kind.LAW_OVERRIDE: law.OPERATIONS}
_DESCRIPTIONS: Final = {
    Kind.PERSON: "Trainees and trainers, whatever names their LMSs give them.",
    Kind.PROGRAMME: "Programmes, their modules and activities, with the time that each is announced to take.",
    Kind.TRAINING_SESSION: "A programme held for a group, between two dates.",
    Kind.SLOT: "Half-days for which attendance is signed.",
    Kind.ENROLMENT: "One person in one training session: what was agreed, and how it ended.",
    Kind.FUNDER: "Who pays.",
    Kind.FUNDER_PROFILE: "What funders ask for: configuration, with effective dates and sources.",
    Kind.COMPLETION_RULE: "What it takes to have completed a programme.",
    Kind.MAPPING_RULE: "Which activity of which programme an LMS means.",
    Kind.LAW_OVERRIDE: "The values that rules take, and what an organisation has decided otherwise.",
    Kind.PROVIDER: "The training provider that issues documents: names, numbers, logo, stamp, who signs. One at most.",
}
SECTIONS: Final = (
    *(
        Section(resource.path, _DESCRIPTIONS[resource.kind], (*resource.operations(), *_MORE.get(resource.kind, ())))
        for resource in RESOURCES
    ),
    Section("attendance-sheets", "Who was there: sheets, marks, corrections, signatures.", attendance.OPERATIONS),
    Section("imports", "Records from CSV files.", imports.OPERATIONS),
    Section("meeting-reports", "Who was in a virtual class, by the tool's own report.", meetings.OPERATIONS),
    Section(
        "sources",
        "Every other way that traces arrive: files of other systems, other record stores.",
        sources.OPERATIONS,
    ),
)
