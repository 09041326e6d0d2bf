"""The ways on which a paper leaves the house."""
