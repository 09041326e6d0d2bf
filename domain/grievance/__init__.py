"""The grievance: what went wrong goes to the "can't get it done" window and comes back answered (gz:6.3, gz:13.5)."""
