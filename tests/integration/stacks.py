"""A user's template with a custom resource, and helpers for CloudFormation's API."""

TEMPLATE = """
Parameters:
  SourceServerID: {Type: String, Default: s-0123456789abcdef0}
  SoakMinutes: {Type: Number, Default: 0}
  Extra: {Type: String, Default: "false"}
Conditions:
  HasExtra: !Equals [!Ref Extra, "true"]
Resources:
  LaunchedInstance:
    Type: AWS::SSM::Parameter
    Properties:
      Name: !Sub /cutovers/${SourceServerID}
      Type: String
      Value: !Sub "${WebServerCutover.LaunchedInstanceID} of ${WebServerCutover}"
  WebServerCutover:
    Type: Custom::FinalizedCutover
    Properties:
      ServiceToken: arn:aws:lambda:eu-west-1:111122223333:function:fake-provider
      SourceServerID: !Ref SourceServerID
      SoakMinutes: !Ref SoakMinutes
  Conditional:
    Type: AWS::SNS::Topic
    Condition: HasExtra
Outputs:
  Outcome: {Value: !GetAtt WebServerCutover.Outcome, Export: {Name: !Sub "${AWS::StackName}-Outcome"}}
"""
IMPORTER = """
Resources:
  Copy:
    Type: AWS::SSM::Parameter
    Properties: {Name: /copy, Type: String, Value: !ImportValue web-Outcome}
"""


class Stacks:
    """The stacks of one account; the default name is web."""

    def __init__(self, client):
        self.client = client

    def create(self, template=TEMPLATE, name="web", **parameters):
        """Create a stack, and return its ARN."""
        return self.client.create_stack(StackName=name, TemplateBody=template, Parameters=_wire(parameters))["StackId"]

    def update(self, template=TEMPLATE, **parameters):
        self.client.update_stack(StackName="web", TemplateBody=template, Parameters=_wire(parameters))

    def describe(self, name="web"):
        return self.client.describe_stacks(StackName=name)["Stacks"][0]

    def status(self, name="web"):
        return self.describe(name)["StackStatus"]

    def events(self, stack_id):
        """Return (logical ID, status) of each event, oldest first."""
        return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in self._events(stack_id)]

    def reasons(self, stack_id):
        """Return all reasons in the events, as one text."""
        return " ".join(event.get("ResourceStatusReason", "") for event in self._events(stack_id))

    def _events(self, stack_id):
        return list(reversed(self.client.describe_stack_events(StackName=stack_id)["StackEvents"]))


def _wire(parameters):
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
