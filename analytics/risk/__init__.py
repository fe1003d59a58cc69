"""Estimating, early, who may not complete: histories, features, models, metrics. Pure.

Nothing here performs I/O or asks what time it is, and what only scores never loads scikit-learn: that one is needed
to fit (`analytics.risk.models.fitting` and what it names), and nowhere else.
"""
