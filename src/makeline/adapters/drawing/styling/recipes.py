"""Which recipe makes which style."""

from collections.abc import Callable, Mapping

import numpy as np

from makeline.adapters.drawing.styling import cover, glitch, retro, toon
from makeline.adapters.drawing.styling.sheet import Sheet

Recipe = Callable[[Sheet, np.random.Generator], Sheet]

# By template and style. A recipe draws lots with the generator alone, so that the same order gives the same picture.
RECIPES: Mapping[tuple[str, str], Recipe] = {
    ("retro-remix", "vhs-nostalgia"): retro.vhs_nostalgia,
    ("retro-remix", "80s-neon"): retro.neon_80s,
    ("retro-remix", "90s-polaroid-glow"): retro.polaroid_glow,
    ("retro-remix", "disposable-snapshot-97"): retro.disposable_97,
    ("retro-remix", "mtv-static-cool"): retro.mtv_static,
    ("retro-remix", "y2k-rave-chrome"): retro.rave_chrome,
    ("retro-remix", "retro-rewind"): retro.retro_rewind,
    ("retro-remix", "bubblegum-mallcore"): retro.bubblegum,
    ("retro-remix", "neo-tokyo-dreamcore"): retro.neo_tokyo,
    ("retro-remix", "classic-film-noir"): retro.film_noir,
    ("retro-remix", "psychedelic-70s-glow"): retro.psychedelic_70s,
    ("funny-toon", "wild-and-wacky"): toon.wild_and_wacky,
    ("funny-toon", "smooth-and-funny"): toon.smooth_and_funny,
    ("cover-shoot", "vogue-vibe"): cover.vogue_vibe,
    ("cover-shoot", "streetwear-heat"): cover.streetwear_heat,
    ("cover-shoot", "studio-flash"): cover.studio_flash,
    ("cover-shoot", "cinematic-glow"): cover.cinematic_glow,
    ("cover-shoot", "rockstar-raw"): cover.rockstar_raw,
    ("cover-shoot", "mono-mood"): cover.mono_mood,
    ("cover-shoot", "i-d-edge"): cover.i_d_edge,
    ("cover-shoot", "cover-beauty"): cover.cover_beauty,
    ("glitch-pro", "retro"): glitch.retro,
    ("glitch-pro", "chaos"): glitch.chaos,
}
