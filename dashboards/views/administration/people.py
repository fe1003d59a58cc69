"""Accounts by role and state, what the organisation asks of those who sign in, and who on record is who."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dashboards.views.administration.organisation import ADMINISTRATORS
from dashboards.views.lens import Lens
from training.accounts.administration import Administration
from training.accounts.member import Member, State
from training.accounts.policy import Policy
from training.accounts.provider import Provider
from training.accounts.sessions import OpenSession
from training.records.ids import FunderId, PersonId
from training.records.person import Person


@dataclass(frozen=True, slots=True)
class MemberView:
    """An account, the name of the person or funder on record that it reads as, and whether it has come to its end."""

    member: Member
    stands_for: str
    is_over: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class PeopleView:
    """Every account, by name; the policy, and the organisation's own sign-in where there is one."""

    members: tuple[MemberView, ...]
    policy: Policy
    provider: Provider | None

    def count(self, state: State) -> int:
        """Return how many accounts are in a state."""
        return sum(item.member.state is state for item in self.members)


@dataclass(frozen=True, slots=True)
class MemberDetail:
    """One account, and where it is signed in."""

    view: MemberView
    sessions: tuple[OpenSession, ...]


@dataclass(frozen=True, slots=True)
class Twins:
    """People on record who may be one: they have one name, or one address."""

    people: tuple[Person, ...]


def read_people(lens: Lens, administration: Administration) -> PeopleView:
    """Return the accounts of the viewer's organisation."""
    lens.viewer.require(ADMINISTRATORS)
    members = administration.members(lens.viewer)
    return PeopleView(
        tuple(_view(lens, member) for member in members),
        administration.policy(lens.viewer),
        administration.provider(lens.viewer),
    )


def read_member(lens: Lens, administration: Administration, account_id: str) -> MemberDetail:
    """Return one account; raises NotFound."""
    lens.viewer.require(ADMINISTRATORS)
    member = administration.get(lens.viewer, account_id)
    return MemberDetail(_view(lens, member), tuple(administration.sessions_of(lens.viewer, account_id)))


def find_twins(lens: Lens, most: int = 50) -> tuple[Twins, ...]:
    """Return people on record who may be one and are not merged: for somebody to look at, for names are shared."""
    lens.viewer.require(ADMINISTRATORS)
    found: defaultdict[str, dict[PersonId, Person]] = defaultdict(dict)
    for person in lens.records.people.values():
        if person.merged_into is not None:
            continue
        for text in (person.name, person.email):
            if text.strip():
                found[text.strip().casefold()][person.id] = person
    groups = {tuple(sorted(people)): people for people in found.values() if len(people) > 1}
    return tuple(Twins(tuple(people[name] for name in ids)) for ids, people in sorted(groups.items())[:most])


def merged_people(lens: Lens) -> tuple[tuple[Person, Person], ...]:
    """Return everybody who was merged, with whom they are now, by name."""
    lens.viewer.require(ADMINISTRATORS)
    people = lens.records.people
    pairs = [(item, people[lens.records.survivor(item.id)]) for item in people.values() if item.merged_into is not None]
    return tuple(sorted(pairs, key=lambda pair: (pair[1].name.casefold(), pair[0].id)))


def _view(lens: Lens, member: Member) -> MemberView:
    standing, name = member.standing, ""
    if standing.person_id is not None:
        person = lens.records.people.get(lens.records.survivor(PersonId(standing.person_id)))
        name = standing.person_id if person is None else person.name
    elif standing.funder_id is not None:
        funder = lens.records.funders.get(FunderId(standing.funder_id))
        name = standing.funder_id if funder is None else funder.name
    is_over = standing.expires_at is not None and standing.expires_at <= lens.now
    is_mine = lens.viewer.trail_name == f"account:{member.account_id}"
    return MemberView(member, name, is_over, is_mine)
