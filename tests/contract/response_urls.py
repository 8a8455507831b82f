"""Response URLs: real ones of CloudFormation, as captured and documented, and ones that only look similar."""

from tests.contract.log_lines import SIGNATURE

STACK = "arn%3Aaws%3Acloudformation%3Aeu-west-1%3A111122223333%3Astack/web/5f8c"
TARGET = f"/{STACK}%7CWebServerCutover%7C8d1f?X-Amz-Expires=7199&X-Amz-Signature={SIGNATURE}"
BUCKET = "cloudformation-custom-resource-response-"
OURS = f"{BUCKET}euwest1.s3.eu-west-1.amazonaws.com"

# {Region of the function: host that was captured or documented, or follows from the partition}
REAL = [
    ("us-east-1", f"{BUCKET}useast1.s3-us-east-1.amazonaws.com"),
    ("us-east-1", f"{BUCKET}useast1.s3.us-east-1.amazonaws.com"),
    ("us-east-1", f"{BUCKET}useast1.s3.amazonaws.com"),
    ("eu-central-1", f"{BUCKET}eucentral1.s3.eu-central-1.amazonaws.com"),
    ("eu-west-1", f"{BUCKET}euwest1.s3-eu-west-1.amazonaws.com"),
    ("us-west-2", f"{BUCKET}uswest2.s3-us-west-2.amazonaws.com"),
    ("ap-northeast-1", f"{BUCKET}apnortheast1.s3-ap-northeast-1.amazonaws.com"),
    ("eu-west-1", f"{BUCKET}euwest1.s3.dualstack.eu-west-1.amazonaws.com"),
    ("us-gov-west-1", f"{BUCKET}usgovwest1.s3-fips.us-gov-west-1.amazonaws.com"),
    ("us-gov-west-1", f"{BUCKET}usgovwest1.s3-fips.dualstack.us-gov-west-1.amazonaws.com"),
    ("cn-north-1", f"{BUCKET}cnnorth1.s3.cn-north-1.amazonaws.com.cn"),
    ("us-gov-west-1", f"{BUCKET}usgovwest1.s3-us-gov-west-1.amazonaws.com"),
    ("us-gov-west-1", f"{BUCKET}usgovwest1.s3.us-gov-west-1.amazonaws.com"),
    ("eusc-de-east-1", f"{BUCKET}euscdeeast1.s3.eusc-de-east-1.amazonaws.eu"),
    ("us-iso-east-1", f"{BUCKET}usisoeast1.s3.us-iso-east-1.c2s.ic.gov"),
    ("us-isob-east-1", f"{BUCKET}usisobeast1.s3.us-isob-east-1.sc2s.sgov.gov"),
    ("eu-isoe-west-1", f"{BUCKET}euisoewest1.s3.eu-isoe-west-1.cloud.adc-e.uk"),
    ("us-isof-south-1", f"{BUCKET}usisofsouth1.s3.us-isof-south-1.csp.hci.ic.gov"),
]

OTHER_HOSTS = [
    "example.com",
    "amazonaws.com",
    "s3.amazonaws.com",
    "s3.eu-west-1.amazonaws.com",
    "localhost",
    f"{OURS}.example.com",
    f"example.com.{OURS}",
    f"xx{OURS}",
    f"{OURS}.",
    OURS.replace("amazonaws.com", "amazonaws.co"),
    OURS.replace("amazonaws.com", "amazonaws.com.evil.com"),
    OURS.replace("amazonaws.com", "amazonawsxcom"),
    OURS.replace(".s3.", ".s3x."),
    OURS.replace(".s3.", "xs3."),
    OURS.replace(".s3.", ".s3-fips-evil."),
    OURS.replace(".s3.", ".s3.dualstack.us-east-1."),
    OURS.replace(".s3.", ".s3.dualstack.s3-fips."),
    OURS.replace(".s3.", ".s3-website."),
    OURS.replace(".s3.", ".s3-accesspoint."),
    OURS.replace("euwest1", "euwest1-evil"),
    OURS.replace("euwest1", "evil-euwest1"),
    OURS.replace("response-", "response."),
    OURS.replace("custom-resource-response", "custom-resource-responses"),
    OURS.upper(),
]
OTHER_REGIONS = [
    f"{BUCKET}useast1.s3.us-east-1.amazonaws.com",
    f"{BUCKET}euwest1.s3.us-east-1.amazonaws.com",
    f"{BUCKET}euwest2.s3.eu-west-1.amazonaws.com",
    f"{BUCKET}useast1.s3.amazonaws.com",
    f"{BUCKET}.s3.amazonaws.com",
]
SUFFIXES = ["amazonaws.com.cn", "amazonaws.eu", "c2s.ic.gov", "sc2s.sgov.gov", "cloud.adc-e.uk", "csp.hci.ic.gov"]
OTHER_PARTITIONS = [
    *(OURS.replace("amazonaws.com", suffix) for suffix in SUFFIXES),
    f"{BUCKET}euwest1.s3.amazonaws.com.cn",
]
ADDRESSES = [
    "127.0.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "[fd00:ec2::254]",
    "[::1]",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.254.169.254.nip.io",
]
USER_INFO_AND_PORTS = [
    f"{OURS}@example.com",
    f"{OURS}:443@example.com",
    f"user@{OURS}",
    f"user:password@{OURS}",
    f"@{OURS}",
    f"{OURS}:443",
    f"{OURS}:80",
    f"{OURS}:",
    f"{OURS}:443:443",
]
OTHER_ALPHABETS = [
    OURS.replace("amazonaws", "аmazonaws"),  # noqa: RUF001 - the first letter is intentionally Cyrillic
    OURS.replace("amazonaws", "xn--mazonaws-2fg"),
    OURS.replace(".com", "。com"),
    OURS.replace("amazonaws", "ａmazonaws"),  # noqa: RUF001 - intentionally a full-width letter
    OURS.replace(".com", "%2Ecom"),
    OURS.replace("s3", "s%33"),
]
HOSTS = [*OTHER_HOSTS, *OTHER_REGIONS, *OTHER_PARTITIONS, *ADDRESSES, *USER_INFO_AND_PORTS, *OTHER_ALPHABETS]

SCHEMES = ["http", "ftp", "file", "gopher", "javascript", "data", "httpss", ""]
# Inserted before, after and into a valid URL.
BROKEN = [
    "{good} ",
    " {good}",
    "{good}\n",
    "\n{good}",
    "{good}\r\nHost: example.com",
    "{good}\t",
    "{good}\x00",
    "{good}\x7f",
    "https://{host}\\@example.com{target}",
    "https:\\\\{host}{target}",
    "https://{host}\n.example.com{target}",
    "https://{host}\t.example.com{target}",
    "https://exa\tmple.com#@{host}{target}",
    "https://example.com#{good}",
    "https://example.com?{good}",
    "https://example.com/{good}",
    "https:/{host}{target}",
    "https:{host}{target}",
    "//{host}{target}",
    "{host}{target}",
    "https://[{host}]{target}",
    "https://[::1{target}",
    "https:///{host}{target}",
    "{good}\u2028",
    "{good}☃",
    "",
]
NO_TEXT = [None, 5, True, [], ["https://example.com"], {}, {"url": "https://example.com"}]


def hostile():
    """Return every URL that must receive no response in eu-west-1."""
    by_host = [f"https://{host}{TARGET}" for host in HOSTS]
    by_scheme = [f"{scheme}://{OURS}{TARGET}" for scheme in SCHEMES]
    good = {"good": f"https://{OURS}{TARGET}", "host": OURS, "target": TARGET}
    return [*by_host, *by_scheme, *(shape.format(**good) for shape in BROKEN), *NO_TEXT]
