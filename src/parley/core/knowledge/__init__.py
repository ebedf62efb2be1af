"""What the team knows: collections of documents, cut into chunks, and the search over them."""
