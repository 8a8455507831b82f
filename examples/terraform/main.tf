# Deploys the application, and continues only after the cutover of one MGN source server is finalized.

terraform {
  required_version = ">= 1.2" # postconditions

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

locals {
  # The function refuses unknown fields.  Destroying this resource later changes nothing.
  request = {
    action          = "finalize"
    sourceServerIDs = [var.source_server_id] # a list, because the report on a list contains no tags; Terraform stores it
    soakMinutes     = 60
    waitMinutes     = 5 # networks can drop a connection that is silent for longer
  }

  report = jsondecode(aws_lambda_invocation.web_server.result)
}

resource "aws_cloudformation_stack" "finalize_cutover" {
  #checkov:skip=CKV_AWS_124:Terraform waits for the stack and reports its failure; nothing else needs its events.
  name         = "finalize-cutover"
  template_url = var.template_url # the template is too large for template_body
  capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
}

resource "aws_lambda_invocation" "web_server" {
  function_name   = aws_cloudformation_stack.finalize_cutover.outputs["FinalizeCutover"]
  lifecycle_scope = "CREATE_ONLY" # CRUD adds the key "tf" to the request, which the function refuses
  input           = jsonencode(local.request)

  lifecycle {
    # A refusal is a report, not an error, so Terraform would continue.
    postcondition {
      condition = jsondecode(self.result).outcome == "FINALIZED"
      error_message = join("; ", concat(
        ["The cutover of ${var.source_server_id} is not finalized, the outcome is ${jsondecode(self.result).outcome}"],
        flatten([for server in jsondecode(self.result).servers : concat(
          [for finding in server.readiness : "${finding.reason} (${finding.rule})"],
          server.error == null ? [] : [server.error.message],
        )]),
      ))
    }
  }
}
