"""Demo parts that begin on a lathe."""

import math

from tools.demo_parts.solids import (
    X,
    around,
    bevelled,
    block,
    cut,
    fused,
    lofted,
    near,
    pulled,
    revolved,
    rod,
    rounded,
    shared,
    turned,
)

from OCP.TopoDS import TopoDS_Shape


def flange() -> TopoDS_Shape:
    """A pipe flange with a hub and six bolts."""
    body = revolved([(21, 0), (62, 0), (62, 14), (34, 14), (29, 44), (21, 44)])
    body = rounded(body, 4, lambda at: near(at[2], 14) and math.hypot(at[0], at[1]) < 40)
    bolts = [rod(5.5, 30, at=(48, 0, -5)), rod(9, 6, at=(48, 0, 12))]
    body = cut(body, *(copy for bolt in bolts for copy in around(bolt, 6)))
    return bevelled(
        body, 1.2, lambda at: near(at[2], 44) or (near(at[2], 0) and math.hypot(at[0], at[1]) > 60)
    )


def shaft() -> TopoDS_Shape:
    """A stepped shaft with a keyway, an undercut and a thread's worth of end."""
    profile = [
        (0, 0),
        (8, 0),
        (8, 18),
        (11, 20),
        (11, 48),
        (9.8, 48),
        (9.8, 50),
        (16, 50),
        (16, 58),
        (12, 60),
    ]
    profile += [(12, 104), (9, 106), (9, 128), (0, 128)]
    body = bevelled(revolved(profile), 1, lambda at: near(at[2], 0) or near(at[2], 128))
    key = fused(block((24, 8, 6), (70, -4, 8)), rod(4, 6, at=(70, 0, 8)), rod(4, 6, at=(94, 0, 8)))
    return turned(cut(body, turned(key, -90, (0, 1, 0))), 90, (0, 1, 0))


def pulley() -> TopoDS_Shape:
    """A pulley for three belts, lightened by five holes."""
    profile = [(10, 0), (20, 0), (20, 8), (46, 8), (46, 0), (60, 0)]
    for groove in range(3):
        low = 3 + 11 * groove
        profile += [(60, low), (50, low + 3), (50, low + 6), (60, low + 9)]
    profile += [(60, 36), (46, 36), (46, 22), (20, 22), (20, 36), (10, 36)]
    body = cut(revolved(profile), *around(rod(9, 50, at=(33, 0, -5)), 5), block((5, 6, 50), (8, -3, -5)))
    return rounded(body, 1.5, lambda at: near(at[2], 36) and 19 < math.hypot(at[0], at[1]) < 47)


def knob() -> TopoDS_Shape:
    """A star knob with a fluted grip and a blind bore."""
    body = revolved([(0, 0), (13, 0), (13, 12), (28, 18), (28, 34), (0, 34)])
    body = cut(body, *around(rod(9, 30, at=(34, 0, 14)), 8))
    body = rounded(body, 3, lambda at: near(at[2], 34))
    return cut(body, rod(5, 22, at=(0, 0, -2)), block((30, 3, 1.2), (6, -1.5, 33.2)))


def lens_mount() -> TopoDS_Shape:
    """A bayonet ring with three lugs, a register and four screws."""
    body = revolved([(24, 0), (38, 0), (38, 4), (31, 4), (31, 12), (27, 12), (27, 9), (24, 9)])
    lug = revolved([(30, 9), (34, 9), (34, 12), (30, 12)], 55)
    body = fused(body, *around(lug, 3, first=20))
    screws = [rod(1.6, 20, at=(34.6, 0, -5)), rod(2.9, 4, at=(34.6, 0, 2.2))]
    body = cut(body, *(copy for tool in screws for copy in around(tool, 4, first=45)))
    return bevelled(body, 0.6, lambda at: near(at[2], 0) and math.hypot(at[0], at[1]) > 37)


def impeller() -> TopoDS_Shape:
    """A radial impeller: a hub that sweeps out into a plate, and nine blades that twist."""
    curve = [
        (9 + 43 * (1 - math.cos(t)), 4 + 30 * (1 - math.sin(t)))
        for t in (math.pi / 2 * k / 10 for k in range(11))
    ]
    hub = revolved([(5, 0), (52, 0), *reversed(curve), (5, 34)])
    blades = around(_blade(), 9)
    body = fused(hub, *blades)
    envelope = revolved([(0, -1), (52, -1), (52, 13), (44, 17), (36, 23), (30, 33), (0, 40)])
    return cut(shared(body, envelope), rod(5, 60, at=(0, 0, -5)))


def _blade() -> TopoDS_Shape:
    sections = []
    for step in range(6):
        radius = 9 + 45 * step / 5
        lean = math.radians(-42 * (step / 5) ** 1.2)
        half = math.degrees(1.1 / radius)
        sections.append(
            [
                (
                    radius * math.cos(lean + math.radians(side)),
                    radius * math.sin(lean + math.radians(side)),
                    height,
                )
                for side, height in ((-half, 1), (half, 1), (half * 0.6, 40), (-half * 0.6, 40))
            ]
        )
    return lofted(sections)


def gear() -> TopoDS_Shape:
    """A spur gear of module 3 with 24 teeth, lightened, with a hub and a keyway."""
    module, teeth = 3.0, 24
    pitch = module * teeth / 2
    base, outer, root = pitch * math.cos(math.radians(20)), pitch + module, pitch - 1.25 * module
    corners = []
    for tooth in range(teeth):
        middle = 2 * math.pi * tooth / teeth
        flank = [_involute(base, root + (outer - root) * step / 4, pitch, teeth) for step in range(5)]
        corners += [_polar(radius, middle - half) for radius, half in flank]
        corners += [_polar(radius, middle + half) for radius, half in reversed(flank)]
    body = pulled([(x, y, 0) for x, y in corners], (0, 0, 18))
    groove = revolved([(14, -1), (28, -1), (28, 5), (14, 5)])
    body = cut(body, groove, turned(groove, 180, X, (0, 0, 9)), *around(rod(4.5, 40, at=(21, 0, -5)), 6))
    body = fused(body, rod(12, 26))
    return bevelled(cut(body, rod(7, 60, at=(0, 0, -9)), block((4, 4, 60), (5.5, -2, -9))), 0.8, _on_hub)


def _on_hub(at: tuple[float, float, float]) -> bool:
    return near(at[2], 26) and math.hypot(at[0], at[1]) > 11.9


def _involute(base: float, radius: float, pitch: float, teeth: int) -> tuple[float, float]:
    """Radius and half the angle that a tooth takes there."""

    def unwound(at: float) -> float:
        angle = math.acos(min(base / at, 1.0))
        return math.tan(angle) - angle

    return radius, math.pi / (2 * teeth) + unwound(pitch) - unwound(max(radius, base))


def _polar(radius: float, angle: float) -> tuple[float, float]:
    return radius * math.cos(angle), radius * math.sin(angle)


TURNED = {
    "flange": flange,
    "gear": gear,
    "impeller": impeller,
    "knob": knob,
    "lens-mount": lens_mount,
    "pulley": pulley,
    "shaft": shaft,
}
