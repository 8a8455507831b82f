"""Hosts that look like CloudFormation's in this Region, but are not: the function must not contact them."""

import ipaddress
import json
from collections.abc import Iterator
from importlib.resources import files

from hypothesis import strategies as st

from tests.fuzz.expected import BUCKET, HOSTS, REGION

OURS = st.sampled_from(sorted(HOSTS))
EVIL = [
    "evil.invalid",
    "amazonaws.com",
    "s3.amazonaws.com",
    "localhost",
    "127.0.0.1",
    "169.254.169.254",
    "[fd00:ec2::254]",
]
PARTITIONS = json.loads(files("botocore").joinpath("data/partitions.json").read_text())["partitions"]
SUFFIXES = sorted({each["outputs"]["dnsSuffix"] for each in PARTITIONS})
REGIONS = sorted({name for each in PARTITIONS for name in each["regions"]} - {REGION})
# Metadata services of instances, containers and tasks; a VPC's DNS and time; localhost; private networks; broadcast.
ADDRESSES = ["169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.169.253", "169.254.169.123"]
ADDRESSES += [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "255.255.255.255",
]
ADDRESSES_6 = ["fd00:ec2::254", "fd00:ec2::23", "::1", "::", "fe80::1", "ff02::1"]
LOCAL = [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "localhost.localdomain",
    "ip6-localhost",
    "instance-data",
    "metadata.google.internal",
]
# Dots and letters of other scripts that IDNA maps to ASCII, and some that only look like ASCII.
DOTS = ["\u3002", "\uff0e", "\uff61", "%2e", "%2E", "..", "", "-", "x", "_"]
LETTERS = {
    "a": "\u0430\uff41\u1d43",
    "c": "\u0441\u217d",
    "o": "\u043e\u2134\u00ba",
    "s": "\u0455\u017f",
    "m": "\u217f\u33a1",
}
FRAMES = [
    "{0}.evil.invalid",
    "{0}.com",
    "{0}.",
    "{0}..",
    ".{0}",
    "evil{0}",
    "evil-{0}",
    "evil.{0}",
    "{0}evil",
    "{0}%00.evil.invalid",
]
FRAMES += [
    "{0}%2f.evil.invalid",
    "{0};.evil.invalid",
    "{0},evil.invalid",
    "{0}&.evil.invalid",
    "[{0}]",
    "[{0}",
    "{0}]",
    "xn--{0}",
    "{0}:",
]
USERS = [
    "{0}@{1}",
    "{0}:443@{1}",
    "{0}:x@{1}",
    "{1}@{0}",
    "{1}:x@{0}",
    "@{0}",
    "{0}@{0}",
    "{1}@{0}@{1}",
    "{0}%40{1}",
    "{0}:@{1}:443",
]


def spellings(address: str) -> Iterator[str]:
    """Yield the spellings of an IPv4 *address* that some library accepts."""
    number = int(ipaddress.IPv4Address(address))
    a, b, c, d = parts = ipaddress.IPv4Address(address).packed
    yield from (address, f"{address}.", str(number), hex(number), f"0{number:o}", f"{a}.{b}.{c << 8 | d}")
    yield f"{a}.{b << 16 | c << 8 | d}"
    for form in ("{:#x}", "0{:o}", "{:03}", "0x{:08x}", "0000{:o}"):
        yield ".".join(form.format(part) for part in parts)
    yield f"{a:#x}.{b}.0{c:o}.{d}"
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    for prefix in ("::ffff:", "::", "64:ff9b::", "::ffff:0:"):
        yield from (f"[{prefix}{address}]", f"[{prefix}{high}:{low}]")
    yield from (f"[2002:{high}:{low}::1]", f"{address}.nip.io", "".join(chr(ord(each) + 0xFEE0) for each in address))


def spellings_6(address: str) -> Iterator[str]:
    """Yield the spellings of an IPv6 *address* in a URL."""
    full = ipaddress.IPv6Address(address).exploded
    yield from (f"[{address}]", f"[{full}]", f"[{full.upper()}]", f"[{address}%25eth0]", f"[{address}%eth0]", address)


@st.composite
def _lookalike(draw: st.DrawFn) -> str:
    """Draw a valid host with one letter or dot replaced by a similar one."""
    host, dot = draw(OURS), draw(st.integers(1, 4))
    if draw(st.booleans()):
        pieces = host.split(".")
        where = min(dot, len(pieces) - 1)
        return ".".join(pieces[:where]) + draw(st.sampled_from(DOTS)) + ".".join(pieces[where:])
    place = draw(st.sampled_from([number for number, each in enumerate(host) if each in LETTERS]))
    other = draw(st.sampled_from([*LETTERS[host[place]], f"%{ord(host[place]):02x}", host[place].upper()]))
    return host[:place] + other + host[place + 1 :]


@st.composite
def _elsewhere(draw: st.DrawFn) -> str:
    """Draw a host of CloudFormation, or with its name, in another Region or partition."""
    region, suffix = draw(st.sampled_from(REGIONS)), draw(st.sampled_from(SUFFIXES))
    bucket = draw(st.sampled_from([BUCKET, BUCKET.replace("euwest1", region.replace("-", ""))]))
    form = draw(
        st.sampled_from(["{0}.s3.{1}.{2}", "{0}.s3-{1}.{2}", "{0}.s3.dualstack.{1}.{2}", "{0}.s3-website.{1}.{2}"])
    )
    return form.format(bucket, region, suffix)


@st.composite
def _others_bucket(draw: st.DrawFn) -> str:
    """Draw a host with a bucket that is not CloudFormation's, or with the bucket in the path."""
    name = draw(
        st.sampled_from([f"x{BUCKET}", f"{BUCKET}x", f"{BUCKET}-x", f"x-{BUCKET}", f"{BUCKET}.x", f"x.{BUCKET}", "x"])
    )
    form = draw(st.sampled_from(["{0}.s3.{1}.amazonaws.com", "{0}.s3-{1}.amazonaws.com", "{0}.s3.amazonaws.com"]))
    path_style = st.sampled_from([f"s3.{REGION}.amazonaws.com/{BUCKET}", f"s3.amazonaws.com/{BUCKET}"])
    return draw(st.just(form.format(name, REGION)) | path_style)


def _framed(frame: str, ours: str, evil: str) -> str:
    return frame.format(ours, evil)


STRANGERS = st.one_of(
    st.sampled_from(EVIL + LOCAL),
    st.sampled_from([spelled for address in ADDRESSES for spelled in spellings(address)]),
    st.sampled_from([spelled for address in ADDRESSES_6 for spelled in spellings_6(address)]),
    st.builds(_framed, st.sampled_from(FRAMES + USERS), OURS, st.sampled_from(EVIL)),
    st.builds("{}:{}".format, OURS, st.sampled_from([443, 80, 0, 65536, "0443", "", "https"])),
    _lookalike().filter(lambda host: host not in HOSTS),
    _elsewhere(),
    _others_bucket(),
)
