"""The network is cut, tabs are closed and die, contents never say that they end: nothing is lost or doubled."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.assidu.content.conftest import Host, Opener, Opening
from tests.dashboards.conftest import wait_for
from tests.lrs.packages.building import Course, Part

# A content that ends without a word, as many do when their window just goes.
QUIET = {
    "1.2": Course("1.2", "fr.exemple.muet", "Gestes et postures", (Part("gestes", "Gestes", query="?quiet=1"),)),
    "2004": Course("2004", "fr.exemple.muet4", "Risque routier", (Part("route", "Route", query="?quiet=1"),)),
}
RESPONDED = "http://adlnet.gov/expapi/verbs/responded"
TERMINATED = "http://adlnet.gov/expapi/verbs/terminated"


@dataclass
class Sitting:
    """What one learner did, as the test saw it."""

    host: Host
    profile: BrowserContext
    open_course: Opener
    chance: random.Random
    learner: str
    link: str
    committed: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0
    began: float = 0
    tab: Opening | None = None

    def open(self) -> Opening:
        """Open the course, with a network: there is nothing to open without."""
        self.profile.set_offline(False)
        self.tab = self.open_course(self.link)
        self.tab.content  # noqa: B018 - waits until the content has begun
        self.began = time.monotonic()
        return self.tab

    def answer(self) -> None:
        """Give one answer; it counts once the runtime has said that it is committed."""
        assert self.tab is not None
        name, said = f"q{len(self.committed)}", self.chance.choice("abcd")
        if self.tab.do(f"answer('{name}', '{said}', {str(said == 'a').lower()})"):
            self.committed.append((name, said))

    def cut(self) -> None:
        """Cut the network, or mend it."""
        self.profile.set_offline(self.chance.random() < 0.6)

    def leave(self, how: str) -> None:
        """Go without a word: the tab is closed, or dies."""
        assert self.tab is not None
        self.seconds += time.monotonic() - self.began
        self.tab.die() if how == "die" else self.tab.page.close(run_before_unload=False)
        self.tab = None

    def settle(self) -> list[dict[str, Any]]:
        """Open the course once more, wait until everything is saved, leave, and return the statements."""
        self.open().wait_saved()
        self.leave("close")
        ends = len(self.ended())
        wait_for(lambda: len(self.ended()) > ends or self.is_ended(), seconds=30)
        return self.host.statements(self.learner)

    def ended(self) -> list[dict[str, Any]]:
        """The ends of sessions."""
        return [each for each in self.host.statements(self.learner) if each["verb"]["id"] == TERMINATED]

    def is_ended(self) -> bool:
        """Whether the last session has its end."""
        statements = self.host.statements(self.learner)
        begun = [each for each in statements if each["verb"]["id"].endswith("/initialized")]
        return len(self.ended()) >= len(begun)


@pytest.fixture
def sit(host: Host, profile: BrowserContext, open_course: Opener) -> Any:
    def start(seed: int, edition: str) -> Sitting:
        learner = f"apprenant-{edition}-{seed}"
        actor = {"account": {"homePage": "https://portail.exemple.fr", "name": learner}}
        link = host.link(host.upload(QUIET[edition]), actor)
        return Sitting(host, profile, open_course, random.Random(seed), learner, link)

    return start


def seconds_of(text: str) -> float:
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", text)
    assert found is not None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def wander(sitting: Sitting, steps: int, longest: float) -> None:
    """Answer, cut the network, leave and come back, as chance has it."""
    sitting.open()
    for _ in range(steps):
        act = sitting.chance.random()
        if act < 0.55:
            sitting.answer()
        elif act < 0.75:
            sitting.cut()
        elif act < 0.9:
            time.sleep(sitting.chance.uniform(0, longest))
        else:
            sitting.leave(sitting.chance.choice(("close", "close", "die")))
            sitting.open()
    sitting.leave("close")


def check(sitting: Sitting, statements: list[dict[str, Any]]) -> None:
    """Everything committed is there, once; the time is what it was."""
    given = Counter(
        (each["object"]["id"].rpartition("/")[2], each["result"]["response"])
        for each in statements
        if each["verb"]["id"] == RESPONDED
    )
    assert given == Counter(sitting.committed)
    declared = sum(seconds_of(each["result"]["duration"]) for each in statements if each["verb"]["id"] == TERMINATED)
    assert abs(declared - sitting.seconds) < 10


@pytest.mark.timeout(400)
@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize("edition", ["1.2", "2004"])
def test_whatever_cuts_a_learner_off_nothing_committed_is_lost_or_doubled(sit: Any, edition: str, seed: int) -> None:
    sitting = sit(seed, edition)

    wander(sitting, 16, 0.5)

    check(sitting, sitting.settle())


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(10, 20))
@pytest.mark.parametrize("edition", ["1.2", "2004"])
def test_the_same_many_times_over(sit: Any, edition: str, seed: int) -> None:
    sitting = sit(seed, edition)

    wander(sitting, 60, 4)

    check(sitting, sitting.settle())


@pytest.mark.parametrize("how", ["close", "die"])
def test_time_that_passes_without_a_commit_counts_however_the_tab_goes(sit: Any, how: str) -> None:
    sitting = sit(7 if how == "die" else 8, "1.2")
    sitting.open()
    sitting.answer()
    time.sleep(13)
    sitting.leave(how)

    check(sitting, sitting.settle())
