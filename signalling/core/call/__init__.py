"""A call as its people see it: who is in it and as what, rights, hands, lobby, breakout rooms. Values in, values out.

In: requests and what happened in its rooms, with the time. Out: `outputs`, which the surroundings carry out in order.
"""
