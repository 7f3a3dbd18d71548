from __future__ import annotations

from backend.shared.document import Space, topic


def test_every_document_and_every_space_has_its_own_topic() -> None:
    topics = {topic(space, name) for space in Space for name in (None, "", "a", "a:b", "state")}
    assert len(topics) == 10
