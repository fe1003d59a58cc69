"""What documents print is typed, readable again, and speaks the words of the records."""

from __future__ import annotations

import msgspec
import pytest

from evidence.content import (
    Content,
    DocumentType,
    Frame,
    SheetFlag,
    SheetStatus,
    SigningMethod,
    document_type_of,
)
from evidence.content.samples import FRAME, REISSUED, SAMPLES
from training.attendance.mark import Method, Rule, Status


@pytest.mark.parametrize("document_type", DocumentType)
def test_every_document_type_has_a_content_that_is_read_back_as_it_was_written(document_type: DocumentType) -> None:
    content = SAMPLES[document_type]
    written = msgspec.json.encode(content)
    assert document_type_of(content) is document_type
    assert msgspec.json.decode(written, type=Content) == content
    assert f'"type":"{document_type}"'.encode() in written


@pytest.mark.parametrize("frame", [FRAME, REISSUED])
def test_a_frame_is_read_back_as_it_was_written(frame: Frame) -> None:
    assert msgspec.json.decode(msgspec.json.encode(frame), type=Frame) == frame


def test_an_unknown_member_is_refused() -> None:
    written = msgspec.json.encode({**msgspec.to_builtins(SAMPLES[DocumentType.ATTENT]), "surprise": 1})
    with pytest.raises(msgspec.ValidationError, match="surprise"):
        msgspec.json.decode(written, type=Content)


def test_a_sheet_says_what_marks_say_in_their_words() -> None:
    assert {item.value for item in SheetStatus} == {item.value for item in Status}
    assert {item.value for item in SigningMethod} == {item.value for item in Method}
    assert {item.value for item in SheetFlag} == {item.value for item in Rule}


@pytest.mark.parametrize("document_type", DocumentType)
def test_every_document_type_has_a_french_heading_of_its_own(document_type: DocumentType) -> None:
    headings = [item.heading for item in DocumentType]
    assert document_type.heading
    assert headings.count(document_type.heading) == 1
