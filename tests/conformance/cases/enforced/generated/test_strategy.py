# without: passed
# with: passed
"""The strategy is for tests that need no client."""

from hypothesis import given, settings
from tapecheck.testing import answers


@settings(max_examples=5, database=None, deadline=None)
@given(answers("openai", "embeddings"))
def test_any_answer_has_data(answer):
    assert answer.status == 200
    assert answer.json()["data"]
