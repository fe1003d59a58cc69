"""What of a learner's course is served from here, and the way to it."""

from __future__ import annotations

from dataclasses import replace

from dashboards.views.learner import Me, find_me, own_enrolments
from dashboards.views.lens import Lens
from lrs.cmi5.vocabulary import derived_id
from lrs.courses.cmi5_plays import UNIT
from lrs.courses.plays import NewPlay, Plays
from lrs.errors import Conflict, NotFound
from lrs.packages.manifest import Manifest
from lrs.packages.package import Package
from training.records.enrolment import Enrolment
from training.records.identity import Identity, IdentityKind
from training.records.kinds import Kind
from training.records.person import Person
from training.store import Change, RecordReader, Register

_NOWHERE = "There is nothing to open for this activity."


def opened_here(lens: Lens) -> frozenset[str]:
    """Return the IRIs of activities that have a package here; none where packages are not served."""
    plays = Plays.over(lens.services, lens.sources.deployment.premises)
    if plays.origin is None:
        return frozenset()
    return frozenset(plays.hosting.offered(lens.viewer.organisation))


def open_activity(lens: Lens, enrolment_id: str, activity_id: str) -> str:
    """Return the address at which the reader opens an activity of an enrolment of theirs.

    Raises Forbidden to who is no learner, NotFound for what is not theirs or has no package, Conflict for somebody by
    whom no statement could be told.
    """
    me = find_me(lens)
    plays = Plays.over(lens.services, lens.sources.deployment.premises)
    enrolment = None if me is None else _own(lens, me, enrolment_id)
    programme = None if enrolment is None else lens.records.programme_of(enrolment.session_id)
    activity = None if programme is None else programme.find_activity(activity_id)
    if me is None or enrolment is None or activity is None or activity.iri is None:
        raise NotFound(_NOWHERE)
    organisation = lens.viewer.organisation
    name = plays.hosting.offered(organisation).get(activity.iri)
    if name is None:
        raise NotFound(_NOWHERE)
    package = plays.hosting.get(organisation, name)
    manifest = plays.hosting.version(organisation, name, package.newest).manifest
    if not manifest.is_cmi5:
        wanted = NewPlay(name, agent_of(me.person), enrolment.registration, by=lens.viewer.trail_name)
        return plays.issue(organisation, wanted).address
    agent = _account_of(lens, me.person, enrolment)
    wanted = NewPlay(name, agent, enrolment.registration, by=lens.viewer.trail_name)
    address = plays.issue(organisation, wanted).address
    place = _place_of(package, manifest, activity.iri)
    return address if place is None else f"{address}?{UNIT}={place}"


def _account_of(lens: Lens, person: Person, enrolment: Enrolment) -> dict[str, object]:
    """Return somebody as an Agent with an account (cmi5 9.2): the one that they began with, if that is still theirs.

    Whoever has none is given one of ours, and it is put on record: what is said of it is then theirs.
    """
    known = [each for each in person.identities if each.kind is IdentityKind.ACCOUNT]
    accounts = sorted(known) or [_given_account(lens, person)]
    found = lens.services.cmi5.keeper.rows.find(lens.viewer.organisation, enrolment.registration)
    begun = "" if found is None else found[0].learner
    chosen = next((each for each in accounts if each.text == begun), accounts[0])
    return {"name": person.name, **_identifier(chosen)} if person.name else _identifier(chosen)


def _given_account(lens: Lens, person: Person) -> Identity:
    """Put an account of this deployment on somebody's record, and return it; raise Conflict where that is too late.

    Its name says nothing of them: content and its publisher are told it.
    """
    organisation, services = lens.viewer.organisation, lens.services
    entry = RecordReader(services.store, services.clock).get(organisation, Kind.PERSON, person.id)
    record = entry.record
    if not isinstance(record, Person) or record.merged_into is not None:
        message = "This record is another's by now; open the course again."
        raise Conflict(message)
    name = derived_id("learner", str(organisation), person.id)
    account = Identity.account(lens.sources.deployment.premises.base, str(name))
    changed = replace(record, identities=(*record.identities, account))
    change = Change(Kind.PERSON, person.id, changed, entry.version, "cmi5 9.2")
    Register(services.store, services.clock).write(organisation, [change], lens.viewer.trail_name)
    return account


def _place_of(package: Package, manifest: Manifest, iri: str) -> int | None:
    """Return which unit of a course an activity is, by its place; None for the course as a whole."""
    for place, item in enumerate(manifest.launched):
        if iri in (item.identifier, package.activity_of(manifest, item)):
            return place
    return None


def agent_of(person: Person) -> dict[str, object]:
    """Return somebody as an Agent that their statements are found by; raise Conflict for who has no identity on record.

    An account says the least of them; a mail address is the next best.
    """
    order = (IdentityKind.ACCOUNT, IdentityKind.MBOX, IdentityKind.MBOX_SHA1SUM, IdentityKind.OPENID)
    known = sorted(person.identities, key=lambda identity: (order.index(identity.kind), identity.text))
    if not known:
        message = "There is no identity on record that statements could be found by."
        raise Conflict(message)
    return {"name": person.name, **_identifier(known[0])} if person.name else _identifier(known[0])


def _identifier(identity: Identity) -> dict[str, object]:
    _, _, rest = identity.text.partition(" ")
    if identity.kind is IdentityKind.ACCOUNT:
        home, _, name = rest.partition(" ")
        return {"account": {"homePage": home, "name": name}}
    return {identity.kind.value: rest}


def _own(lens: Lens, me: Me, enrolment_id: str) -> Enrolment | None:
    return next((one for one in own_enrolments(lens, me) if one.id == enrolment_id), None)
