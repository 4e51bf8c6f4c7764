"""Blanks per machine and shell: counted, reserved, sold, taken."""
