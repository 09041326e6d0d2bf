"""A bundle as a picture: its items against the days, in a terminal and as SVG."""
