"""Money as an integer number of minor units with a currency; the only rounding in the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

# Minor digits per ISO 4217; a currency that is not listed is refused, never guessed.
_DIGITS = {"GBP": 2, "EUR": 2, "USD": 2, "RUB": 2, "CNY": 2}

# Fits a signed 64-bit column with room for any sum of a lifetime of orders.
LARGEST_MINOR = 10**15


class NotMoney(ValueError):
    """The text, number or currency cannot be read as money."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: ``minor`` units (pence, kopecks) of ``currency`` (ISO 4217).

    Amounts of different currencies never mix: arithmetic and comparison raise ``NotMoney``.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise NotMoney(f"minor units must be an integer, not {self.minor!r}")
        if abs(self.minor) > LARGEST_MINOR:
            raise NotMoney("the amount is out of range")
        if self.currency not in _DIGITS:
            raise NotMoney(f"unknown currency {self.currency!r}")

    @classmethod
    def of(cls, amount: Decimal | str | float, currency: str) -> "Money":
        """Read a decimal amount (``21.99``) exactly; more digits than the currency has are refused.

        A float is read by its shortest text, as the sender wrote it in JSON: 21.99 is 2199, never 2198.
        """
        if currency not in _DIGITS:
            raise NotMoney(f"unknown currency {currency!r}")
        if isinstance(amount, bool):
            raise NotMoney("a truth value is not an amount")
        try:
            decimal = Decimal(str(amount))
        except InvalidOperation as error:
            raise NotMoney(f"not an amount: {amount!r}") from error
        if not decimal.is_finite() or abs(decimal) > LARGEST_MINOR:
            raise NotMoney("the amount is out of range")
        minor = decimal.scaleb(_DIGITS[currency])
        if minor != minor.to_integral_value():
            raise NotMoney(f"at most {_DIGITS[currency]} decimals in {currency}")
        return cls(int(minor), currency)

    @classmethod
    def rounded(cls, amount: Decimal, currency: str) -> "Money":
        """Round a calculated amount half up to whole minor units."""
        if currency not in _DIGITS:
            raise NotMoney(f"unknown currency {currency!r}")
        return cls(int(amount.scaleb(_DIGITS[currency]).to_integral_value(ROUND_HALF_UP)), currency)

    def decimal(self) -> Decimal:
        """The amount with the digits of its currency: ``Decimal('21.99')``."""
        return Decimal(self.minor).scaleb(-_DIGITS[self.currency])

    def as_number(self) -> float:
        """The amount as a JSON number of the documented dialects: shortest form, ``21.99`` or ``20.0``."""
        return self.minor / 10 ** _DIGITS[self.currency]

    def __str__(self) -> str:
        return f"{self.decimal()} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def times(self, quantity: int) -> "Money":
        """The amount taken ``quantity`` times; no rounding can arise."""
        return Money(self.minor * quantity, self.currency)

    def share_out(self, weights: Sequence[int]) -> list["Money"]:
        """Split by weights so that the parts sum to the whole; spare minor units go to the first parts."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise NotMoney("weights must be zero or more and not all zero")
        sign = -1 if self.minor < 0 else 1
        whole = abs(self.minor)
        parts = [whole * weight // total for weight in weights]
        spare = whole - sum(parts)
        for index, weight in enumerate(weights):
            if spare and weight:
                parts[index] += 1
                spare -= 1
        return [Money(sign * part, self.currency) for part in parts]

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise NotMoney(f"{self.currency} and {other.currency} do not mix")
        return other.minor
