"""Nothing for Python: `engine` uses the C functions of this module."""
