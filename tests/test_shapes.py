"""The checker of shapes finds what does not fit; otherwise every test that relies on it would be worth nothing."""

import pytest

from tests.shapes import misfits

EXAMPLE = {
    "id": "VM001",
    "at": "2025-08-04T15:00:22Z",
    "price": 21.99,
    "count": 3,
    "good": True,
    "rows": [{"name": "x"}],
    "inner": {"deep": "y"},
}


def _changed(**changes) -> dict[str, object]:
    return {name: value for name, value in {**EXAMPLE, **changes}.items() if value != "gone"}


@pytest.mark.parametrize(
    "answer", [EXAMPLE, _changed(price=20, rows=[]), _changed(at="2026-01-01T00:00:00.5Z")]
)
def test_what_has_the_shape_fits(answer):
    assert misfits(answer, EXAMPLE) == []


@pytest.mark.parametrize(
    ("answer", "misfit"),
    [
        (_changed(id="gone"), "id: is missing"),
        (_changed(more=1), "more: is in no document"),
        (_changed(id=None), "id: None instead of str"),
        (_changed(at="2025-08-04T15:00:22+00:00"), "at: '2025-08-04T15:00:22+00:00' is no moment in UTC"),
        (_changed(at="yesterday"), "at: 'yesterday' is no moment in UTC"),
        (_changed(price="21.99"), "price: '21.99' instead of float"),
        (_changed(count=3.0), "count: 3.0 instead of int"),
        (_changed(count=True), "count: True instead of int"),
        (_changed(good=1), "good: 1 instead of bool"),
        (_changed(rows={}), "rows: dict instead of a list"),
        (_changed(rows=[{"name": "x"}, {"name": 1}]), "rows[1].name: 1 instead of str"),
        (_changed(inner=[]), "inner: list instead of an object"),
        (_changed(inner={}), "inner.deep: is missing"),
    ],
)
def test_what_has_not_is_named(answer, misfit):
    assert misfits(answer, EXAMPLE) == [misfit]


def test_null_and_our_own_fields_fit_only_where_the_test_says_so():
    answer = _changed(inner={"deep": None}, more=1)
    assert misfits(answer, EXAMPLE, null=["inner.deep"], extra=["more"]) == []
    assert misfits(EXAMPLE, EXAMPLE, null=["id"]) == ["id: 'VM001' instead of null"]
