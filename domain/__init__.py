"""The law as values in, values out: no clock, no database, no engine."""
