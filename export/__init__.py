"""What leaves the screen and what is read from a view: sheets, sentences, charts. Pages only show it."""
