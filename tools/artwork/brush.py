"""What backgrounds are drawn with; a background is 300 wide and 640 high."""

import math
import random

from tools.artwork.shapes import NAMESPACE

W, H = 300, 640


def sheet(body: str) -> str:
    return f'<svg {NAMESPACE} viewBox="0 0 {W} {H}" preserveAspectRatio="xMidYMid slice">{body}</svg>\n'


def ground(colour: str) -> str:
    return f'<rect width="{W}" height="{H}" fill="{colour}"/>'


def dot(x: float, y: float, r: float, fill: str, more: str = "") -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{fill}"{more}/>'


def path(data: str, fill: str, more: str = "") -> str:
    return f'<path d="{data}" fill="{fill}"{more}/>'


def line(data: str, colour: str, width: float, more: str = "") -> str:
    return f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round" stroke-linejoin="round"{more}/>'


def blob(x: float, y: float, r: float, dice: random.Random, *, points: int = 7, rough: float = 0.22) -> str:
    """The path of a soft irregular spot."""
    corners = []
    for index in range(points):
        angle = 2 * math.pi * index / points
        reach = r * dice.uniform(1 - rough, 1 + rough)
        corners.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    data = ""
    for index in range(points):
        (ax, ay), (bx, by) = corners[index], corners[(index + 1) % points]
        middle = f"{(ax + bx) / 2:.1f} {(ay + by) / 2:.1f}"
        (px, py) = corners[index - 1]
        start = f"M{(px + ax) / 2:.1f} {(py + ay) / 2:.1f}" if index == 0 else ""
        data += f"{start}Q{ax:.1f} {ay:.1f} {middle}"
    return data + "Z"
