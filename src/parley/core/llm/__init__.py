"""Language models as Parley sees them: what is asked, what streams back, what it may cost."""
