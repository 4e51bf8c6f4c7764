"""Stickers of things."""

from tools.artwork.shapes import INK, Shapes, box, dot, heart, oval, path, ring


def bus() -> Shapes:
    return [
        box(22, 30, 156, 126, "#d8232a", r=16),
        *(box(34 + 34 * n, 44, 28, 28, "#cdeaff", r=5) for n in range(4)),
        *(box(34 + 34 * n, 92, 28, 28, "#cdeaff", r=5) for n in range(3)),
        box(136, 92, 30, 62, "#8fc7ea", r=5),
        box(22, 78, 156, 7, "#fff"),
        box(22, 130, 110, 6, "#ffd34d"),
        *(dot(x, 156, 20, INK) for x in (58, 132)),
        *(dot(x, 156, 8, "#c9ccd6") for x in (58, 132)),
    ]


def tea() -> Shapes:
    return [
        path("M140 84C178 78 180 128 136 132", "#f4f7ff", line=13),
        path("M36 72H146C146 122 134 152 110 156H72C48 152 36 122 36 72Z", "#f4f7ff"),
        path("M37 88L64 118L42 118ZM145 88L118 118L140 118Z", "#1f3f9a"),
        path("M37 102H145V112H37ZM86 74H96V156H86Z", "#d8232a"),
        oval(91, 74, 55, 11, "#8a4b20"),
        oval(91, 168, 72, 12, "#dfe6f7"),
        path("M72 54Q62 42 72 30T72 12M104 54Q94 42 104 30T104 12", "#b9c4dd", line=6),
    ]


def phone_box() -> Shapes:
    return [
        path("M54 40Q100 6 146 40V52H54Z", "#c4161c"),
        box(56, 46, 88, 134, "#d8232a", r=4),
        box(64, 50, 72, 12, "#fff4e0", r=2),
        *(
            box(68 + 23 * column, 70 + 20 * row, 19, 16, "#d9efff", r=2)
            for row in range(5)
            for column in range(3)
        ),
        box(48, 174, 104, 12, "#a81116", r=3),
    ]


def spray_can() -> Shapes:
    return [
        *(
            dot(x, y, r, "#ff4fa0")
            for x, y, r in ((40, 40, 9), (24, 56, 6), (22, 28, 6), (52, 24, 5), (10, 42, 5))
        ),
        box(84, 22, 30, 22, "#2d2d3d", r=6),
        path("M72 62Q72 44 99 44Q126 44 126 62Z", "#b9bdcb"),
        box(66, 60, 66, 120, "#2fc4b2", r=10),
        box(66, 84, 66, 60, "#ffe14d"),
        path(ring(5, 26, 12, x=99, y=115), "#ff4fa0"),
        box(76, 60, 8, 120, "#7fe3d7"),
    ]


def crown() -> Shapes:
    return [
        path("M30 152L20 58L62 98L100 34L138 98L180 58L170 152Z", "#ffd31a"),
        path("M30 152L20 58L62 98L100 34L138 98L180 58L170 152Z", INK, line=9),
        path("M44 132H156", INK, line=8),
        path("M52 170L70 160M90 174L106 162M128 172L146 160", "#ff3d7f", line=8),
    ]


def boombox() -> Shapes:
    return [
        path("M60 62V40Q60 32 68 32H132Q140 32 140 40V62", "#5a5f73", line=9),
        box(16, 60, 168, 104, "#2f3347", r=12),
        *(dot(x, 118, 33, "#c7ccda") for x in (56, 144)),
        *(dot(x, 118, 26, "#161826") for x in (56, 144)),
        *(dot(x, 118, 10, "#ff5d8f") for x in (56, 144)),
        box(78, 74, 44, 26, "#ffd34d", r=4),
        dot(90, 87, 6, INK),
        dot(110, 87, 6, INK),
        *(box(82 + 10 * n, 140, 6, 12, "#52e0c4", r=2) for n in range(4)),
        box(28, 70, 38, 8, "#52e0c4", r=3),
        box(134, 70, 38, 8, "#52e0c4", r=3),
    ]


def chain() -> Shapes:
    links = [(38, 30), (42, 56), (52, 80), (68, 100), (162, 30), (158, 56), (148, 80), (132, 100)]
    return [
        *(dot(x, y, 11, "#e2a400", line=7) for x, y in links),
        dot(100, 138, 44, "#ffc928"),
        dot(100, 138, 36, "#e2a400", line=5),
        path(ring(5, 27, 12, y=138), "#fff3b8"),
    ]


def microphone() -> Shapes:
    return [
        path("M92 88L60 178Q66 190 80 184L128 104Z", "#33364a"),
        path("M84 110L74 140", "#5b6078", line=6),
        dot(122, 66, 46, "#c9cede"),
        path(
            "M86 44L150 100M78 66L134 112M100 28L164 84M86 92L150 36M106 106L164 52M80 70L126 24",
            "#8f96ad",
            line=4,
            rim=False,
        ),
        path("M84 92Q104 112 126 112", "#ffcf33", line=11),
    ]


def cross() -> Shapes:
    return [
        path(ring(12, 92, 58), "#ffe9a8"),
        path("M86 30H114V72H150V100H114V176H86V100H50V72H86Z", "#b8863b"),
        path("M94 38H106V80H142V92H106V168H94V92H58V80H94Z", "#d8aa5c"),
    ]


def dove() -> Shapes:
    return [
        path(
            "M24 96C52 104 70 92 84 74C92 44 120 22 152 20C140 36 144 48 134 62C154 60 172 66 182 80L164 88C158 124 126 142 90 136C76 148 58 152 40 148C54 140 58 132 58 124C42 120 28 110 24 96Z",
            "#eaf3ff",
        ),
        path("M90 84C104 96 122 98 138 90M84 104C98 116 118 118 134 110", "#9fb9dd", line=5),
        dot(160, 78, 4.5, INK),
        path("M58 156C70 150 84 160 96 170M70 156L66 170M84 162L82 176", "#58a65c", line=6),
    ]


def fish() -> Shapes:
    return [
        dot(100, 100, 82, "#2a6f97"),
        path("M36 100C62 62 116 62 166 132M36 100C62 138 116 138 166 68", "#fff", line=11),
        dot(66, 94, 6, "#fff"),
    ]


def plain_heart() -> Shapes:
    return [path(heart(100, 108, 84), "#ff3b5c"), path("M52 82C54 66 66 58 78 58", "#ff9aac", line=11)]


def arrow_heart() -> Shapes:
    return [
        path("M20 150L180 50", "#7a4a2a", line=9),
        path(heart(100, 104, 66), "#ff5c8a"),
        path("M66 124L134 82", "#ff5c8a", line=12),
        path("M182 48L150 50L164 74Z", "#8d98b0"),
        path("M20 150L14 130L40 136M20 150L34 166L42 142", "#ffd34d", line=9),
    ]


def letter() -> Shapes:
    return [
        box(18, 50, 164, 112, "#fff0f3", r=10),
        path("M22 54L100 116L178 54", "#f2a8b8", line=7),
        path("M22 158L78 104M178 158L122 104", "#f6c9d3", line=6),
        path(heart(100, 106, 36), "#e5264f"),
    ]


def cassette() -> Shapes:
    return [
        box(16, 42, 168, 118, "#ff8c42", r=12),
        box(30, 54, 140, 66, "#fff3d6", r=6),
        path("M30 66H170M30 76H170", "#2ec4b6", line=6),
        box(52, 82, 96, 32, "#3a3550", r=16),
        *(dot(x, 98, 12, "#fff") for x in (70, 130)),
        *(dot(x, 98, 5, "#3a3550") for x in (70, 130)),
        path("M52 160L62 132H138L148 160Z", "#c85f1f"),
        *(dot(x, 148, 4, "#fff3d6") for x in (78, 122)),
    ]


def television() -> Shapes:
    bars = ("#f5f5f5", "#ffd84a", "#39c0c8", "#5ac46a", "#d94fb0", "#f0433a", "#3f6fe0")
    return [
        path("M100 50L66 14M100 50L138 18", "#6b4a35", line=7),
        path("M50 168L40 186M150 168L160 186", "#6b4a35", line=10),
        box(18, 48, 164, 122, "#b9744a", r=18),
        box(32, 62, 106, 94, "#2b2330", r=16),
        *(box(40 + 13 * n, 70, 13.5, 78, colour) for n, colour in enumerate(bars)),
        dot(160, 82, 11, "#f3d9b8"),
        dot(160, 112, 11, "#f3d9b8"),
        path("M150 136H170M150 148H170", "#6b4a35", line=4),
    ]


def record() -> Shapes:
    return [
        dot(100, 100, 84, "#20202c"),
        *(dot(100, 100, radius, "#3b3b4d", line=2.5) for radius in (74, 64, 54, 44)),
        path("M48 52A72 72 0 0 1 82 32M152 148A72 72 0 0 1 118 168", "#6d6d85", line=6),
        dot(100, 100, 32, "#ff7a59"),
        dot(100, 100, 24, "#ffd166"),
        dot(100, 100, 6, "#20202c"),
    ]


def guitar() -> Shapes:
    return [
        path("M104 96L168 32", "#6d4526", line=15),
        path("M160 24L176 12L190 26L176 40Z", "#2b2b3a"),
        path(
            "M110 88C96 70 70 84 72 106C46 104 24 132 36 156C46 178 78 178 92 158C104 146 96 134 108 128C126 122 128 104 110 88Z",
            "#e5262f",
        ),
        path("M78 112C66 112 48 130 52 146C62 160 82 154 88 140Z", "#fff4e0"),
        path("M64 140L170 34M72 148L176 40", "#e8e3d3", line=2.5),
        path("M58 126L84 152M72 112L98 138", INK, line=7),
    ]


def bolt() -> Shapes:
    return [
        path("M118 12L40 112H90L74 188L164 80H110Z", "#ffcf1a"),
        path("M112 34L66 98H104L92 148", "#fff3a8", line=7),
    ]


def flame() -> Shapes:
    return [
        path(
            "M104 12C112 50 164 74 164 124C164 162 136 186 100 186C64 186 36 162 36 124C36 98 52 84 60 66C68 78 72 86 82 90C78 60 84 30 104 12Z",
            "#ff4b1f",
        ),
        path(
            "M104 70C108 94 138 108 138 136C138 162 122 176 100 176C78 176 62 160 62 138C62 124 70 116 76 106C84 116 90 116 96 112C94 96 96 82 104 70Z",
            "#ff9f1c",
        ),
        path(
            "M102 122C106 134 118 142 118 154C118 168 110 174 100 174C90 174 82 166 82 156C82 146 92 140 102 122Z",
            "#ffe066",
        ),
    ]


def planet() -> Shapes:
    return [
        dot(100, 100, 58, "#f2a65a"),
        path("M46 82Q100 104 154 82M44 112Q100 136 156 112", "#d9823b", line=9, rim=False),
        path("M52 126C4 148 4 168 40 158C88 146 152 110 178 76C196 50 172 44 142 62", "#8d7bea", line=11),
        dot(30, 50, 5, "#ffe066"),
        dot(166, 150, 6, "#ffe066"),
    ]


def rocket() -> Shapes:
    return [
        path("M78 150L68 188L100 168L132 188L122 150Z", "#ffb01f"),
        path("M66 106L36 148L72 144ZM134 106L164 148L128 144Z", "#e5383b"),
        path("M100 10C136 38 142 96 128 152H72C58 96 64 38 100 10Z", "#f2f5fb"),
        path("M100 10C116 22 126 40 131 58H69C74 40 84 22 100 10Z", "#e5383b"),
        dot(100, 88, 20, "#33415c"),
        dot(100, 88, 13, "#8fd8ff"),
        path("M74 134H126", "#c3cadb", line=8),
    ]


def helmet() -> Shapes:
    return [
        box(14, 86, 24, 44, "#c3cadb", r=9),
        box(162, 86, 24, 44, "#c3cadb", r=9),
        dot(100, 102, 76, "#f2f5fb"),
        box(42, 62, 116, 84, "#253056", r=40),
        path("M58 96C60 82 70 76 82 76", "#7f95d6", line=9),
        *(
            path(ring(4, r, r * 0.35, x=x, y=y), "#ffe066")
            for x, y, r in ((118, 92, 9), (134, 116, 6), (96, 122, 6))
        ),
        path("M70 168H130", "#e5383b", line=8),
    ]
