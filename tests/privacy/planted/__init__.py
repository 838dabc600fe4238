"""Pages full of planted secrets: the tables of their kinds, the pages, and the website that serves them."""
