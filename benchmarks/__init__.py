"""The benchmark harness: load clients, peers to compare with, a report. Timing claims live here only."""
