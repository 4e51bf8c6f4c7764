"""Browsers by the names that people know them by, read from what they say of themselves. Pure."""

# The first that stands there: most of them claim to be the others, too.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_named(agent: str) -> str:
    """``Firefox, Windows``; empty for what nobody knows."""
    found = [next((name for sign, name in names if sign in agent), "") for names in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found))
