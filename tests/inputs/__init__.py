"""Tests of the room that knows formats."""
