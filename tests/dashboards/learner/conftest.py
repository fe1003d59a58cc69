"""A school in the middle of its year: what a learner of it sees of themself, with documents issued to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from assidu.app import create_app
from assidu.settings import Settings
from dashboards.reader import Reader
from dashboards.sharing import downloads, pages
from dashboards.views.lens import Lens, build_sources
from evidence.archive import Kind
from evidence.content import DocumentType
from evidence.issuing.document import IssuedDocument, Status
from evidence.store.archive import Archive
from evidence.store.issued import IssuedDocuments
from evidence.store.trail import Trail
from lrs.caller import Caller
from lrs.clock import FixedClock, to_datetime
from lrs.errors import AssiduError
from lrs.http.errors import problem_response
from lrs.organisations import Organisations
from lrs.services import Services
from lrs.tenancy import OrganisationId
from lrs.versions import Version
from tests.browser import Lend
from tests.dashboards import school
from tests.dashboards.attendance.conftest import Letters, _mail_server, _mailing_settings, letters
from tests.dashboards.conftest import Site, Tenant, Visit, watch
from tests.dashboards.trainer.conftest import PostBox, settle
from tests.serving import serve
from training.access import Role, Viewer
from training.records.ids import PersonId

# Fixtures of the pages of attendance that these need too.
__all__ = ["_mail_server", "_mailing_settings", "letters"]
# Codes of documents, as `evidence.issuing.code` writes them.
CERTIFICATE, SHEET, REVOKED, OTHERS = (
    "-".join([letter * 5, letter * 5, letter * 5, letter * 5, letter * 6]) for letter in "ABCD"
)
LensOf = Callable[..., Lens]


@pytest.fixture
def post_box() -> PostBox:
    return PostBox()


@pytest.fixture
def enrolled(services: Services, organisation: OrganisationId, caller: Caller) -> OrganisationId:
    school.furnish(services, organisation)
    body = json.dumps(school.statements(organisation, to_datetime(services.clock.now_micros()))).encode()
    services.ingest.post(caller, Version.V1_0_3, body)
    settle(services, organisation)
    return organisation


@pytest.fixture
def lens_of(services: Services, enrolled: OrganisationId, post_box: PostBox, clock: FixedClock) -> LensOf:
    """A lens of somebody of the school: `lens_of("ines")`; elsewhere by `of`, in another role by `role`."""
    del clock
    sources = build_sources(services, mailer=post_box)

    def look(person: str | None = "lea", role: Role = Role.LEARNER, of: OrganisationId = enrolled) -> Lens:
        return Lens(sources, viewer(person, role, of))

    return look


def viewer(person: str | None, role: Role, of: OrganisationId) -> Viewer:
    return Viewer(of, role, f"account:{person}", None if person is None else PersonId(person))


@pytest.fixture
def neighbour(services: Services) -> OrganisationId:
    """Another organisation with the same ids of everything."""
    number = Organisations(services.store, services.clock).find_or_create("voisin", "Voisin").number
    school.furnish(services, number, " Voisin")
    settle(services, number)
    return number


@pytest.fixture
def papers(services: Services, enrolled: OrganisationId) -> dict[str, bytes]:
    """Léa's certificate, a sheet of the whole class, a revoked certificate of hers, and Inès's; the bytes of each."""
    mine, hers = f"{school.RUNNING}-lea", f"{school.RUNNING}-ines"
    return {
        CERTIFICATE: issue(services, enrolled, CERTIFICATE, (mine,)),
        SHEET: issue(services, enrolled, SHEET, (mine, hers), DocumentType.EMARG),
        REVOKED: issue(services, enrolled, REVOKED, (mine,), DocumentType.ATTASS, Status.REVOKED),
        OTHERS: issue(services, enrolled, OTHERS, (hers,)),
    }


def issue(
    services: Services, organisation: OrganisationId, code: str, enrolments: tuple[str, ...],
    kind: DocumentType = DocumentType.CERTREAL, status: Status = Status.VALID,
) -> bytes:  # fmt: skip
    """Put a document into the archive and among those issued; return its bytes, which are no PDF."""
    data, now = f"%PDF-1.7 {code}".encode() * 50, services.clock.now_micros()
    archive = Archive(services.store, services.clock, Trail(services.store, services.clock))
    about = [f"enrolment:{name}" for name in enrolments]
    kept = archive.put(organisation, Kind.DOCUMENT, "application/pdf", data, "retention.documents", about)
    is_revoked = status is Status.REVOKED
    document = IssuedDocument(
        organisation=organisation, code=code, number=f"{kind.value}-2026-{ord(code[0]):06}", version=1, type=kind,
        status=status, session_id=school.RUNNING, enrolment_id=enrolments[0] if len(enrolments) == 1 else None,
        enrolments=enrolments, people=tuple(name.rpartition("-")[2] for name in enrolments), first_on=None,
        last_on=None, title="Automne", holder="Léa Martin", provider="Atelier des Savoirs SAS", as_of=now,
        issued_at=now, issued_by="account:essai", digest=kept.sha256, size_bytes=len(data), evidence_digest="",
        inputs="", substance="", revoked_at=now if is_revoked else None,
        revocation_reason="Nom mal écrit" if is_revoked else None,
    )  # fmt: skip
    store = IssuedDocuments(services.store)
    services.store.transaction(lambda session: store.insert(replace(document), f"{code}/series", (), (), session))
    return data


@pytest.fixture
def address(
    _mailing_settings: Settings, services: Services, enrolled: OrganisationId, letters: Letters
) -> Iterator[str]:
    """Where the application is served, by this process and with a mail server: the tests' clock is its clock."""
    del letters
    school.accounts(services, enrolled, "ici")
    with serve(create_app(_mailing_settings, services)) as address:
        yield address


@pytest.fixture
def phone(services: Services, enrolled: OrganisationId, address: str, lend: Lend) -> Visit:
    """The phone of Léa, who is enrolled, signed in."""
    nobody = Tenant(enrolled, "", "", "")
    seen = watch(lend(width=390).new_page(), Site(address, services, nobody, nobody))
    seen.sign_in("learner@ici.exemple.fr", path="/dashboards/me")
    seen.settle()
    return seen


Browse = Callable[..., FlaskClient]


@pytest.fixture
def browse(services: Services, enrolled: OrganisationId) -> Browse:
    """The routes of files and links, behind a guard that lets in whoever is named: `browse("lea")`."""
    sources = build_sources(services)

    def start(person: str | None = "lea", role: Role = Role.LEARNER, of: OrganisationId = enrolled) -> FlaskClient:
        app = Flask("essai", static_folder=None)
        app.register_blueprint(downloads.blueprint(sources))
        app.register_blueprint(pages.blueprint(sources))
        app.register_error_handler(AssiduError, problem_response)

        @app.before_request
        def let_in() -> None:
            who: Any = viewer(person, role, of)
            g.reader = Reader(of, "Essai", "65f0", who, "Léa", "fr", "jeton", "http://localhost/")

        return app.test_client()

    return start
