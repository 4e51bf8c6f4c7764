"""One file for each page of staff; ``admin/table.py`` lists them."""
