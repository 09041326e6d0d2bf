"""The hands of a grievance: opened with its evidence, put on file with its papers."""
