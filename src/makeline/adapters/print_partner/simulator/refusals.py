"""The simulated partner's refusals, word for word where the real one's words are known."""


class Refused(Exception):
    """An answer with a code other than 200."""

    def __init__(self, msg: str, code: int = 500) -> None:
        super().__init__(msg)
        self.msg = msg
        self.code = code


# Known words of the real partner.
NO_PAYMENT = "Payment information does not exist"
UNAVAILABLE = "device is unavailable"
OFFLINE = "The device is offline."
FORBIDDEN = "No permission to access the current device"
BAD_SIGN = "Data signature failed"
NO_ACCOUNT = "The merchant account does not exist"

# Words of our own making, in its tone; the real ones have not been seen.
BAD_PASSWORD = "Wrong account or password"  # noqa: S105
LOGIN_AGAIN = "Login has expired, please log in again"
PASSING = "System error, please try again later"
NO_MODEL = "Mobile model does not exist"
NO_SHELL = "Mobile shell does not exist"
NO_STOCK = "Insufficient stock"
OTHER_DATA = "The third party number already exists with other data"
OTHER_DEVICE = "The device differs from that of the payment"
OTHER_MODEL = "The mobile model differs from that of the payment"
NOT_FOUND = "Not found"
WRONG_METHOD = "Request method not supported"
WRONG_TYPE = "Content type not supported"
NOT_JSON = "The request body cannot be read"


def bad_field(name: str, rule: str) -> Refused:
    """A field that breaks a rule of its form."""
    return Refused(f"{name} {rule}", 400)
