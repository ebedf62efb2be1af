"""Documents on their way from upload to ready."""
