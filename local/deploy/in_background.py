"""Deploys the application to the local AWS that the same process serves, for `make try`."""

import os
import threading
from pathlib import Path

from local.deploy.stack import Stack, client

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
NAME = "finalize-cutover"


def deploy_in_background(url: str) -> threading.Thread:
    """Deploy the application to the local AWS at *url*, which begins to answer only after this call."""
    thread = threading.Thread(target=_deploy, args=(url,), name="deploy", daemon=True)
    thread.start()
    return thread


def _deploy(url: str) -> None:
    """Deploy the application, and say what to do next."""
    print(f"Deploying the application as stack {NAME} …", flush=True)
    state = Stack(url, NAME).deploy(TEMPLATE)
    if state.has_failed:
        print(f"Stack {NAME} has the status {state.status}.", flush=True)
        return
    _act_as(state.outputs["FinalizeCutoverRole"], url)
    print("The application is deployed.  In another terminal: make preflight", flush=True)
    print("The log of the function follows.", flush=True)


def _act_as(role: str, url: str) -> None:
    """
    Let the function, which runs in this process, use the credentials of its role, as on Lambda.

    It has not been invoked yet, so it has no clients with other credentials.
    """
    session = client("sts", url).assume_role(RoleArn=role, RoleSessionName=NAME)["Credentials"]
    os.environ.update(
        AWS_ACCESS_KEY_ID=session["AccessKeyId"],
        AWS_SECRET_ACCESS_KEY=session["SecretAccessKey"],
        AWS_SESSION_TOKEN=session["SessionToken"],
    )
