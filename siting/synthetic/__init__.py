"""The built-in district: made by code with a fixed seed, labelled synthetic on every output."""
