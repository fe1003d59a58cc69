"""The development authority: certificates, timestamps and revocation lists for whoever has no real ones yet.

It proves nothing to anybody: whoever runs the deployment holds its keys. Every certificate of it says so in its name.
"""
