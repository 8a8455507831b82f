"""The clients of member accounts need little memory, however many accounts there are."""

from concurrent.futures import ThreadPoolExecutor

import botocore.session
import pytest

from finalize_cutover.aws.clients import MOST_MEMBERS, Clients
from finalize_cutover.aws.roles import Member

MEMBERS = [Member(account_id=f"{number:012}", role_name="FinalizeCutoverMember") for number in range(MOST_MEMBERS + 1)]


@pytest.fixture
def clients(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    return Clients()


def made(clients, members):
    return [clients.get("mgn", (), member) for member in members]


def test_the_models_are_loaded_once_for_all_accounts(clients):
    own, theirs = clients.get("mgn"), clients.get("mgn", (), MEMBERS[0])

    assert theirs is not own
    assert theirs.meta.service_model._service_description is own.meta.service_model._service_description


def test_clients_are_kept_for_a_few_member_accounts(clients):
    assert made(clients, MEMBERS[:-1]) == made(clients, MEMBERS[:-1])


def test_of_many_member_accounts_the_one_that_was_not_used_for_longest_is_dropped(clients):
    first, second, *_ = made(clients, MEMBERS[:-1])
    clients.get("mgn", (), MEMBERS[0])

    clients.get("mgn", (), MEMBERS[-1])

    assert clients.get("mgn", (), MEMBERS[0]) is first
    assert clients.get("mgn", (), MEMBERS[1]) is not second


def test_the_clients_of_the_own_account_are_never_dropped(clients):
    own = clients.get("mgn")

    made(clients, MEMBERS)

    assert clients.get("mgn") is own


def test_credentials_are_fetched_while_no_client_of_the_same_session_is_created(clients, monkeypatch):
    is_alone, own = [], clients.get("mgn")
    credentials = {
        "AccessKeyId": "a",
        "SecretAccessKey": "b",
        "SessionToken": "c",
        "Expiration": "2100-01-01T00:00:00Z",
    }

    class Sts:
        def assume_role(self, **_):
            return {"Credentials": credentials}

    def create_client(*_, **__):
        with ThreadPoolExecutor(1) as other:
            # The lock of the creations, which another thread cannot have now.
            is_alone.append(not other.submit(clients._lock.acquire, blocking=False).result())
        return Sts()

    theirs = clients.get("mgn", (), MEMBERS[0])
    monkeypatch.setattr(botocore.session.Session, "create_client", create_client)
    theirs._request_signer._credentials.get_frozen_credentials()

    assert is_alone == [True]
    assert own is not theirs
