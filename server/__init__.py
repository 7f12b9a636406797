"""The composition root: configuration, start, stop, metrics, storage, command line. It may import everything."""
