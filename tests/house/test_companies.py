"""A company's words stay in its folder: elsewhere we say it in ours."""

import re

from tests.house.tree import ROOT, line_of, product

# Folder under adapters -> what only that folder may say.
WORDS = {
    "print_partner": [
        r"\bthird_id\b", r"\bthird_pay_id\b", r"MSPY\d*\b", r"MSOR\d*\b", r"\bmobile_shell_id\b",
        r"\bmobile_model_id\b", r"\bpay_type\b", r"\b(get)?[pP]ayStatus\b", r"\bpayData\b", r"\borderData\b",
    ],
    "bitrix24": [
        r"\bCRM_(DEAL|LEAD|CONTACT|COMPANY)\b", r"\bUF_CRM", r"\bONCRM[A-Z]+\b", r"\bSTAGE_ID\b",
        r"\bASSIGNED_BY_ID\b", r"\bcrm\.(deal|lead|contact|company|item)\.", r"\bentityTypeId\b",
    ],
    "stripe": [r"\bpayment_intent\b", r"\bcheckout\.session\b", r"\b(sk|pk|whsec)_(test|live)_"],
    "gemini": [r"\bgenerateContent\b", r"\binline_data\b"],
}  # fmt: skip
NAMES = {"bitrix24": r"(?i)bitrix", "stripe": r"(?i)\bstripe", "gemini": r"(?i)\bgemini"}

# Who chooses an implementation, or is told which one is chosen, knows the companies by name.
KNOWS_NAMES = ("src/makeline/main/", "src/makeline/foundation/settings")

# "path": why it may use the words of a company.
EXCEPTIONS: dict[str, str] = {
    "src/makeline/main/demo.py": "plays the documented clients against a running server, in their words",
}


def test_the_words_of_a_company_stay_in_its_folder():
    offenders = _found_outside(WORDS, allowed=())
    assert not offenders, "\n".join(offenders)


def test_the_names_of_companies_stay_in_their_folders_and_in_the_wiring():
    offenders = _found_outside({company: [name] for company, name in NAMES.items()}, allowed=KNOWS_NAMES)
    assert not offenders, "\n".join(offenders)


def test_every_exception_is_still_there():
    assert not [name for name in EXCEPTIONS if not (ROOT / name).exists()]


def _found_outside(patterns: dict[str, list[str]], *, allowed: tuple[str, ...]) -> list[str]:
    offenders = []
    for company, words in patterns.items():
        pattern = re.compile("|".join(words))
        home = f"src/makeline/adapters/{company}/"
        for source in product():
            if source.name.startswith((home, *allowed)) or source.name in EXCEPTIONS:
                continue
            offenders += [
                f"{source.name}:{line_of(source.text, match)}: {match.group()!r} belongs to {company}"
                for match in pattern.finditer(source.text)
            ]
    return offenders
