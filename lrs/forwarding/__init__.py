"""What leaves for other systems, decided: what is wanted, in what form, signed how, and what an answer means.

Nothing here performs I/O: `lrs.sending.forwarder` and `lrs.sending.webhooks` read the log and the registers, and send.
"""
