"""Sessions in the words of the documented answers."""

from datetime import datetime
from typing import Any

from makeline.cases.catalog.queries import catalogue
from makeline.cases.kiosk.confirm import Confirmed
from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.queries import is_over, pictures_of, status_now
from makeline.cases.kiosk.states import OPEN
from makeline.cases.machines.models import Machine
from makeline.commerce.orders.queries import order_by_id
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import utc_text, utc_text_or_none
from makeline.kernel.money import Money


def price_number(session: KioskSession) -> float | None:
    """The price as the documents write it, or null before there is one."""
    if session.price_minor is None or session.currency is None:
        return None
    return Money(session.price_minor, session.currency).as_number()


def status_answer(unit: Reading, session: KioskSession, machine: Machine) -> dict[str, Any]:
    """The answer to a poll: listed fields only, never the customer's address, browser or secret."""
    order = order_by_id(unit, session.order_id) if session.order_id is not None else None
    return {
        "session_id": session.key,
        "status": status_now(session, unit.now),
        "user_progress": session.progress,
        "expires_at": utc_text(session.expires_at),
        "created_at": utc_text(session.created_at),
        "last_activity": utc_text(session.last_activity),
        "machine_id": machine.key,
        "security_validated": not is_over(session, unit.now),
        "order_id": order.number if order else None,
        "payment_amount": price_number(session),
        "session_data": _session_data(unit, session),
    }


def _session_data(unit: Reading, session: KioskSession) -> dict[str, Any] | None:
    data = session.order_data
    if data is None:
        return None
    return {
        "brand": data.get("brand"),
        "model": data.get("model"),
        "template": data.get("template"),
        "user_selections": {
            "images_uploaded": len(pictures_of(unit, session.id)),
            "text_added": data.get("text"),
            "font": data.get("font"),
            "colors": data.get("colors"),
        },
    }


def standing(session: KioskSession, now: datetime) -> dict[str, Any]:
    """Status, progress, end and last activity, as several answers carry them."""
    return {
        "status": status_now(session, now),
        "user_progress": session.progress,
        "expires_at": utc_text(session.expires_at),
        "last_activity": utc_text(session.last_activity),
    }


def created_answer(session: KioskSession, machine: Machine, base_url: str) -> dict[str, Any]:
    """A fresh session with what its QR code says."""
    expires_at = utc_text(session.expires_at)
    return {
        "success": True,
        "session_id": session.key,
        "qr_data": {
            "session_id": session.key,
            "machine_id": machine.key,
            "expires_at": expires_at,
            "qr_url": f"{base_url}/?session={session.key}&machine={machine.key}",
        },
        "session_info": {
            "status": session.status,
            "user_progress": session.progress,
            "expires_at": expires_at,
            "created_at": utc_text(session.created_at),
        },
    }


def order_info_answer(unit: Reading, session: KioskSession, machine: Machine) -> dict[str, Any]:
    """What the machine shows before it takes money; the session has a summary."""
    shop = catalogue(unit)
    assert session.phone_model_id and session.template_id
    model, template = shop.models[session.phone_model_id], shop.templates[session.template_id]
    price = price_number(session)
    base = Money(min(model.price_minor, session.price_minor or 0), model.currency)
    breakdown = {"base_price": base.as_number()}
    extra = (session.price_minor or 0) - base.minor
    if extra:
        name = "ai_enhancement" if template.category == "ai" else "template"
        breakdown[name] = Money(extra, model.currency).as_number()
    data = session.order_data or {}
    features = ["AI Enhancement"] if template.category == "ai" else []
    features += ["Custom Text"] if data.get("text") else []
    return {
        "session_id": session.key,
        "order_summary": {
            "brand": shop.brands[model.brand_id].name,
            "model": model.name,
            "template": template.name,
            "price": price,
            "currency": session.currency,
            "features": [*features, "High Quality Print"],
        },
        "payment_info": {
            "amount": price,
            "currency": session.currency,
            "tax_included": True,
            "breakdown": breakdown,
        },
        "machine_info": {"id": machine.key, "location": session.location},
        "session_status": standing(session, unit.now),
    }


def confirmed_answer(confirmed: Confirmed, order_url: str) -> dict[str, Any]:
    """The outcome of a paid session; the same however often it is asked."""
    session, outcome = confirmed.session, confirmed.outcome
    return {
        "success": True,
        "message": "Payment confirmed successfully",
        "order_created": True,
        "order_id": outcome.order_number,
        "queue_number": outcome.queue_number,
        "session_status": {
            "status": session.status,
            "user_progress": session.progress,
            "payment_confirmed_at": utc_text_or_none(session.payment_confirmed_at),
        },
        "print_status": outcome.print_status,
        "order_url": order_url,
    }


def validated_answer(session: KioskSession, address: str, now: datetime) -> dict[str, Any]:
    """Whether the session is good: computed, never constant."""
    over = is_over(session, now)
    active = session.status in OPEN and not over
    return {
        "session_id": session.key,
        "valid": active,
        "security_validated": active,
        "session_health": {"is_expired": over, "is_active": active, **standing(session, now)},
        "security_info": {
            "client_ip": address,
            "validated": active,
            "security_level": "relaxed",
            "timestamp": utc_text(now),
        },
    }
