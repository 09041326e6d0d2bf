"""Grievances as people write them in YAML, played on the real workflow while the days go by in a moment."""
