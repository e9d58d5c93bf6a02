"""How fast a fire engine drives: speed profiles as data."""
