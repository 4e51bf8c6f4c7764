"""``makeline order …``: what staff do for a customer. Works beside a running server."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import typer

from makeline.cases.kiosk.give_back import give_back
from makeline.cases.kiosk.renew_link import renew_link
from makeline.cases.shop.cancel_order import cancel_order
from makeline.cases.shop.hand_over import collect_order, ship_order
from makeline.commerce.payments.gateway import GatewayTrouble, Report
from makeline.commerce.payments.unknown import find_unknown_payments
from makeline.foundation.settings import Settings
from makeline.kernel.money import Money
from makeline.main.console import DataDir, act_on_database, console, run_to_end, settings_or_exit
from makeline.main.wiring import build_house, order_links_of

Number = Annotated[str, typer.Argument(metavar="ORDER", help="the order's number")]
By = Annotated[str, typer.Option("--by", help="who decides; it stands in the history")]

order_commands = typer.Typer(no_args_is_help=True, help=__doc__)

_USUAL = "command line"


@order_commands.command("revoke-link")
def revoke_link(number: Number, by: By = _USUAL, data_dir: DataDir = None) -> None:
    """Let no address of its page open it any more that was given away so far, and tell the new one."""
    session = act_on_database(data_dir, lambda unit: renew_link(unit, number), actor=by)
    address = order_links_of(settings_or_exit(None, data_dir)).url(session)
    console.print(f"Every earlier address of {number} is void. Its page is now at\n{address}", soft_wrap=True)


@order_commands.command()
def refunded(
    number: Number,
    reason: Annotated[str, typer.Option(help="why; it stands in the history")],
    by: By = _USUAL,
    data_dir: DataDir = None,
) -> None:
    """Note that the customer was given his money back, all of it; a print that may still come out is cancelled before."""
    order = act_on_database(data_dir, lambda unit: give_back(unit, number, reason=reason), actor=by)
    console.print(f"{number}: {Money(order.total_minor, order.currency)} given back.")


@order_commands.command()
def ship(
    number: Number,
    carrier: Annotated[str, typer.Option(help="who carries the parcel")],
    tracking: Annotated[str, typer.Option(help="the parcel's number, if it has one")] = "",
    by: By = _USUAL,
    data_dir: DataDir = None,
) -> None:
    """Note that an order of the webstore was sent; its customer gets a letter."""
    act_on_database(
        data_dir, lambda unit: ship_order(unit, number, carrier=carrier, tracking=tracking), actor=by
    )
    console.print(f"{number} is on its way with {carrier}.", highlight=False)


@order_commands.command()
def collected(number: Number, by: By = _USUAL, data_dir: DataDir = None) -> None:
    """Note that the customer of the webstore has collected his order at the machine."""
    act_on_database(data_dir, lambda unit: collect_order(unit, number), actor=by)
    console.print(f"{number} is collected.", highlight=False)


@order_commands.command()
def cancel(
    number: Number,
    reason: Annotated[str, typer.Option(help="why; it stands in the history")],
    by: By = _USUAL,
    data_dir: DataDir = None,
) -> None:
    """Cancel an order of the webstore while nobody may be printing it; what was held or taken goes back."""
    act_on_database(data_dir, lambda unit: cancel_order(unit, number, reason=reason), actor=by)
    console.print(f"{number} is cancelled.", highlight=False)


@order_commands.command()
def unknown(
    hours: Annotated[float, typer.Option(min=0, help="pages opened within so many hours")] = 48,
    data_dir: DataDir = None,
) -> None:
    """Ask the payment gateway for money that was paid for orders we do not have, as after a restore; 1 when there is any."""
    settings = settings_or_exit(None, data_dir)
    found = run_to_end(_unknown(settings, timedelta(hours=hours)))
    for page in found:
        console.print(
            f"{page.page_reference}: {page.amount}, {page.standing.value}, our reference {page.payment_reference}",
            highlight=False,
        )
    console.print(f"{len(found)} payments of orders that are not here; see the anomalies.")
    raise typer.Exit(1 if found else 0)


async def _unknown(settings: Settings, within: timedelta) -> Sequence[Report]:
    house = await build_house(settings)
    try:
        since = house.database.clock() - within
        return await find_unknown_payments(house.database.begin, house.gateway, since=since)
    except GatewayTrouble as trouble:
        console.print(f"[red]{trouble.reason}[/red]")
        raise typer.Exit(2) from None
    finally:
        await house.close()
