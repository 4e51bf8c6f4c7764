"""An amount as invoices write it out: whole units in words, the small ones in figures, each in its right form."""

from collections.abc import Mapping
from typing import NamedTuple

from makeline.kernel.money import Money


class Noun(NamedTuple):
    """A counted noun: after 1, after 2–4, after 5 and more (Russian); English has the first and the last."""

    one: str
    few: str
    many: str
    feminine: bool = False


class Currency(NamedTuple):
    """What its whole and its small units are called."""

    unit: Noun
    small: Noun


def _english(one: str, many: str) -> Noun:
    return Noun(one, many, many)


_RUSSIAN: Mapping[str, Currency] = {
    "RUB": Currency(Noun("рубль", "рубля", "рублей"), Noun("копейка", "копейки", "копеек")),
    "USD": Currency(Noun("доллар США", "доллара США", "долларов США"), Noun("цент", "цента", "центов")),
    "EUR": Currency(Noun("евро", "евро", "евро"), Noun("цент", "цента", "центов")),
    "GBP": Currency(
        Noun("фунт стерлингов", "фунта стерлингов", "фунтов стерлингов"), Noun("пенс", "пенса", "пенсов")
    ),
    "CNY": Currency(Noun("юань", "юаня", "юаней"), Noun("фэнь", "фэня", "фэней")),
}
_ENGLISH: Mapping[str, Currency] = {
    "RUB": Currency(_english("rouble", "roubles"), _english("kopeck", "kopecks")),
    "USD": Currency(_english("US dollar", "US dollars"), _english("cent", "cents")),
    "EUR": Currency(_english("euro", "euros"), _english("cent", "cents")),
    "GBP": Currency(_english("pound sterling", "pounds sterling"), _english("penny", "pence")),
    "CNY": Currency(_english("yuan", "yuan"), _english("fen", "fen")),
}
_SCALES_RU = (
    Noun("", "", ""),
    Noun("тысяча", "тысячи", "тысяч", feminine=True),
    Noun("миллион", "миллиона", "миллионов"),
    Noun("миллиард", "миллиарда", "миллиардов"),
    Noun("триллион", "триллиона", "триллионов"),
)
_UNITS_RU = (
    "", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать",
    "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать",
    "девятнадцать",
)  # fmt: skip
_FEMININE_RU = {1: "одна", 2: "две"}
_TENS_RU = (
    "", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто",
)  # fmt: skip
_HUNDREDS_RU = (
    "", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот",
)  # fmt: skip
_SCALES_EN = ("", "thousand", "million", "billion", "trillion")
_UNITS_EN = (
    "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS_EN = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def amount_in_words(amount: Money, language: str) -> str:
    """``ru``: «Одна тысяча двести рублей 05 копеек»; else English. The amount is zero or more."""
    whole, small = divmod(amount.minor, 100)
    if language == "ru":
        names = _RUSSIAN[amount.currency]
        words = (
            f"{_russian(whole)} {form_after(whole, names.unit)} {small:02d} {form_after(small, names.small)}"
        )
    else:
        names = _ENGLISH[amount.currency]
        unit, cents = (
            _one_or_many(count, noun) for count, noun in ((whole, names.unit), (small, names.small))
        )
        words = f"{_english_number(whole)} {unit} and {small:02d} {cents}"
    return words[0].upper() + words[1:]


def form_after(number: int, noun: Noun) -> str:
    """The form of a Russian noun after a number: 1 рубль, 2 рубля, 5 рублей, 11 рублей, 21 рубль."""
    tens, ones = number % 100 // 10, number % 10
    if tens == 1 or ones == 0 or ones > 4:
        return noun.many
    return noun.one if ones == 1 else noun.few


def _one_or_many(number: int, noun: Noun) -> str:
    return noun.one if number == 1 else noun.many


def _russian(number: int) -> str:
    if number == 0:
        return "ноль"
    words: list[str] = []
    for scale, three in _by_thousands(number):
        noun = _SCALES_RU[scale]
        words += [_HUNDREDS_RU[three // 100], *_below_hundred_ru(three % 100, noun), form_after(three, noun)]
    return " ".join(filter(None, words))


def _below_hundred_ru(number: int, noun: Noun) -> list[str]:
    tens, ones = ("", number) if number < 20 else (_TENS_RU[number // 10], number % 10)
    return [tens, _FEMININE_RU.get(ones, _UNITS_RU[ones]) if noun.feminine else _UNITS_RU[ones]]


def _english_number(number: int) -> str:
    if number == 0:
        return "zero"
    words: list[str] = []
    for scale, three in _by_thousands(number):
        hundreds, rest = divmod(three, 100)
        if hundreds:
            words += [_UNITS_EN[hundreds], "hundred"]
        if rest:
            # One hundred and five; one thousand and five.
            words += [*(["and"] if words and (hundreds or scale == 0) else []), _below_hundred_en(rest)]
        words.append(_SCALES_EN[scale])
    return " ".join(filter(None, words))


def _below_hundred_en(number: int) -> str:
    if number < 20:
        return _UNITS_EN[number]
    tens, ones = _TENS_EN[number // 10], _UNITS_EN[number % 10]
    return f"{tens}-{ones}" if ones else tens


def _by_thousands(number: int) -> list[tuple[int, int]]:
    """Groups of three digits that are not all zero, the greatest first: (how many thousands deep, group)."""
    groups = []
    scale = 0
    while number:
        number, three = divmod(number, 1000)
        if three:
            groups.append((scale, three))
        scale += 1
    return groups[::-1]
