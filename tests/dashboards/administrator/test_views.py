"""What administrators read and change, through a lens over a real database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from dashboards.accounts.desk import AccountsDesk
from dashboards.attendance.letters import Delivery
from dashboards.views.administration import credentials_changes, retention_changes
from dashboards.views.administration.credentials import read_credential, read_credentials
from dashboards.views.administration.funders import read_funders, read_profile
from dashboards.views.administration.funders_changes import adopt_profile, revise_profile
from dashboards.views.administration.health import Check, Level, read_health
from dashboards.views.administration.keys import create_key, read_keys
from dashboards.views.administration.names import find_named
from dashboards.views.administration.organisation import read_organisation
from dashboards.views.administration.people import find_twins, merged_people, read_people
from dashboards.views.administration.people_changes import merge_people, split_people
from dashboards.views.administration.quarantine import drop_held, read_held, read_quarantine, replay_held
from dashboards.views.administration.records_changes import write_record
from dashboards.views.administration.requests import answer_request, extend_request, read_request, read_requests
from dashboards.views.administration.retention import forecast_retention, read_retention
from dashboards.views.administration.rules import read_rule, read_rules
from dashboards.views.administration.rules_changes import decide_rule, restore_default
from dashboards.views.deployment import Deployment, Room
from dashboards.views.lens import Lens, build_sources
from evidence.seals import SealProblem, SealState
from evidence.store.trail import TrailQuery
from evidence.trail.entry import Act
from lrs.caller import Caller, Scope
from lrs.clock import FixedClock, Micros, to_datetime
from lrs.credential import Settings
from lrs.errors import Conflict, Forbidden, InvalidRequest, NotFound, PreconditionFailed
from lrs.pulse import Pulse
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.dashboards.administrator.conftest import LensOf
from tests.dashboards.trainer.conftest import PostBox
from tests.training.examples import change
from training.access import Role, Viewer
from training.funders import suggested_profiles
from training.law import load_law
from training.records.ids import PersonId
from training.records.kinds import Kind
from training.rights import Asked, Right, Rights
from training.rules.own import own_problems
from training.store import Register

MINUTE = 60_000_000
DAY = 86_400_000_000
IDLE = "facts.idle_cap_seconds"
REFUSED = b'[{"actor":{"mbox":"nope"},"verb":{"id":"x"},"object":{"id":"http://x"}}]'


def check(lens: Lens, part: str) -> Check:
    return next(item for item in read_health(lens).checks if item.part == part)


def deeds(lens: Lens, act: Act = Act.CHANGED) -> list[Any]:
    found = lens.sources.trail.entries(lens.viewer.organisation, TrailQuery(act=act))
    return [entry.deed for entry in found]


def hold_refused(services: Services, caller: Caller) -> str:
    with pytest.raises(InvalidRequest) as refused:
        services.ingest.post(caller, Version.V1_0_3, REFUSED)
    held = services.quarantine.hold(caller, Version.V1_0_3, "POST", "application/json", REFUSED, refused.value.problems)
    return str(held)


# Health


def test_a_worker_that_never_started_is_said_to_have_never_started(lens_of: LensOf) -> None:
    assert (check(lens_of(), "worker").level, check(lens_of(), "worker").finding) == (Level.WRONG, "never")


def test_a_worker_that_stopped_is_red_a_minute_later(lens_of: LensOf, services: Services, clock: FixedClock) -> None:
    Pulse(services.store, clock).beat()
    assert check(lens_of(), "worker").level is Level.GOOD
    clock.micros = Micros(clock.micros + 61 * 1_000_000)
    stopped = check(lens_of(), "worker")
    assert (stopped.level, stopped.finding) == (Level.WRONG, "silent")


def test_facts_that_wait_for_longer_than_a_minute_are_red_and_counted(lens_of: LensOf, clock: FixedClock) -> None:
    assert check(lens_of(), "facts").level is Level.GOOD
    clock.micros = Micros(clock.micros + 2 * MINUTE)
    late = check(lens_of(), "facts")
    assert (late.level, late.finding) == (Level.WRONG, "behind")
    assert late.values["behind"] == late.values["count"] == 1
    assert check(lens_of(), "ledger").finding == "behind"


def test_what_cannot_be_seen_is_unknown_and_hides_nothing_else(services: Services, furnished: OrganisationId) -> None:
    def breaks(organisation: OrganisationId) -> SealState:
        raise ConnectionError(str(organisation))

    sources = build_sources(services, Deployment(seal_state=breaks, room=lambda: Room(1, 100), has_mail=False))
    lens = Lens(sources, Viewer(furnished, Role.ADMINISTRATOR, "account:essai"))
    found = {item.part: item for item in read_health(lens).checks}
    assert (found["seal"].level, found["seal"].finding) == (Level.UNKNOWN, "unseen")
    assert found["room"].level is Level.WRONG
    assert found["mail"].level is Level.WATCH
    assert found["store"].level is Level.GOOD


def test_a_certificate_near_its_end_is_watched_and_one_that_is_over_is_red(
    services: Services, furnished: OrganisationId, clock: FixedClock
) -> None:
    def sealed(problem: SealProblem | None, days: int) -> Check:
        until = Micros(clock.micros + days * DAY)
        state = SealState(problem, "CN=Essai", "CN=Autorité", Micros(0), until, "ab", is_development=False)
        sources = build_sources(services, Deployment(seal_state=lambda _: state))
        return check(Lens(sources, Viewer(furnished, Role.ADMINISTRATOR, "account:essai")), "seal")

    assert sealed(None, 200).finding == "ready"
    assert (sealed(None, 30).level, sealed(None, 30).values["days"]) == (Level.WATCH, 30)
    assert sealed(SealProblem.EXPIRED, -1).level is Level.WRONG


def test_the_worst_comes_first(lens_of: LensOf) -> None:
    levels = [item.level for item in read_health(lens_of()).checks]
    assert levels == sorted(levels)


def test_a_ping_that_fails_is_named(services: Services, furnished: OrganisationId) -> None:
    def fails() -> None:
        raise TimeoutError

    sources = build_sources(services, Deployment(pings={"first start": fails}))
    lens = Lens(sources, Viewer(furnished, Role.ADMINISTRATOR, "account:essai"))
    assert check(lens, "store").values["names"] == "first start"


# Rules


def test_a_decision_holds_from_its_day_leaves_a_trail_and_is_in_the_history(lens_of: LensOf) -> None:
    today = to_datetime(lens_of().now).date()
    decide_rule(lens_of(), IDLE, 900, today, "Avis du comité du 3 mars")
    detail = read_rule(lens_of(), IDLE)
    assert (detail.rule.value, detail.rule.status, detail.rule.reference) == (
        900,
        "override",
        "Avis du comité du 3 mars",
    )
    assert detail.rule.default.value == 600
    assert [version.plain["value"] for version in detail.history] == [900]
    assert detail.history[0].recorded_by == "account:essai"
    assert [(deed.what, deed.why) for deed in deeds(lens_of())] == [(f"rule:{IDLE}", "Avis du comité du 3 mars")]


def test_back_to_the_default_keeps_what_held_before_and_says_why(lens_of: LensOf) -> None:
    today = to_datetime(lens_of().now).date()
    decide_rule(lens_of(), IDLE, 900, today - timedelta(days=30), "essai d’un mois")
    restore_default(lens_of(), IDLE, today, "essai terminé")
    rule = read_rule(lens_of(), IDLE).rule
    assert (rule.value, rule.status) == (600, "design")
    law, own = load_law(), lens_of().records.law_overrides.values()
    assert law.value(IDLE, today - timedelta(days=1), own) == 900
    assert law.value(IDLE, today, own) == 600
    assert [version.note for version in read_rule(lens_of(), IDLE).history] == ["essai terminé", "essai d’un mois"]


def test_a_decision_that_never_held_is_taken_back_and_still_in_the_history(lens_of: LensOf) -> None:
    today = to_datetime(lens_of().now).date()
    decide_rule(lens_of(), IDLE, 900, today, "trop vite")
    restore_default(lens_of(), IDLE, today, "erreur")
    assert read_rule(lens_of(), IDLE).rule.overrides == ()
    assert [version.is_deleted for version in read_rule(lens_of(), IDLE).history] == [True, False]


@pytest.mark.parametrize(
    ("value", "reason", "pointer"),
    [(1, "motif", "/value"), ("dix", "motif", "/value"), (7200, "motif", "/value"), (900, " ", "/reason")],
)
def test_a_value_that_cannot_stand_or_has_no_reason_is_refused(
    lens_of: LensOf, value: object, reason: str, pointer: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        decide_rule(lens_of(), IDLE, value, date(2026, 1, 5), reason)
    assert refused.value.problems[0].pointer == pointer
    assert read_rule(lens_of(), IDLE).rule.value == 600


def test_every_rule_has_fields_that_make_its_value_up(lens_of: LensOf) -> None:
    for rule in read_rules(lens_of()).rules:
        parts = read_rule(lens_of(), rule.name).parts
        assert parts
        assert rule.touches


# Retention


def test_a_hold_is_placed_listed_and_released_with_reasons(lens_of: LensOf) -> None:
    placed = retention_changes.place_hold(lens_of(), "person", "lea", "Contrôle en cours")
    view = read_retention(lens_of())
    assert (view.in_force, view.holds[0].name) == (1, "Léa Martin")
    retention_changes.release_hold(lens_of(), placed.hold_id, "Contrôle clos")
    assert read_retention(lens_of()).in_force == 0
    assert [deed.why for deed in deeds(lens_of(), Act.HELD)] == ["Contrôle en cours"]
    assert [deed.who for deed in deeds(lens_of(), Act.RELEASED)] == ["account:essai"]


@pytest.mark.parametrize(
    ("scope", "about", "reason", "pointer"),
    [("person", "", "r", "/about_id"), ("everything", "x", "r", "/about_id"), ("tout", "", "r", "/scope"),
     ("person", "lea", "", "/reason")],
)  # fmt: skip
def test_a_hold_on_nothing_or_without_a_reason_is_refused(
    lens_of: LensOf, scope: str, about: str, reason: str, pointer: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        retention_changes.place_hold(lens_of(), scope, about, reason)
    assert pointer in {problem.pointer for problem in refused.value.problems}
    assert read_retention(lens_of()).holds == ()


def test_a_run_after_a_dry_run_deletes_what_it_said_and_has_a_certificate(lens_of: LensOf, clock: FixedClock) -> None:
    clock.micros = Micros(clock.micros + 20 * 366 * DAY)
    due = forecast_retention(lens_of())
    assert due.total > 0
    run = retention_changes.run_retention(lens_of(), "Durées dépassées")
    assert (run.statements, run.certificate is not None) == (due.total, True)
    assert forecast_retention(lens_of()).total == 0


def test_nothing_is_due_in_the_middle_of_the_year(lens_of: LensOf) -> None:
    assert (forecast_retention(lens_of()).total, forecast_retention(lens_of()).files) == (0, 0)


# Quarantine


def test_a_refused_request_is_shown_with_every_problem_mended_and_stored(
    lens_of: LensOf, services: Services, caller: Caller
) -> None:
    held = hold_refused(services, caller)
    assert len(read_quarantine(lens_of()).held[0].problems) > 1
    mended = json.dumps(
        {
            "actor": {"mbox": "mailto:lea@exemple.fr"},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
            "object": {"id": "http://x"},
        }
    )
    with pytest.raises(InvalidRequest):
        replay_held(lens_of(), held)
    assert read_held(lens_of(), held).state == "held"
    (stored,) = replay_held(lens_of(), held, mended)
    assert read_held(lens_of(), held).statement_ids == (stored,)
    assert read_quarantine(lens_of()).held == ()


def test_a_dropped_request_keeps_why_it_was_refused(lens_of: LensOf, services: Services, caller: Caller) -> None:
    held = hold_refused(services, caller)
    drop_held(lens_of(), held)
    found = read_held(lens_of(), held)
    assert (found.state, found.body) == ("dropped", None)
    assert found.problems


# Credentials and keys


def test_a_credential_is_made_changed_rotated_and_revoked_each_on_record(lens_of: LensOf, services: Services) -> None:
    wanted = credentials_changes.Wanted("Moodle", ("statements/write",), quiet_after_seconds=3600)
    issued = credentials_changes.create_credential(lens_of(), wanted)
    key = str(issued.credential.key)
    credentials_changes.change_credential(lens_of(), key, credentials_changes.Wanted("Moodle 5", ("all",)))
    rotated = credentials_changes.rotate_credential(lens_of(), key, 0)
    assert services.credentials.authenticate_basic(key, rotated.secret).scopes == {Scope.ALL}
    credentials_changes.revoke_credential(lens_of(), key)
    view = read_credential(lens_of(), key)
    assert (view.label, view.state) == ("Moodle 5", "revoked")
    changes = [deed.details["change"] for deed in deeds(lens_of())]
    assert changes == ["credential_created", "credential_changed", "credential_rotated", "credential_revoked"]
    assert issued.secret not in str(deeds(lens_of()))
    assert "Moodle" not in str(deeds(lens_of()))


def test_a_silent_feed_is_seen(lens_of: LensOf, services: Services, clock: FixedClock) -> None:
    settings = Settings("Silencieux", frozenset({Scope.ALL}), quiet_after_seconds=60)
    services.credentials.create(lens_of().viewer.organisation, settings)
    clock.micros = Micros(clock.micros + 5 * MINUTE)
    assert [view.label for view in read_credentials(lens_of()) if view.quiet_since] == ["Silencieux"]
    assert (check(lens_of(), "senders").level, check(lens_of(), "senders").finding) == (Level.WRONG, "quiet")


def test_a_key_stands_for_a_funder_and_needs_one(lens_of: LensOf) -> None:
    create_key(lens_of(), "funder", "Système de l’OPCO", "opco", None)
    (view,) = read_keys(lens_of())
    assert view.stands_for
    with pytest.raises(InvalidRequest) as refused:
        create_key(lens_of(), "funder", "Personne", "", None)
    assert [problem.pointer for problem in refused.value.problems] == ["/funder_id"]


# Organisation, funders, people, requests


def test_a_change_made_meanwhile_is_not_overwritten(lens_of: LensOf) -> None:
    found = read_organisation(lens_of())
    write_record(lens_of(), Kind.PROVIDER, found.record_id, {**found.plain, "place": "Brest"}, expected=found.version)
    with pytest.raises(PreconditionFailed):
        write_record(
            lens_of(), Kind.PROVIDER, found.record_id, {**found.plain, "place": "Vannes"}, expected=found.version
        )
    now = read_organisation(lens_of())
    assert (now.plain["place"], now.version) == ("Brest", found.version + 1)
    assert now.history[0].changed == ("place",)


def test_suggested_profiles_hold_only_once_adopted_and_each_names_how_sure_it_is(lens_of: LensOf) -> None:
    for profile in suggested_profiles():
        assert not list(own_problems(profile, load_law()))
    adopt_profile(lens_of(), "agefice-2024")
    own = [item.profile.id for item in read_funders(lens_of()).profiles if not item.is_suggested]
    assert "agefice-2024" in own
    with pytest.raises(Conflict):
        adopt_profile(lens_of(), "agefice-2024")


def test_a_profile_that_begins_later_ends_the_former_on_the_eve(lens_of: LensOf) -> None:
    adopt_profile(lens_of(), "agefice-2024")
    later = revise_profile(lens_of(), "agefice-2024", {"effective_from": "2027-01-01"}, 1, "nouvelles règles")
    assert later == "agefice-2024-2027-01-01"
    assert read_profile(lens_of(), "agefice-2024").plain["effective_to"] == "2026-12-31"
    assert read_profile(lens_of(), later).plain["effective_to"] is None
    with pytest.raises(PreconditionFailed):
        revise_profile(lens_of(), "agefice-2024", {}, 1, "")


def test_two_records_of_one_person_are_merged_and_split_again(lens_of: LensOf) -> None:
    lens = lens_of()
    twin = {"id": "lea-2", "last_name": "Martin", "first_name": "Léa"}
    write_record(lens, Kind.PERSON, "lea-2", twin, expected=0)
    assert {"lea", "lea-2"} in [{person.id for person in group.people} for group in find_twins(lens_of())]
    merge_people(lens_of(), "lea-2", "lea")
    assert [(one.id, other.id) for one, other in merged_people(lens_of())] == [("lea-2", "lea")]
    split_people(lens_of(), "lea-2")
    assert merged_people(lens_of()) == ()
    with pytest.raises(Conflict):
        split_people(lens_of(), "lea-2")


def test_people_are_found_by_all_words_of_what_is_typed(lens_of: LensOf) -> None:
    found = find_named(lens_of(), ("person",), "mart lé")
    assert [item.record_id for item in found] == ["lea"]
    assert [item.record_id for item in find_named(lens_of(), ("person",), "personne", "person:lea")] == ["lea"]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MANAGER])
def test_an_answer_and_word_of_a_delay_go_to_whoever_asked(lens_of: LensOf, services: Services, role: Role) -> None:
    box = PostBox()
    viewer = Viewer(lens_of().viewer.organisation, role, "account:essai")
    reached = replace(lens_of().records.people[PersonId("lea")], email="lea@exemple.fr")
    Register(services.store, services.clock).write(viewer.organisation, [change(reached)], "essai")
    rights = Rights(services.store, services.clock, services.ids)
    opened = rights.open(viewer.organisation, PersonId("lea"), Asked(Right.ACCESS, "Tout"), "account:lea")

    def lens() -> Lens:
        return Lens(build_sources(services, mailer=box), viewer)

    assert extend_request(lens(), str(opened.id), "Demande étendue").delivery is Delivery.SENT
    assert answer_request(lens(), str(opened.id), "refused", "Voici pourquoi.").delivery is Delivery.SENT
    longer, answered = box.letters
    assert (longer.subject, answered.subject) == ("Votre demande prend plus de temps", "Réponse à votre demande")
    assert "Demande étendue" in longer.text
    assert "Voici pourquoi." in answered.text
    assert "cnil.fr" in answered.text


def test_a_request_is_extended_and_answered_on_record(lens_of: LensOf, services: Services) -> None:
    rights = Rights(services.store, services.clock, services.ids)
    opened = rights.open(lens_of().viewer.organisation, PersonId("lea"), Asked(Right.ACCESS, "Tout"), "account:lea")
    (waiting,) = read_requests(lens_of()).open
    assert (waiting.name, waiting.may_be_extended) == ("Léa Martin", True)
    extend_request(lens_of(), str(opened.id), "Demande étendue")
    assert not read_request(lens_of(), str(opened.id)).may_be_extended
    answer_request(lens_of(), str(opened.id), "granted", "Voici vos données.")
    assert read_requests(lens_of()).open == ()
    assert [deed.details["change"] for deed in deeds(lens_of())] == ["request_extended", "request_answered"]


# Tenancy and roles


def test_nothing_of_another_organisation_is_read_or_changed(
    lens_of: LensOf, neighbour: OrganisationId, services: Services, caller: Caller, desk: AccountsDesk
) -> None:
    held = hold_refused(services, caller)
    hold = retention_changes.place_hold(lens_of(), "person", "lea", "chez nous")
    key = str(read_credentials(lens_of())[0].key)
    access = create_key(lens_of(), "manager", "Chez nous", "", None).access_key.key
    decide_rule(lens_of(), IDLE, 900, date(2026, 1, 5), "chez nous")
    adopt_profile(lens_of(), "agefice-2024")
    rights = Rights(services.store, services.clock, services.ids)
    asked = rights.open(lens_of().viewer.organisation, PersonId("lea"), Asked(Right.ACCESS), "account:lea")

    def theirs() -> Lens:
        return lens_of(Role.ADMINISTRATOR, neighbour)

    for look in (
        lambda: read_held(theirs(), held),
        lambda: replay_held(theirs(), held, "{}"),
        lambda: drop_held(theirs(), held),
        lambda: retention_changes.release_hold(theirs(), hold.hold_id, "r"),
        lambda: read_credential(theirs(), key),
        lambda: credentials_changes.revoke_credential(theirs(), key),
        lambda: credentials_changes.rotate_credential(theirs(), key, 0),
        lambda: read_request(theirs(), str(asked.id)),
        lambda: answer_request(theirs(), str(asked.id), "granted", "t"),
        lambda: restore_default(theirs(), IDLE, date(2026, 1, 5), "r"),
    ):
        with pytest.raises(NotFound):
            look()
    assert access not in {view.key.key for view in read_keys(theirs())}
    assert read_rule(theirs(), IDLE).history == ()
    assert "agefice-2024" not in {item.profile.id for item in read_funders(theirs()).profiles if not item.is_suggested}
    assert read_retention(theirs()).holds == ()
    assert read_quarantine(theirs()).held == ()
    assert read_credentials(theirs()) == ()
    assert read_people(theirs(), desk.administration).members == ()
    assert services.credentials.get(lens_of().viewer.organisation, key).revoked is None


@pytest.mark.parametrize("role", [Role.LEARNER, Role.TRAINER, Role.FUNDER, Role.AUDITOR])
def test_only_who_answers_for_the_organisation_sees_and_answers_requests(lens_of: LensOf, role: Role) -> None:
    lens, name = lens_of(role), "00000000-0000-4000-8000-000000000000"
    for act in (
        lambda: read_requests(lens),
        lambda: read_request(lens, name),
        lambda: answer_request(lens, name, "granted", "t"),
        lambda: extend_request(lens, name, "r"),
    ):
        with pytest.raises(Forbidden):
            act()


LESSER = [role for role in Role if role is not Role.ADMINISTRATOR]


@pytest.mark.parametrize("role", LESSER)
def test_no_lesser_role_changes_anything(lens_of: LensOf, role: Role, desk: AccountsDesk) -> None:
    lens, today = lens_of(role), date(2026, 1, 5)
    name = "00000000-0000-4000-8000-000000000000"
    wanted = credentials_changes.Wanted("x", ("all",))
    for act in (
        lambda: decide_rule(lens, IDLE, 900, today, "r"),
        lambda: restore_default(lens, IDLE, today, "r"),
        lambda: retention_changes.place_hold(lens, "everything", "", "r"),
        lambda: retention_changes.run_retention(lens, "r"),
        lambda: retention_changes.preview_erasure(lens, "lea"),
        lambda: retention_changes.erase_person(lens, "lea", "request", "r"),
        lambda: forecast_retention(lens),
        lambda: read_retention(lens),
        lambda: credentials_changes.create_credential(lens, wanted),
        lambda: credentials_changes.change_credential(lens, "essai", wanted),
        lambda: credentials_changes.rotate_credential(lens, "essai", 0),
        lambda: credentials_changes.revoke_credential(lens, "essai"),
        lambda: read_credentials(lens),
        lambda: create_key(lens, "manager", "x", "", None),
        lambda: read_keys(lens),
        lambda: replay_held(lens, name, "{}"),
        lambda: drop_held(lens, name),
        lambda: merge_people(lens, "lea", "ines"),
        lambda: split_people(lens, "lea"),
        lambda: find_twins(lens),
        lambda: find_named(lens, ("person",)),
        lambda: write_record(lens, Kind.PERSON, "x", {"last_name": "X"}, expected=0),
        lambda: read_people(lens, desk.administration),
    ):
        with pytest.raises(Forbidden):
            act()


@pytest.mark.parametrize("role", [role for role in LESSER if role is not Role.MANAGER])
def test_only_staff_reads_how_the_organisation_is_set_up(lens_of: LensOf, role: Role) -> None:
    lens = lens_of(role)
    for look in (read_health, read_organisation, read_rules, read_funders, read_quarantine):
        with pytest.raises(Forbidden):
            look(lens)
