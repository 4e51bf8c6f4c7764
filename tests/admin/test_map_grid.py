"""Names on the map are legible wherever machines stand."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from makeline.admin.map_grid import HEIGHT, WIDTH, Spot, map_of

_SPOTS = st.lists(
    st.builds(
        Spot,
        st.text("ABCDEFGH_0123456789", min_size=3, max_size=20),
        st.floats(-90, 90),
        st.floats(-180, 180),
        st.sampled_from(["online", "offline"]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda spot: spot.key,
)


@given(_SPOTS)
@settings(max_examples=25, deadline=None)
def test_every_machine_is_on_the_map_once_and_no_dot_hides_another(spots):
    view = map_of(spots)
    assert view is not None
    assert sorted(spot.key for dot in view.dots for spot in dot.spots) == sorted(spot.key for spot in spots)
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT for dot in view.dots)
    assert all(abs(a.x - b.x) + abs(a.y - b.y) > 20 for a, b in combinations(view.dots, 2))
    assert len(view.across) <= 8
    assert len(view.down) <= 10


def test_what_stands_in_one_place_is_told_apart_by_a_closer_look():
    london = [Spot("A", 51.5, -0.1, "online", 6), Spot("B", 51.54, 0.0, "offline", 0)]
    far = Spot("HK", 22.3, 114.2, "online", 6)
    world = map_of([*london, far])
    assert world is not None
    assert [[spot.key for spot in dot.spots] for dot in world.dots] == [["A", "B"], ["HK"]]
    assert world.dots[0].state == "offline"
    closer = map_of([*london, far], around="B")
    assert closer is not None
    assert [dot.spot.key for dot in closer.dots] == ["A", "B"]
    assert map_of([]) is None
