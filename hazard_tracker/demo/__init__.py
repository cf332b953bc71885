"""Demo data: made-up people, enterprises and five months of hazards. The same at every run."""
