"""Measurements: gongkai beside other tools, on the same made-up records, in the same run."""
