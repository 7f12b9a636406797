"""The one error of this folder."""


class SdpError(ValueError):
    """A session description that cannot be used; the text says what is wrong with it."""
