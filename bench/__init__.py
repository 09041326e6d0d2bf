"""What is measured, and how; figures are ratios within one run, never limits of a test."""
