"""Real media and real clients: encoded films through a server, checked by decoding; the LiveKit SDK as participants."""
