def violations(unit): return []
