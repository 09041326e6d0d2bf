"""The monthly notice and report (gz:19): the figures of a month, from facts alone, by a method with a number."""
