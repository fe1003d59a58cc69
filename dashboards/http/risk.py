"""What pages show of estimates and follow-ups, through `/api/v1/dashboards`: the same views, a line each.

Nothing here writes: what is noted of a person is noted by somebody who has signed in.
"""

from __future__ import annotations

from typing import Final

from dashboards.http.shown import Shown
from dashboards.views import (
    risk_contacts,
    risk_followup,
    risk_mine,
    risk_model,
    risk_overview,
    risk_profiles,
    risk_sessions,
    risk_switch,
)
from training.access import STAFF, Role

_LEARNERS: Final = frozenset((Role.LEARNER,))
_TRAINERS: Final = frozenset((Role.TRAINER, *STAFF))

SHOWN_OF_RISK: Final = (
    Shown("me/estimate", risk_mine.my_estimate, _LEARNERS),
    Shown("teaching/people", risk_contacts.people_to_contact, _TRAINERS),
    Shown("teaching/people/<enrolment_id>", risk_contacts.person_to_contact, _TRAINERS),
    Shown("teaching/followups/<followup_id>", risk_followup.followup_file, _TRAINERS),
    Shown("followups", risk_overview.followups_overview, STAFF),
    Shown("followups/sessions", risk_sessions.sessions_overview, STAFF),
    Shown("followups/model", risk_model.model_view, STAFF),
    Shown("profiles", risk_profiles.profiles_of, STAFF),
    Shown("settings/estimates", risk_switch.read_switch, frozenset((Role.ADMINISTRATOR,))),
)
