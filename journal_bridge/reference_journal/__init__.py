"""A small electronic journal and diary. In: people's clicks. Out: pages; it knows Zvonok by its HTTP interface only."""
