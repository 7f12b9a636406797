"""SDP text in, dataclasses out, and back: offers and answers. Pure functions."""
