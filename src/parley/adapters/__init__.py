"""One family per port of the core, one file per technology; families never import each other."""
