"""The pages of role `administrator`, in the order in which its menu shows them."""

from __future__ import annotations

from typing import Final

from dashboards.frame.page import Page
from dashboards.pages.administrator import (
    checks,
    cmi5,
    credential,
    credentials,
    estimates,
    funders,
    key,
    member,
    organisation,
    outlets,
    packages,
    people,
    profiles,
    quarantine,
    requests,
    retention,
    rules,
    settings,
    sources,
)

PAGES: Final[tuple[Page, ...]] = (
    settings.PAGE,
    people.PAGE,
    *member.PAGES,
    credentials.PAGE,
    credential.PAGE,
    key.PAGE,
    *quarantine.PAGES,
    checks.PAGE,
    *outlets.PAGES,
    *requests.PAGES,
    *organisation.PAGES,
    packages.PAGE,
    *cmi5.PAGES,
    *sources.PAGES,
    *funders.PAGES,
    *profiles.PAGES,
    *rules.PAGES,
    estimates.PAGE,
    *retention.PAGES,
)
