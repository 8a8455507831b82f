"""What lets a new user run the command line against the local AWS."""

from local.command_line import is_deployed
from local.isolation import isolate


def test_nothing_is_deployed_where_nothing_listens(capsys):
    assert not is_deployed("http://127.0.0.1:9", longest_start=0.1)
    assert "which `make try` deploys" in capsys.readouterr().err


def test_nothing_is_deployed_in_an_empty_aws(aws, monkeypatch):
    monkeypatch.setattr("local.command_line.LONGEST_DEPLOYMENT", 0.1)

    assert not is_deployed(aws.url)


def test_the_users_aws_settings_have_no_effect():
    environment = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "a",
        "AWS_ENDPOINT_URL_S3": "https://a",
        "HOME": "/",
    }

    isolate(environment)

    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"} & environment.keys()
    assert (environment["AWS_ACCESS_KEY_ID"], environment["HOME"]) == ("testing", "/")
