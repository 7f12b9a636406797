"""How a journal names a record: `ext:` and its own id everywhere, or bare."""

EXT = "ext:"
MAX_LENGTH = 132  # characters: `ext:` and the 128 of a long UUID or URN


def is_ext(reference: str) -> bool:
    """Does it say that it is the journal's own id?"""
    return reference.startswith(EXT)


def bare(reference: str) -> str:
    """The id itself."""
    return reference.removeprefix(EXT)


def well_formed(reference: str) -> bool:
    """May it name anything? No control characters, no blanks, no slash, not too long."""
    name = bare(reference)
    return name != "" and len(reference) <= MAX_LENGTH and name.isprintable() and " " not in name and "/" not in name
