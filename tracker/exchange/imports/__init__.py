"""Past cases from a file: matched, checked row by row, taken in whole or not at all."""
