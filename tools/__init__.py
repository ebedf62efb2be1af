"""Our own lint rules, generators and the commands behind the Makefile; never imported by the product."""
