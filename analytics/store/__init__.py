"""Where facts are kept. The only folder in `analytics` that imports pymongo.

Every public function takes the organisation first and puts it in its filter.
"""
