"""What leaves through a learner's hands: the page behind a link that they gave, and the files that they take away.

Plain Flask and Jinja: the page behind a link runs no script and asks for no account.
"""
