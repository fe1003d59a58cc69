"""The designs that courses are made by: linear, linear with choice, constrained, by what is known, with remediation."""

from __future__ import annotations

from lrs.scorm.values import Standing
from lrs.sequencing.tree import Tree
from tests.lrs.packages.sequenced import BY_CONTENT, Node, control, objective, objectives, rule, rules, tree
from tests.lrs.sequencing.learner import Learner

FREE = control(choice=True, flow=True)
LINEAR = control(choice=False, flow=True)
PASSED = Standing(success=True)
FAILED = Standing(success=False)


def waits_for(name: str) -> str:
    """Closed until a global objective is satisfied."""
    waiting = rule("pre", "disabled", "not satisfied@before", "not objectiveStatusKnown@before", combination="any")
    return rules(waiting) + objectives(
        objective("own", is_primary=True, writes=f"o-{name}"), objective("before", reads=f"o-{_before(name)}")
    )


def _before(name: str) -> str:
    return {"etiquette": "playing", "handicap": "etiquette"}[name]


def linear() -> Tree:
    return tree(
        LINEAR,
        Node("playing", objectives(objective("own", is_primary=True, writes="o-playing")) + BY_CONTENT),
        Node("etiquette", waits_for("etiquette") + BY_CONTENT),
        Node("handicap", waits_for("handicap") + BY_CONTENT),
    )


def test_in_a_linear_course_one_part_follows_the_other() -> None:
    lea = Learner(linear())

    assert lea.begin() == "playing"
    assert lea.refused() == {"playing": "", "etiquette": "no_choice", "handicap": "no_choice"}
    assert lea.open("handicap") == "no_choice"
    assert lea.current == "playing"


def test_a_part_stays_closed_until_the_one_before_it_is_satisfied() -> None:
    lea = Learner(linear())
    lea.begin()
    lea.does(success=False)
    assert lea.go("continue") == "disabled"

    # Nothing was left: whoever opens the course again begins the same part again.
    assert lea.begin() == "playing"
    lea.does(success=True)

    assert lea.go("continue") == "etiquette"
    assert lea.go("previous") == "playing"


def test_who_comes_back_to_what_is_not_complete_begins_it_again_and_to_what_is_goes_on() -> None:
    for completion, following in ((False, "playing"), (True, "etiquette")):
        lea = Learner(linear())
        lea.begin()
        lea.does(success=True, completion=completion)
        assert lea.begin() == following


def test_past_the_last_part_the_course_is_over_and_what_was_done_stands() -> None:
    lea = Learner(linear())
    lea.begin()
    for following in ("etiquette", "handicap", "over"):
        lea.does(success=True)
        assert lea.go("continue") == following

    assert lea.begin() == "playing"
    assert lea.go("continue") == "etiquette"


def chapters(**root: bool) -> Tree:
    """Chapters whose tests stop whoever has not passed them."""
    stop = rules(rule("pre", "stopForwardTraversal", "not satisfied", "not objectiveStatusKnown", combination="any"))
    return tree(
        control(choice=True, flow=True, **root),
        Node("one", FREE, (Node("lesson", BY_CONTENT), Node("test", stop + BY_CONTENT))),
        Node("two", FREE, (Node("more", BY_CONTENT), Node("end", BY_CONTENT))),
    )


def test_with_linear_choice_what_is_done_can_be_chosen_and_nothing_beyond() -> None:
    lea = Learner(chapters())
    assert lea.begin() == "lesson"
    assert lea.refused() == {"lesson": "", "test": "", "more": "stopped", "end": "stopped"}
    lea.does(success=True)
    lea.go("continue")
    lea.does(success=False)
    assert lea.go("continue") == "stopped"
    assert lea.open("end") == "stopped"
    lea.open("test")
    lea.does(success=True)

    assert lea.closed() == []
    assert lea.open("end") == "end"
    assert lea.open("lesson") == "lesson"


def constrained() -> Tree:
    near = '<adlseq:constrainedChoiceConsiderations constrainChoice="true"/>'
    return tree(
        FREE,
        *(Node(f"c{at}", FREE + near, (Node(f"p{at}", BY_CONTENT), Node(f"q{at}", BY_CONTENT))) for at in range(4)),
    )


def test_with_constrained_choice_only_what_is_beside_can_be_chosen() -> None:
    lea = Learner(constrained())
    lea.open("p1")

    assert lea.closed() == ["p3", "q3"]
    assert lea.refused()["p3"] == "constrained"
    assert lea.open("q2") == "q2"
    assert lea.closed() == ["p0", "q0"]


def test_what_prevents_activation_is_not_entered_by_choosing_into_it() -> None:
    shut = '<adlseq:constrainedChoiceConsiderations preventActivation="true"/>'
    lea = Learner(tree(FREE, Node("a", BY_CONTENT), Node("b", FREE + shut, (Node("b1"), Node("b2")))))
    lea.begin()

    assert lea.refused()["b1"] == "prevented"
    assert lea.go("continue") == "b1"
    assert lea.refused()["b2"] == ""


def known() -> Tree:
    """A pre-test whose objectives let whoever knows a thing skip the lesson about it."""
    names = ("playing", "etiquette")
    asked = "".join(objective(name, writes=f"o-{name}") for name in names)
    lessons = (
        Node(
            f"lesson-{name}",
            rules(rule("pre", "skip", "satisfied"))
            + objectives(objective("own", is_primary=True, reads=f"o-{name}"))
            + BY_CONTENT,
        )
        for name in names
    )
    return tree(FREE, Node("pretest", objectives("", asked) + BY_CONTENT), *lessons, Node("end", BY_CONTENT))


def test_what_is_known_already_is_skipped() -> None:
    lea = Learner(known())
    lea.begin()
    lea.does(success=False, playing=PASSED, etiquette=FAILED)

    assert lea.go("continue") == "lesson-etiquette"
    assert lea.go("previous") == "pretest"


def test_everything_known_leads_to_the_end() -> None:
    lea = Learner(known())
    lea.begin()
    lea.does(success=True, playing=PASSED, etiquette=PASSED)

    assert lea.go("continue") == "end"


def remediation(limit: str = "") -> Tree:
    """Content and a post-test; who fails it begins the whole again, who passes it is done."""
    post = rules(
        rule("post", "retryAll", "not satisfied"),
        rule("post", "exitAll", "satisfied"),
    )
    return tree(LINEAR, Node("content", BY_CONTENT), Node("posttest", post + limit + BY_CONTENT))


def test_who_fails_the_test_begins_again_and_who_passes_it_is_done() -> None:
    lea = Learner(remediation())
    lea.begin()
    lea.does(success=True)
    lea.go("continue")
    lea.does(success=False)

    assert lea.go("continue") == "content"
    lea.does(success=True)
    assert lea.go("continue") == "posttest"
    lea.does(success=True)

    assert lea.go("continue") == "over"


def test_a_test_is_taken_no_more_often_than_it_may_be() -> None:
    retry = rules(rule("post", "retry", "not satisfied"))
    limit = '<imsss:limitConditions attemptLimit="2"/>'
    lea = Learner(tree(LINEAR, Node("a", BY_CONTENT), Node("test", retry + limit + BY_CONTENT), Node("z", BY_CONTENT)))
    lea.begin()
    lea.does()
    for _ in range(2):
        assert lea.go("continue") == "test"
        lea.does(success=False)

    assert lea.go("continue") == "limit"
    assert lea.begin() == "limit"
    assert lea.open("test") in ("limit", "no_choice")
