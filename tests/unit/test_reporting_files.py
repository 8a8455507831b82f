"""Result files and folders, as saved or copied from S3."""

import hashlib
import json

import pytest

from reporting.errors import UnreadableResultsError
from reporting.files import read
from tests.unit.wave_results import a_fleet, a_report, an_audit, server_id


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a value into a file."""

    def write(name, *values):
        path = tmp_path / name
        path.write_text("\n".join(json.dumps(value) for value in values))
        return path

    return write


def servers(results):
    return [report.source_server_id for report in results.reports]


def manifest(**keys):
    files = {status: [{"Key": f"waves/run/{name}", "Size": 1} for name in names] for status, names in keys.items()}
    return {"DestinationBucket": "results", "MapRunArn": "arn:…", "ResultFiles": files}


def test_files_are_read_in_the_order_given(write):
    later, earlier = write("a.json", a_report(server_id(2))), write("b.json", a_report(server_id(1)))

    results, files = read([earlier, later])

    assert servers(results) == [server_id(1), server_id(2)]
    assert [file.name for file in files] == ["b.json", "a.json"]


def test_a_file_is_read_once(write, tmp_path):
    path = write("a.json", a_report())

    results, files = read([path, tmp_path, path])

    assert (len(results.reports), len(files)) == (1, 1)


def test_files_are_listed_with_their_fingerprints(write):
    path = write("a.json", a_report())

    (file,) = read([path])[1]

    assert (file.size, file.sha256) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_folder_stands_for_its_json_files(write, tmp_path):
    write("a.json", a_report())
    write("b.jsonl", a_report(server_id(1)), an_audit())
    write("notes.txt", "no result")

    results, files = read([tmp_path])

    assert (len(results.reports), len(results.audits)) == (2, 1)
    assert [file.name for file in files] == ["a.json", "b.jsonl"]


@pytest.mark.parametrize("named", ["folder", "manifest"])
def test_a_manifest_stands_for_the_files_it_names(write, tmp_path, named):
    write("manifest.json", manifest(FAILED=["FAILED_0.json"], PENDING=[], SUCCEEDED=["SUCCEEDED_0.json"]))
    write("FAILED_0.json", [{"Status": "FAILED", "Input": json.dumps([server_id(1)]), "Error": "States.Timeout"}])
    write("SUCCEEDED_0.json", [{"Status": "SUCCEEDED", "Input": "{}", "Output": json.dumps(a_fleet(a_report()))}])
    write("other.json", "no result")

    results, _ = read([tmp_path if named == "folder" else tmp_path / "manifest.json"])

    assert len(results.reports) == 1
    assert [batch.server_ids for batch in results.lost] == [(server_id(1),)]


def test_a_folder_copied_from_s3_is_read_with_the_passes_in_their_order(write, tmp_path):
    for action, outcome in (("finalize", "FINALIZED"), ("check", "WOULD_FINALIZE")):
        (tmp_path / action / "run").mkdir(parents=True)
        batch = {"servers": [a_report(outcome=outcome)], "remaining": []}
        write(f"{action}/run/manifest.json", manifest(SUCCEEDED=["SUCCEEDED_0.json"]))
        write(f"{action}/run/SUCCEEDED_0.json", [{"Status": "SUCCEEDED", "Input": "{}", "Output": json.dumps(batch)}])

    results, files = read([tmp_path])

    assert [report.outcome for report in results.reports] == ["WOULD_FINALIZE", "FINALIZED"]
    assert [file.name for file in files] == ["check/run/SUCCEEDED_0.json", "finalize/run/SUCCEEDED_0.json"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.json", b"{", "a.json is not JSON: Input data was truncated."),
        ("a.json", b"\xff\xfe", "a.json is not JSON: "),
        ("manifest.json", b"{}", "manifest.json is not a manifest of a map run: "),
        (
            "manifest.json",
            json.dumps(manifest(SUCCEEDED=["SUCCEEDED_0.json"])).encode(),
            "manifest.json names SUCCEEDED_0.json, which is not in the same folder.",
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadableResultsError) as error:
        read([tmp_path / name])

    assert str(error.value).startswith(words)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableResultsError, match=r"^a\.json cannot be read: No such file or directory\.$"):
        read([tmp_path / "a.json"])


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(UnreadableResultsError, match=r"contains no \.json or \.jsonl file\.$"):
        read([tmp_path])
