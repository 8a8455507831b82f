"""Mutants of automation over several accounts."""

from tests.simulation.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="uses its own role for a member's source servers",
        module="bootstrap.py",
        before="        if not (account_id and role_name):\n",
        after="        if True:\n",
    ),
    Mutant(
        name="reads the instances of a member account in its own",
        module="bootstrap.py",
        before='            instances=AwsInstances(self._client("ec2", member), limit=limit),\n',
        after='            instances=AwsInstances(self._client("ec2"), limit=limit),\n',
    ),
    Mutant(
        name="writes with its own role in a member account",
        module="bootstrap.py",
        before='                writer=self._client("mgn", member, writes=True),\n',
        after='                writer=self._client("mgn", writes=True),\n',
    ),
    Mutant(
        name="reads what an optional rule needs in its own account",
        module="bootstrap.py",
        before="            return self._client(service, None if is_own else member, writes=writes)\n",
        after="            return self._client(service, None, writes=writes)\n",
    ),
    Mutant(
        name="asks for the change calendars in the member account",
        module="aws/acceptance/ports.py",
        before='self._client("ssm", is_own=True)',
        after='self._client("ssm")',
    ),
    Mutant(
        name="serves the events of any account",
        module="handlers/eventbridge/accounts.py",
        before="    if invocation.settings.member_accounts and account_id in member_accounts(invocation):\n",
        after="    if invocation.settings.member_accounts:\n",
    ),
    Mutant(
        name="handles the event of a member account in its own",
        module="handlers/eventbridge/launch_result.py",
        before="    found = finalize_approved(server_ids, invocation, options, account)\n",
        after="    found = finalize_approved(server_ids, invocation, options)\n",
    ),
    Mutant(
        name="ends the sweep for an error in one account",
        module="handlers/eventbridge/sweep.py",
        before="    if len(errors) == len(found):\n",
        after="    if errors:\n",
    ),
    Mutant(
        name="leaves its own account out",
        module="handlers/eventbridge/sweep.py",
        before="_sweep_all((None, *members), ",
        after="_sweep_all(members, ",
    ),
    Mutant(
        name="does not sweep its own account without the global view",
        module="handlers/eventbridge/sweep.py",
        before="        # The function's own account does not depend on MGN's global view.\n"
        "        sweep_account(invocation, None, is_dry_run=is_dry_run)\n",
        after="",
    ),
    Mutant(
        name="sweeps its own account again as a member",
        module="handlers/eventbridge/accounts.py",
        before="dict.fromkeys(ids) if id_ != invocation.own_account_id)\n",
        after="dict.fromkeys(ids))\n",
    ),
    Mutant(
        name="says nothing of an account that could not be swept",
        module="handlers/eventbridge/sweep_report.py",
        before="        error=error_report(swept.error) if swept.error else None,\n",
        after="        error=None,\n",
    ),
)
