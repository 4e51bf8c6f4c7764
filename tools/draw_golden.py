"""Draw the golden pictures of the tests and the sheets of docs/pictures anew: ``make golden``. Look at what it made."""

import asyncio
import io

import pyvips
from PIL import Image

from makeline.adapters.drawing.drawings import backdrop_drawing
from makeline.adapters.drawing.print_renderer import VipsRenderer
from makeline.cases.catalog.artwork import art_categories, artwork_drawing
from tests.adapters.drawing.golden_designs import DESIGNS, FOLDER, golden, proof_of
from tests.house.tree import ROOT

PICTURES = ROOT / "docs" / "pictures"
_GAP = 12
_GROUND = (222, 232, 228)


def sheet(pictures: list[Image.Image], across: int) -> Image.Image:
    """Pictures of one size in rows."""
    width, height = pictures[0].size
    rows = -(-len(pictures) // across)
    size = (across * (width + _GAP) + _GAP, rows * (height + _GAP) + _GAP)
    result = Image.new("RGB", size, _GROUND)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, across)
        result.paste(picture, (_GAP + column * (width + _GAP), _GAP + row * (height + _GAP)))
    return result


def artwork(kind: str, width: int, height: int) -> list[Image.Image]:
    """Every drawing of a kind at one size."""
    drawn = []
    for category in art_categories(kind):
        for picture in category.pictures:
            svg = artwork_drawing(f"{kind}/{picture}").decode()
            image = pyvips.Image.svgload_buffer(backdrop_drawing(svg, width=width, height=height).encode())
            png = image.flatten(background=list(_GROUND)).pngsave_buffer()
            drawn.append(Image.open(io.BytesIO(png)).convert("RGB"))
    return drawn


async def main() -> None:
    """Draw, keep, and say how large it became."""
    renderer = VipsRenderer.lazy()
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.webp"):
        old.unlink()
    proofs = []
    try:
        for name in DESIGNS:
            proof = await proof_of(renderer, name)
            golden(proof).save(FOLDER / f"{name}.webp", lossless=True, method=6)
            proofs.append(
                proof.resize((240, round(proof.height * 240 / proof.width)), Image.Resampling.LANCZOS)
            )
    finally:
        await renderer.close()
    sheet(proofs, 7).save(PICTURES / "designs.jpg", quality=82, optimize=True)
    sheet(artwork("stickers", 96, 96), 17).save(PICTURES / "stickers.webp", quality=80)
    sheet(artwork("backgrounds", 84, 176), 16).save(PICTURES / "backgrounds.webp", quality=72)
    for path in (
        *FOLDER.glob("*.webp"),
        *(PICTURES / name for name in ("designs.jpg", "stickers.webp", "backgrounds.webp")),
    ):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    asyncio.run(main())
