"""
How source servers replicate and launch: the templates of the account, and the configuration of each source server.

No operation changes them here.  A template belongs to an account and Region, and each source server begins with a copy.
https://docs.aws.amazon.com/mgn/latest/APIReference/API_GetReplicationConfiguration.html
https://docs.aws.amazon.com/mgn/latest/APIReference/API_GetLaunchConfiguration.html
"""

from typing import Any

from .documents import Document
from .identifiers import new_id
from .source_servers import SourceServer

REPLICATION: Document = {
    "stagingAreaSubnetId": "subnet-0123456789abcdef0",
    "associateDefaultSecurityGroup": True,
    "replicationServersSecurityGroupsIDs": [],
    "replicationServerInstanceType": "t3.small",
    "useDedicatedReplicationServer": False,
    "defaultLargeStagingDiskType": "GP3",
    "ebsEncryption": "DEFAULT",
    "bandwidthThrottling": 0,
    "dataPlaneRouting": "PRIVATE_IP",
    "createPublicIP": False,
    "stagingAreaTags": {},
    "useFipsEndpoint": False,
    "internetProtocol": "IPV4",
    "storageConfiguration": {"storageType": "EBS"},
}
LAUNCH: Document = {
    "launchDisposition": "STARTED",
    "targetInstanceTypeRightSizingMethod": "BASIC",
    "copyPrivateIp": False,
    "copyTags": False,
    "licensing": {"osByol": False},
    "bootMode": "USE_SOURCE",
    "postLaunchActions": {"deployment": "CUTOVER_ONLY", "ssmDocuments": []},
    "enableMapAutoTagging": False,
}


class Configurations:
    """The templates of one account and Region; *arn* builds an ARN from resource type and ID."""

    def __init__(self, arn: Any) -> None:
        replication, launch = new_id("rct"), new_id("lct")
        self.replication_templates: dict[str, Document] = {
            replication: {
                "replicationConfigurationTemplateID": replication,
                "arn": arn("replication-configuration-template", replication),
                **REPLICATION,
                "tags": {},
            }
        }
        self.launch_templates: dict[str, Document] = {
            launch: {
                "launchConfigurationTemplateID": launch,
                "arn": arn("launch-configuration-template", launch),
                "ec2LaunchTemplateID": new_id("lt"),
                "associatePublicIpAddress": False,
                **LAUNCH,
                "tags": {},
            }
        }


def replication_of(server: SourceServer) -> Document:
    """Return the replication configuration of *server*."""
    devices = [disk["deviceName"] for disk in server.replication.get("replicatedDisks", [])]
    disks = [
        {"deviceName": name, "isBootDisk": index == 0, "stagingDiskType": "AUTO", "iops": 0, "throughput": 0}
        for index, name in enumerate(devices)
    ]
    return {"sourceServerID": server.id, "name": _name(server), **REPLICATION, "replicatedDisks": disks}


def launch_of(server: SourceServer) -> Document:
    """Return the launch configuration of *server*; MGN creates a launch template for each source server."""
    template = server.id.replace("s-", "lt-", 1)
    return {"sourceServerID": server.id, "name": _name(server), "ec2LaunchTemplateID": template, **LAUNCH}


def _name(server: SourceServer) -> str:
    hints = (server.document.get("sourceProperties") or {}).get("identificationHints") or {}
    return str(hints.get("hostname", ""))
