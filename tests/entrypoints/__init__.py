"""Tests of the command line, from its commands to a server that speaks the API's contract."""
