"""An hour of everything at once: does it lose anything, does it grow, does it become slow?"""
