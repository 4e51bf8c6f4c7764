"""The simulated Stripe beside the embedded default: a process of its own, on a socket of its own."""

from collections.abc import Generator
from contextlib import contextmanager

from makeline.foundation.settings import Settings
from makeline.main.process_beside import process_beside


@contextmanager
def simulated_stripe(settings: Settings) -> Generator[None]:
    """It runs as long as the block does; nothing is started where an account is set."""
    if not settings.simulates_stripe:
        yield
        return
    with process_beside(
        "makeline.adapters.stripe.simulator",
        ["--notify", f"{settings.own_url}/stripe/webhook"],
        port=settings.stripe_simulator_port,
        who="Stripe",
        folder=settings.place.data_dir / "stripe",
        secrets={},
    ):
        yield
