"""The gateway over a real store: many at once, processes that die, sessions gone silent, what a player finds again."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import orjson
import pytest

from lrs.courses.gateway import build_gateway
from lrs.documents import resources
from lrs.documents.selection import Address, Context
from lrs.errors import Overloaded, Unauthenticated
from lrs.scorm.commit import parse_commit
from lrs.scorm.delays import delays_at
from lrs.scorm.pen import attempt_iri
from lrs.scorm.placing import Place
from lrs.scorm.track import attempt_id
from lrs.scorm.vocabulary import ACTIVITY_STATE, ATTEMPT_STATE, CLOSED_BY
from tests.lrs.scorm.ground import MINUTE, body, cmi, interaction, shorts, wanted

SILENCE = delays_at(0).silence_seconds * 1_000_000


def commit(tree, sequence=None, **how):
    return parse_commit(body(tree, sequence), **how)


@pytest.fixture
def launch(launched):
    return launched.launch


def state(services, launch, attempt=1):
    iri = attempt_iri(launch, attempt_id(launch.track, attempt))
    context = Context(resources.STATE, iri, launch.learner, launch.registration)
    found = services.documents.find(launch.organisation, Address(context, ATTEMPT_STATE))
    return None if found is None else orjson.loads(found.document.body)


def attempts(services, launch):
    context = Context(resources.STATE, launch.activity["id"], launch.learner, launch.registration)
    found = services.documents.find(launch.organisation, Address(context, ACTIVITY_STATE))
    return orjson.loads(found.document.body)["attempts"]


def test_what_a_player_remembers_is_the_state_of_the_attempt(gateway, services, launch):
    gateway.take(launch, commit(cmi(suspend_data="a=1", location="page-2", exit="suspend"), 1))
    gateway.take(launch, commit(cmi(suspend_data="a=2", location="page-3", exit="suspend", total_time="PT3M"), 2))

    assert state(services, launch) == {
        "suspend_data": "a=2", "location": "page-3", "credit": "credit", "mode": "normal", "total_time": "PT3M",
    }  # fmt: skip
    assert attempts(services, launch) == [attempt_iri(launch, attempt_id(launch.track, 1))]


def test_a_new_attempt_has_a_state_of_its_own_and_is_listed(gateway, services, launch):
    gateway.take(launch, commit(cmi(suspend_data="un"), 1, is_end=True))
    gateway.take(launch, commit(cmi(suspend_data="deux", location="debut"), 1))

    assert state(services, launch)["suspend_data"] == "un"
    assert state(services, launch, attempt=2)["suspend_data"] == "deux"
    assert len(attempts(services, launch)) == 2


def test_an_overtaken_commit_does_not_take_a_learner_back(gateway, services, launch):
    gateway.take(launch, commit(cmi(location="page-1"), 1))
    gateway.take(launch, commit(cmi(location="page-9"), 9))
    taken = gateway.take(launch, commit(cmi(location="page-5"), 5))

    assert taken.place is Place.LATE
    assert state(services, launch)["location"] == "page-9"


def test_another_launch_of_the_same_learner_goes_on_where_the_first_left(gateway, organisation, log):
    first, second = (gateway.launches.issue(organisation, wanted(label=label)).launch for label in ("un", "deux"))
    gateway.take(first, commit(cmi([interaction(1)], exit="suspend"), 1, is_end=True))
    gateway.take(second, commit(cmi([interaction(1), interaction(2)], entry="resume"), 1))

    assert shorts(log())[-3:] == ["initialized", "resumed", "responded interactions/q2"]


def test_learners_organisations_and_registrations_have_tracks_of_their_own(gateway, services, organisation, log):
    from lrs.organisations import Organisations

    other = Organisations(services.store, services.clock).create("autre", "Autre").number
    launches = [
        gateway.launches.issue(organisation, wanted()),
        gateway.launches.issue(organisation, wanted(actor={"mbox": "mailto:b@example.org"})),
        gateway.launches.issue(organisation, wanted(registration=None)),
        gateway.launches.issue(other, wanted()),
    ]

    for each in launches:
        gateway.take(each.launch, commit(cmi([interaction(1)]), 1))

    assert len({each.launch.track for each in launches}) == 4
    assert len(log()) == 6
    theirs = [orjson.loads(entry.body) for entry in services.statements.since(other, 0)]
    assert shorts(theirs) == ["initialized", "responded interactions/q1"]
    assert not {each["id"] for each in theirs} & {each["id"] for each in log()}


def test_commits_of_many_learners_and_of_the_same_one_at_once_are_each_taken_once(services, organisation, log):
    """Four processes' worth of gateways, each with threads, post the same commits of the same learners."""
    gateways = [build_gateway(services) for _ in range(3)]
    launches = [
        gateways[0].launches.issue(organisation, wanted(actor={"mbox": f"mailto:l{at}@example.org"})).launch
        for at in range(4)
    ]
    rows = [interaction(number) for number in range(6)]
    parsed = [commit(cmi(rows[: at + 1]), at + 1, session="s") for at in range(6)]
    for launch in launches:
        gateways[0].take(launch, parsed[0])
    work = [(gateway, launch, each) for each in parsed for launch in launches for gateway in gateways]

    with ThreadPoolExecutor(12) as pool:
        taken = list(pool.map(lambda job: job[0].take(job[1], job[2]), work))

    assert len(taken) == len(work)
    assert Counter(shorts(log())) == Counter(
        ["initialized"] * 4 + [f"responded interactions/q{number}" for number in range(6)] * 4
    )
    assert len({each["id"] for each in log()}) == len(log())


def test_one_bad_commit_among_many_is_refused_alone(gateway, organisation, log):
    launches = [
        gateway.launches.issue(organisation, wanted(actor={"mbox": f"mailto:l{at}@example.org"})).launch
        for at in range(8)
    ]
    together = threading.Barrier(8)

    def one(at):
        together.wait()
        latency = "long" if at == 3 else "PT1S"
        try:
            return gateway.take(launches[at], commit(cmi([interaction(1, latency=latency)]), 1)).statements
        except Exception as error:  # noqa: BLE001 - which one is what is looked at
            return type(error).__name__

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one, range(8)))

    assert outcomes == [2, 2, 2, "InvalidRequest", 2, 2, 2, 2]
    assert len(log()) == 14


def test_while_one_learner_s_commit_is_delivered_others_are_served_and_that_learner_s_next_waits(
    services, organisation, log
):
    gateway = build_gateway(services)
    slow, quick = (
        gateway.launches.issue(organisation, wanted(actor={"mbox": f"mailto:{name}@example.org"})).launch
        for name in ("lente", "vive")
    )
    append, delivering, released = gateway._delivery.append, threading.Event(), threading.Event()

    def held_up(number, drafts):
        if not delivering.is_set():
            delivering.set()
            assert released.wait(20)
        append(number, drafts)

    gateway._delivery.append = held_up
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(gateway.take, slow, commit(cmi([interaction(1)]), 1))
        assert delivering.wait(20)
        assert gateway.take(quick, commit(cmi([interaction(2)]), 1)).statements == 2
        # The same bytes again are no replay before they are durable.
        again = pool.submit(gateway.take, slow, commit(cmi([interaction(1)]), 1))
        assert not wait([first, again], timeout=0.2).done
        released.set()
        assert [first.result().place, again.result().place] == [Place.NEW, Place.REPLAY]

    assert Counter(shorts(log())) == Counter(
        ["initialized"] * 2 + ["responded interactions/q1", "responded interactions/q2"]
    )


class _Dies(Exception):
    pass


@pytest.mark.parametrize("dies", ["before the append", "after the append"])
def test_what_a_dying_process_noted_is_delivered_once_by_the_commit_sent_again(services, launch, log, dies):
    dying = build_gateway(services)
    append = dying._delivery.append

    def die(organisation, drafts):
        if dies == "after the append":
            append(organisation, drafts)
        raise _Dies

    dying._delivery.append = die
    sent = commit(cmi([interaction(1)], suspend_data="x"), 1)
    with pytest.raises(_Dies):
        dying.take(launch, sent)
    stored = len(log())

    again = build_gateway(services).take(launch, sent)

    assert stored == (0 if dies == "before the append" else 2)
    assert again.place is Place.REPLAY
    assert shorts(log()) == ["initialized", "responded interactions/q1"]
    assert state(services, launch)["suspend_data"] == "x"


def test_what_could_not_be_delivered_is_delivered_before_what_comes_next(gateway, services, launch, log):
    append, busy = gateway._delivery.append, [True]

    def sometimes(organisation, drafts):
        if busy.pop():
            raise Overloaded("The store is busy.")
        append(organisation, drafts)

    gateway._delivery.append = sometimes
    with pytest.raises(Overloaded):
        gateway.take(launch, commit(cmi([interaction(1)]), 1))
    gateway._delivery.append = append

    gateway.take(launch, commit(cmi([interaction(1), interaction(2)]), 2))

    assert shorts(log()) == ["initialized", "responded interactions/q1", "responded interactions/q2"]


def test_what_a_dead_process_noted_is_delivered_by_the_worker_if_nobody_comes(services, clock, launch, log):
    dying = build_gateway(services)
    dying._delivery.append = lambda *_: (_ for _ in ()).throw(_Dies)
    with pytest.raises(_Dies):
        dying.take(launch, commit(cmi([interaction(1)], suspend_data="x"), 1))
    worker = build_gateway(services)
    worker.tend(launch.organisation)
    too_early = log()
    clock.micros += delays_at(clock.micros).undelivered_seconds * 1_000_000

    worker.tend(launch.organisation)

    assert too_early == []
    assert shorts(log()) == ["initialized", "responded interactions/q1"]
    assert state(services, launch)["suspend_data"] == "x"
    assert worker.tend(launch.organisation) == 0


def test_the_worker_ends_a_session_gone_silent_once_and_a_commit_reopens_it(gateway, services, clock, launch, log):
    gateway.take(launch, commit(cmi([interaction(1)]), 1))
    clock.micros += SILENCE - 1
    build_gateway(services).tend(launch.organisation)
    not_yet = shorts(log())
    clock.micros += 1

    for _ in range(2):
        build_gateway(services).tend(launch.organisation)
    ended = log()
    clock.micros += MINUTE
    gateway.take(launch, commit(cmi([interaction(1), interaction(2)]), 2))

    assert not_yet == ["initialized", "responded interactions/q1"]
    assert shorts(ended) == [*not_yet, "terminated"]
    assert ended[-1]["context"]["extensions"][CLOSED_BY] == "silence"
    assert ended[-1]["timestamp"] == ended[0]["timestamp"]
    assert shorts(log())[3:] == ["resumed", "responded interactions/q2"]


def test_a_launch_may_have_a_silence_of_its_own(gateway, clock, organisation, log):
    launch = gateway.launches.issue(organisation, wanted(silence_seconds=60)).launch
    gateway.take(launch, commit(cmi(), 1))
    clock.micros += 61_000_000

    gateway.tend(organisation)

    assert shorts(log()) == ["initialized", "terminated"]


def test_a_session_whose_launch_ended_meanwhile_is_ended_all_the_same(gateway, clock, organisation, log):
    launch = gateway.launches.issue(organisation, wanted(valid_seconds=120)).launch
    gateway.take(launch, commit(cmi(), 1))
    clock.micros += SILENCE

    gateway.tend(organisation)

    assert shorts(log()) == ["initialized", "terminated"]


def test_a_revoked_launch_takes_nothing_whoever_revoked_it(gateway, services, launch, log):
    gateway.take(launch, commit(cmi(), 1))
    build_gateway(services).launches.revoke(launch.organisation, launch.id)

    with pytest.raises(Unauthenticated):
        gateway.take(launch, commit(cmi([interaction(1)]), 2))

    assert shorts(log()) == ["initialized"]


def test_statements_are_of_the_gateway_s_authority_and_of_the_launch_s_learner(gateway, launch, log):
    gateway.take(launch, commit(cmi(), 1))

    statement = log()[0]

    assert statement["authority"]["account"]["name"] == "scorm"
    assert statement["actor"] == {"objectType": "Agent", **launch.actor}
    assert statement["context"]["registration"] == str(launch.registration)
    assert statement["object"]["definition"]["name"] == launch.activity["definition"]["name"]


def test_a_token_is_kept_hashed_and_a_launch_reads_back_as_it_was_made(gateway, services, organisation, launched):
    found = build_gateway(services).launches.find(launched.token)

    assert found == launched.launch
    assert replace(found, id="") != found
    row = services.store.collection("scorm_launches").find_one({"o": organisation})
    assert launched.token not in str(row)
