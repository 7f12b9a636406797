"""The compiled forwarding plane: RTP and RTCP in place, in native threads without the GIL.

In: commands (`thread.PlaneThread`). Out: datagrams on the wire, events and statistics.
It imports nothing of ours; `thread.pyi` is the contract.
"""
