"""Which page tells of a call. What nobody has placed stands with staff, so that no call is without a page."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.refusals import Renderer
from makeline.main.api_docs.callers import Who, who_may

# Pages of calls, in their order. Texts stand in words.json under the same names.
CALL_PAGES = ("partner", "cases", "parts", "staff", "integrations")
# Pages without calls of their own.
GUIDES = ("signing", "webhooks", "errors", "changelog")

_OF_STAFF = ("/admin/", "/v1/staff/", "/users")
_TAGS: Mapping[str, str] = {
    "Kiosk sessions": "partner",
    "Print partner": "partner",
    "Machines": "partner",
    "Images": "partner",
    "Styled pictures": "partner",
    "Privacy": "partner",
    "Shop": "cases",
    "Designs": "cases",
    "Webstore": "cases",
    "Parts": "parts",
    "Files": "parts",
    "Quotes": "parts",
    "Orders": "parts",
    "Accounts": "parts",
    "Documents": "parts",
    "Call requests": "parts",
    "Invoices": "parts",
    "Health": "integrations",
    "Bitrix sync": "integrations",
    "Pages": "integrations",
}


@dataclass(frozen=True)
class DocumentedCall:
    """A call with everything that it may be refused by, its dialect, who may make it, and what OpenAPI says of it."""

    endpoint: Endpoint
    who: Who
    renderer: Renderer
    operation: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What examples and links call it: ``GET /orders/{order_id}``."""
        return f"{self.endpoint.method} {self.endpoint.path}"

    @property
    def anchor(self) -> str:
        """Its place on the page: ``get-orders-order_id``."""
        steps = self.endpoint.path.replace("{", "").replace("}", "").replace(".", "-").split("/")
        return "-".join([self.endpoint.method.lower(), *filter(None, steps)])


@dataclass(frozen=True)
class Group:
    """Calls that belong together on a page."""

    title: str
    calls: Sequence[DocumentedCall]

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return "group-" + self.title.lower().replace(" ", "-")


def page_of(endpoint: Endpoint) -> str:
    """The page that tells of a call."""
    if endpoint.path.startswith(_OF_STAFF):
        return "staff"
    return _TAGS.get(endpoint.tag, "staff")


def documented(
    served: Iterable[tuple[Endpoint, Renderer]],
    met_at_the_door: Callable[[Endpoint], Endpoint],
    description: Mapping[str, Any],
) -> Sequence[DocumentedCall]:
    """Every call that is served, with what it meets at the door, beside its description."""
    paths = description["paths"]
    return [
        DocumentedCall(
            met_at_the_door(endpoint),
            who_may(endpoint),
            renderer,
            paths[endpoint.path][endpoint.method.lower()],
        )
        for endpoint, renderer in served
    ]


def groups_of(page: str, calls: Iterable[DocumentedCall]) -> Sequence[Group]:
    """The calls of a page by their tag, tags in the order of the table above."""
    by_tag: dict[str, list[DocumentedCall]] = {}
    for call in calls:
        if page_of(call.endpoint) == page:
            by_tag.setdefault(call.endpoint.tag, []).append(call)
    order = list(_TAGS)
    tags = sorted(by_tag, key=lambda tag: order.index(tag) if tag in order else len(order))
    return [Group(tag, by_tag[tag]) for tag in tags]


def description_of(page: str, calls: Iterable[DocumentedCall], whole: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the OpenAPI description that tells of one page, with the schemas that it needs and no others."""
    paths: dict[str, Any] = {}
    for call in calls:
        if page_of(call.endpoint) == page:
            paths.setdefault(call.endpoint.path, {})[call.endpoint.method.lower()] = call.operation
    schemas = whole["components"]["schemas"]
    needed: dict[str, Any] = {}
    waiting = list(_named_in(paths))
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = schemas[name]
            waiting.extend(_named_in(schemas[name]))
    components = {**whole["components"], "schemas": dict(sorted(needed.items()))}
    return {**whole, "paths": paths, "components": components}


def _named_in(part: Any) -> Iterable[str]:
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str):
            yield reference.rpartition("/")[2]
        for entry in part.values():
            yield from _named_in(entry)
    elif isinstance(part, list):
        for entry in part:
            yield from _named_in(entry)
