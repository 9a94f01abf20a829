"""Tests of the comparison with other planners."""
