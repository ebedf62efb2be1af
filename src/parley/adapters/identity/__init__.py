"""How passwords are hashed and tokens are signed."""
