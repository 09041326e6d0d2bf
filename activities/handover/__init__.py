"""One closed case or grievance put together for the archives: all that is on file of it, with a manifest (od:12)."""
