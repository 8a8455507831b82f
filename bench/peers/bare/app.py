"""Finalizes without checks, and responds to CloudFormation with the standard library."""

import json
import urllib.request

import boto3

mgn = boto3.client("mgn")


def handler(event, context):
    server_id = event["ResourceProperties"]["SourceServerID"]
    answer = {
        "Status": "SUCCESS",
        "PhysicalResourceId": server_id,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    try:
        if event["RequestType"] != "Delete":
            mgn.finalize_cutover(sourceServerID=server_id)
    except Exception as error:
        answer |= {"Status": "FAILED", "Reason": str(error)}
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], body, {"Content-Type": ""}, method="PUT")
    urllib.request.urlopen(request)
