"""How fast the rooms are, against what one would use instead: a subject is one file with a function `measure`."""

SUBJECTS = {
    "district": "lawful 7 km2 districts: proofs, gaps, growth; against first-due districts of a greedy cover",
    "isochrones": "points on the wrong side, for every form and width of cell, against brute force",
    "map": "the web map: built, saved, opened and switched in a browser; a million cells",
    "optimise": "plans with proofs: published optima, cities, towns, curves, 20 million points; against spopt",
    "scale": "100 counties in one batch against one process; one scenario of a million junctions",
    "tiers": "plans of sites besides stations, hydrants and micro stations: gaps and seconds",
    "travel_time": "bounded search, first site, times from sites to demand along edges, isochrones",
}
"""Name of the file, and what it measures."""
