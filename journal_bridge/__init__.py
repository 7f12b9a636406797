"""The HTTP interface for electronic journals: roster, calls, tickets, the diary week.

In: a journal backend's requests. Out: calls opened and ended through signalling's ports, problem documents.
"""
