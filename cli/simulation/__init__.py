"""Cases that officials wrote in YAML, run on the real workflow while the days go by in a moment."""
