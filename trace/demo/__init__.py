"""Demonstration data: two brands with public facts about the products, everything else visibly invented (示例)."""
