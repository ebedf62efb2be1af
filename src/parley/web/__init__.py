"""HTTP: routes, live streams, errors as problem+json, and the built web app."""
