"""Efficiently complete one thing (高效办成一件事): several items as one matter, from one application to one window."""
