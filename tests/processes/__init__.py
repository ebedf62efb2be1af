"""Tests of whole processes: what a user starts, and what a crash kills."""
