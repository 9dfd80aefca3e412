"""The eight-pointed star and what is composed of it."""

from __future__ import annotations

import math

from bot.documents.canvas import Canvas
from bot.documents.styles import Box

_NOTCH = math.cos(math.pi / 4) / math.cos(math.pi / 8)
"""How far in the notches of two crossed squares lie, their corners lying at 1."""


def draw_star(canvas: Canvas, x: float, y: float, radius: float, color: str) -> None:
    """Fill an eight-pointed star around a centre."""
    canvas.shape(_star(8, _NOTCH), _around(x, y, radius), grid=2, fill=color)


def draw_rosette(canvas: Canvas, x: float, y: float, radius: float, color: str) -> None:
    """Draw woven stars in thin lines around a centre."""
    for part, points, step in ((1, 24, 9), (1, 24, 7), (0.5, 16, 5)):
        place = _around(x, y, radius * part)
        canvas.shape(_woven(points, step), place, grid=2, line=color, width=0.3)
    for part in (1, 1.03, 0.5):
        canvas.circle(x, y, radius * part, line=color, width=0.3)


def draw_divider(canvas: Canvas, x: float, y: float, width: float, color: str) -> None:
    """Draw a rule with a star in its middle, around a centre."""
    gap = 4
    canvas.rule((x - width / 2, y), (x - gap, y), color, 0.3)
    canvas.rule((x + gap, y), (x + width / 2, y), color, 0.3)
    draw_star(canvas, x, y, 1.7, color)


def draw_frame(canvas: Canvas, dark: str, light: str) -> None:
    """Draw a double frame around the page, a star in each corner."""
    outer, inner = canvas.page.inset(9), canvas.page.inset(12)
    canvas.rectangle(outer, line=dark, width=1.1)
    canvas.rectangle(inner, line=light, width=0.35)
    for x in (inner.x, inner.right):
        for y in (inner.y, inner.bottom):
            canvas.circle(x, y, 6.4, fill="#ffffff")
            draw_star(canvas, x, y, 5.6, dark)
            draw_star(canvas, x, y, 3.6, light)
            draw_star(canvas, x, y, 1.8, "#ffffff")


def _around(x: float, y: float, radius: float) -> Box:
    return Box(x - radius, y - radius, 2 * radius, 2 * radius)


def _star(points: int, notch: float) -> str:
    """Write a star in the square from 0 to 2 as an SVG path."""
    corners = []
    for step in range(2 * points):
        radius = notch if step % 2 else 1
        angle = math.pi * step / points
        corners.append(f"{1 + radius * math.sin(angle):.4f} {1 - radius * math.cos(angle):.4f}")
    return f"M{' L'.join(corners)}z"


def _woven(points: int, step: int) -> str:
    """Join each of so many points on a circle with the one so many steps on."""
    corners = [
        (1 + math.sin(2 * math.pi * point / points), 1 - math.cos(2 * math.pi * point / points))
        for point in range(points)
    ]
    lines = zip(corners, corners[step:] + corners[:step], strict=True)
    return " ".join(f"M{x1:.4f} {y1:.4f}L{x2:.4f} {y2:.4f}" for (x1, y1), (x2, y2) in lines)
