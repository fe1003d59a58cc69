"""An organisation in which every page has something to show, one that has nothing yet, and the addresses of all pages.

Served by this process, over a database of its own: whatever is put there troubles no other test.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Flask
from werkzeug.serving import make_server

from assidu.app import create_app
from assidu.secret import secret_key
from assidu.settings import Settings
from assidu.wiring import build_client
from assidu.worker import Worker
from dashboards.frame.gathering import gather_pages
from dashboards.frame.page import Page
from dashboards.frame.visit import Visit
from dashboards.mount import mounted
from dashboards.views import audit_samples, files_detail, learner_requests, learner_sharing, statements
from dashboards.views.administration.checks import change_checks
from dashboards.views.lens import Lens, build_sources
from dashboards.views.statements_asked import Asked as StatementsAsked
from evidence.content import DocumentType
from evidence.issuing.document import Status
from lrs.clock import FixedClock, Micros, RandomIds, SystemClock, to_datetime
from lrs.courses.hosting import Offered
from lrs.courses.plays import Plays, Premises
from lrs.errors import AssiduError
from lrs.forwarding.event import TYPES, Event, envelope
from lrs.forwarding.filter import Filter
from lrs.forwarding.outlet import ForwardSettings, SignIn, WebhookSettings
from lrs.organisations import Organisations
from lrs.sending.outlets import Outlets
from lrs.services import Services, build_services
from lrs.store.database import Store
from lrs.store.deliveries import Aside, Told
from lrs.store.outlets import OutletStore
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.dashboards import estimates, school
from tests.dashboards.auditor.conftest import seal
from tests.dashboards.issued import issue
from tests.dashboards.school import ENDED, LMS, PARIS, RUNNING, says
from tests.lrs.cmi5.beginning import begun
from tests.lrs.packages.building import ONE, SEVERAL, packed
from tests.training.examples import change
from training.access import Role, Viewer
from training.accounts.account import rows
from training.accounts.administration import Administration
from training.accounts.keys import AccessKeys
from training.accounts.member import Invitation, Standing
from training.assistance import Channel, Entry, Kind, Logbook
from training.assistance.exchange import Outcome as Came
from training.assistance.writing import Helper
from training.attendance import Author, Desk, Device, Entrance, Signature
from training.followups.store import FollowUps
from training.records import Funder, FunderFamily, Person
from training.records.ids import EnrolmentId, FunderId, PersonId
from training.rights import Asked, Outcome, Purpose, Right
from training.sources.definition import parse_source
from training.sources.schedules import Schedules
from training.sources.store import RunState, Sources
from training.store import Register

REFUSED: Final = b'[{"actor":{"mbox":"nope"},"verb":{"id":"x"},"object":{"id":"http://x"}}]'
SECRET: Final = "un-secret-seulement-pour-les-essais"
PHONE: Final = Device("203.0.113.77", "Mozilla/5.0 (Linux; Android 9; Pixel 2) Chrome/90 Mobile Safari/537.36", "un")
# Whom the empty organisation has: an account of every role, on record where the role needs it, and no training at all.
_NOBODY: Final = (
    Person("lea", "Léa", "Martin"), Person("yann", "Yann", "Le Gall"), Funder("opco", "OPCO", FunderFamily.OPCO),
)  # fmt: skip
_QUESTIONS: Final = (
    ("q1", "Que faire en premier devant une machine dont le carter de protection est ouvert ?",
     ("L’arrêter et la consigner", "Prévenir un collègue", "Continuer avec prudence"), "aaaabac"),
    ("q2", "Un équipement de protection individuelle se choisit…",
     ("d’après le risque", "d’après la taille"), "abbbaab"),
    ("q3", "Combien de temps garde-t-on le registre ?", ("Un an", "Cinq ans"), "bbabbbb"),
)  # fmt: skip


def _breaks(visit: Visit) -> None:
    raise RuntimeError(visit.language)


BROKEN: Final = Page("essai.broken", "cassee", frozenset(Role), ("Cassée", "Broken"), _breaks)


@dataclass(frozen=True)
class Everything:
    """The application, where it answers, whom one signs in as, and what the addresses of pages are made of."""

    app: Flask
    services: Services
    address: str
    ours: OrganisationId
    empty: OrganisationId
    # Address of each role's account, in the organisation that has everything and in the empty one.
    people: Mapping[str, str]
    newcomers: Mapping[str, str]
    ids: Mapping[str, str]
    # Addresses that need no account, by what they show.
    public: Mapping[str, str]

    def lens(self, role: Role, **given: Any) -> Lens:
        return _lens(self.services, self.ours, role, **given)


@contextmanager
def serve(mongod_uri: str, folder: Path, database: str, port: int = 0) -> Iterator[Everything]:
    """Make both organisations and serve them until the end; the database is dropped then."""
    settings = Settings.from_environment(
        {
            "ASSIDU_DATA": str(folder),
            "ASSIDU_MONGODB_URI": mongod_uri,
            "ASSIDU_DATABASE": database,
            # Nothing listens there: pages that would send a letter say that it did not leave.
            "ASSIDU_SMTP_HOST": "127.0.0.1",
            "ASSIDU_SMTP_PORT": "9",
            "ASSIDU_SMTP_SECURITY": "none",
            "ASSIDU_MAIL_FROM": "assidu@exemple.fr",
        }
    )
    clock = FixedClock(monday_morning())
    store = Store(build_client(settings), database)
    services = build_services(store, clock, RandomIds(), settings.limits, secret_key(settings))
    store.client.drop_database(database)
    store.ensure_indexes()
    app = create_app(settings, services)
    mounted(app).pages.gather = lambda: (*gather_pages(), BROKEN)
    found = _furnished(app, services)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield replace(found, address=f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        store.client.drop_database(database)
        store.client.close()


def monday_morning() -> Micros:
    """Return five past nine in Paris on the next Monday: the first half-day of the day has begun.

    To come, for MongoDB deletes what is over by its own clock.
    """
    today = to_datetime(SystemClock().now_micros()).astimezone(PARIS)
    monday = today + timedelta(days=7 - today.weekday())
    morning = monday.replace(hour=9, minute=5, second=0, microsecond=0)
    return Micros(int(morning.timestamp()) * 1_000_000)


def catch_up(services: Services) -> None:
    """Do what the worker does until nothing is left: counts of the feed, facts of people."""
    worker = Worker(services)
    while worker.look():
        pass


def _furnished(app: Flask, services: Services) -> Everything:
    organisations = Organisations(services.store, services.clock)
    ours = organisations.find_or_create("principal", "Atelier des Savoirs").number
    empty = organisations.find_or_create("nouveau", "Tout nouveau").number
    school.furnish(services, ours)
    _send(services, ours)
    Register(services.store, services.clock).write(empty, [change(record) for record in _NOBODY], "essai")
    codes = _documents(services, ours)
    _half_day_under_way(services, ours)
    _exchanges(services, ours)
    catch_up(services)
    seal(services, ours)
    ids = _ids(services, ours) | codes
    # The empty one shows what pages are while nobody has decided that chances are estimated.
    estimates.turn_on(services, ours)
    estimates.estimate(services, ours, days=5, calibrated=True)
    people = school.accounts(services, ours, "ici")
    newcomers = school.accounts(services, empty, "nouveau")
    ids["account_id"] = str(rows(services.store).filter(login=people["trainer"]).first().id)
    public = _public(app, services, ours, codes)
    return Everything(app, services, "", ours, empty, people, newcomers, ids, public)


def _lens(services: Services, organisation: OrganisationId, role: Role, **given: Any) -> Lens:
    return Lens(build_sources(services), Viewer(organisation, role, "account:essai", **given))


def _send(services: Services, organisation: OrganisationId) -> None:
    """Send what learners did, answers to questions, and what nobody knows where to put."""
    now = to_datetime(services.clock.now_micros())
    services.credentials.seed(organisation, "moodle", SECRET, label="Moodle du campus")
    caller = services.credentials.authenticate_basic("moodle", SECRET)
    sent = [*school.statements(organisation, now), *_answers(organisation, now)]
    unknown = says(organisation, "experienced", "atelier-inconnu", "ines", now - timedelta(days=2))
    services.ingest.post(caller, Version.V1_0_3, json.dumps([*sent, unknown]).encode())


def _answers(organisation: OrganisationId, now: datetime) -> Iterator[dict[str, Any]]:
    for at, (name, text, choices, given) in enumerate(_QUESTIONS):
        for who, letter in zip(("lea", "ines", "theo", "zoe", "mehdi", "noemie"), given, strict=False):
            answered = says(
                organisation, "answered", "quiz", who, now - timedelta(days=6, minutes=9 - at),
                response=letter, success=letter == "a",
            )  # fmt: skip
            quiz = answered["object"]
            answered["object"] = {
                "id": f"{LMS}/quiz/{name}",
                "definition": {
                    "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                    "interactionType": "choice",
                    "description": {"fr-FR": text},
                    "correctResponsesPattern": ["a"],
                    "choices": [
                        {"id": id_, "description": {"fr-FR": words}} for id_, words in zip("abc", choices, strict=False)
                    ],
                },
            }
            answered["context"]["contextActivities"] = {"parent": [{"id": quiz["id"]}]}
            yield answered


def _documents(services: Services, organisation: OrganisationId) -> dict[str, str]:
    """Issue documents that stand, one that is to be replaced and one that was revoked."""
    mine, hers = f"{RUNNING}-lea", f"{RUNNING}-ines"
    valid = issue(services, organisation, RUNNING, mine)
    sheet = issue(services, organisation, RUNNING, mine, hers, kind=DocumentType.EMARG)
    issue(services, organisation, ENDED, f"{ENDED}-lea", kind=DocumentType.ATTFIN)
    issue(services, organisation, RUNNING, mine, kind=DocumentType.ATTASS, status=Status.TO_REPLACE)
    revoked = issue(
        services, organisation, RUNNING, mine, kind=DocumentType.RELCO, status=Status.REVOKED,
        revoked_at=services.clock.now_micros(), revocation_reason="Nom mal écrit",
    )  # fmt: skip
    return {"code": valid.code, "sheet": sheet.code, "revoked": revoked.code}


def _half_day_under_way(services: Services, organisation: OrganisationId) -> None:
    """Open this morning's half-day and let somebody sign it, which takes them a few seconds."""
    desk, author = Desk(services), Author("account", "essai", "Yann Le Gall")
    desk.open(organisation, "matin-2", author)
    _pass_seconds(services, 5)
    shown, entrance = desk.display(organisation, "matin-2"), Entrance(services)
    choice = next(one.key for one in entrance.visit(shown.token).choices if one.label.startswith("Léa"))
    ticket = entrance.prove_by_code(shown.token, choice, shown.code, PHONE).token
    entrance.sign(ticket, Signature(entrance.read(ticket).text_sha256, None, ""), PHONE)


def _pass_seconds(services: Services, seconds: int) -> None:
    clock = services.clock
    assert isinstance(clock, FixedClock)
    clock.micros = Micros(clock.micros + seconds * 1_000_000)


def _exchanges(services: Services, organisation: OrganisationId) -> None:
    """Log a message, a question that waits, and a talk."""
    log, helper = Logbook(services), Helper(Author("account", "essai", "Yann Le Gall"))
    records = _lens(services, organisation, Role.MANAGER).records
    for at, (kind, channel, subject, text, outcome) in enumerate(
        (
            (Kind.MESSAGE, Channel.EMAIL, "Vos absences", "Bonjour Théo, que se passe-t-il ?", None),
            (Kind.QUESTION, Channel.PLATFORM, "Étude de cas", "Je ne trouve pas le document de l’exercice 3.", None),
            (Kind.TALK, Channel.TELEPHONE, "Appel", "Reprend lundi, garde son binôme.", Came.RESUMES),
        )
    ):
        when = to_datetime(services.clock.now_micros()) - timedelta(days=3 - at)
        entry = Entry(kind, f"essai-{at}", channel, subject, text, at=when, outcome=outcome)
        log.record(organisation, records, EnrolmentId(f"{RUNNING}-theo"), entry, helper)


def _ids(services: Services, organisation: OrganisationId) -> dict[str, str]:
    """Leave something behind every address that names one: a request, a refusal, a key, what others have read."""
    lea = _lens(services, organisation, Role.LEARNER, person_id=PersonId("lea"))
    asked = learner_requests.ask(lea, Asked(Right.RECTIFICATION, "Mon nom s’écrit « Martin-Roux ».")).request
    over = learner_requests.ask(lea, Asked(Right.OBJECTION, "", frozenset((Purpose.SCORING,)))).request
    administrator = _lens(services, organisation, Role.ADMINISTRATOR)
    learner_requests.answer(administrator, over.id, Outcome.GRANTED, "Vous n’êtes plus concernée par les alertes.")
    caller, problems = services.credentials.caller(organisation, "moodle"), []
    try:
        services.ingest.post(caller, Version.V1_0_3, REFUSED)
    except AssiduError as refusal:
        problems = list(refusal.problems)
    held = services.quarantine.hold(caller, Version.V1_0_3, "POST", "application/json", REFUSED, problems)
    key = AccessKeys(services).create(
        organisation, Role.FUNDER, "Système de l’OPCO", by="account:essai", funder_id="opco"
    )
    services.credentials.seed(organisation, "classe-virtuelle", SECRET, label="Classes virtuelles")
    Administration(services.store, services.clock, services.ids, services.secret_key).invite(
        administrator.viewer, Invitation("sara.cohen@exemple.fr", "Sara Cohen", Standing(Role.MANAGER))
    )
    files_detail.file(_lens(services, organisation, Role.FUNDER, funder_id=FunderId("opco")), f"{RUNNING}-lea")
    audit_samples.sample(
        _lens(services, organisation, Role.AUDITOR), audit_samples.sample_asked({"seed": "essai", "size": "3"})
    )
    followups, theo = FollowUps(services.store, services.clock, services.ids), EnrolmentId(f"{RUNNING}-theo")
    followup = followups.open_by_hand(
        organisation, administrator.records, theo, "Trois absences de suite.", "account:essai"
    )
    _checks(services, administrator)
    forward, webhook = _outlets(services, organisation)
    _packages(services, organisation)
    course, registration = begun(services, organisation, school.registration(organisation, f"{RUNNING}-lea"))
    _sources(services, organisation)
    (statement, *_) = statements.statements_of(administrator, StatementsAsked(f"{RUNNING}-lea")).lines
    return {
        "request": str(asked.id), "held": str(held), "key": str(key.access_key.key),
        "statement": str(statement.statement_id), "followup": str(followup.id), "forward": forward,
        "webhook": webhook, "cmi5_course": course, "cmi5_registration": registration,
    }  # fmt: skip


def _checks(services: Services, administrator: Lens) -> None:
    """Hold a platform to two profiles, and have it break rules of one."""
    organisation = administrator.viewer.organisation
    services.credentials.seed(organisation, "video", SECRET, label="Lecteur vidéo du campus")
    change_checks(administrator, "video", "flag", ("video", "cmi5"))
    services.ingest.post(services.credentials.caller(organisation, "video"), Version.V1_0_3, PLAYED)


def _packages(services: Services, organisation: OrganisationId) -> None:
    """Host a course that a programme has an activity for, and one that nothing leads to and is retired."""
    hosting = Plays.over(services, Premises(base="https://assidu.exemple.fr")).hosting
    known = Offered("account:essai", "https://assidu.exemple.fr", "machines.zip", activity=f"{LMS}/quiz")
    hosting.upload(organisation, BytesIO(packed(ONE)), known)
    over = hosting.upload(organisation, BytesIO(packed(SEVERAL)), replace(known, activity=None)).package
    hosting.retire(organisation, over.id)


PLAYED = b"""{"actor": {"mbox": "mailto:personne@exemple.fr"}, "verb": {"id": "https://w3id.org/xapi/video/verbs/played"},
"object": {"id": "https://v.example/1", "definition": {"type": "https://w3id.org/xapi/video/activity-type/video"}}}"""


def _sources(services: Services, organisation: OrganisationId) -> None:
    """Settle a source of files that was run, and another record store."""
    sources, by = Sources(services.store, services.clock, services.ids), "account:essai"
    words = {"direction": {"E": "in", "S": "out"}}
    badges = {"kind": "badge", "title": "Badgeuse de Lyon", "session_id": RUNNING, "values": words}
    source = sources.put(organisation, parse_source("badgeuse", badges), by)
    name = sources.begin(organisation, source, by, {"sha256": "0" * 64, "lines": 12, "total": 10, "stored": 8})
    sources.note(organisation, source.id, name, state=RunState.DONE)
    remote = {"endpoint": "https://lrs.exemple.fr/xapi", "key": "moi"}
    for name, title, why in (("groupe", "Entrepôt du groupe", "unauthorized"), ("agence", "Entrepôt de Lille", "")):
        other = {"kind": "statements", "title": title, "remote": remote}
        sources.put(organisation, parse_source(name, other), by)
        sources.keep_secret(organisation, name, b"sealed")
        sources.take(organisation, name, "worker")
        sources.leave(organisation, name, "worker")
        schedules, now = Schedules(services.store), services.clock.now_micros()
        schedules.succeeded(organisation, name, now, 1250)
        if why:
            schedules.stopped(organisation, name, now, why)


def _outlets(services: Services, organisation: OrganisationId) -> tuple[str, str]:
    """Leave a forward with dead letters and a webhook that is paused for a reason, both with a log."""
    outlets, now = Outlets(services), services.clock.now_micros()
    wanted = Filter(verbs=("http://adlnet.gov/expapi/verbs/completed",), credentials=("moodle",))
    there = ForwardSettings(
        "Entrepôt du groupe", "https://lrs.exemple.fr/xapi", wanted, sign_in=SignIn.BASIC, user="moi"
    )
    forward = outlets.add_forward(organisation, there, SECRET)
    webhook = outlets.add_webhook(organisation, WebhookSettings("SI", "https://si.exemple.fr/assidu", tuple(TYPES)))
    log = outlets.deliveries
    letters = [
        Aside(UUID(int=(number << 80) | (4 << 76) | (8 << 60)), 400, "http_400", '{"message":"unknown verb"}')
        for number in (1, 2)
    ]
    log.put_aside(organisation, forward.id, letters, now)
    log.count_sent(organisation, forward.id, 1250, now)
    event = Event(organisation, "document.issued", "essai", "document:CERTREAL-2026-000001", now, {})
    told = Told(event.id, event.type, event.about, now, envelope(event, "principal"))
    log.add_events(organisation, webhook.outlet.id, [told], now)
    OutletStore(services.store).fail(forward, now, "http_503", 3, Micros(now + 60_000_000))
    OutletStore(services.store).stop(webhook.outlet, now, "gone")
    return forward.id, webhook.outlet.id


def _public(app: Flask, services: Services, organisation: OrganisationId, codes: Mapping[str, str]) -> dict[str, str]:
    """Return what whoever comes may open, by what it shows: doors, a share, the standing of documents, a half-day."""
    lea = _lens(services, organisation, Role.LEARNER, person_id=PersonId("lea"))
    until = to_datetime(services.clock.now_micros()).astimezone(PARIS).date() + timedelta(days=30)
    shared = learner_sharing.share(lea, [codes["code"]], "Cabinet Exemple", "Candidature", until)
    administration = Administration(services.store, services.clock, services.ids, services.secret_key)
    invited = administration.invite(
        _lens(services, organisation, Role.ADMINISTRATOR).viewer,
        Invitation("nina.faure@exemple.fr", "Nina Faure", Standing(Role.TRAINER, person_id=PersonId("sara"))),
    )
    return {
        "sign in": "/login",
        "forgotten": "/login/forgotten",
        "organisation": "/login/organisation",
        "invitation": f"/invitation/{invited.token}",
        "invitation over": "/invitation/ancienne",
        "reset over": "/reset/ancien",
        "share": shared.path,
        "share over": "/partage/ancien",
        "nowhere, unknown": "/nulle-part",
        "verify": "/verify/",
        "verify valid": f"/verify/{codes['code']}",
        "verify revoked": f"/verify/{codes['revoked']}",
        "verify unknown": "/verify/AAAAA-AAAAA-AAAAA-AAAAA-AAAAAA",
        "sign without a link": "/emargement/",
        "sign over": "/emargement/ancien",
        "sign": f"/emargement/{Desk(services).display(organisation, 'matin-2').token}",
    }
