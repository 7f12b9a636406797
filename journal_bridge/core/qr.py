"""Addresses as QR codes (ISO/IEC 18004). In: text. Out: an SVG for HTML, without a fixed size."""

import segno


def svg(text: str) -> str:
    """Black on nothing with the quiet zone around it: put it on a white ground."""
    return segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=4)
