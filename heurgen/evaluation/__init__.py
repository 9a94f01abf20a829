"""Runs of heuristics on tasks, under limits, and where they are kept."""
