"""The papers that an act puts into the applicant's hands: gathered, written, numbered, printed."""
