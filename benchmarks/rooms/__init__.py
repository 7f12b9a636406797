"""Scenarios: who joins, what they send, what is measured. They know servers only as `peers.peer.Peer`."""
