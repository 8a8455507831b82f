"""
Finalizes without checks, with crhelper.

https://github.com/aws-cloudformation/custom-resource-helper#quickstart
"""

import logging

from crhelper import CfnResource

logger = logging.getLogger(__name__)
# Initialise the helper, all inputs are optional, this example shows the defaults
helper = CfnResource(json_logging=False, log_level="DEBUG", boto_level="CRITICAL", sleep_on_delete=120, ssl_verify=None)

try:
    # Init code goes here
    import boto3

    mgn = boto3.client("mgn")
except Exception as e:
    helper.init_failure(e)


@helper.create
@helper.update
def create(event, context):
    server_id = event["ResourceProperties"]["SourceServerID"]
    mgn.finalize_cutover(sourceServerID=server_id)
    return server_id


@helper.delete
def delete(event, context):
    pass


def handler(event, context):
    helper(event, context)
