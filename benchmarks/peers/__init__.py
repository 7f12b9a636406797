"""One driver file per server to measure. To add a server, write a class that fits `peer.Peer` and list it here."""
