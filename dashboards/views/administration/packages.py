"""Hosted packages as an administrator sees them: what is offered, taking one in, retiring one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.administration.trailing import leave_deed
from dashboards.views.lens import Lens
from lrs.clock import Micros
from lrs.courses.hosting import Offered, Uploaded
from lrs.courses.plays import Plays
from lrs.packages.package import Package, Version

_PAGE = 500
# Links of one package that are shown, the newest first; the rest are listed by the command and the API.
LINKS_MOST = 100


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link to a package that has not ended; `learner` is the name or identifier of whom it is for."""

    id: str
    learner: str
    state: str
    by: str
    expires: Micros
    opened: Micros | None


@dataclass(frozen=True, slots=True)
class PackageView:
    """A package, its newest version, and where each of its parts is looked for in programmes."""

    package: Package
    version: Version
    # (title, IRI, whether a programme has an activity of this IRI)
    parts: tuple[tuple[str, str, bool], ...]
    links: tuple[LinkView, ...] = ()


@dataclass(frozen=True, slots=True)
class PackagesView:
    """Every package, those that are offered first; and whether there is a host to open them on."""

    packages: tuple[PackageView, ...]
    is_served: bool
    most_bytes: int


def plays_of(lens: Lens) -> Plays:
    """Return the links to packages."""
    return Plays.over(lens.services, lens.sources.deployment.premises)


def read_packages(lens: Lens) -> PackagesView:
    """Return the organisation's packages."""
    lens.viewer.require(ADMINISTRATORS)
    plays, organisation = plays_of(lens), lens.viewer.organisation
    mapped = {
        activity.iri for programme in lens.records.programmes.values() for _, activity in programme.activities()
    }  # fmt: skip
    found, now = [], lens.services.clock.now_micros()
    for package in plays.hosting.page(organisation, None, _PAGE):
        version = plays.hosting.version(organisation, package.id, package.newest)
        manifest = version.manifest
        parts = [
            (item.title, iri := package.activity_of(manifest, item), iri in mapped)
            for item in manifest.launched
            if item.is_sco
        ]
        if manifest.is_cmi5:
            # An activity of a programme may be the course as a whole, and either by the publisher's id.
            named = [(manifest.title, package.activity, manifest.identifier)]
            named += [(item.title, item.activity, item.identifier) for item in manifest.launched]
            parts = [(title, ours, ours in mapped or theirs in mapped) for title, ours, theirs in named]
        links = [
            LinkView(
                play.id,
                str(play.actor.get("name") or play.learner),
                play.state(now),
                play.by,
                play.expires,
                play.opened,
            )
            for play in plays.newest(organisation, package.id, LINKS_MOST)
        ]
        found.append(PackageView(package, version, tuple(parts), tuple(links)))
    found.sort(key=lambda view: (view.package.retired is not None, -view.package.created))
    return PackagesView(tuple(found), plays.origin is not None, plays.hosting.limits.archive_bytes)


def upload_package(lens: Lens, stream: BinaryIO, filename: str, activity: str | None) -> Uploaded:
    """Take a package in; raises InvalidRequest with every problem, Conflict."""
    lens.viewer.require(ADMINISTRATORS)
    offered = Offered(
        lens.viewer.trail_name, lens.sources.deployment.premises.base, filename, activity=activity or None
    )
    done = plays_of(lens).hosting.upload(lens.viewer.organisation, stream, offered)
    if done.is_new:
        leave_deed(lens, f"package:{done.package.id}", "package_added", {"version": str(done.version.number)})
    return done


def retire_package(lens: Lens, package: str) -> None:
    """Offer a package no more; raises NotFound."""
    lens.viewer.require(ADMINISTRATORS)
    plays_of(lens).hosting.retire(lens.viewer.organisation, package)
    leave_deed(lens, f"package:{package}", "package_retired")


def revoke_link(lens: Lens, package: str, link: str) -> None:
    """End a link to a package for good; raises NotFound."""
    lens.viewer.require(ADMINISTRATORS)
    play = plays_of(lens).revoke(lens.viewer.organisation, package, link)
    leave_deed(lens, f"package:{package}", "package_link_revoked", {"link": play.id})
