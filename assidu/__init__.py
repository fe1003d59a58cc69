"""The front door: settings, wiring, command line, worker, embedded database."""
