output "outcome" {
  description = "Outcome of the request."
  value       = local.report.outcome
}

output "launched_instance_id" {
  description = "Instance that replaced the source server."
  value       = local.report.servers[0].launchedInstanceID
}
