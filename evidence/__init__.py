"""Turns facts into documents that a third party can check. Nothing yet: see docs/architecture.md."""
