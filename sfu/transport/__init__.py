"""Thin shells around sockets and aiortc: UDP mux, ICE-lite, DTLS, SCTP. Datagrams in, keys and messages out."""
