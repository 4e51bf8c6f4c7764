"""Stickers of whoever has a face."""

from tools.artwork.shapes import INK, Shapes, box, dot, face, heart, oval, path, ring


def alien_head() -> Shapes:
    return [
        path(
            "M100 22C150 22 172 60 168 96C163 138 128 178 100 178C72 178 37 138 32 96C28 60 50 22 100 22Z",
            "#7ed957",
        ),
        path("M52 84C60 74 88 92 90 116C70 122 48 108 52 84Z", INK),
        path("M148 84C140 74 112 92 110 116C130 122 152 108 148 84Z", INK),
        oval(66, 94, 5, 8, "#fff", turn=-30),
        oval(128, 94, 5, 8, "#fff", turn=30),
        path("M86 148Q100 158 114 148", "#3f8f2c", line=6),
        oval(74, 44, 14, 8, "#b6f29b", turn=-25),
    ]


def alien_ship() -> Shapes:
    return [
        path("M76 118L46 182L154 182L124 118Z", "#fff3a0"),
        path("M62 88C62 50 80 34 100 34C120 34 138 50 138 88Z", "#8fd8ff"),
        dot(100, 70, 17, "#7ed957"),
        oval(93, 69, 4, 6, INK),
        oval(107, 69, 4, 6, INK),
        oval(100, 100, 82, 26, "#8b6cff"),
        oval(100, 94, 70, 16, "#a98fff"),
        *(dot(x, 106, 6, "#ffd84a") for x in (44, 72, 100, 128, 156)),
    ]


def alien_cyclops() -> Shapes:
    return [
        path("M72 52L60 22M128 52L140 22", "#a13fd1", line=7),
        dot(60, 22, 8, "#ffd84a"),
        dot(140, 22, 8, "#ffd84a"),
        path(
            "M44 176V104C44 66 68 44 100 44C132 44 156 66 156 104V176L137 160L118 176L100 160L82 176L63 160Z",
            "#c060ee",
        ),
        dot(100, 94, 32, "#fff"),
        dot(104, 96, 16, "#2aa5a0"),
        dot(104, 96, 8, INK),
        dot(109, 90, 4, "#fff"),
        path("M82 140Q100 152 118 140", INK, line=6),
    ]


def star_face() -> Shapes:
    return [path(ring(5, 84, 48, y=106), "#ffcf33"), path(ring(5, 72, 41, y=106), "#ffde66"), *face(100, 98, 0.95),
            dot(70, 112, 8, "#ff9d7a"), dot(130, 112, 8, "#ff9d7a")]  # fmt: skip


def cloud_face() -> Shapes:
    bows = ("#ff5d5d", "#ffb03a", "#ffe14d", "#58c95b", "#4aa3ff")
    return [
        *(
            path(f"M{28 + 9 * n} 118A{72 - 9 * n} {72 - 9 * n} 0 0 1 {172 - 9 * n} 118", colour, line=10)
            for n, colour in enumerate(bows)
        ),
        path(
            "M56 172C30 172 26 138 50 132C52 106 90 100 100 120C116 106 146 112 148 132C176 134 174 172 146 172Z",
            "#e9f6ff",
        ),
        *face(100, 138, 0.75),
    ]


def mushroom() -> Shapes:
    return [
        path("M70 104H130L138 166Q100 186 62 166Z", "#fff1da"),
        path("M20 112C20 58 58 26 100 26C142 26 180 58 180 112Q100 130 20 112Z", "#f0433a"),
        dot(66, 76, 17, "#fff"),
        dot(122, 60, 14, "#fff"),
        dot(148, 92, 11, "#fff"),
        dot(102, 98, 9, "#fff"),
        *face(100, 136, 0.7),
    ]


def cat_head() -> Shapes:
    return [
        path("M34 30L84 58H116L166 30L172 108C172 150 138 174 100 174C62 174 28 150 28 108Z", "#f7a145"),
        path("M46 50L74 64L48 84Z", "#ffc9c9"),
        path("M154 50L126 64L152 84Z", "#ffc9c9"),
        path("M100 58V84M82 60L86 80M118 60L114 80", "#c9701a", line=7),
        oval(70, 108, 13, 16, "#fff"),
        oval(130, 108, 13, 16, "#fff"),
        oval(71, 109, 6, 14, INK),
        oval(129, 109, 6, 14, INK),
        path("M92 130H108L100 140Z", "#e0606a"),
        path("M100 140Q100 154 84 152M100 140Q100 154 116 152", INK, line=5),
        path("M24 128L56 132M26 150L58 144M176 128L144 132M174 150L142 144", INK, line=3.5),
    ]


def cat_sitting() -> Shapes:
    return [
        path("M128 168C178 170 182 120 158 112", "#2b2b3a", line=15),
        path("M70 72C48 100 44 146 52 176H142C150 146 146 100 124 72Z", "#2b2b3a"),
        path("M52 20L80 34H114L142 20L146 66C146 94 124 106 97 106C70 106 48 94 48 66Z", "#2b2b3a"),
        oval(78, 64, 10, 12, "#d8f45a"),
        oval(116, 64, 10, 12, "#d8f45a"),
        oval(78, 64, 3.4, 11, INK),
        oval(116, 64, 3.4, 11, INK),
        path("M92 82H102L97 88Z", "#ff8fa3"),
        oval(97, 146, 24, 30, "#f5f1ea"),
    ]


def paw() -> Shapes:
    return [
        path(
            "M100 92C132 92 158 124 150 152C144 176 120 166 100 166C80 166 56 176 50 152C42 124 68 92 100 92Z",
            "#ff7fa5",
        ),
        oval(44, 92, 18, 25, "#ff7fa5", turn=-28),
        oval(78, 54, 19, 27, "#ff7fa5", turn=-8),
        oval(122, 54, 19, 27, "#ff7fa5", turn=8),
        oval(156, 92, 18, 25, "#ff7fa5", turn=28),
        path(heart(100, 132, 26), "#ffc2d4"),
    ]


def dog_head() -> Shapes:
    return [
        path("M52 40C20 44 12 92 26 128C46 138 62 116 64 84Z", "#7b4a26"),
        path("M148 40C180 44 188 92 174 128C154 138 138 116 136 84Z", "#7b4a26"),
        path(
            "M100 28C146 28 158 68 154 106C150 148 126 174 100 174C74 174 50 148 46 106C42 68 54 28 100 28Z",
            "#c98a4f",
        ),
        path("M92 30Q100 64 84 96C76 116 76 170 100 172C124 170 124 116 116 96Q100 64 108 30Z", "#fff4e4"),
        dot(72, 88, 10, INK),
        dot(128, 88, 10, INK),
        dot(75, 84, 3.4, "#fff"),
        dot(131, 84, 3.4, "#fff"),
        oval(100, 116, 17, 12, INK),
        path("M100 128V140M80 140Q92 152 100 140Q108 152 120 140", INK, line=5),
        path("M90 148Q100 184 110 148Z", "#ff7f92"),
    ]


def pug() -> Shapes:
    return [
        path("M40 46C22 62 22 92 38 100L70 52Z", "#3a2e2b"),
        path("M160 46C178 62 178 92 162 100L130 52Z", "#3a2e2b"),
        path(
            "M100 34C150 34 172 70 168 114C164 156 132 172 100 172C68 172 36 156 32 114C28 70 50 34 100 34Z",
            "#e6c08d",
        ),
        path(
            "M100 96C132 96 142 118 138 138C134 160 116 166 100 166C84 166 66 160 62 138C58 118 68 96 100 96Z",
            "#3a2e2b",
        ),
        dot(64, 92, 16, "#fff"),
        dot(136, 92, 16, "#fff"),
        dot(66, 94, 10, INK),
        dot(134, 94, 10, INK),
        dot(69, 90, 3.4, "#fff"),
        dot(137, 90, 3.4, "#fff"),
        oval(100, 116, 15, 9, "#171313"),
        path("M84 64Q100 54 116 64M78 76Q100 62 122 76", "#b98a55", line=5),
        path("M92 144Q100 172 110 144Z", "#ff7f92"),
    ]


def bone() -> Shapes:
    return [
        path(
            "M58 122C38 112 18 130 32 148C20 164 42 186 58 172C76 182 90 162 80 144L144 80C162 90 182 76 172 58"
            "C186 42 164 20 148 32C130 18 112 38 122 58Z",
            "#fdf3dc",
        ),
        path("M86 132L130 88", "#e6d3ab", line=7),
    ]


def monster_fluffy() -> Shapes:
    return [
        path(ring(19, 84, 70, y=106), "#3fa7f5"),
        dot(100, 86, 32, "#fff"),
        dot(104, 88, 17, "#ff8b3d"),
        dot(104, 88, 9, INK),
        dot(109, 82, 4, "#fff"),
        path("M62 128Q100 168 138 128Q100 138 62 128Z", INK),
        path("M78 132L84 146L92 135ZM108 135L116 146L122 132Z", "#fff"),
        path("M66 40L58 16L84 32ZM134 40L142 16L116 32Z", "#ffd84a"),
    ]


def monster_toothy() -> Shapes:
    return [
        path("M36 178V88C36 50 64 24 100 24C136 24 164 50 164 88V178Z", "#5ac46a"),
        dot(74, 74, 20, "#fff"),
        dot(126, 66, 15, "#fff"),
        dot(76, 76, 9, INK),
        dot(125, 68, 7, INK),
        box(54, 108, 92, 46, INK, r=20),
        path("M58 110L68 128L80 108L92 128L104 108L116 128L128 108L140 126L143 112Z", "#fff"),
        path("M62 154L74 138L86 154L98 138L110 154L122 138L136 154Z", "#fff"),
        path("M36 120L18 104M164 120L182 104", "#5ac46a", line=14),
        *(dot(x, y, 6, "#3c9b4b") for x, y in ((58, 44), (110, 38), (148, 92), (48, 96))),
    ]


def monster_horned() -> Shapes:
    return [
        path(
            "M56 62C36 54 32 30 38 16C50 34 66 34 76 42ZM144 62C164 54 168 30 162 16C150 34 134 34 124 42Z",
            "#fff0c2",
        ),
        path(
            "M40 172C26 126 40 40 100 40C160 40 174 126 160 172C146 184 134 160 120 172C110 184 90 184 80 172C66 160 54 184 40 172Z",
            "#ff6fae",
        ),
        *(dot(x, y, r, "#fff") for x, y, r in ((68, 94, 15), (100, 80, 18), (132, 94, 15))),
        *(dot(x, y, 7.5, INK) for x, y in ((70, 95), (100, 82), (130, 95))),
        path("M74 126H126Q122 152 100 152Q78 152 74 126Z", INK),
        path("M84 127L90 138L96 127ZM104 127L110 138L116 127Z", "#fff"),
    ]


def bears() -> Shapes:
    def bear(x: float, y: float, s: float, fur: str, muzzle: str) -> Shapes:
        return [
            dot(x - 30 * s, y - 32 * s, 17 * s, fur),
            dot(x + 30 * s, y - 32 * s, 17 * s, fur),
            dot(x, y, 46 * s, fur),
            oval(x, y + 16 * s, 22 * s, 17 * s, muzzle),
            dot(x - 16 * s, y - 8 * s, 5.5 * s, INK),
            dot(x + 16 * s, y - 8 * s, 5.5 * s, INK),
            oval(x, y + 9 * s, 8 * s, 6 * s, INK),
        ]

    return [
        *bear(72, 88, 1.1, "#8d5a34", "#e8c8a0"),
        *bear(138, 128, 0.85, "#c98a4f", "#fbe6c8"),
        path(heart(150, 52, 22), "#ff4d6d"),
    ]


def skull() -> Shapes:
    return [
        path(
            "M100 24C150 24 172 58 168 100C166 120 152 128 148 138V164Q148 174 138 174H62Q52 174 52 164V138C48 128 34 120 32 100C28 58 50 24 100 24Z",
            "#f6f2e8",
        ),
        oval(70, 98, 20, 23, INK),
        oval(130, 98, 20, 23, INK),
        path("M100 118L88 140H112Z", INK),
        path("M72 152V174M91 152V174M109 152V174M128 152V174", INK, line=5),
    ]


def skull_sugar() -> Shapes:
    def petals(x: float, y: float) -> Shapes:
        return [
            oval(x + dx, y + dy, 9, 9, "#ff4f93")
            for dx, dy in ((0, -17), (16, -6), (10, 14), (-10, 14), (-16, -6))
        ]

    return [
        *skull()[:1],
        *petals(70, 98),
        *petals(130, 98),
        dot(70, 98, 15, INK),
        dot(130, 98, 15, INK),
        path(heart(100, 128, 13), INK),
        path(ring(8, 20, 9, y=52), "#ffb52e"),
        dot(100, 52, 7, "#2bb3a3"),
        *(dot(x, 44 + abs(x - 100) * 0.28, 4, "#2bb3a3") for x in (66, 82, 118, 134)),
        path("M74 150V174M91 150V174M109 150V174M126 150V174M66 152H134", INK, line=4),
        path("M44 120Q54 132 52 146M156 120Q146 132 148 146", "#7a4bd6", line=5),
    ]


def skull_crowned() -> Shapes:
    moved = [*skull()]
    return [
        *moved,
        path("M48 58L40 14L72 36L100 6L128 36L160 14L152 58Q100 42 48 58Z", "#ffc928"),
        dot(100, 34, 6, "#e5383b"),
        dot(70, 42, 5, "#2a9df4"),
        dot(130, 42, 5, "#2a9df4"),
    ]
