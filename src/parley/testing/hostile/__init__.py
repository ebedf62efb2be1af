"""Files made to hurt whoever reads them, for each format: small for tests, at full size for the benchmark."""

from parley.testing.hostile.archives import ARCHIVES
from parley.testing.hostile.damage import damaged
from parley.testing.hostile.pdfs import PDFS
from parley.testing.hostile.sample import READ, REFUSED, Sample
from parley.testing.hostile.texts import TEXTS

SAMPLES: tuple[Sample, ...] = (*PDFS, *ARCHIVES, *TEXTS, *damaged())

__all__ = ["READ", "REFUSED", "SAMPLES", "Sample"]
