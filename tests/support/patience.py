"""How long tests wait for what comes at once on an idle machine: a test is about what comes."""

PATIENCE_S = 120.0
