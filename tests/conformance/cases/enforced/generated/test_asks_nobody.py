# without: error
# with: failed
# says with: chat.completions
"""The code never asks, so no answer could break it."""

from shop import prices


def test_any_answer(generated):
    generated("openai", "chat.completions", examples=5).check(lambda: prices.total(["rose"]))
