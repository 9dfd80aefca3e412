"""PDFs as PDFium opens them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import pypdfium2

_pdfium = Lock()
"""PDFium may be called by one thread at a time."""


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open a document for the block.

    Raises:
        pypdfium2.PdfiumError: It is damaged, or locked.
    """
    with _pdfium, pypdfium2.PdfDocument(pdf) as document:
        yield document
