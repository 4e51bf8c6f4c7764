"""Demo parts that begin as a block or a plate."""

from tools.demo_parts.solids import (
    X,
    Y,
    bevelled,
    block,
    cone,
    cut,
    fused,
    near,
    pulled,
    rod,
    rounded,
)

from OCP.TopoDS import TopoDS_Shape


def bracket() -> TopoDS_Shape:
    """An angle bracket with a rib, slots below and a bearing seat above."""
    foot = rounded(block((80, 60, 10)), 10, lambda at: near(at[2], 5) and at[0] > 79)
    wall = rounded(block((10, 60, 70)), 14, lambda at: near(at[0], 5) and near(at[2], 70))
    rib = pulled([(10, 26, 10), (62, 26, 10), (10, 26, 58)], (0, 8, 0))
    body = fused(foot, wall, rib, rod(18, 18, at=(0, 30, 46), along=X))
    body = rounded(body, 5, lambda at: near(at[0], 10) and near(at[2], 10))
    seat = [rod(11, 60, at=(-5, 30, 46), along=X), rod(14, 8, at=(11, 30, 46), along=X)]
    slots = [
        fused(
            block((14, 9, 30), (50, y - 4.5, -5)), rod(4.5, 30, at=(50, y, -5)), rod(4.5, 30, at=(64, y, -5))
        )
        for y in (13, 47)
    ]
    return cut(body, *seat, *slots)


def enclosure() -> TopoDS_Shape:
    """Half a housing: thin walls, rounded corners, four bosses, vents and a plug opening."""
    outer = rounded(block((110, 70, 32)), 9, lambda at: near(at[2], 16))
    outer = rounded(outer, 3, lambda at: near(at[2], 0))
    inner = rounded(block((105, 65, 40), (2.5, 2.5, 2.5)), 6.5, lambda at: near(at[2], 22.5))
    body = cut(outer, inner)
    places = [(x, y) for x in (10, 100) for y in (10, 60)]
    body = fused(body, *(rod(4.5, 27, at=(x, y, 2)) for x, y in places))
    body = cut(body, *(rod(1.7, 24, at=(x, y, 8)) for x, y in places))
    vents = [block((2.5, 8, 14), (35 + 6 * k, -3, 9)) for k in range(8)]
    return cut(body, *vents, block((10, 16, 8), (105, 27, 12)), rod(3, 10, at=(105, 54, 16), along=X))


def hinge() -> TopoDS_Shape:
    """A leaf with three knuckles and four countersunk holes."""
    leaf = rounded(block((46, 70, 4)), 6, lambda at: near(at[2], 2) and at[0] > 45)
    knuckles = [rod(6, 14, at=(0, y, 6), along=Y) for y in (0, 28, 56)]
    webs = [block((8, 14, 6), (0, y, 0)) for y in (0, 28, 56)]
    gaps = [block((20, 14, 20), (-8, y, -4)) for y in (14, 42)]
    body = fused(cut(leaf, *gaps), *knuckles, *webs)
    body = cut(body, rod(3, 90, at=(0, -10, 6), along=Y))
    screws = [(20, 14), (20, 56), (37, 25), (37, 45)]
    return cut(
        body,
        *(cone((2.6, 5.2), 2.6, at=(x, y, 1.5)) for x, y in screws),
        *(rod(2.6, 9, at=(x, y, -2)) for x, y in screws),
    )


def heat_sink() -> TopoDS_Shape:
    """A base with fourteen fins, a milled seat and four feet holes."""
    body = fused(block((90, 70, 7)), *(block((2, 70, 34), (2 + 6.46 * k, 0, 6)) for k in range(14)))
    body = cut(
        body,
        block((26, 90, 40), (32, -10, 26)),
        block((14, 14, 60), (-1, -1, 7)),
        block((14, 14, 60), (77, -1, 7)),
    )
    body = cut(body, block((14, 14, 60), (-1, 57, 7)), block((14, 14, 60), (77, 57, 7)))
    holes = [(6, 6), (84, 6), (6, 64), (84, 64)]
    return cut(body, *(rod(2.2, 30, at=(x, y, -5)) for x, y in holes), block((30, 30, 2), (30, 20, -1)))


def manifold() -> TopoDS_Shape:
    """A hydraulic block: two channels crossed by four ports, each with its seat."""
    body = bevelled(
        block((120, 50, 44)), 2, lambda at: near(at[2], 44) or near(at[2], 0) or (near(at[2], 22))
    )
    channels = [rod(7, 112, at=(-2, 25, 15), along=X), rod(4, 100, at=(122, 25, 32), along=(-1.0, 0.0, 0.0))]
    ports = [
        tool for x in (24, 48, 72, 96) for tool in (rod(5, 40, at=(x, 25, 12)), rod(9, 12, at=(x, 25, 36)))
    ]
    side = [
        tool
        for x in (36, 84)
        for tool in (rod(4, 30, at=(x, -2, 15), along=Y), rod(8, 9, at=(x, -2, 15), along=Y))
    ]
    feet = [rod(3.3, 60, at=(x, y, -5)) for x in (9, 111) for y in (8, 42)]
    mouth = rod(10, 10, at=(-2, 25, 15), along=X)
    return cut(body, *channels, *ports, *side, *feet, mouth)


MILLED = {
    "bracket": bracket,
    "enclosure": enclosure,
    "heat-sink": heat_sink,
    "hinge": hinge,
    "manifold": manifold,
}
