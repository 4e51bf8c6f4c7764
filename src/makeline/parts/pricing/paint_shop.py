"""What painting costs, as a service of its own and as a cover (rules M5, W10, W11, C1)."""

from collections.abc import Iterator
from decimal import Decimal

from makeline.parts.pricing.batch import Batch, Line
from makeline.parts.pricing.figures import places_6
from makeline.parts.pricing.tables import Tables


def paint_lines(batch: Batch) -> Iterator[Line]:
    """Paint, set-up, preparation of the surface, and the hands of the paint shop."""
    job, shop, factors, wish = batch.job, batch.job.shop.painting, batch.job.factors, batch.job.request.paint
    steps = _steps(job.tables, wish.prepare, wish.primer, wish.lakery)
    control = factors.paint_control
    yield Line("material", _paint(batch, wish.paint, steps, control))
    setup = batch.minutes("W1", "paint shop set-up, per order", shop.minutes_per_order, {})
    yield Line("setup", batch.money(setup) / batch.quantity, per_order=setup)
    yield Line("preparation", _preparation(batch, wish.paint, steps, control))
    handling = batch.minutes(
        "W11",
        "hanging, masking, packing",
        (shop.minutes_per_part + shop.minutes_per_dm2 * job.surface)
        * factors.complexity
        * factors.tolerance
        * factors.finish
        * batch.k_quantity,
        {
            "surface": job.surface,
            "complexity": factors.complexity,
            "tolerance": factors.tolerance,
            "finish": factors.finish,
            "quantity": batch.k_quantity,
        },
    )
    yield Line("handling", batch.money(handling), per_part=handling)


def cover_of_paint(batch: Batch) -> Line:
    """A coat of epoxy on a part that is made another way."""
    job, shop = batch.job, batch.job.shop.painting
    steps = _steps(job.tables, "a", "b", "a")
    coating = _paint(batch, "epoxy", steps, job.factors.paint_control) + _preparation(
        batch, "epoxy", steps, job.factors.paint_control
    )
    per_part = batch.minutes(
        "C1",
        "painting by hand, per part",
        (shop.minutes_per_part + shop.minutes_per_dm2 * job.surface) * batch.k_quantity,
        {"surface": job.surface, "quantity": batch.k_quantity},
    )
    amount = coating + batch.money(shop.minutes_per_order) / batch.quantity + batch.money(per_part)
    batch.trace.note("C1", "cover of paint", amount, "RUB", {"coating": coating, "minutes": per_part})
    return Line("cover:1", amount, per_order=shop.minutes_per_order, per_part=per_part)


def _steps(tables: Tables, prepare: str, primer: str, lakery: str) -> Decimal:
    levels = tables.coefficients.paint_steps
    return places_6(levels["prepare"][prepare] * levels["primer"][primer] * levels["lakery"][lakery])


def _paint(batch: Batch, name: str, steps: Decimal, control: Decimal) -> Decimal:
    paint = batch.job.tables.coefficients.paints[name]
    amount = batch.job.surface * paint.price * paint.k_type * steps * control * batch.k_quantity
    inputs = {"surface": batch.job.surface, "paint": name, "steps": steps, "control": control}
    return batch.trace.note("M5", "paint", amount, "RUB", inputs)


def _preparation(batch: Batch, name: str, steps: Decimal, control: Decimal) -> Decimal:
    job, coefficients = batch.job, batch.job.tables.coefficients
    cleaning = coefficients.cleaning.get(job.material.family, job.shop.painting.usual_cleaning)
    amount = (
        job.surface
        * coefficients.paint_preparation
        * cleaning
        * coefficients.paints[name].k_prepare
        * steps
        * control
        * batch.k_quantity
    )
    inputs = {"surface": job.surface, "cleaning": cleaning, "steps": steps, "control": control}
    return batch.trace.note("W10", "preparing the surface", amount, "RUB", inputs)
