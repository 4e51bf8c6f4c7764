"""Draw every sticker and every background anew, and write down what there is.

A maintainer runs it after changing a drawing; it needs ``fonttools``, which the product does not:
``python -m tools.artwork``.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tools.artwork import creatures as c
from tools.artwork import signs as s
from tools.artwork import things as t
from tools.artwork.backgrounds import BACKGROUNDS
from tools.artwork.shapes import Shapes, sticker

DATA = Path(__file__).parents[2] / "src" / "makeline" / "cases" / "catalog" / "data"

STICKERS: Mapping[str, Sequence[Callable[[], Shapes]]] = {
    "alien": (c.alien_head, c.alien_ship, c.alien_cyclops),
    "british": (t.bus, t.tea, t.phone_box),
    "cartoon": (c.star_face, c.cloud_face, c.mushroom),
    "cat": (c.cat_head, c.cat_sitting, c.paw),
    "dog": (c.dog_head, c.pug, c.bone),
    "graffiti": (s.tag, t.spray_can, t.crown),
    "hip-hop": (t.boombox, t.chain, t.microphone),
    "jesus": (t.cross, t.dove, t.fish),
    "love": (t.plain_heart, t.arrow_heart, t.letter),
    "mamas-and-papas": (s.mum, s.dad, c.bears),
    "monsters": (c.monster_fluffy, c.monster_toothy, c.monster_horned),
    "pop-art": (s.pow_burst, s.lips, s.wow_bubble),
    "positive-vibe": (s.smiley, s.sun, s.good_vibes),
    "retro": (t.cassette, t.television, t.record),
    "rock": (t.guitar, t.bolt, t.flame),
    "skull": (c.skull, c.skull_sugar, c.skull_crowned),
    "space": (t.planet, t.rocket, t.helmet),
}


def main() -> None:
    """Write the drawings over the old ones."""
    stickers = {kind: [sticker(make()) for make in made] for kind, made in STICKERS.items()}
    backgrounds = {kind: [make() for make in made] for kind, made in BACKGROUNDS.items()}
    for kind, drawn in (("stickers", stickers), ("backgrounds", backgrounds)):
        _write(kind, drawn)


def _write(kind: str, drawn: Mapping[str, Sequence[str]]) -> None:
    listed = json.loads((DATA / f"{kind}.json").read_text("utf-8"))
    folder = DATA / kind
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    size = 0
    for category in listed["rows"]:
        pictures = drawn[category["id"]]
        category["pictures"] = [f"{category['id']}-{number}" for number in range(1, len(pictures) + 1)]
        for name, svg in zip(category["pictures"], pictures, strict=True):
            (folder / f"{name}.svg").write_text(svg, "utf-8")
            size += len(svg)
    rows = ",\n    ".join(json.dumps(row, ensure_ascii=False) for row in listed["rows"])
    about = json.dumps(listed["about"], ensure_ascii=False)
    (DATA / f"{kind}.json").write_text(f'{{"about": {about},\n  "rows": [\n    {rows}\n  ]}}\n', "utf-8")
    print(f"{kind}: {sum(map(len, drawn.values()))} drawings, {size // 1024} KB")


if __name__ == "__main__":
    main()
