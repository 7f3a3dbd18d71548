from __future__ import annotations

from backend.messages import topics


def test_each_inbox_has_a_topic_of_its_own() -> None:
    assert len({topics.ALL, topics.inbox("agt_1"), topics.inbox("agt_2")}) == 3
