"""The brand office's pages (品牌办): who may use the brand, its products, its rules, its batches."""

from trace.web.brand_office import authorisations, complaints, designs, overview, products, reviews, rules
from trace.web.brand_office.frame import bp

__all__ = ["authorisations", "bp", "complaints", "designs", "overview", "products", "reviews", "rules"]
