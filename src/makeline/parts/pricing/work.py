"""Minutes and money per part, line by line (rules M4, W1 to W9, C2, C3)."""

from collections.abc import Iterator

from makeline.parts.pricing.batch import CM3_PER_KG, Batch, Line
from makeline.parts.pricing.figures import ONE, ZERO, places_6
from makeline.parts.pricing.fit import chamber_of
from makeline.parts.pricing.paint_shop import cover_of_paint, paint_lines
from makeline.parts.pricing.tables import Service

_PAINTING, _PLATING = "1", "2"


def lines_of(batch: Batch) -> Iterator[Line]:
    """The lines of a price in the order in which they are shown."""
    request = batch.job.request
    if request.service is Service.PAINTING:
        yield from paint_lines(batch)
    else:
        yield _material(batch)
        yield from _printing(batch) if request.service is Service.PRINTING else _cutting(batch)
    yield _inspection(batch)
    if _PAINTING in request.covers and request.service is not Service.PAINTING:
        yield cover_of_paint(batch)
    if _PLATING in request.covers:
        yield _cover_of_metal(batch)
    beyond = len(request.certificates - batch.job.tables.coefficients.own_certificates[request.service])
    if beyond:
        amount = batch.job.shop.certificate * beyond / batch.quantity
        batch.trace.note("C3", "certificates", amount, "RUB", {"beyond": beyond, "quantity": batch.quantity})
        yield Line("certificates", amount)


def _material(batch: Batch) -> Line:
    job = batch.job
    price = job.material.prices[job.request.form]
    profit = ONE + job.place.location.profit_on_material
    amount = batch.weight * price * job.shop.purchase_surcharge * profit
    inputs = {
        "weight": batch.weight,
        "price": price,
        "surcharge": job.shop.purchase_surcharge,
        "profit": profit,
    }
    return Line("material", batch.trace.note("M4", "material", amount, "RUB", inputs))


def _cutting(batch: Batch) -> Iterator[Line]:
    job, shop, factors = batch.job, batch.job.shop, batch.job.factors
    service, stock, family = job.request.service, job.stock, job.material.family
    assert stock is not None
    dimensions = job.request.dimensions
    setup = batch.minutes(
        "W1",
        "set-up and programming, per order",
        shop.setups[service] * shop.setup_minutes[service]
        + (shop.program_base + shop.program_per_dimension * dimensions) * factors.complexity,
        {"n_dimensions": dimensions, "complexity": factors.complexity},
    )
    yield Line("setup", batch.money(setup) / batch.quantity, per_order=setup)
    rate = shop.rough[service][family] * shop.machinability_of(job.material.id)
    removed = max(ZERO, stock.blank - job.shape.volume)
    rough = batch.minutes("W2", "roughing", removed / rate, {"removed": removed, "rate": rate})
    fine = batch.minutes(
        "W3",
        "finishing",
        job.shape.area / shop.fine[family],
        {"area": job.shape.area, "rate": shop.fine[family]},
    )
    machining = batch.minutes(
        "W4",
        "machining",
        (rough + fine)
        * factors.complexity
        * factors.tolerance
        * factors.finish
        * factors.control
        * batch.k_quantity,
        {
            "rough": rough,
            "fine": fine,
            "complexity": factors.complexity,
            "tolerance": factors.tolerance,
            "finish": factors.finish,
            "control": factors.control,
            "quantity": batch.k_quantity,
        },
    )
    yield Line("machining", batch.money(machining), per_part=machining)
    blank_weight = places_6(stock.blank * job.material.density / CM3_PER_KG)
    handling = batch.minutes(
        "W5",
        "handling",
        (shop.handling_per_part + shop.handling_per_kg * blank_weight) * factors.control * batch.k_quantity,
        {"blank_weight": blank_weight, "control": factors.control, "quantity": batch.k_quantity},
    )
    yield Line("handling", batch.money(handling), per_part=handling)


def _printing(batch: Batch) -> Iterator[Line]:
    job, shop, factors = batch.job, batch.job.shop.printing, batch.job.factors
    assert job.stock is not None
    setup = batch.minutes("W1", "file preparation, per order", shop.minutes_per_order, {})
    yield Line("setup", batch.money(setup) / batch.quantity, per_order=setup)
    box, chamber = job.stock.blank, chamber_of(job.place.machines)
    share = max(shop.smallest_share / batch.quantity, box / (shop.packing * chamber))
    preparation = batch.minutes(
        "W7",
        "our share of preparing a build",
        shop.preparation_minutes * share,
        {"box": box, "chamber": chamber, "quantity": batch.quantity},
    )
    building = batch.minutes("W8", "building", box / 1000 / shop.litres_per_hour * 60, {"box": box})
    machining = preparation + building
    yield Line("machining", batch.money(machining), per_part=machining)
    handling = batch.minutes(
        "W9",
        "removing powder and blasting",
        (shop.minutes_per_part + shop.minutes_per_dm2 * job.surface)
        * factors.complexity
        * factors.tolerance
        * factors.finish
        * factors.control
        * batch.k_quantity,
        {
            "surface": job.surface,
            "complexity": factors.complexity,
            "tolerance": factors.tolerance,
            "finish": factors.finish,
            "control": factors.control,
            "quantity": batch.k_quantity,
        },
    )
    yield Line("handling", batch.money(handling), per_part=handling)


def _inspection(batch: Batch) -> Line:
    job, shop, quantity = batch.job, batch.job.shop, batch.quantity
    share = ONE
    if quantity > shop.inspect_all_up_to:
        share = places_6(
            shop.inspection_share + (1 - shop.inspection_share) * shop.inspect_all_up_to / quantity
        )
    minutes = batch.minutes(
        "W6",
        "inspection",
        job.request.dimensions
        * shop.inspection_per_dimension
        * share
        * job.factors.control
        * batch.k_quantity,
        {
            "n_dimensions": job.request.dimensions,
            "share": share,
            "control": job.factors.control,
            "quantity": batch.k_quantity,
        },
    )
    return Line("inspection", batch.money(minutes), per_part=minutes)


def _cover_of_metal(batch: Batch) -> Line:
    job, shop = batch.job, batch.job.shop.plating
    coating = job.surface * shop.price_per_dm2 * job.factors.control * batch.k_quantity
    per_part = batch.minutes(
        "C2",
        "plating by hand, per part",
        shop.minutes_per_part * batch.k_quantity,
        {"quantity": batch.k_quantity},
    )
    amount = coating + batch.money(shop.minutes_per_order) / batch.quantity + batch.money(per_part)
    batch.trace.note("C2", "cover of metal", amount, "RUB", {"coating": coating, "minutes": per_part})
    return Line("cover:2", amount, per_order=shop.minutes_per_order, per_part=per_part)
