"""Lists that people hand in: CSV and XLSX files row by row, and everything wrong with them by row and column."""
