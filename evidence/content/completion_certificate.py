"""Certificat de réalisation (CERTREAL) and its intermediate form (CERTINT): the ministry model, one per trainee.

Read by a funder's service-fait desk (R6332-26, arrêté of 21 December 2018), who decides whether to pay,
and how many hours. They need whom, what, when, how many hours, and who vouches for it; nothing else is on the page.
The intermediate one is read each month by a Transitions Pro (R6323-10-4), who decides what salary to refund.
"""

from __future__ import annotations

from evidence.content.action import Action, ModalityHours, Period
from evidence.content.frame import Signatory
from evidence.content.parties import Funding, Trainee
from evidence.content.value import Value


class CompletionCertificate(Value, frozen=True, kw_only=True, tag="CERTREAL", tag_field="type"):
    """The action as it was carried out by one trainee.

    `realised_seconds` is all credited time; `hours` splits it by modality (the sum is `realised_seconds`).
    `realised_months` and `realised_days` are for apprenticeship, None elsewhere.
    """

    signatory: Signatory
    trainee: Trainee
    action: Action
    realised_seconds: int
    hours: tuple[ModalityHours, ...]
    place: str
    realised_months: int | None = None
    realised_days: int | None = None
    funding: Funding | None = None


class IntermediateCertificate(Value, frozen=True, kw_only=True, tag="CERTINT", tag_field="type"):
    """The same for one period of an action that goes on: `realised_seconds` and `hours` are of `period` alone.

    `cumulated_seconds` is what was credited from the action's beginning to the end of the period.
    """

    signatory: Signatory
    trainee: Trainee
    action: Action
    period: Period
    realised_seconds: int
    hours: tuple[ModalityHours, ...]
    cumulated_seconds: int
    place: str
    realised_months: int | None = None
    realised_days: int | None = None
    funding: Funding | None = None
