"""Settings of these tests."""

from hypothesis import settings

# A deadline for each example would make a slow machine a failing one.
settings.register_profile("tapecheck", deadline=None)
settings.load_profile("tapecheck")
