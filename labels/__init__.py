"""Signed item codes (一品一码) and the label sheets that carry them: payload → code → QR → sheet → PDF.

Stand-alone: imports nothing of the service, no web framework, no database. Import from the modules:
`code`, `keys`, `digits`, `run`, `stock`, `text`, `pdf`, `preview`, `errors`.
"""
