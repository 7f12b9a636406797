"""What the journal's HTTP interface costs."""
