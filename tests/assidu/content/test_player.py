"""Courses, opened, answered, left and opened again in a real browser."""

from __future__ import annotations

from tests.assidu.content.conftest import Host, Opener
from tests.lrs.packages.building import ONE


def test_a_course_is_opened_answered_left_and_goes_on_where_it_was(host: Host, open_course: Opener) -> None:
    package = host.upload(ONE)
    first = open_course(host.link(package))
    assert first.do("answer('q1', 'a', true)") is True
    first.do("bookmark('page-7', 'é'.repeat(100))")
    first.wait_saved()
    first.page.close()

    again = open_course(host.link(package))

    assert again.content.inner_text("#here") == "page-7"
    assert again.do("get('cmi.suspend_data')") == "é" * 100
    assert again.do("count()") == 1
    verbs = [each["verb"]["id"].rpartition("/")[2] for each in host.statements()]
    print(verbs)
    for each in host.statements():
        print(each["verb"]["id"], each.get("result"))
