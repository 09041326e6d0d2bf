"""What supervisors see of the whole: counts, lists and causes, always of the same rows, reckoned from what is on file."""
