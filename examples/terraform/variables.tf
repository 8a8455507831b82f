variable "template_url" {
  description = "HTTPS URL in S3 of the application's packaged template."
  type        = string
}

variable "source_server_id" {
  description = "ID of the source server whose cutover is finalized as soon as it is ready; this cannot be undone."
  type        = string

  validation {
    condition     = can(regex("^s-[0-9a-zA-Z]{17}$", var.source_server_id))
    error_message = "The source server ID must be s- and 17 letters or digits."
  }
}
