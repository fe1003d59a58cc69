"""Collections, indexes as data, append and find. The only folder in `lrs` that imports pymongo.

Every public function that touches tenant data takes the organisation first and puts it in its filter.
"""
