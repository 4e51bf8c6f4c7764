"""The sample shop, put into an empty database."""

from makeline.foundation.settings import Settings
from makeline.main.sandbox import restore_sandbox
from makeline.main.seed import seed_shop, stock_shop
from makeline.main.wiring import build_house
from makeline.parts.catalog.publish import publish_shipped


async def fill_shop(settings: Settings) -> bool:
    """Rates, catalogue, machines with their stock, and the examples of the documents; False when there are machines."""
    house = await build_house(settings)
    try:
        await house.database.begin(publish_shipped, actor="makeline")
        fresh = await house.database.begin(seed_shop, actor="seed")
        if fresh:
            await house.database.begin(stock_shop, actor="seed")
            await restore_sandbox(house)
            # The examples have taken blanks: a fresh shop is full.
            await house.database.begin(stock_shop, actor="seed")
    finally:
        await house.close()
    return fresh
