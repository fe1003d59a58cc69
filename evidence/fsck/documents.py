"""Issued documents: their bytes in the archive, and what is known of them beside the bytes."""
