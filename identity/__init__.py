"""Who somebody is: people, roles, tickets and sessions. In: proofs. Out: claims. Knows nothing of calls."""
