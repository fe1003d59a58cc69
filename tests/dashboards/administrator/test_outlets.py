"""Forwards and webhooks in an administrator's hands: made, changed, seen, sent again, ended, each on record."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from dashboards.pages.administrator.outlet_words import OUTLET_TEXTS
from dashboards.views.administration import outlets_changes as changes
from dashboards.views.administration.health import Level, read_health
from dashboards.views.administration.outlets import read_outlet, read_outlets
from dashboards.views.lens import Lens
from evidence.store.trail import TrailQuery
from evidence.trail.entry import Act
from lrs.errors import Forbidden, InvalidRequest, NotFound
from lrs.forwarding.event import TYPES
from lrs.forwarding.filter import Filter
from lrs.forwarding.outlet import ForwardSettings, Kind, SignIn, WebhookSettings
from lrs.sending.outlets import Outlets
from lrs.services import Services
from lrs.store.deliveries import Aside
from lrs.store.outlets import OutletStore
from lrs.tenancy import OrganisationId
from tests.dashboards.administrator.conftest import LensOf
from tests.dashboards.administrator.conftest import SignIn as Enter
from tests.dashboards.administrator.test_journey import answer, press
from training.access import Role

URL = "https://lrs.example.org/xapi"
THERE = ForwardSettings("Groupe", URL, Filter(verbs=("http://x/v",)), sign_in=SignIn.BASIC, user="moi")
LETTER = UUID("7d444840-9dc0-41d1-b245-5ffdce74fad2")


def finding(lens: Lens) -> list[tuple[str, Level]]:
    return [(item.finding, item.level) for item in read_health(lens).checks if item.part == "outgoing"]


def test_a_forward_is_made_changed_paused_and_removed_each_on_record(lens_of: LensOf) -> None:
    lens = lens_of()
    made = changes.add_forward(lens, THERE, "mot de passe", None)
    changes.change_forward(lens, made.id, ForwardSettings("Autre", URL, sign_in=SignIn.BASIC, user="moi"), "")
    assert read_outlet(lens, made.id).seen.outlet.settings.label == "Autre"
    changes.set_paused(lens, made.id, is_paused=True)
    changes.set_paused(lens, made.id, is_paused=False)
    changes.replay_letters(lens, made.id)
    changes.remove_outlet(lens, made.id)
    assert read_outlets(lens, Kind.FORWARD) == ()
    deeds = [item.deed for item in lens.sources.trail.entries(lens.viewer.organisation, TrailQuery(act=Act.CHANGED))]
    assert [deed.details["change"] for deed in deeds] == [
        "forward_created", "forward_changed", "forward_paused", "forward_resumed", "forward_replayed",
        "forward_removed",
    ]  # fmt: skip
    assert not re.search("Autre|Groupe|example|mot de passe", str(deeds))


def test_only_an_administrator_of_the_organisation_sees_or_changes_any(lens_of: LensOf) -> None:
    made = changes.add_webhook(lens_of(), WebhookSettings("SI", URL, ("feed.back",))).outlet
    for act in (
        lambda lens: read_outlets(lens, Kind.WEBHOOK), lambda lens: read_outlet(lens, made.id),
        lambda lens: changes.remove_outlet(lens, made.id), lambda lens: changes.rotate_secret(lens, made.id, 0),
        lambda lens: changes.try_outlet(lens, made.id), lambda lens: changes.set_paused(lens, made.id, is_paused=True),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            act(lens_of(Role.MANAGER))
    for name in ("wh_ailleurs", made.id.replace("wh_", "fw_"), "autre"):
        with pytest.raises(NotFound):
            read_outlet(lens_of(), name)


def test_health_names_what_is_stopped_failing_or_not_delivered(lens_of: LensOf, services: Services) -> None:
    lens = lens_of()
    assert finding(lens) == []
    made = changes.add_webhook(lens, WebhookSettings("SI", URL, ("feed.back",))).outlet
    assert finding(lens) == [("sending", Level.GOOD)]
    OutletStore(services.store).fail(made, lens.now, "http_503", 2, None)
    Outlets(services).deliveries.put_aside(lens.viewer.organisation, made.id, [Aside(LETTER, 400, "x", "")], lens.now)
    assert finding(lens) == [("failing", Level.WATCH), ("letters", Level.WATCH)]
    OutletStore(services.store).stop(made, lens.now, "gone")
    assert finding(lens)[0] == ("stopped", Level.WRONG)
    changes.set_paused(lens, made.id, is_paused=True)
    assert finding(lens) == [("letters", Level.WATCH)]


def test_every_reason_and_every_type_of_event_has_its_words(services: Services) -> None:
    found = set()
    root = Path(__file__).resolve().parents[3] / "lrs"
    for path in (
        "sending/forwarder.py",
        "sending/webhooks.py",
        "sending/sign_in.py",
        "sending/other_store.py",
        "forwarding/answers.py",
        "outgoing/line.py",
    ):
        text = (root / path).read_text()
        found |= set(re.findall(r'(?:Denied|Unanswered|_pause|stop)\((?:[a-z_.]+, )*"([a-z_]+)"', text))
        found |= set(re.findall(r'HTTPStatus\.[A-Z_]+: "([a-z_]+)"', text))
        found |= set(re.findall(r'(?:return|else|problem=|Aside\([a-z_.]+, None,) "([a-z]+_[a-z_]+)"', text))
        found |= set(re.findall(r"^Why = Literal\[(.*)\]", text, re.MULTILINE))
    words = {word for item in found for word in re.findall(r"[a-z_]+", item)}
    assert {"unauthorized", "all_refused", "timeout", "token_refused", "gone", "secret_unreadable"} <= words
    assert {word for word in words if f"error_{word}" not in OUTLET_TEXTS} <= {"ok"}
    assert {f"event_{name}" for name in TYPES} <= set(OUTLET_TEXTS)


def test_a_webhook_is_made_on_its_page_and_a_forward_refused_with_what_would_be_taken(
    as_role: Enter, services: Services, campus_of_ours: OrganisationId
) -> None:
    seen = as_role()
    seen.go("settings/outgoing")
    answer(seen, "webhook-new", "label", "SI de l’école")
    answer(seen, "webhook-new", "url", "http://si.exemple.fr/assidu")
    seen.page.locator('[id=\'{"field":"events","form":"webhook-new"}\']').click()
    seen.page.get_by_role("option", name="document délivré").click()
    seen.page.keyboard.press("Escape")
    press(seen, "webhook-new")
    expect(seen.page.get_by_text("À revoir. Une adresse publique en https://")).to_be_visible()
    answer(seen, "webhook-new", "url", "https://si.exemple.fr/assidu")
    press(seen, "webhook-new")
    shown = seen.page.locator('[id=\'{"once":"secret"}\']')
    expect(shown).to_contain_text("whsec_")
    secret = shown.inner_text()

    (made,) = Outlets(services).all(campus_of_ours, Kind.WEBHOOK)
    assert made.webhook == WebhookSettings("SI de l’école", "https://si.exemple.fr/assidu", ("document.issued",))
    seen.go(f"settings/outgoing/{made.id}")
    expect(seen.page.locator("h1")).to_have_text("SI de l’école")
    assert secret not in seen.page.content()
    press(seen, "outlet-pause")
    expect(seen.page.get_by_text("Les envois sont en pause")).to_be_visible()
    seen.assert_no_console_errors()


def test_a_secret_is_asked_for_again_with_another_address(lens_of: LensOf) -> None:
    made = changes.add_forward(lens_of(), THERE, "mot de passe", None)
    elsewhere = ForwardSettings("Groupe", "https://ailleurs.example.org/", sign_in=SignIn.BASIC, user="moi")
    with pytest.raises(InvalidRequest) as refused:
        changes.change_forward(lens_of(), made.id, elsewhere, "")
    assert [problem.pointer for problem in refused.value.problems] == ["/secret"]
