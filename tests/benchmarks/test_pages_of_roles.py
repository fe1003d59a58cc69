"""How much longer pages take where there is more: what they show more of counts apart."""

from benchmarks.scenarios.pages_of_roles import compare


def _page(p50_ms: float, size: int) -> dict[str, object]:
    return {"page": "learner.records", "role": "learner", "p50_ms": p50_ms, "bytes": size}


def test_a_page_that_shows_twice_as_much_may_take_twice_as_long() -> None:
    (found,) = compare([_page(10.0, 40_000)], [_page(21.0, 80_000)])
    assert (found["shows"], found["times"]) == (2.0, 1.05)


def test_a_page_that_shows_less_has_no_excuse() -> None:
    (found,) = compare([_page(10.0, 40_000)], [_page(15.0, 20_000)])
    assert (found["shows"], found["times"]) == (1.0, 1.5)


def test_pages_of_one_size_alone_are_left_out() -> None:
    assert compare([], [_page(15.0, 20_000)]) == []
