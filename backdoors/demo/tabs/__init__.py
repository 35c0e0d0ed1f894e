"""The tabs of the page: one for each demo, and one for taking it elsewhere."""
