"""A package, so that Chromium and the shop that its tests share end with the last of them."""
