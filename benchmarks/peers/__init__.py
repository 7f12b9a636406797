"""One driver file per server to measure: a class that fits `peer.Peer`, and a line in `cost.entrants`."""
