from __future__ import annotations

from tapecheck.faults import Reply
from tapecheck.serving import Answer, Source


def test_little_need_be_known() -> None:
    answer = Answer(reply=Reply(status=404), source=Source.REFUSED)
    assert (answer.provider, answer.operation, answer.name) == (None, None, None)


def test_sources_are_words() -> None:
    assert [str(source) for source in Source] == ["cassette", "generated", "fault", "refused"]
