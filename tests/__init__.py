"""The tests of Parley, in the folders of what they test."""
