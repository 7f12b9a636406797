"""Claims, policy, tickets. No I/O, no clock, no randomness."""
