"""The catalogue as one frozen picture in memory; it changes a few times a day and is asked at every step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from makeline.cases.catalog.models import (
    Brand,
    DeliveryZone,
    Extra,
    LinkState,
    PhoneModel,
    ShellRow,
    Template,
    brands,
    delivery_zones,
    extras,
    model_links,
    phone_models,
    shells,
    templates,
)
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import Kind, Refusal

TOPIC = "catalogue"

_BRANDS = Query(select(brands).order_by(brands.c.position), Brand)
_MODELS = Query(
    select(phone_models)
    .join(brands, brands.c.id == phone_models.c.brand_id)
    .order_by(brands.c.position, phone_models.c.position),
    PhoneModel,
)
_SHELLS = Query(select(shells).order_by(shells.c.phone_model_id, shells.c.position, shells.c.id), ShellRow)
_TEMPLATES = Query(select(templates).order_by(templates.c.position), Template)
_EXTRAS = Query(select(extras).order_by(extras.c.position), Extra)
_ZONES = Query(select(delivery_zones).order_by(delivery_zones.c.position), DeliveryZone)
_LINKS: Query[tuple[str, str]] = Query(
    select(model_links.c.partner_model, model_links.c.phone_model_id).where(
        model_links.c.state == LinkState.CONFIRMED
    ),
    tuple,
)


class ModelNotAvailable(Refusal):
    """The phone model is listed but cannot be ordered here."""

    code = "MODEL_NOT_AVAILABLE"
    kind = Kind.CONFLICT


@dataclass(frozen=True)
class Catalogue:
    """Everything on offer. ``model_keys`` maps every spelling of a model we accept to its id."""

    brands: Mapping[str, Brand]
    models: Mapping[str, PhoneModel]
    shells: Mapping[str, ShellRow]
    shells_of: Mapping[str, tuple[ShellRow, ...]]
    templates: Mapping[str, Template]
    extras: Mapping[str, Extra]
    zones: Mapping[str, DeliveryZone]
    model_keys: Mapping[str, str]

    def model(self, key: str) -> PhoneModel | None:
        """Resolve our id, the CN code, the partner's model id or an alias; None when nothing or two things fit."""
        found = self.model_keys.get(key.strip()) or self.model_keys.get(spelling(key))
        return self.models[found] if found else None

    def brand(self, key: str) -> Brand | None:
        """A brand by id or name, whatever its letter case."""
        wanted = key.strip().casefold()
        for brand in self.brands.values():
            if wanted in (brand.id.casefold(), brand.name.casefold()):
                return brand
        return None

    def template(self, key: str) -> Template | None:
        """A template by id or name."""
        wanted = key.strip()
        found = self.templates.get(wanted)
        if found is None:
            for template in self.templates.values():
                if template.name.casefold() == wanted.casefold():
                    return template
        return found


def catalogue(unit: Reading) -> Catalogue:
    """The catalogue, from memory when nobody has changed it."""
    return unit.snapshot(TOPIC, _load)


def spelling(key: str) -> str:
    """One spelling for many: lower case, spaces and hyphens as ``_``, ``+`` as ``plus``."""
    text = key.strip().casefold().replace("+", " plus")
    return "_".join(text.replace("-", " ").replace("_", " ").split())


def _load(unit: Reading) -> Catalogue:
    all_brands = {brand.id: brand for brand in unit.all(_BRANDS)}
    models = {model.id: model for model in unit.all(_MODELS)}
    all_shells = {shell.id: shell for shell in unit.all(_SHELLS)}
    shells_of: dict[str, tuple[ShellRow, ...]] = {}
    for shell in all_shells.values():
        shells_of[shell.phone_model_id] = (*shells_of.get(shell.phone_model_id, ()), shell)
    return Catalogue(
        brands=all_brands,
        models=models,
        shells=all_shells,
        shells_of=shells_of,
        templates={template.id: template for template in unit.all(_TEMPLATES)},
        extras={extra.id: extra for extra in unit.all(_EXTRAS)},
        zones={zone.id: zone for zone in unit.all(_ZONES)},
        model_keys=_model_keys(all_brands, models, unit.all(_LINKS)),
    )


def _model_keys(
    all_brands: Mapping[str, Brand],
    models: Mapping[str, PhoneModel],
    links: Sequence[tuple[str, str]],
) -> dict[str, str]:
    partner_ids: dict[str, set[str]] = {}
    for partner_model, model_id in links:
        partner_ids.setdefault(model_id, set()).add(partner_model)
    keys: dict[str, str | None] = {}
    for model in models.values():
        brand = all_brands[model.brand_id]
        names = {spelling(model.name), spelling(f"{brand.name} {model.name}"), spelling(model.id)}
        names |= {name.replace("galaxy_", "") for name in names}
        exact = {model.id, model.cn_code, *partner_ids.get(model.id, ())}
        for key in exact | names:
            # A spelling that fits two models resolves to neither: an order is never guessed.
            keys[key] = model.id if keys.get(key, model.id) == model.id else None
    return {key: model_id for key, model_id in keys.items() if model_id is not None}
