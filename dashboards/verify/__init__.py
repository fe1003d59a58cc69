"""The public page behind a document's QR code: is it valid, and is this file that document."""
