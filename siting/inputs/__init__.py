"""Files and services into checked tables: the only room that knows formats."""
