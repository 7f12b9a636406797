"""Addresses as QR codes (ISO/IEC 18004). In: text. Out: an SVG, for HTML and for image files, without a fixed size."""

from io import BytesIO

import segno


def svg(text: str) -> str:
    """Black on nothing with the quiet zone around it: put it on a white ground."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, nl=False, omitsize=True, border=4
    )
    return out.getvalue().decode()
