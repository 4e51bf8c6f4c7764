"""The hosted payment page of the simulated Stripe, and a look into its books."""

from html import escape
from typing import Final

from makeline.adapters.stripe.simulator.books import Books, Thing

# What each test card does, as the real ones are told apart.
PAYS: Final = "4242 4242 4242 4242"
ASKS: Final = "4000 0025 0000 3155"
DECLINED: Final = "4000 0000 0000 0002"
NO_MONEY: Final = "4000 0000 0000 9995"
CARDS = {
    PAYS: "pays",
    ASKS: "your bank asks you first",
    DECLINED: "is declined",
    NO_MONEY: "has not enough money",
}
TROUBLES = {
    DECLINED: "Your card was declined. Try another one.",
    NO_MONEY: "Your card has not enough money. Try another one.",
}
_STYLE = """
:root{color-scheme:light dark;--ink:#1a1f36;--soft:#697386;--line:#e3e8ee;--paper:#fff;--ground:#f6f8fa;--go:#5b4ddb}
@media(prefers-color-scheme:dark){:root{--ink:#eef1f6;--soft:#9aa5b8;--line:#323a4a;--paper:#1c2230;--ground:#12161f}}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground)}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem;display:grid;gap:2rem;grid-template-columns:1fr 1fr}
@media(max-width:44rem){main{grid-template-columns:1fr;padding:1rem}}
h1{font-size:2.25rem;margin:.25rem 0 1.5rem}p.soft,small{color:var(--soft)}a{color:inherit}
.badge{background:#ffde92;color:#7a4d00;border-radius:4px;padding:.1rem .5rem;font-size:.75rem;font-weight:600}
table{width:100%;border-collapse:collapse}td{padding:.6rem 0;border-bottom:1px solid var(--line)}
td:last-child{text-align:right;white-space:nowrap}
form{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:1.5rem}
fieldset{border:0;margin:0 0 1rem;padding:0}legend{font-weight:600;margin-bottom:.5rem}
label{display:flex;gap:.6rem;align-items:center;padding:.65rem .75rem;border:1px solid var(--line);border-radius:8px;
margin-bottom:.4rem;cursor:pointer}label:has(:checked){border-color:var(--go);box-shadow:0 0 0 1px var(--go)}
label small{margin-left:auto;text-align:right}
button{width:100%;padding:.8rem;border:0;border-radius:8px;background:var(--go);color:#fff;font:600 1rem system-ui;
cursor:pointer}button.plain{background:none;color:inherit;border:1px solid var(--line);margin-top:.5rem}
:focus-visible{outline:3px solid var(--go);outline-offset:2px}
.no{background:#fde8e8;color:#8c1c1c;border-radius:8px;padding:.6rem .75rem;margin:0 0 1rem}
.wide{grid-column:1/-1}.wide td,.wide th{text-align:left;font-size:.85rem;padding:.4rem .6rem .4rem 0}
"""


def payment_page(session: Thing, trouble: str = "") -> str:
    """What is bought, and ways to pay it."""
    rows = "".join(
        f"<tr><td>{escape(item['name'])}{_times(item)}</td><td>{_money(item['amount'], session)}</td></tr>"
        for item in session["_items"]
    )
    cards = "".join(
        _way(f"card:{number}", f"Card {number}", what, chosen=number == PAYS)
        for number, what in CARDS.items()
    )
    others = (
        _way("wallet", "Wallet", "taken at once, cannot be held")
        + _way("debit", "Bank debit", "comes later")
        + _way("debit_refused", "Bank debit", "comes back unpaid")
    )
    no = f'<p class="no" role="alert">{escape(trouble)}</p>' if trouble else ""
    email = escape(session["customer_email"] or "")
    return _page(
        "Pay",
        f"""<section><p class="soft"><a href="{escape(session["cancel_url"])}">Back to the shop</a>
 <span class="badge">SIMULATED</span></p><p class="soft">To pay</p><h1>{_money(session["amount_total"], session)}</h1>
<table>{rows}</table><p class="soft">{email}</p></section>
<form method="post">{no}<fieldset><legend>Pay with a test card</legend>{cards}</fieldset>
<fieldset><legend>Or otherwise</legend>{others}</fieldset>
<button>Pay {_money(session["amount_total"], session)}</button>
<p class="soft"><small>No card number is real here, and no money moves.</small></p></form>""",
    )


def question_page(session: Thing) -> str:
    """The customer's bank wants to be sure."""
    amount = _money(session["amount_total"], session)
    return _page(
        "Your bank asks",
        f"""<section><p class="soft">Test bank <span class="badge">SIMULATED</span></p><h1>Is it you?</h1>
<p>Makeline asks for {amount}.</p></section>
<form method="post"><button name="way" value="agreed">Yes, pay {amount}</button>
<button class="plain" name="way" value="denied">No</button></form>""",
    )


def closed_page(session: Thing) -> str:
    """It was paid, or its time is over."""
    said = "This page was paid." if session["status"] == "complete" else "The time of this page is over."
    return _page(
        "Closed",
        f'<section><h1>{said}</h1><p><a href="{escape(session["cancel_url"])}">To the shop</a></p></section>',
    )


def overview(books: Books) -> str:
    """Every page that was opened, newest first."""
    rows = "".join(
        f"<tr><td>{escape(session['client_reference_id'] or session['id'])}</td><td>{_money(session['amount_total'], session)}</td>"
        f"<td>{escape(session['status'])}</td><td>{_behind(books, session)}</td></tr>"
        for session in list(books.sessions.values())[:-201:-1]
    )
    effects = "".join(
        f"<tr><td>{escape(what)}</td><td>{minor / 100:.2f}</td><td>{escape(name)}</td></tr>"
        for what, name, minor in books.effects[:-201:-1]
    )
    return _page(
        "Simulated Stripe",
        f"""<section class="wide"><h1>Simulated Stripe</h1><table><tr><th>Payment</th><th>Amount</th><th>Page</th>
<th>Money</th></tr>{rows}</table><h2>What was done</h2><table>{effects}</table></section>""",
    )


def _behind(books: Books, session: Thing) -> str:
    intent = books.intents.get(session["payment_intent"] or "")
    return escape(intent["status"]) if intent else "none"


def _way(value: str, name: str, what: str, *, chosen: bool = False) -> str:
    checked = " checked" if chosen else ""
    return (
        f'<label><input type="radio" name="way" value="{value}"{checked}>{name}<small>{what}</small></label>'
    )


def _times(item: Thing) -> str:
    return f" × {item['quantity']}" if item["quantity"] > 1 else ""


def _money(minor: int, session: Thing) -> str:
    return f"{minor / 100:.2f}&nbsp;{escape(session['currency'].upper())}"


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style><main>{body}</main></html>'
    )
