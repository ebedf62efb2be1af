"""Addresses that are told, signed, when something happens in a workspace."""
