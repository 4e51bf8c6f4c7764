"""The local stylist's darkroom: what turns a photograph into each of our styles, by arithmetic on its pixels alone."""
