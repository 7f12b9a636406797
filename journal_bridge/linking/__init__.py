"""Profiles and the people of rosters, linked once, in either direction.

In: codes and proofs that browsers and journals bring. Out: links, of which journals are told.
"""

from journal_bridge.linking.links import Linking

__all__ = ["Linking"]
