"""What several nouns share: ids, clock, paging, the error base, the transaction and job ports."""
