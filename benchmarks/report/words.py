"""Texts of unknown origin made safe to show: on a terminal, in XML, in Markdown. Pure."""

import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # control, formatting (direction changes), lone surrogates, unknown
MARKDOWN = str.maketrans({character: f"\\{character}" for character in "\\`*_[]|<>#"})


def visible(text: str) -> str:
    """One line without characters that move cursors, change directions or are not allowed in XML."""
    spaced = " ".join(text.split())
    return "".join(REPLACEMENT if unicodedata.category(one) in HIDDEN else one for one in spaced)


def markdown(text: str) -> str:
    """The same with everything escaped that Markdown or HTML in it would read as markup."""
    return visible(text).translate(MARKDOWN)
