"""The URLs of MGN; one path is enough, because moto finds the operation in the API model."""

from .responses import MGNResponse

url_bases = [r"https?://mgn\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/.*$": MGNResponse.dispatch}
