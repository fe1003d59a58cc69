"""A demonstration LMS: one seeded training year of a French organisation, fed through HTTP.

Nothing here knows the record store's inside; `feed` speaks to it as any LMS would. Everybody and
everything in it is invented.
"""
