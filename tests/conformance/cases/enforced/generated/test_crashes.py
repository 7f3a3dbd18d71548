# without: error
# with: failed
# says with: null
"""A message may have no content; the code takes it for a text. The smallest such answer is printed."""

from shop import assistant


def test_any_answer(generated):
    generated("openai", "chat.completions", examples=50).check(lambda: assistant.answer("Hello").upper())
