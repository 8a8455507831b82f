"""Where MGN is found; one path, since moto finds the operation in the service's API model."""

from .responses import MGNResponse

url_bases = [r"https?://mgn\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/.*$": MGNResponse.dispatch}
