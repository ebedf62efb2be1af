"""What text means to search: words that BM25 counts, the language, the sentences."""
