"""Measurements below the server: what forwarding costs when nothing but forwarding is done."""
