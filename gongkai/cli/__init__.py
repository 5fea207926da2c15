"""The command line: what can be typed, what is told of it, and the exit code; no logic."""
