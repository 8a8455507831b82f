"""
The fields that requests share: their types, and a description of the expected values.

The descriptions appear in the JSON Schemas and in the sentences that refuse a request.
"""

from typing import Annotated, Literal

from msgspec import Meta

SourceServerID = Annotated[
    Annotated[str, Meta(pattern="^s-[0-9a-zA-Z]{17}$", max_length=19)] | None,
    Meta(description="s- and 17 letters or digits"),
]
SourceServerIDs = Annotated[
    Annotated[
        tuple[Annotated[str, Meta(pattern="^s-[0-9a-zA-Z]{17}$", max_length=19)], ...],
        Meta(min_length=1, max_length=200),
    ]
    | None,
    Meta(description="a list of 1 to 200 source server IDs, each s- and 17 letters or digits"),
]
ApplicationID = Annotated[
    Annotated[str, Meta(pattern="^app-[0-9a-zA-Z]{17}$", max_length=21)] | None,
    Meta(description="app- and 17 letters or digits"),
]
WaveID = Annotated[
    Annotated[str, Meta(pattern="^wave-[0-9a-zA-Z]{17}$", max_length=22)] | None,
    Meta(description="wave- and 17 letters or digits"),
]
AccountID = Annotated[
    Annotated[str, Meta(pattern="^[0-9]{12}$", max_length=12)] | None,
    Meta(description="12 digits, as a string"),
]
WaitMinutes = Annotated[
    Annotated[int, Meta(ge=0, le=13)] | None,
    Meta(description="a whole number from 0 to 13 (default 10, in a dry run 0)"),
]
SoakMinutes = Annotated[
    Annotated[int, Meta(ge=0, le=43200)],
    Meta(description="a whole number from 0 to 43200"),
]
Waive = Annotated[
    tuple[
        Literal[
            "not-before",
            "cutover-job",
            "job-log",
            "launched-instance",
            "instance-present",
            "first-boot",
            "mgn-checks",
            "post-launch-actions",
            "instance-status",
            "application-status",
            "alarms",
            "termination-protection",
            "backup",
            "change-calendar",
            "validator",
            "soak",
            "approval",
        ],
        ...,
    ],
    Meta(
        description="a list of the rule names not-before, cutover-job, job-log, launched-instance, instance-present, "
        "first-boot, mgn-checks, post-launch-actions, instance-status, application-status, alarms, "
        "termination-protection, backup, change-calendar, validator, soak and approval "
        "(lifecycle, not-archived and hold cannot be waived)"
    ),
]
Requirable = Literal["application-status", "termination-protection", "backup", "validator"]
Require = Annotated[
    tuple[Requirable, ...],
    Meta(description="a list of the rule names application-status, termination-protection, backup and validator"),
]
# A line break, or a character that changes the direction of the text, would break the sentences that show it; half a
# character cannot be sent to AWS.
SHOWN = r"[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+$(?!\n)"
ALARM_NAME = rf"^(?!arn:){SHOWN}"
Alarms = Annotated[
    Annotated[
        tuple[Annotated[str, Meta(pattern=ALARM_NAME, min_length=1, max_length=255)], ...],
        Meta(min_length=1, max_length=100),
    ]
    | None,
    Meta(description="a list of 1 to 100 names (not ARNs) of CloudWatch alarms, each of 1 to 255 characters"),
]
ChangeCalendars = Annotated[
    Annotated[
        tuple[
            Annotated[
                str,
                Meta(
                    pattern=r"^(arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:document/)?[a-zA-Z0-9_.-]{3,128}$(?!\n)",
                    max_length=220,
                ),
            ],
            ...,
        ],
        Meta(min_length=1, max_length=10),
    ]
    | None,
    Meta(description="a list of 1 to 10 names or ARNs of Systems Manager change calendars"),
]
# In Python, $ also matches before a final line break; the lookahead excludes that.
ApprovedInstances = Annotated[
    Annotated[
        dict[
            Annotated[str, Meta(pattern="^s-[0-9a-zA-Z]{17}$", max_length=19)],
            Annotated[str, Meta(pattern=r"^i-([0-9a-fA-F]{8}|[0-9a-fA-F]{17})$(?!\n)", max_length=19)],
        ],
        Meta(max_length=200),
    ]
    | None,
    Meta(
        description="an object of at most 200 entries, each a source server ID (s- and 17 letters or digits) and the "
        "ID of its launched instance (i- and 8 or 17 hexadecimal digits)"
    ),
]
Person = Annotated[
    Annotated[str, Meta(pattern=f"^{SHOWN}", max_length=512)] | None,
    Meta(description="1 to 512 characters without line breaks, such as a name or an ARN"),
]
Flag = Annotated[bool, Meta(description="true or false")]
Action = Annotated[
    Literal["finalize", "check", "audit", "select"],
    Meta(description="finalize, check, audit or select"),
]
Text = Annotated[str | None, Meta(description="a string")]
ServiceTimeout = Annotated[
    Annotated[int, Meta(ge=1, le=3600)] | None, Meta(description="a whole number from 1 to 3600")
]
