"""Records and rules of the bridge: calls and their states, idempotency, the diary week. No I/O, no clock."""
