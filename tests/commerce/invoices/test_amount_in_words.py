"""Amounts in words: read back they are the amount, and every noun stands in the form of its number."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from makeline.commerce.invoices.amount_in_words import amount_in_words
from makeline.kernel.money import LARGEST_MINOR, Money

AMOUNTS = st.integers(0, LARGEST_MINOR)
CURRENCIES = ("RUB", "USD", "EUR", "GBP", "CNY")

RUSSIAN = {
    word: value
    for value, words in {
        0: "ноль", 1: "один одна", 2: "два две", 3: "три", 4: "четыре", 5: "пять", 6: "шесть", 7: "семь", 8: "восемь",
        9: "девять", 10: "десять", 11: "одиннадцать", 12: "двенадцать", 13: "тринадцать", 14: "четырнадцать",
        15: "пятнадцать", 16: "шестнадцать", 17: "семнадцать", 18: "восемнадцать", 19: "девятнадцать", 20: "двадцать",
        30: "тридцать", 40: "сорок", 50: "пятьдесят", 60: "шестьдесят", 70: "семьдесят", 80: "восемьдесят",
        90: "девяносто", 100: "сто", 200: "двести", 300: "триста", 400: "четыреста", 500: "пятьсот", 600: "шестьсот",
        700: "семьсот", 800: "восемьсот", 900: "девятьсот",
    }.items()
    for word in words.split()
}  # fmt: skip
RUSSIAN_SCALES = {"тысяч": 10**3, "миллион": 10**6, "миллиард": 10**9, "триллион": 10**12}
ENGLISH = {
    word: value
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
    )
} | {
    word: value * 10
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}  # fmt: skip
ENGLISH_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def read_russian(words: list[str]) -> int:
    total = three = 0
    for word in words:
        stem = word.removesuffix("ов").removesuffix("а").removesuffix("и")
        if stem in RUSSIAN_SCALES:
            total, three = total + three * RUSSIAN_SCALES[stem], 0
        else:
            three += RUSSIAN[word]
    return total + three


def read_english(words: list[str]) -> int:
    total = three = 0
    for word in (part for whole in words for part in whole.split("-") if part != "and"):
        if word in ENGLISH_SCALES:
            total, three = total + three * ENGLISH_SCALES[word], 0
        elif word == "hundred":
            three *= 100
        else:
            three += ENGLISH[word]
    return total + three


def form(number: int, one: str, few: str, many: str) -> str:
    """As school teaches it, and not as the product counts."""
    if number % 100 in range(11, 20):
        return many
    return {1: one, 2: few, 3: few, 4: few}.get(number % 10, many)


@given(AMOUNTS)
@example(0)
@example(1_100)
@example(100_000_000)
@example(LARGEST_MINOR)
def test_a_russian_amount_reads_back_and_its_nouns_agree(minor: int):
    text = amount_in_words(Money(minor, "RUB"), "ru")
    assert text[0].isupper()
    *words, roubles, figures, kopecks = text.lower().split()
    whole, small = divmod(minor, 100)
    assert read_russian(words) == whole
    assert int(figures) == small
    assert len(figures) == 2
    assert roubles == form(whole, "рубль", "рубля", "рублей")
    assert kopecks == form(small, "копейка", "копейки", "копеек")


@given(
    st.integers(1, 999),
    st.sampled_from(
        [
            (10**3, "тысяча", "тысячи", "тысяч", True),
            (10**6, "миллион", "миллиона", "миллионов", False),
            (10**9, "миллиард", "миллиарда", "миллиардов", False),
        ]
    ),
)
def test_thousands_and_millions_agree_in_form_and_gender(number: int, scale: tuple[int, str, str, str, bool]):
    value, one, few, many, feminine = scale
    *words, noun, _, _, _ = amount_in_words(Money(number * value * 100, "RUB"), "ru").lower().split()
    assert noun == form(number, one, few, many)
    if number % 10 in {1, 2} and number % 100 not in {11, 12}:
        assert words[-1] == {1: ("один", "одна"), 2: ("два", "две")}[number % 10][feminine]


@given(AMOUNTS)
@example(0)
@example(100_100)
@example(100_000_005)
@example(LARGEST_MINOR)
def test_an_english_amount_reads_back(minor: int):
    *words, rouble, _, figures, kopeck = amount_in_words(Money(minor, "RUB"), "en").lower().split()
    whole, small = divmod(minor, 100)
    assert read_english(words) == whole
    assert int(figures) == small
    assert rouble == ("rouble" if whole == 1 else "roubles")
    assert kopeck == ("kopeck" if small == 1 else "kopecks")


@pytest.mark.parametrize("currency", CURRENCIES)
def test_every_currency_has_words_in_both_languages(currency: str):
    said = {amount_in_words(Money(2_05, currency), language) for language in ("ru", "en")}
    assert len(said) == 2
    assert all(text.startswith(("Два", "Two")) and " 05 " in text for text in said)


@pytest.mark.parametrize(
    ("minor", "russian", "english"),
    [
        (1_00, "Один рубль 00 копеек", "One rouble and 00 kopecks"),
        (2_21, "Два рубля 21 копейка", "Two roubles and 21 kopecks"),
        (11_11, "Одиннадцать рублей 11 копеек", "Eleven roubles and 11 kopecks"),
        (1_001_02, "Одна тысяча один рубль 02 копейки", "One thousand and one roubles and 02 kopecks"),
        (
            22_105_040_00,
            "Двадцать два миллиона сто пять тысяч сорок рублей 00 копеек",
            "Twenty-two million one hundred and five thousand and forty roubles and 00 kopecks",
        ),
    ],
)
def test_amounts_as_people_write_them(minor: int, russian: str, english: str):
    assert amount_in_words(Money(minor, "RUB"), "ru") == russian
    assert amount_in_words(Money(minor, "RUB"), "en") == english
