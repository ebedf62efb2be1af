"""Use of models: tokens, cost, and the budgets that bound them."""
