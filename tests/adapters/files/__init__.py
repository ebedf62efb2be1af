"""The stores of uploaded files."""
