"""Every no has plain words: whatever a partner's call may be refused with is explained in English and Chinese."""

import importlib
import re

import pytest

from makeline.adapters.print_partner.causes import CAUSES, LANGUAGES, words_for
from makeline.cases.production.print_partner import PartnerTrouble
from makeline.foundation.web.envelope import InternalError
from makeline.foundation.web.front import WrongMethod
from makeline.kernel.errors import Refusal
from makeline.kernel.signed_calls import SignatureFault
from makeline.kernel.signing_mistakes import Mistake
from tests.house.tree import product

# Rooms whose refusals no call of a partner or a kiosk meets.
OTHER_CUSTOMERS = (
    "makeline.parts.",
    "makeline.commerce.accounts.",
    "makeline.commerce.documents.",
    "makeline.commerce.invoices.",
    "makeline.commerce.payments.on_invoice",
    "makeline.commerce.payments.checkout",
    "makeline.commerce.payments.free",
    "makeline.adapters.stripe.",
    "makeline.crm.",
    "makeline.admin.",
    "makeline.cases.shop.",
    "makeline.main.backup.",
)
OTHER_CALLERS: dict[str, str] = {
    "REFUSED": "the base of all, never raised itself",
    "CATALOGUE_MOVED_ON": "staff change the catalogue",
    "LINK_TAKEN": "staff link models on the command line",
    "NAME_TAKEN": "staff add partners on the command line",
    "NETWORK_TAKEN": "staff list networks on the command line",
    "NOT_HIS_MACHINE": "staff make keys on the command line",
    "ALREADY_SETTLED": "staff settle anomalies on the command line",
    "DESIGN_CHANGED": "customers save their drafts; machines have none",
    "UNKNOWN_ARTWORK": "drafts name it; a summary is refused as VALIDATION_ERROR",
    "DESIGN_NOT_PRINTABLE": "customers approve their drafts; machines have none",
    "TOO_MANY_DESIGNS": "customers save their drafts; machines have none",
    "TOKEN_REFUSED": "printers and phones that follow a link; nobody knows whose they are",
    InternalError.code: "a mistake of ours goes to the log",
    WrongMethod.code: "what is no endpoint is kept nowhere",
}  # fmt: skip


def _all_of(kind: type[Refusal]) -> set[type[Refusal]]:
    return {kind, *(found for child in kind.__subclasses__() for found in _all_of(child))}


def _refusals() -> list[type[Refusal]]:
    """Every class of refusal in the product, wherever it is defined."""
    for source in product():
        name = source.name.removeprefix("src/").removesuffix(".py").replace("/", ".")
        if re.search(
            r"^class .*\(.*(Refusal|Invalid|Unavailable|Refused|Trouble|NotFound)", source.text, re.MULTILINE
        ):
            importlib.import_module(name.removesuffix(".__init__"))
    return sorted(
        (found for found in _all_of(Refusal) if found.__module__.startswith("makeline.")),
        key=lambda found: found.__qualname__,
    )


def test_every_refusal_that_a_partner_can_meet_has_words():
    missing = {
        refusal.code: refusal.__qualname__
        for refusal in _refusals()
        if not refusal.__module__.startswith(OTHER_CUSTOMERS)
        and refusal.code not in OTHER_CALLERS
        and refusal.code not in CAUSES
    }
    assert not missing, f"write their cause and advice into causes.json: {missing}"


def test_the_words_are_for_codes_that_exist():
    known = {refusal.code for refusal in _refusals()} | {PartnerTrouble.code}
    unknown = [name for name in CAUSES if name.partition("/")[0] not in known | {"mistake"}]
    assert not unknown, unknown
    assert not OTHER_CALLERS.keys() & CAUSES.keys()


def test_every_reason_has_words():
    reasons = {*(fault.value for fault in SignatureFault), "key_unknown", "key_revoked", "key_expired"}
    said = {
        reason
        for source in product()
        for reason in re.findall(r'Unrecognised\([^()]*reason="(\w+)"', source.text)
    }
    assert said <= reasons, f"these reasons need words: {said - reasons}"
    for reason in reasons:
        assert f"AUTHENTICATION_REQUIRED/{reason}" in CAUSES, reason
    assert "NOT_ALLOWED/scope" in CAUSES
    assert {f"mistake/{mistake}" for mistake in Mistake} == {
        name for name in CAUSES if name.startswith("mistake/")
    }


@pytest.mark.parametrize("name", CAUSES)
def test_the_words_are_sentences_in_both_languages(name: str):
    words = CAUSES[name]
    assert tuple(words) == LANGUAGES
    for text in words["en"]:
        assert re.fullmatch(r"[A-Z].{10,}[.]", text), text
        assert text.isascii() or "…" in text, text
    for text in words["zh"]:
        assert re.search(r"[\u4e00-\u9fff]{4}", text), text
        assert text.endswith("。"), text


def test_what_nobody_has_words_for_is_told_all_the_same():
    assert words_for("SOMETHING_NEW", "tomorrow")["zh"].advice
    assert words_for("NOT_FOUND", "tomorrow") == CAUSES["NOT_FOUND"]
