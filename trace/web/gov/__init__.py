"""The regulator's pages (监管): any batch's whole history, recalls and freezes."""

from trace.web.gov import batches, bundle, complaints, export, home, reviews, stops
from trace.web.gov.frame import bp

__all__ = ["batches", "bp", "bundle", "complaints", "export", "home", "reviews", "stops"]
