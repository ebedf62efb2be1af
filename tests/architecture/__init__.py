"""The rules about the code itself: imports, budgets, registries, migrations."""
