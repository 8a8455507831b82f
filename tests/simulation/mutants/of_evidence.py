"""Mutants of the records in the evidence bucket: the intent before a write, and the result after it."""

from tests.simulation.mutants.mutant import Mutant

BUCKET, RECORDER = "aws/evidence_bucket.py", "cutover/records/recorder.py"
RECORDED = "            return self._recorded(self.prepared(complete) if self._options.acceptance else complete)\n"

MUTANTS = (
    Mutant(
        name="writes although the intent was refused",
        module=BUCKET,
        before="            raise MgnRefusedError(",
        after="            return True\n            raise MgnRefusedError(",
    ),
    Mutant(
        name="takes a lost answer to the intent for stored",
        module=BUCKET,
        before="        except ConflictError as error:\n",
        after="        except MgnUnavailableError:\n            return True\n        except ConflictError as error:\n",
    ),
    Mutant(
        name="takes a write at the same time for stored",
        module=BUCKET,
        before="            raise MgnUnavailableError(",
        after="            return True\n            raise MgnUnavailableError(",
    ),
    Mutant(
        name="stores the intent after the write",
        module="cutover/finalize/writer.py",
        before="        return self._write(complete)\n",
        after="        result = self._write(complete)\n        self.preparation._recorded(complete)\n"
        "        return result\n",
        also=(
            (
                "cutover/finalize/preparation.py",
                RECORDED,
                "            return self.prepared(complete) if self._options.acceptance else complete\n",
            ),
        ),
    ),
    Mutant(
        name="stores no intent without optional rules",
        module="cutover/finalize/preparation.py",
        before="        if not (self._options.acceptance or self._options.recorder):\n",
        after="        if not self._options.acceptance:\n",
    ),
    Mutant(
        name="stores one intent for several looks",
        module=RECORDER,
        before="        body = msgspec.json.encode(intent)\n",
        after="        if intent.subject.source_server_id in self._intents:\n            return\n"
        "        body = msgspec.json.encode(intent)\n",
    ),
    Mutant(
        name="takes an earlier intent of the cutover for its own",
        module=RECORDER,
        before='        other = f"{name}-{_sha256(body)}"\n',
        after='        return _key(subject, name)\n        other = f"{name}-{_sha256(body)}"\n',
    ),
    Mutant(
        name="links a result to an earlier intent of the cutover",
        module=RECORDER,
        before="        return _key(subject, other)\n",
        after="        return _key(subject, name)\n",
    ),
    Mutant(
        name="links a result to no intent",
        module=RECORDER,
        before="                report, intent=intent, by",
        after="                report, intent=None, by",
    ),
    Mutant(
        name="overwrites a record",
        module=BUCKET,
        before='                IfNoneMatch="*",\n',
        after="",
    ),
    Mutant(
        name="does not lock a record",
        module=BUCKET,
        before='                ObjectLockMode="COMPLIANCE",\n',
        after='                ObjectLockMode="GOVERNANCE",\n',
    ),
    Mutant(
        name="ignores EvidenceRetentionDays",
        module="handlers/records.py",
        before="days=parameters.evidence_retention_days)",
        after="days=365)",
    ),
    Mutant(
        name="puts tags into the intent",
        module="cutover/records/compose.py",
        before="        source_server=_without_tags(report.source_server) or {},\n",
        after="        source_server=report.source_server or {},\n",
    ),
    Mutant(
        name="puts tags into the result",
        module="cutover/records/compose.py",
        before="source_server=_without_tags(report.source_server)\n        ),\n",
        after="source_server=report.source_server\n        ),\n",
    ),
    Mutant(
        name="says that the evidence was read when it was recorded",
        module="cutover/records/compose.py",
        before="        evidence_read_at=evidence.read_at,\n",
        after="        evidence_read_at=now,\n",
    ),
    Mutant(
        name="records only the first line of a kept log",
        module="bootstrap.py",
        before="are_whole=self._settings.evidence_bucket is not None",
        after="are_whole=False",
    ),
    Mutant(
        name="records only requests",
        module="handlers/eventbridge/automation_options.py",
        before="        recorder=None if is_dry_run else recorder_for(invocation, requested_by, account_id),\n",
        after="",
    ),
    Mutant(
        name="records a dry run",
        module="handlers/options.py",
        before="        recorder=None if request.dry_run else recorder_for(",
        after="        recorder=recorder_for(",
    ),
    Mutant(
        name="records no result",
        module=RECORDER,
        before="            if intent is None and report.finalized_at is None:\n",
        after="            if True:\n",
    ),
    Mutant(
        name="forgets a cutover that it found finalized",
        module=RECORDER,
        before="            if intent is None and report.finalized_at is None:\n",
        after="            if intent is None:\n",
    ),
    Mutant(
        name="says nothing of a result that was not stored",
        module=RECORDER,
        before="        if errors:\n            raise EvidenceNotStoredError.about(list(self._waiting), errors[0])\n",
        after="",
    ),
    Mutant(
        name="raises another account's error instead of a result that was not stored",
        module="handlers/eventbridge/sweep.py",
        before="raise next((error for error in errors if isinstance(error, EvidenceNotStoredError)), errors[0])",
        after="raise errors[0]",
        is_rare=True,
    ),
    Mutant(
        name="does not try again to store a result",
        module=RECORDER,
        before="        while any(error.is_transient for error in errors) and next(again, False):\n",
        after="        while False:\n",
    ),
)
