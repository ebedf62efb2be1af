"""Tools that models may call: what each is told to do, what it may change, and what comes back."""
