"""Issuing documents: what is missing, the evidence as of an instant, layout, seal, archive, versions, batches."""
