"""One script for each claim about speed and size; results are kept beside them as JSON."""
