"""The checks of what the deployment and a request use."""

from datetime import datetime
from functools import partial

from finalize_cutover.cutover.preflight.ports import Caller
from finalize_cutover.handlers.invocation import Invocation

from . import account, deployment, members, permissions
from .scope import Checks, Scope


def checks_of(scope: Scope) -> Checks:
    """Return the checks of what the deployment and the request use."""
    timed = scope.shared(partial(_timed, scope.for_shared))
    servers = scope.shared(scope.for_shared.services(scope.account_id).mgn.all_servers)
    return {
        **deployment.environment_checks(scope, timed),
        **account.read_checks(scope, servers, lambda: timed()[1]),
        **account.optional_checks(scope, servers),
        **members.member_checks(scope),
        **deployment.resource_checks(scope),
        **deployment.automation_checks(scope),
        **permissions.permission_checks(scope, lambda: timed()[1]),
    }


def _timed(invocation: Invocation) -> tuple[datetime, Caller, datetime]:
    before = invocation.clock.now()
    caller = invocation.preflight(None).caller()
    return before, caller, invocation.clock.now()
