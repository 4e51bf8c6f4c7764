"""The harness for the partner's documents finds what stands in them, and tells what an answer lacks."""

from pathlib import Path

import pytest

from tools.acceptance.comparison import differences
from tools.acceptance.documents import Call, Document, Kind, read_document

TEXT = """\
# A shop
**Version:** 2.1.0
### Prices
**Endpoint:** `POST /prices/{model_id}`
#### Request Body
```json
{"model_id": "M1", "links": [...]}
```
#### Response
```json
{"price": 19.99}
```
```bash
curl -X GET "https://shop.example/prices/M1" \\
  -H "Accept: text/plain"
```
**Response:**
```json
{"price": 20.5}
```
```python
print("hello")
```
"""


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "shop.md"
    path.write_text(TEXT)
    return read_document(path)


def test_an_example_belongs_to_the_call_above_it(document: Document):
    assert document.version == "2.1"
    assert [(example.call, example.kind, example.body) for example in document.examples()] == [
        (Call("POST", "/prices/{model_id}"), Kind.REQUEST, {"model_id": "M1", "links": []}),
        (Call("POST", "/prices/{model_id}"), Kind.ANSWER, {"price": 19.99}),
        (Call("GET", "/prices/M1"), Kind.ANSWER, {"price": 20.5}),
    ]


def test_commands_and_programs_are_taken_as_they_stand(document: Document):
    ((_, words),) = document.commands()
    assert words == ["curl", "-X", "GET", "https://shop.example/prices/M1", "-H", "Accept: text/plain"]
    assert document.programs() == ['print("hello")']


EXAMPLE = {
    "name": "iPhone 15 Pro",
    "amount": 1999,
    "price": 19.99,
    "ready": True,
    "at": "2025-08-02T14:35:00Z",
    "link": "https://shop.example/1",
    "orders": [{"id": "ORDER_1"}],
    "none": None,
}


def test_an_answer_with_the_documented_fields_fits_also_with_more():
    answer = {**EXAMPLE, "price": 20, "orders": [{"id": "ORDER_2"}, {"id": "ORDER_3"}], "more": 1}
    assert differences(answer, EXAMPLE, same=["name"]) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"amount": 19.99}, "amount is 19.99, documented as an integer"),
        ({"amount": True}, "amount is True, documented as an integer"),
        ({"price": 1999}, "price is 1999, documented as a number with at most two decimals"),
        ({"price": 19.999}, "price is 19.999, documented as a number with at most two decimals"),
        ({"price": "19.99"}, "price is '19.99', documented as a number with at most two decimals"),
        ({"ready": 1}, "ready is 1, documented as true or false"),
        ({"at": "2025-08-02 14:35"}, "at is '2025-08-02 14:35', documented as a moment in UTC"),
        ({"link": "/1"}, "link is '/1', documented as a link"),
        ({"name": None}, "name is None"),
        ({"name": "iPhone 14"}, "name is 'iPhone 14', documented as 'iPhone 15 Pro'"),
        ({"orders": []}, "orders is []"),
        ({"orders": {}}, "orders is dict, documented as a list"),
        ({"orders": [{"id": "ORDER_1"}, {}]}, "orders[1].id is missing"),
        ({"orders": [3]}, "orders[0] is int, documented as an object"),
    ],
)
def test_what_contradicts_the_example_is_named(change: dict, found: str):
    assert differences({**EXAMPLE, **change}, EXAMPLE, same=["name"]) == [found]


def test_a_list_that_must_be_the_documented_one_is_compared_whole():
    assert differences({"parts": ["A", "B"]}, {"parts": ["A", "B"]}, same=["parts"]) == []
    assert differences({"parts": ["B", "A"]}, {"parts": ["A", "B"]}, same=["parts"]) == [
        "parts is ['B', 'A'], documented as ['A', 'B']"
    ]


def test_a_field_that_may_be_empty_is_null_and_never_absent():
    answer = {"orders": [{"id": None}]}
    example = {"orders": [{"id": "ORDER_1"}]}
    assert differences(answer, example, null=["orders[].id"]) == []
    assert differences({"orders": [{}]}, example, null=["orders[].id"]) == ["orders[0].id is missing"]
