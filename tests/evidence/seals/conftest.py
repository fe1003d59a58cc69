"""A PDF, organisations' seals over a real database, and a development authority that answers over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
import typst

from assidu.authority.client import DevelopmentAuthority, authority_secret
from assidu.authority.service import Authority, AuthorityServer
from evidence.seals import SealTrust
from evidence.seals.sealing import Seals
from lrs.clock import FixedClock
from lrs.services import Services
from lrs.vault import Vault

_DOCUMENT = b"""\
#set document(title: "Essai", date: datetime(year: 2026, month: 1, day: 5))
#set text(lang: "fr")
#pdf.attach("a.json", bytes("[1]"), relationship: "data", mime-type: "application/json", description: "x")
= Certificat
#table(columns: 3, ..range(30).map(n => [case #n]))
"""


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """A document as the layout makes them: PDF/A-3a and PDF/UA-1, with an attachment."""
    compiler = typst.Compiler(_DOCUMENT, ignore_system_fonts=True)
    return compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"])


@pytest.fixture
def server(tmp_path, services: Services, clock: FixedClock) -> Iterator[AuthorityServer]:
    keeper = Authority(tmp_path / "authority", authority_secret(services.secret_key), clock)
    with AuthorityServer(keeper) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def authority(server: AuthorityServer, services: Services, clock: FixedClock) -> DevelopmentAuthority:
    return DevelopmentAuthority(server.address, services.secret_key, clock)


@pytest.fixture
def trust(authority: DevelopmentAuthority) -> SealTrust:
    return SealTrust((authority.root(),), (authority.root(),))


@pytest.fixture
def build(services: Services, clock: FixedClock, authority: DevelopmentAuthority) -> Callable[..., Seals]:
    """Make the seals of a deployment; what is given differs from the usual one."""

    def make(secret_key: bytes = services.secret_key, **parts) -> Seals:
        given = {"stamper": authority, "issuer": authority, **parts}
        vault = Vault(services.store, clock, secret_key)
        return Seals(vault, clock, given.pop("stamper"), lambda _: "Organisme d’essai", **given)

    return make


@pytest.fixture
def seals(build: Callable[..., Seals]) -> Seals:
    return build()
