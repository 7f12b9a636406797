"""Packets in, packets out: the forwarding unit. It knows tracks and transports, not people.

In: SDP texts, subscriptions and wishes about quality (`media.py`); datagrams on its own UDP ports.
Out: SDP texts, forwarded media, data-channel messages and the events listed in `ports.py`.
"""
