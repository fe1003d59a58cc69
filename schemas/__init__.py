"""What valid data looks like: JSON Schemas and vocabularies, and one loader. Knows nothing of ours."""
