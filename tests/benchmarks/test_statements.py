"""The statements that measurements are made with are what an LMS sends."""

from collections import Counter

import orjson
import pytest

from benchmarks.statements import ACTORS, COURSES, LESSONS, Campus
from lrs.statements.rules import statement_problems
from lrs.versions import Version


@pytest.fixture(scope="module")
def sent():
    return list(Campus(seed=7).statements(0, 5_000))


def test_a_statement_takes_about_1200_bytes(sent):
    mean = sum(len(item.body) for item in sent) / len(sent)

    assert 1_100 <= mean <= 1_300


def test_no_two_have_the_same_id(sent):
    assert len({item.statement_id for item in sent}) == len(sent)
    assert all(orjson.loads(item.body)["id"] == item.statement_id for item in sent[:100])


@pytest.mark.parametrize("version", list(Version))
def test_each_keeps_every_rule_of_the_standard(sent, version):
    problems = [problem for item in sent[:500] for problem in statement_problems(orjson.loads(item.body), version)]

    assert problems == []


def test_a_batch_of_them_is_one_body(sent):
    body = b"[" + b",".join(item.body for item in sent[:50]) + b"]"

    assert len(orjson.loads(body)) == 50


def test_they_are_about_many_learners_activities_and_verbs(sent):
    values = [orjson.loads(item.body) for item in sent]

    assert len({value["actor"]["account"]["name"] for value in values}) == ACTORS == 240
    assert len({value["object"]["id"] for value in values}) == COURSES * LESSONS == 60
    assert len({value["verb"]["id"] for value in values}) == 8
    owners = {(value["context"]["registration"], value["actor"]["account"]["name"]) for value in values}
    assert max(Counter(registration for registration, _ in owners).values()) == 1


def test_they_carry_what_real_ones_carry(sent):
    values = [orjson.loads(item.body) for item in sent]

    for value in values:
        assert set(value["context"]["contextActivities"]) == {"parent", "grouping", "category"}
        assert len(value["context"]["extensions"]) == 2
    names = {name for value in values for name in value.get("result", ())}
    assert names == {"score", "success", "completion", "duration"}


def test_the_same_seed_gives_the_same_statements_however_they_are_cut(sent):
    pieces = [*Campus(seed=7).statements(0, 999), *Campus(seed=7).statements(999, 1_503)]

    assert pieces == sent[:2_502]
    assert next(Campus(seed=8).statements(0, 1)) != sent[0]
