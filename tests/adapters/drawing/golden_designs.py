"""The designs whose proofs are kept as golden pictures: every template, and everything that lies on one."""

import io
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from PIL import Image

from makeline.adapters.drawing.print_renderer import VipsRenderer
from makeline.cases.designs.arrangements import Template
from makeline.cases.designs.camera import CameraIsland
from makeline.cases.designs.layout import arrange
from makeline.cases.designs.ornaments import Sticker, TextSpot
from makeline.cases.designs.shell import Shell
from makeline.cases.designs.spec import DesignPicture, DesignSpec, TextPlace, View

FOLDER = Path(__file__).parent / "golden"
GOLDEN_WIDTH_PX = 84
SHELL = Shell(Decimal("69.43"), Decimal("145.12"))
ISLAND = CameraIsland(*map(Decimal, ("70.6", "146.6", "2.6", "2.6", "37.9", "38.9", "10")))
ONE = {name: Template(name, "basic", 1) for name in ("classic",)}
AI = {name: Template(name, "ai", 1) for name in ("funny-toon", "retro-remix", "cover-shoot", "glitch-pro")}
MANY = {f"{count}-in-1": Template(f"{count}-in-1", "basic", count) for count in (2, 3, 4)}
FILM = Template("film-strip-3", "film", 3)


def _d(*figures: float) -> tuple[Decimal, ...]:
    return tuple(Decimal(str(figure)) for figure in figures)


VIEWS = (
    View(),
    View(Decimal(2), *_d(0.6, -0.4)),
    View(turn=90),
    View(Decimal("1.4"), *_d(-1, 1), turn=180),
)
STICKERS = (
    Sticker("cat-1", *_d(0.25, 0.6)),
    Sticker("pop-art-1", *_d(0.72, 0.52, 0.42), turn=20),
    Sticker("space-2", *_d(0.98, 0.8, 0.3), turn=-30),
)
DESIGNS: Mapping[str, tuple[Template, dict[str, Any]]] = {
    "classic": (ONE["classic"], {"text": "Make a wish", "font_id": "pacifico", "text_colour": "#FFFFFF"}),
    "2-in-1": (MANY["2-in-1"], {"background": "#EF4444"}),
    "3-in-1": (MANY["3-in-1"], {"background": "#000000", "text": "Three", "text_place": TextPlace.MIDDLE}),
    "4-in-1": (MANY["4-in-1"], {"background": "#3B82F6", "text": "Four of us", "font_id": "bebas-neue"}),
    "film-strip-3": (FILM, {"background": "#FFEECC"}),
    "funny-toon": (AI["funny-toon"], {"text": "Ёж & Ж", "font_id": "comic-sans-ms"}),
    "retro-remix": (AI["retro-remix"], {"view": VIEWS[2]}),
    "cover-shoot": (AI["cover-shoot"], {"text": "COVER", "font_id": "playfair-display", "text_place": TextPlace.TOP}),
    "glitch-pro": (AI["glitch-pro"], {"view": VIEWS[3]}),
    "stickers": (ONE["classic"], {"stickers": STICKERS}),
    "backdrop": (
        ONE["classic"],
        {"backdrop": "space-2", "stickers": STICKERS[1:], "text": "Hello there", "font_id": "pacifico",
         "text_colour": "#FFFFFF", "text_spot": TextSpot(*_d(0.5, 0.82, 1.4), turn=-12)},
    ),
    "backdrop-of-four": (MANY["4-in-1"], {"backdrop": "floral-1", "text": "Spring"}),
    "backdrop-of-three": (MANY["3-in-1"], {"backdrop": "cats-2", "stickers": STICKERS[:1]}),
    "backdrop-of-film": (FILM, {"backdrop": "retro-popup-1"}),
}  # fmt: skip


@cache
def photograph() -> bytes:
    """The demo photograph, small enough to be quick and large enough to be sharp."""
    image = Image.open(io.BytesIO((files("makeline.main") / "demo_photo" / "dandelion.jpg").read_bytes()))
    image.draft("RGB", (1000, 750))
    file = io.BytesIO()
    image.save(file, "jpeg", quality=90)
    return file.getvalue()


async def proof_of(renderer: VipsRenderer, name: str) -> Image.Image:
    """The proof of one of the designs, 600 pixels wide, on white."""
    template, more = DESIGNS[name]
    raw = photograph()
    digest = sha256(raw).hexdigest()
    more = dict(more)
    only = more.pop("view", None)
    views = [only] if only is not None else list(VIEWS)
    pictures = tuple(DesignPicture(digest, views[index]) for index in range(template.image_count))
    spec = DesignSpec(template.template_id, pictures, **more)
    rendered = await renderer.render(arrange(spec, template, SHELL, ISLAND), {digest: raw})
    proof = Image.open(io.BytesIO(rendered.proof_png))
    sheet = Image.new("RGB", proof.size, "white")
    sheet.paste(proof, mask=proof.getchannel("A"))
    return sheet


def golden(proof: Image.Image) -> Image.Image:
    """A proof at the size in which it is kept."""
    height = round(proof.height * GOLDEN_WIDTH_PX / proof.width)
    return proof.resize((GOLDEN_WIDTH_PX, height), Image.Resampling.LANCZOS)
