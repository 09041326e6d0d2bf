"""The hands: what the procedure does to the case file, the papers and the world outside."""
