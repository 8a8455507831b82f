#!/usr/bin/env bash
# Make an image in whose place AWS's own would be, where that cannot be pulled: Debian's Python, and Lambda's client for it.
#
#   tests/e2e/stand_in_image.sh public.ecr.aws/lambda/python:3.13-x86_64 .venv-runtime/lib/python3.13/site-packages
#
# Needs root and debootstrap.  `sam local invoke` puts the emulator and the layers into it, as into AWS's.  It is not
# Amazon Linux: what it shows is that the artifact, the template and the SAM CLI fit together.
set -euo pipefail
image=$1 runtime=$2

root=$(mktemp --directory)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"

# The first Debian with Python 3.13; `trixie`, not `stable`, so that it stays that.
debootstrap --variant=minbase --include=ca-certificates,python3.13 trixie "$root" >&2
rm -rf "$root"/var/{cache/apt,lib/apt/lists,log}/* "$root"/usr/share/{doc,info,locale,man}

# Where AWS's image has them; the emulator runs /var/runtime/bootstrap.
mkdir -p "$root"/{opt,var/runtime,var/task}
cp -r "$runtime"/. "$root/var/runtime"
cat > "$root/var/runtime/bootstrap" <<'BOOTSTRAP'
#!/bin/sh
export AWS_EXECUTION_ENV=AWS_Lambda_python3.13 PYTHONPATH=/opt/python:/var/runtime
cd /var/task
exec /usr/bin/python3.13 -m awslambdaric "$_HANDLER"
BOOTSTRAP
chmod 755 "$root/var/runtime/bootstrap"

tar --create --directory "$root" . | docker import \
  --change 'ENV LANG=en_US.UTF-8 TZ=:UTC LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime' \
  --change 'WORKDIR /var/task' \
  --change 'LABEL stand-in=debian-trixie' \
  - "$image"
