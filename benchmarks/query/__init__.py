"""How well queries are answered: simulated models, baselines, metrics."""
