"""What metrics say of cases, from facts on file: right whatever was restarted or replayed, and however many workers there are."""
