"""What the button says, in every language: one file per language, and what reads them."""
