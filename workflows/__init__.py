"""The script: when the law makes things happen."""
