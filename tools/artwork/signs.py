"""Stickers that say something."""

from tools.artwork.shapes import INK, Shapes, dot, face, heart, oval, path, ring, word

BRUSH, ROUND, BOLD = "Pacifico.ttf", "Poppins.ttf", "Anton.ttf"


def tag() -> Shapes:
    drips = "M52 128V160M92 132V172M140 128V156"
    return [
        path(drips, "#ff2f92", line=9),
        path(word("YO!", 104, 98, 152, font=BOLD, slant=0.18), "#2b1a5a", line=13),
        path(word("YO!", 100, 94, 152, font=BOLD, slant=0.18), "#ff2f92"),
    ]


def mum() -> Shapes:
    return [
        path(heart(100, 106, 88), "#ff4d7e"),
        path("M20 86L180 86L168 104L180 122H20L32 104Z", "#ffe9b0"),
        path(word("MUM", 100, 104, 78), "#a3123f"),
    ]


def dad() -> Shapes:
    return [
        dot(100, 100, 84, "#24577a"),
        dot(100, 100, 73, "#f3ead2", line=4),
        path(word("DAD", 100, 78, 92), "#ffd166"),
        path(
            "M100 130C86 112 54 116 44 134C62 152 90 150 100 138C110 150 138 152 156 134C146 116 114 112 100 130Z",
            "#f3ead2",
        ),
    ]


def pow_burst() -> Shapes:
    return [
        path(ring(13, 96, 62), "#e5262f"),
        path(ring(13, 80, 52, turn=-80), "#ffd31a"),
        path(word("POW!", 103, 103, 108, slant=0.2), INK, line=7),
        path(word("POW!", 100, 100, 108, slant=0.2), "#fff"),
    ]


def lips() -> Shapes:
    return [
        path(
            "M14 96C44 60 76 48 100 66C124 48 156 60 186 96C160 142 130 156 100 156C70 156 40 142 14 96Z",
            "#e0123e",
        ),
        path(
            "M34 96C66 84 84 90 100 92C116 90 134 84 166 96C140 116 118 112 100 112C82 112 60 116 34 96Z",
            "#3a0613",
        ),
        path("M60 92Q80 88 100 93Q120 88 140 92L132 101Q100 106 68 101Z", "#fff"),
        path("M62 132C74 142 88 144 98 144M60 72C68 68 76 66 84 68", "#ff8ea6", line=6),
    ]


def wow_bubble() -> Shapes:
    dots = [dot(36 + 16 * column, 60 + 15 * row, 3.4, "#7fd6ff") for row in range(5) for column in range(9)]
    return [
        path(
            "M100 26C154 26 186 54 186 90C186 128 150 152 104 152L60 184L68 148C34 140 14 118 14 90C14 54 46 26 100 26Z",
            "#fff",
        ),
        path(
            "M100 26C154 26 186 54 186 90C186 128 150 152 104 152L60 184L68 148C34 140 14 118 14 90C14 54 46 26 100 26Z",
            INK,
            line=6,
        ),
        *dots,
        path(word("WOW", 100, 92, 114), INK, line=6),
        path(word("WOW", 100, 92, 114), "#ff3d7f"),
    ]


def smiley() -> Shapes:
    return [
        dot(100, 100, 84, "#ffd93b"),
        path("M22 78H178", INK, line=8),
        path(
            "M30 78H92C92 106 82 116 62 116C42 116 32 104 30 78ZM108 78H170C168 104 158 116 138 116C118 116 108 106 108 78Z",
            INK,
        ),
        path("M44 86L58 104M120 86L134 104", "#6d7590", line=6),
        path("M62 132Q100 168 138 132", INK, line=9),
    ]


def sun() -> Shapes:
    return [
        path(ring(14, 94, 62), "#ff9f1c"),
        dot(100, 100, 60, "#ffd84a"),
        *face(100, 94, 1.1),
        oval(66, 112, 9, 6, "#ff9d7a"),
        oval(134, 112, 9, 6, "#ff9d7a"),
    ]


def good_vibes() -> Shapes:
    bows = ("#ff6b5e", "#ffb03a", "#ffe14d", "#3bb78f")
    return [
        *(
            path(f"M{22 + 13 * n} 104A{78 - 13 * n} {78 - 13 * n} 0 0 1 {178 - 13 * n} 104", colour, line=14)
            for n, colour in enumerate(bows)
        ),
        path("M22 116H178V176H22Z", "#fff8e8"),
        path(word("good vibes", 100, 146, 140, font=BRUSH), "#3a4aa8"),
    ]


def laugh() -> Shapes:
    return [
        path(
            "M24 42H176Q186 42 186 54V130Q186 142 176 142H108L72 178L76 142H24Q14 142 14 130V54Q14 42 24 42Z",
            "#4aa3ff",
        ),
        path(word("HA HA!", 102, 95, 134, font=BOLD), "#16386b"),
        path(word("HA HA!", 100, 92, 134, font=BOLD), "#fff"),
    ]
