"""An administrator's day in a real browser: invite, open a feed, decide a rule, place a hold, see what is down."""

from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from dashboards.views.administration.rules import read_rule
from dashboards.views.lens import Lens, build_sources
from evidence.retention.erasing import Erasing
from lrs.caller import Caller
from lrs.clock import FixedClock, Micros
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.dashboards.administrator.conftest import Letters, SignIn
from tests.dashboards.conftest import Visit, wait_for
from tests.dashboards.looks import check
from tests.dashboards.school import PASSWORD
from training.access import Role, Viewer
from training.accounts.sessions import CONFIRMED

REFUSED = b'[{"actor":{"mbox":"nope"},"verb":{"id":"x"},"object":{"id":"http://x"}}]'


def answer(seen: Visit, form: str, field: str, text: str) -> None:
    seen.page.locator(_field(form, field)).fill(text)


def press(seen: Visit, form: str) -> None:
    seen.page.locator(f'[id=\'{{"submit":"{form}"}}\']').click()


def _field(form: str, field: str) -> str:
    return f'[id=\'{{"field":"{field}","form":"{form}"}}\']'


def find(seen: Visit, form: str, field: str, typed: str, option: str) -> None:
    """Type into a field that searches, and take what it offers once it has been found."""
    place = seen.page.locator(_field(form, field))
    place.click()
    # What is offered before that gives way under the pointer.
    with seen.page.expect_response(lambda answer: "searchValue" in (answer.request.post_data or "")):
        place.fill(typed)
    seen.page.get_by_role("option", name=option).first.click()
    expect(place).to_have_value(re.compile(option))


def test_a_trainer_is_invited_by_a_letter_and_stands_in_the_list(as_role: SignIn, letters: Letters) -> None:
    seen = as_role()
    seen.go("settings/people")
    answer(seen, "invite", "email", "yann.legall@exemple.fr")
    answer(seen, "invite", "name", "Yann Le Gall")
    press(seen, "invite")
    expect(seen.page.get_by_text("Rien n’a été changé")).to_be_visible()
    find(seen, "invite", "subject", "Yann", "Yann")
    press(seen, "invite")
    expect(seen.page.locator("#page").get_by_text("yann.legall@exemple.fr").first).to_be_visible()
    wait_for(lambda: bool(letters.messages), seconds=30)
    assert letters.messages[-1]["To"] == "yann.legall@exemple.fr"
    assert "/invitation/" in letters.text()
    seen.assert_no_console_errors()


def test_a_credential_is_made_its_secret_shown_once_and_a_statement_sent_with_it(as_role: SignIn) -> None:
    seen = as_role()
    seen.go("settings/credentials")
    press(seen, "credential-new")
    expect(seen.page.get_by_text("Une réponse est attendue ici.")).to_be_visible()
    answer(seen, "credential-new", "label", "Moodle du campus")
    press(seen, "credential-new")
    shown = seen.page.locator('[id=\'{"once":"secret"}\']')
    expect(shown).to_be_visible()
    user, secret = seen.page.locator('[id=\'{"once":"user"}\']').inner_text(), shown.inner_text()
    statement = {
        "actor": {"mbox": "mailto:lea@exemple.fr"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://lms.exemple.fr/cours"},
    }
    token = base64.b64encode(f"{user}:{secret}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{seen.site.address}/xapi/statements",
        json.dumps(statement).encode(),
        {
            "Authorization": f"Basic {token}",
            "Content-Type": "application/json",
            "X-Experience-API-Version": "1.0.3",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answered:  # noqa: S310 - our own address
        assert answered.status == 200
    seen.go(f"settings/credentials/{user}")
    expect(seen.page.locator("h1")).to_have_text("Moodle du campus")
    assert secret not in seen.page.content()


def test_a_funders_key_is_made_reads_is_renewed_and_ended(as_role: SignIn) -> None:
    seen = as_role()
    once = {name: seen.page.locator(f'[id=\'{{"once":"{name}"}}\']') for name in ("key", "secret", "bearer")}
    seen.go("settings/credentials")
    answer(seen, "key-new", "label", "Tableau de bord du financeur")
    press(seen, "key-new")
    expect(seen.page.get_by_text("Rien n’a été changé")).to_be_visible()
    find(seen, "key-new", "subject", "OPCO", "OPCO")
    press(seen, "key-new")
    expect(once["bearer"]).to_be_visible()
    key, secret, bearer = (once[name].inner_text() for name in ("key", "secret", "bearer"))
    assert reading(seen, bearer) == 200
    seen.page.get_by_role("link", name="Tableau de bord du financeur").click()
    expect(seen.page.locator("h1")).to_have_text("Tableau de bord du financeur")
    expect(seen.page.locator('#side [aria-current="page"]')).to_have_text("Accès des plateformes")
    assert key in seen.page.content()
    assert secret not in seen.page.content()

    answer(seen, "key-rotate", "grace", "0")
    press(seen, "key-rotate")
    expect(once["bearer"]).to_be_visible()
    renewed = once["bearer"].inner_text()
    assert (reading(seen, bearer), reading(seen, renewed)) == (401, 200)

    press(seen, "key-revoke")
    expect(seen.page.get_by_text("Rien n’a été changé")).to_be_visible()
    assert reading(seen, renewed) == 200
    seen.page.locator(_field("key-revoke", "sure")).check()
    press(seen, "key-revoke")
    expect(seen.page.get_by_text("Cet accès est révoqué")).to_be_visible()
    assert reading(seen, renewed) == 401
    seen.assert_no_console_errors()


def reading(seen: Visit, bearer: str) -> int:
    """Return the status of reading what a funder is shown, with a key."""
    asked = urllib.request.Request(  # noqa: S310 - our own address
        f"{seen.site.address}/api/v1/dashboards/files", headers={"Authorization": f"Bearer {bearer}"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=30) as answered:  # noqa: S310 - our own address
            return int(answered.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_who_signed_in_a_while_ago_shows_who_they_are_before_a_credential_is_made(
    as_role: SignIn, clock: FixedClock, services: Services, campus_of_ours: OrganisationId
) -> None:
    seen = as_role()
    seen.go("settings/credentials")
    before = len(services.credentials.all(campus_of_ours))
    clock.micros = Micros(clock.micros + CONFIRMED)
    answer(seen, "credential-new", "label", "Moodle du campus")
    press(seen, "credential-new")
    link = seen.page.get_by_role("link", name="Confirmer que c’est moi")
    expect(link).to_be_visible()
    assert len(services.credentials.all(campus_of_ours)) == before
    with seen.page.context.expect_page() as opened:
        link.click()
    other = opened.value
    other.fill("#password", PASSWORD)
    other.click("main button[type=submit]")
    expect(other.get_by_text("C’est confirmé")).to_be_visible()
    other.close()

    press(seen, "credential-new")

    expect(seen.page.locator('[id=\'{"once":"secret"}\']')).to_be_visible()
    assert len(services.credentials.all(campus_of_ours)) == before + 1


def test_a_rule_is_changed_with_a_reason_seen_in_its_history_and_taken_back(
    as_role: SignIn, services: Services, campus_of_ours: OrganisationId
) -> None:
    seen = as_role()
    seen.go("settings/rules/facts.idle_cap_seconds")
    value = seen.page.locator('[id=\'{"path":"","rule":"part"}\']')
    value.fill("500")
    seen.page.locator("#rule-reason").fill("Avis du comité du 3 mars")
    seen.page.locator("#rule-decide").click()
    expect(seen.page.get_by_text("la valeur sort de ses limites")).to_be_visible()
    value.fill("15")
    seen.page.locator("#rule-decide").click()
    expect(seen.page.get_by_text("La décision est enregistrée")).to_be_visible()
    seen.go("settings/rules/facts.idle_cap_seconds")
    expect(seen.page.get_by_text("15\u00a0min").first).to_be_visible()
    expect(seen.page.locator("#page").get_by_text("Avis du comité du 3 mars").first).to_be_visible()
    answer(seen, "rule-restore", "reason", "Fin de l’essai")
    press(seen, "rule-restore")
    expect(seen.page.get_by_text("La valeur par défaut vaut de nouveau")).to_be_visible()
    lens = Lens(build_sources(services), Viewer(campus_of_ours, Role.ADMINISTRATOR, "account:essai"))
    assert read_rule(lens, "facts.idle_cap_seconds").rule.value == 600


def test_a_hold_is_placed_on_somebody_who_is_found_by_name(
    as_role: SignIn, services: Services, campus_of_ours: OrganisationId
) -> None:
    seen = as_role()
    seen.go("settings/retention")
    find(seen, "hold-place", "about", "Martin", "Personne")
    answer(seen, "hold-place", "reason", "Contrôle de la région")
    press(seen, "hold-place")
    expect(seen.page.get_by_text("Le gel est posé.")).to_be_visible()
    (hold,) = Erasing(services).holds.all(campus_of_ours)
    assert (hold.about_id, hold.reason, hold.placed_by.startswith("account:")) == ("lea", "Contrôle de la région", True)
    seen.page.locator("#retention-look").click()
    expect(seen.page.get_by_text("Rien n’a dépassé sa durée")).to_be_visible()
    expect(seen.page.locator("#retention-second")).to_be_hidden()


def test_what_is_down_comes_first_while_the_worker_is_stopped(as_role: SignIn) -> None:
    seen = as_role()
    seen.go("settings")
    first = seen.page.locator(".check").first
    expect(first).to_contain_text("bloquant")
    expect(seen.page.get_by_text("Il n’a jamais démarré.")).to_be_visible()


def test_a_refused_request_is_mended_and_replayed(
    as_role: SignIn, services: Services, caller: Caller, campus_of_ours: OrganisationId
) -> None:
    problems = []
    try:
        services.ingest.post(caller, Version.V1_0_3, REFUSED)
    except Exception as error:  # noqa: BLE001 - its problems are what is held
        problems = list(getattr(error, "problems", ()))
    held = services.quarantine.hold(caller, Version.V1_0_3, "POST", "application/json", REFUSED, problems)
    seen = as_role()
    seen.go(f"settings/quarantine/{held}")
    press(seen, "quarantine-replay")
    expect(seen.page.get_by_text("Encore refusé\u00a0:")).to_be_visible()
    mended = REFUSED.replace(b'"nope"', b'"mailto:lea@exemple.fr"').replace(b'"id":"x"', b'"id":"http://x/v"').decode()
    answer(seen, "quarantine-replay", "body", mended)
    press(seen, "quarantine-replay")
    expect(seen.page.get_by_text("L’envoi corrigé est enregistré.")).to_be_visible()
    assert services.quarantine.get(campus_of_ours, held).state.value == "replayed"


PAGES = (
    "settings", "settings/people", "settings/credentials", "settings/quarantine", "settings/requests",
    "settings/outgoing", "settings/organisation", "settings/funders", "settings/profiles/agefice-2024",
    "settings/rules", "settings/rules/slot.half_days", "settings/retention",
)  # fmt: skip


def test_no_page_breaks_a_rule_of_accessibility(as_role: SignIn) -> None:
    seen = as_role()
    for path in PAGES:
        seen.go(path)
        check(seen, f"administrator-{path.replace('/', '-')}")
    seen.assert_no_console_errors()


@pytest.mark.parametrize("role", ["learner", "trainer", "funder", "auditor", "manager"])
def test_a_lesser_role_is_told_that_there_is_no_such_page(as_role: SignIn, role: str) -> None:
    seen = as_role(role)
    paths = ["settings", "settings/people", "settings/credentials", "settings/retention"]
    if role != "manager":
        paths += ["settings/rules", "settings/funders", "settings/organisation", "settings/quarantine"]
        paths += ["settings/requests"]
    for path in paths:
        seen.go(path)
        expect(seen.page.locator("h1")).to_have_text("Cette page n’existe pas")
