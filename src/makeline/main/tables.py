"""Every table of the house, for migrations: importing a room's models adds them to the one collection."""

from sqlalchemy import MetaData

from makeline.cases.catalog import models as catalog_models
from makeline.cases.designs import models as design_models
from makeline.cases.kiosk import models as kiosk_models
from makeline.cases.kiosk import terms
from makeline.cases.machines import audit, heartbeat, refused_calls
from makeline.cases.machines import models as machine_models
from makeline.cases.ordering import models as ordering_models
from makeline.cases.privacy import models as privacy_models
from makeline.cases.production import content_check
from makeline.cases.production import models as production_models
from makeline.cases.shop import models as shop_models
from makeline.cases.stock import models as stock_models
from makeline.cases.styles import models as style_models
from makeline.commerce.accounts import models as account_models
from makeline.commerce.accounts import staff_models
from makeline.commerce.documents import models as document_models
from makeline.commerce.files import accesses as file_accesses
from makeline.commerce.files import models as file_models
from makeline.commerce.invoices import models as invoice_models
from makeline.commerce.orders import models as order_models
from makeline.commerce.payments import models as payment_models
from makeline.crm import models as crm_models
from makeline.crm import stage_models as crm_stage_models
from makeline.foundation import anomalies, chores, idempotency, inbox, moves, neighbours, outbox
from makeline.foundation.columns import metadata
from makeline.parts.call_requests import models as call_request_models
from makeline.parts.catalog import models as rate_models
from makeline.parts.geometry import models as part_file_models
from makeline.parts.geometry import uploads as part_upload_models
from makeline.parts.ordering import models as part_order_models
from makeline.parts.quotes import kept
from makeline.parts.quotes import models as quote_models

TABLE_MODULES = (
    outbox,
    moves,
    inbox,
    anomalies,
    chores,
    neighbours,
    idempotency,
    account_models,
    staff_models,
    document_models,
    file_models,
    file_accesses,
    order_models,
    payment_models,
    invoice_models,
    catalog_models,
    machine_models,
    audit,
    heartbeat,
    refused_calls,
    design_models,
    stock_models,
    style_models,
    ordering_models,
    production_models,
    content_check,
    kiosk_models,
    privacy_models,
    terms,
    shop_models,
    rate_models,
    part_file_models,
    call_request_models,
    kept,
    quote_models,
    crm_models,
    crm_stage_models,
    part_upload_models,
    part_order_models,
)


def all_tables() -> MetaData:
    """The tables of every room."""
    return metadata
