resource "aws_kms_key" "main" {
  deletion_window_in_days = 7
}

resource "aws_ssm_parameter" "text" {
  name            = "/${var.name}/text"
  description     = "Step ${var.step}"
  type            = "String"
  value           = "value ${var.step}"
  allowed_pattern = "^value [0-9]$"
  tags            = { step = var.step }
}

resource "aws_ssm_parameter" "list" {
  name  = "/${var.name}/list"
  type  = "StringList"
  value = local.second ? "a,b,c" : "a,b"
}

resource "aws_ssm_parameter" "secure" {
  name   = "/${var.name}/secure"
  type   = "SecureString"
  value  = "hidden ${var.step}"
  key_id = local.second ? aws_kms_key.main.key_id : "alias/aws/ssm"
}

resource "aws_ssm_parameter" "written" {
  name             = "/${var.name}/written"
  type             = "SecureString"
  value_wo         = "never kept ${var.step}"
  value_wo_version = var.step
}

resource "aws_ssm_parameter" "shown" {
  name           = "/${var.name}/shown"
  type           = "String"
  insecure_value = "open ${var.step}"
}

resource "aws_ssm_parameter" "advanced" {
  name      = "/${var.name}/advanced"
  type      = "String"
  tier      = "Advanced"
  value     = "value ${var.step}"
  overwrite = true
}

resource "aws_ssm_parameter" "tiered" {
  name  = "${var.name}-tiered"
  type  = "String"
  tier  = "Intelligent-Tiering"
  value = "value ${var.step}"
}

data "aws_ssm_parameter" "secure" {
  name       = aws_ssm_parameter.secure.name
  depends_on = [aws_ssm_parameter.secure]
}

data "aws_ssm_parameters_by_path" "all" {
  path       = "/${var.name}"
  depends_on = [aws_ssm_parameter.text, aws_ssm_parameter.list]
}
