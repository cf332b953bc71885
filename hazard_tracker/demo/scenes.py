"""The scenes themselves: plain drawings of workshops, doors and yards, before and after repair."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL.ImageDraw import ImageDraw

WIDTH, HEIGHT = 800, 600
FLOOR = 430
"""Where the wall ends and the floor begins, pixels from the top."""


@dataclass
class Canvas:
    """A drawing surface in units of the finished picture."""

    draw: ImageDraw
    scale: int
    rng: random.Random

    def box(self, x: float, y: float, w: float, h: float, fill: str, line: str | None = None) -> None:
        self.draw.rectangle(self._at(x, y, x + w, y + h), fill, line, self.scale * 2)

    def poly(self, points: list[tuple[float, float]], fill: str) -> None:
        self.draw.polygon([(x * self.scale, y * self.scale) for x, y in points], fill)

    def line(self, points: list[tuple[float, float]], fill: str, width: float = 3) -> None:
        scaled = [(x * self.scale, y * self.scale) for x, y in points]
        self.draw.line(scaled, fill, int(width * self.scale), joint="curve")

    def disc(self, x: float, y: float, r: float, fill: str | None, line: str | None = None) -> None:
        self.draw.ellipse(self._at(x - r, y - r, x + r, y + r), fill, line, self.scale * 4)

    def _at(self, *values: float) -> tuple[float, ...]:
        return tuple(value * self.scale for value in values)

    def room(self, wall: str = "#d8d6cd", floor: str = "#9a9c98") -> None:
        """A wall with a darker skirting and a floor that darkens towards the viewer."""
        self.box(0, 0, WIDTH, FLOOR, wall)
        self.box(0, FLOOR - 90, WIDTH, 90, _shade(wall, 0.86))
        for step in range(18):
            self.box(0, FLOOR + step * 10, WIDTH, 11, _shade(floor, 1.05 - step * 0.014))
        for near in range(-400, WIDTH + 400, 160):
            far = WIDTH / 2 + (near - WIDTH / 2) * 0.5
            self.line([(far, FLOOR), (near, HEIGHT)], _shade(floor, 0.9), 1)
        for _ in range(60):
            x, y = self.rng.uniform(0, WIDTH), self.rng.uniform(FLOOR, HEIGHT)
            self.disc(x, y, self.rng.uniform(1, 4), _shade(floor, self.rng.uniform(0.8, 1)))

    def carton(self, x: float, y: float, w: float, h: float) -> None:
        tone = _shade("#b98a52", self.rng.uniform(0.85, 1.08))
        self.box(x, y, w, h, tone, _shade(tone, 0.65))
        self.box(x + w * 0.42, y, w * 0.16, h, _shade(tone, 1.15))
        self.box(x + w * 0.1, y + h * 0.6, w * 0.22, h * 0.25, "#efe7d6")

    def extinguisher(self, x: float, y: float) -> None:
        self.box(x + 8, y - 14, 10, 16, "#222222")
        self.box(x, y, 26, 74, "#c62828", "#8e1b1b")
        self.line([(x + 20, y - 8), (x + 36, y + 10), (x + 30, y + 40)], "#222222", 4)
        self.box(x + 4, y + 24, 18, 24, "#f4f1e8")

    def bike(self, x: float, y: float, body: str) -> None:
        for wheel in (x, x + 92):
            self.disc(wheel, y, 24, None, "#222222")
            self.disc(wheel, y, 5, "#555555")
        self.poly([(x, y), (x + 20, y - 40), (x + 66, y - 38), (x + 92, y), (x + 40, y - 6)], body)
        self.line([(x + 92, y), (x + 76, y - 66), (x + 58, y - 70)], "#333333", 5)
        self.box(x + 8, y - 54, 44, 13, "#2b2b2b")

    def exit_sign(self, x: float, y: float, lit: bool) -> None:
        self.box(x, y, 110, 36, "#1f9d55" if lit else "#4b5a52", "#e7e7e7")
        for place in (18, 46, 74):
            self.box(x + place, y + 11, 16, 14, "#eafff2" if lit else "#6d7a73")


def _shade(colour: str, factor: float) -> str:
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{max(0, min(255, round(part * factor))):02x}" for part in parts)


def door(c: Canvas, fixed: bool) -> None:
    """A fire exit: blocked by cartons, then free."""
    c.room()
    c.exit_sign(345, 60, True)
    c.box(262, 108, 276, FLOOR - 108, "#6d7780", "#4a525a")
    for x in (270, 402):
        c.box(x, 116, 128, FLOOR - 118, "#8d99a3", "#5d6770")
        c.box(x + 34, 150, 60, 90, "#b9d3dc", "#5d6770")
    c.box(282, 290, 236, 10, "#c9ccd0")
    if fixed:
        c.poly([(250, FLOOR), (550, FLOOR), (640, 560), (160, 560)], "#d9b52c")
        c.poly([(262, FLOOR + 6), (538, FLOOR + 6), (618, 548), (182, 548)], "#a2a49f")
        c.extinguisher(600, 350)
        return
    for row in range(4):
        for column in range(5 - row % 2):
            c.carton(210 + column * 82 + row * 9, 470 - row * 68, 78, 66)
    for column in range(3):
        c.carton(300 + column * 110, 500, 96, 80)


def hydrant(c: Canvas, fixed: bool) -> None:
    """A hydrant box: behind pallets, then free and marked."""
    c.room("#dcdfe0")
    c.box(300, 190, 200, 210, "#c22f2f", "#7d1a1a")
    c.box(316, 206, 168, 178, "#e4e9ea", "#8f2222")
    c.disc(400, 286, 46, "#d9cfae", "#a99c74")
    c.disc(400, 286, 18, "#b9352f")
    if fixed:
        c.poly([(280, FLOOR + 4), (520, FLOOR + 4), (580, 570), (220, 570)], "#c0392b")
        c.poly([(292, FLOOR + 12), (508, FLOOR + 12), (560, 558), (240, 558)], "#b4b6b2")
        c.extinguisher(540, 352)
        return
    for stack in range(3):
        for level in range(7 - stack):
            y = 520 - level * 36
            c.box(190 + stack * 150, y, 148, 12, "#a8804c", "#6e5230")
            for leg in (0, 60, 124):
                c.box(190 + stack * 150 + leg, y + 12, 24, 24, "#8f6b3e")
    for column in range(3):
        c.carton(250 + column * 100, 230, 92, 74)


def ebike(c: Canvas, fixed: bool) -> None:
    """A hall with e-bikes and dangling leads; afterwards a shed with charging posts outside."""
    if fixed:
        c.room("#cfe3ee", "#8c9389")
        c.poly([(40, 150), (760, 110), (760, 140), (40, 182)], "#3f6f9e")
        for x in (70, 400, 730):
            c.box(x, 150, 12, 320, "#7b8790")
        for index, x in enumerate((150, 330, 510)):
            c.box(x + 60, 300, 34, 130, "#e8eef0", "#6b7a83")
            c.disc(x + 77, 330, 8, "#2fae66")
            c.bike(x, 500, ("#a33b3b", "#3a5f8f", "#4d7a4a")[index])
        return
    c.room("#e0dbd0")
    c.box(560, 120, 170, FLOOR - 120, "#6f7f86", "#4a555a")
    c.box(90, 210, 44, 34, "#f2f2ee", "#8a8a84")
    for index, x in enumerate((60, 210, 360, 510)):
        c.bike(x, 470 + index % 2 * 44, ("#a33b3b", "#3a5f8f", "#4d7a4a", "#86642f")[index])
        sag = 260 + 40 * (index % 3)
        c.line([(112, 240), ((112 + x) / 2, sag + 60), (x + 30, 420 + index % 2 * 44)], "#1d1d1d", 4)
    c.line([(112, 230), (300, 300), (520, 180), (640, 260)], "#b02020", 4)


def extinguisher(c: Canvas, fixed: bool) -> None:
    """Extinguishers: expired and rusty on the floor, then new in a box with a check card."""
    c.room("#d9dcd6")
    if fixed:
        c.box(270, 300, 260, 150, "#c62828", "#7f1717")
        c.box(286, 316, 228, 118, "#dfe7ea", "#8e1b1b")
        for x in (320, 380, 440):
            c.extinguisher(x, 346)
        c.box(560, 250, 90, 120, "#ffffff", "#5a6a72")
        for row in range(5):
            c.box(570, 264 + row * 20, 70, 4, "#7a8a92")
        return
    for x, y in ((250, 450), (380, 470)):
        c.extinguisher(x, y)
        for _ in range(14):
            c.disc(x + c.rng.uniform(2, 24), y + c.rng.uniform(4, 70), c.rng.uniform(1, 4), "#7a4a22")
    c.disc(520, 330, 74, "#f6f4ee", "#333333")
    c.poly([(462, 330), (470, 300), (520, 330), (470, 360)], "#d14b3c")
    c.line([(520, 330), (474, 318)], "#111111", 6)
    c.carton(80, 440, 120, 110)


def mezzanine(c: Canvas, fixed: bool) -> None:
    """A workshop: with an illegal steel deck full of cartons, then at its full height again."""
    c.room("#d3d8da")
    for x in range(40, 800, 150):
        c.box(x, 40, 90, 70, "#eef6fa", "#8d989e")
    for x in (90, 330, 570):
        c.box(x, 372, 150, 84, "#5f7f95", "#3d5565")
        c.box(x + 20, 348, 70, 26, "#7d9aac")
    if fixed:
        return
    c.box(30, 214, 740, 18, "#b0562e", "#6f341a")
    for x in (50, 280, 510, 730):
        c.box(x, 232, 16, 220, "#b0562e", "#6f341a")
    for index in range(8):
        c.carton(60 + index * 86, 214 - 66, 80, 66)
        if index % 3:
            c.carton(66 + index * 86, 214 - 122, 70, 56)
    c.line([(620, 450), (710, 232)], "#8d4423", 8)
    c.line([(660, 450), (750, 232)], "#8d4423", 8)


def lane(c: Canvas, fixed: bool) -> None:
    """A fire lane in the yard: with lorries on it, then empty and marked."""
    c.box(0, 0, WIDTH, 250, "#bcd6e6")
    c.box(0, 90, 250, 340, "#c8c2b4", "#9a9486")
    c.box(560, 60, 240, 370, "#b5bcc0", "#8a9296")
    for x, y in [(x, y) for x in (30, 110, 190, 590, 670, 750) for y in (130, 220, 310)]:
        c.box(x, y, 44, 50, "#7fa3b8", "#6b7d88")
    c.poly([(250, 250), (560, 250), (800, 600), (0, 600)], "#767a7d")
    c.poly([(330, 250), (480, 250), (690, 600), (110, 600)], "#6a6e71")
    for left, right in (((330, 250), (110, 600)), ((480, 250), (690, 600))):
        c.line([left, right], "#e2b227", 7)
    if fixed:
        for step in range(5):
            y = 300 + step * 60
            c.line([(400 - step * 44, y + 40), (410 + step * 34, y)], "#e2b227", 5)
        return
    for x, y, size, tone in ((300, 290, 1.0, "#e9e9e4"), (420, 350, 1.4, "#3d6da3")):
        c.box(x, y, 120 * size, 84 * size, tone, "#444444")
        c.box(x + 8 * size, y + 84 * size, 104 * size, 16 * size, "#333333")
        for wheel in (24, 96):
            c.disc(x + wheel * size, y + 102 * size, 13 * size, "#1d1d1d")
        c.box(x + 20 * size, y + 60 * size, 14 * size, 9 * size, "#b02a2a")
        c.box(x + 86 * size, y + 60 * size, 14 * size, 9 * size, "#b02a2a")


def drums(c: Canvas, fixed: bool) -> None:
    """Solvents: open drums about the floor, then in a safety cabinet over a tray."""
    c.room("#d6d4c8")
    if fixed:
        c.box(220, 130, 360, 330, "#e6b928", "#a07f12")
        for x in (236, 406):
            c.box(x, 146, 158, 298, "#f0c942", "#a07f12")
        c.poly([(315, 220), (355, 290), (275, 290)], "#d1452f")
        c.poly([(485, 220), (525, 290), (445, 290)], "#d1452f")
        c.box(200, 460, 400, 24, "#37474f")
        c.disc(660, 180, 24, "#eceff1", "#546e7a")
        c.disc(660, 180, 7, "#2fae66")
        return
    for index, (x, y) in enumerate(((90, 330), (220, 350), (350, 330), (480, 350), (610, 330), (290, 430))):
        tone = ("#2f5d8a", "#8a2f2f", "#3c6e47")[index % 3]
        c.box(x, y, 100, 140, tone, _shade(tone, 0.6))
        for ring in (34, 88):
            c.box(x, y + ring, 100, 8, _shade(tone, 1.25))
        c.box(x + 30, y + 52, 40, 26, "#efe9d8")
    for x, y in ((200, 540), (420, 560), (600, 530)):
        c.disc(x, y, 34, "#4d4a44")


def gas(c: Canvas, fixed: bool) -> None:
    """Gas cylinders: beside the stove, then in a cage outdoors with a metal hose."""
    c.room("#e3e0d6" if not fixed else "#cfdbe0")
    if not fixed:
        c.box(380, 330, 300, 130, "#a9b0b5", "#5f676c")
        for x in (440, 560):
            c.disc(x + 30, 330, 34, "#3a3f42")
            c.disc(x + 30, 326, 16, "#e07b2c")
    for index in range(3):
        x = 120 + index * 84 if not fixed else 270 + index * 90
        c.box(x, 330, 66, 120, "#8fa3ad", "#4d5d66")
        c.disc(x + 33, 330, 32, "#9db0ba", "#4d5d66")
        c.box(x + 24, 284, 18, 18, "#c9a23a")
    if fixed:
        c.box(240, 240, 12, 230, "#4b5a61")
        c.box(548, 240, 12, 230, "#4b5a61")
        for y in range(244, 470, 30):
            c.line([(240, y), (560, y)], "#5f7079", 3)
        c.box(330, 170, 140, 50, "#e6b928", "#333333")
        return
    c.line([(300, 300), (360, 400), (400, 380)], "#d07a1f", 7)


def panel(c: Canvas, fixed: bool) -> None:
    """A distribution board: open with loose wires, then closed and labelled."""
    c.room("#dadfe1")
    c.box(280, 120, 240, 300, "#9aa5ab", "#525c61")
    if fixed:
        c.box(292, 132, 216, 276, "#b7c1c6", "#525c61")
        c.poly([(400, 170), (440, 240), (360, 240)], "#e6b928")
        c.box(370, 280, 60, 40, "#ffffff", "#525c61")
        c.box(486, 250, 12, 40, "#333333")
        c.box(390, 420, 20, 180, "#8b969b")
        return
    c.box(294, 134, 212, 272, "#3a4246")
    for row, column in [(row, column) for row in range(2) for column in range(5)]:
        c.box(310 + column * 38, 160 + row * 90, 28, 52, "#e9ecee", "#8d979c")
    for index in range(9):
        x = 310 + index * 22
        tone = ("#c62828", "#f2b705", "#2e7d32", "#1565c0")[index % 4]
        c.line([(x, 310), (x + c.rng.uniform(-40, 40), 420), (x + c.rng.uniform(-90, 90), 540)], tone, 4)
    c.poly([(520, 120), (620, 150), (620, 400), (520, 420)], "#87939a")


def sign(c: Canvas, fixed: bool) -> None:
    """A corridor with exit signs: dark, then lit with emergency lamps."""
    shade = "#c9cbc6" if fixed else "#6f716d"
    c.room(shade, "#8f918d" if fixed else "#4e504d")
    c.poly([(300, 150), (500, 150), (500, 400), (300, 400)], _shade(shade, 0.8))
    c.poly([(0, 0), (300, 150), (300, 400), (0, 600)], _shade(shade, 0.92))
    c.poly([(800, 0), (500, 150), (500, 400), (800, 600)], _shade(shade, 0.96))
    c.exit_sign(345, 170, fixed)
    for x, y in ((120, 330), (650, 330)):
        c.exit_sign(x - 30, y + 60, fixed)
        if fixed:
            c.box(x - 10, y - 160, 70, 30, "#f2f2ee", "#8a8a84")
            c.disc(x + 6, y - 145, 11, "#fff6b0")
            c.disc(x + 44, y - 145, 11, "#fff6b0")


def paper(c: Canvas, fixed: bool) -> None:
    """A notice wall: bare, then with licence, plan and records."""
    c.room("#e6e3da")
    c.box(120, 90, 560, 290, "#f7f5ee" if fixed else "#d2cfc4", "#8c8876")
    for column in range(4):
        x = 140 + column * 136
        if fixed:
            c.box(x, 116, 116, 150, "#ffffff", "#b23a2e" if column == 0 else "#6c7a83")
            for row in range(6):
                c.box(x + 14, 136 + row * 20, 88 - 10 * (row % 3), 5, "#9aa4aa")
            c.box(x, 284, 116, 76, "#e9f0f3", "#6c7a83")
        elif column == 1:
            c.poly([(x, 130), (x + 110, 142), (x + 96, 280), (x + 6, 270)], "#efe9d2")
    c.box(140, 440, 520, 30, "#9b7a50", "#6a5231")
    if fixed:
        for column in range(6):
            c.box(170 + column * 46, 372, 34, 68, ("#2f6f9f", "#3f8a5a", "#b0642f")[column % 3], "#333333")


def machine(c: Canvas, fixed: bool) -> None:
    """A press: its guard taken off, then closed by a yellow guard with a green lamp."""
    c.room("#d2d9d6")
    c.box(250, 120, 300, 90, "#4f7b6c", "#2f4d43")
    c.box(250, 210, 60, 200, "#4f7b6c", "#2f4d43")
    c.box(490, 210, 60, 200, "#4f7b6c", "#2f4d43")
    c.box(230, 380, 340, 80, "#456b5e", "#2f4d43")
    c.box(340, 210, 120, 90, "#8d979c", "#4d575c")
    c.box(330, 352, 140, 28, "#aab3b8", "#4d575c")
    c.disc(520, 165, 16, "#2fae66" if fixed else "#c62828")
    if fixed:
        for x in range(310, 492, 20):
            c.line([(x, 212), (x, 378)], "#e6b928", 4)
        for y in (214, 296, 376):
            c.line([(310, y), (490, y)], "#e6b928", 6)
        return
    c.poly([(610, 330), (720, 350), (710, 500), (600, 470)], "#c9a227")
    for x, y in ((620, 380), (640, 430)):
        c.line([(x, y), (x + 70, y + 12)], "#8f7212", 4)


SCENES: dict[str, tuple[str, Callable[[Canvas, bool], None]]] = {
    "door": ("安全出口", door),
    "hydrant": ("消火栓", hydrant),
    "ebike": ("电动车充电", ebike),
    "extinguisher": ("灭火器", extinguisher),
    "mezzanine": ("车间夹层", mezzanine),
    "lane": ("消防车道", lane),
    "drums": ("危化品存放", drums),
    "gas": ("燃气瓶", gas),
    "panel": ("配电箱", panel),
    "sign": ("疏散指示", sign),
    "paper": ("制度公示", paper),
    "machine": ("设备防护", machine),
}
