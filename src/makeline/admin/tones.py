"""States have a colour as well as a word: five tones for all of them."""

_TONES = {
    "good": (
        "paid completed done online authorised accepted printed collected delivered confirmed settled ok fixed clear"
        " released free_order answered succeeded captured published active rendered payment_completed applied posted"
    ),
    "busy": (
        "in_production processing printing busy pending queued submitted shipped partly_paid refunding announced"
        " preparing wanted working contacted open sent issued measuring"
    ),
    "wait": (
        "created unpaid waiting waiting_for_payment out_of_stock paused held unknown draft needs_review review new"
        " expiring looked_at awaiting_payment payment_pending on_hold waiting_for_staff in_review"
    ),
    "bad": "waiting_for_staff failed dead offline stopped refused rejected anomaly lost error damaged overdue drift",
    "off": "cancelled canceled expired refunded voided ended superseded revoked closed withdrawn",
}
_BY_WORD = {word: tone for tone, words in _TONES.items() for word in words.split()}


def tone_of(state: object) -> str:
    """``good``, ``busy``, ``wait``, ``bad`` or ``off``; what nobody has placed is ``off``."""
    return _BY_WORD.get(str(state).lower(), "off")
