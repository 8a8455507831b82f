"""The bill of materials that `make build` writes."""

import json

from packaging.utils import canonicalize_name

from tools.sbom.bill import BILL, LAYER


def test_the_bill_lists_what_lies_in_the_layer_and_nothing_else():
    folders = [path.name.removesuffix(".dist-info") for path in LAYER.glob("*.dist-info")]
    there = {(canonicalize_name(name), version) for name, _, version in (one.rpartition("-") for one in folders)}

    billed = {(one["name"], one["version"]) for one in json.loads(BILL.read_text())["components"]}

    assert billed == there != set()


def test_the_bill_names_the_file_for_the_processor_that_was_built_for():
    [compiled] = LAYER.rglob("*.so")
    machine = compiled.name.split("-")[2]

    urls = [one["externalReferences"][0]["url"] for one in json.loads(BILL.read_text())["components"]]

    assert [url.endswith(f"_{machine}.whl") for url in urls if not url.endswith("-none-any.whl")] == [True]
