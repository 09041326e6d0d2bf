"""The workflow of a grievance: one leg at a time, each with its limit, until the ledger closes (gz:13.5)."""
