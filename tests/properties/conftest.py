"""Properties are tried on a machine that other tests keep busy: a slow example is no failure."""

from hypothesis import settings

settings.register_profile("calm", deadline=None, derandomize=True, max_examples=150)
settings.load_profile("calm")
