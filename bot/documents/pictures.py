"""A page of a PDF as the picture that is sent in a chat."""

from __future__ import annotations

import io

from bot.documents.pdfium import opened


def png(pdf: bytes, page: int = 0, dpi: int = 144) -> bytes:
    """Draw a page.

    Args:
        pdf: The document.
        page: Which page, from 0.
        dpi: Pixels an inch: at 144, 190.5 mm become 1080 pixels.
    """
    with opened(pdf) as document:
        picture = document[page].render(scale=dpi / 72).to_pil()
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
