"""The stages of the procedure, each in its own file, named by what the law does there."""
