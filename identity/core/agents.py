"""What a browser says of itself. In: a User-Agent header. Out: a short title for the list of devices."""

MAX_READ = 512  # characters of the header that are looked at
UNKNOWN = "Неизвестное устройство"

# Browsers name those they descend from as well: the most particular name comes first.
BROWSERS = (
    ("YaBrowser/", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def title(user_agent: str) -> str:
    """Like "Chrome, Windows". Never holds a part of the header itself: it is the browser's to invent."""
    seen = user_agent[:MAX_READ]
    parts = [_first(BROWSERS, seen), _first(SYSTEMS, seen)]
    return ", ".join(filter(None, parts)) or UNKNOWN


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in known if mark in text), "")
