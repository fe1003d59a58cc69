"""Turns statements into facts that dashboards read; recomputed incrementally by the worker."""
