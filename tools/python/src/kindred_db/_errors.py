class KindredError(Exception):
    """What the daemon or the command line refused, in their own words."""
