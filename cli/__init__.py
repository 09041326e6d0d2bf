"""The command line: `bancheng …`."""
