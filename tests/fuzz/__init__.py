"""Fuzzing guided by coverage: ``make fuzz`` feeds the readers of everything that comes from outside, by turns."""
