data "aws_caller_identity" "me" {}

locals {
  owner = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"
}

resource "aws_kms_key" "main" {
  deletion_window_in_days = 7
}

resource "aws_secretsmanager_secret" "main" {
  name                    = "${var.name}/main"
  description             = "Step ${var.step}"
  kms_key_id              = local.second ? aws_kms_key.main.arn : null
  recovery_window_in_days = 0
  tags                    = { step = var.step }
}

resource "aws_secretsmanager_secret_version" "main" {
  secret_id     = aws_secretsmanager_secret.main.id
  secret_string = jsonencode({ user = "me", password = "step ${var.step}" })
}

resource "aws_secretsmanager_secret" "binary" {
  name_prefix             = "${var.name}-"
  recovery_window_in_days = 0
  replica {
    region = "us-west-2"
  }
}

resource "aws_secretsmanager_secret_version" "binary" {
  secret_id      = aws_secretsmanager_secret.binary.id
  secret_binary  = base64encode("bytes")
  version_stages = ["AWSCURRENT", local.second ? "two" : "one"]
}

resource "aws_secretsmanager_secret" "guarded" {
  name                    = "${var.name}/guarded"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_policy" "guarded" {
  secret_arn          = aws_secretsmanager_secret.guarded.arn
  block_public_policy = local.second
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "read"
      Effect    = "Allow"
      Principal = { AWS = local.owner }
      Action    = local.second ? ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"] : ["secretsmanager:GetSecretValue"]
      Resource  = "*"
    }]
  })
}

resource "aws_iam_role" "rotate" {
  name               = var.name
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}

resource "aws_lambda_function" "rotate" {
  function_name    = var.name
  role             = aws_iam_role.rotate.arn
  handler          = "index.handler"
  runtime          = "python3.12"
  filename         = "first.zip"
  source_code_hash = filebase64sha256("first.zip")
}

resource "aws_lambda_permission" "rotate" {
  statement_id  = "rotate"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.rotate.function_name
  principal     = "secretsmanager.amazonaws.com"
}

resource "aws_secretsmanager_secret" "rotated" {
  name                    = "${var.name}/rotated"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "rotated" {
  secret_id     = aws_secretsmanager_secret.rotated.id
  secret_string = "first"
  lifecycle {
    ignore_changes = [version_stages, secret_string]
  }
}

resource "aws_secretsmanager_secret_rotation" "rotated" {
  secret_id           = aws_secretsmanager_secret.rotated.id
  rotation_lambda_arn = aws_lambda_function.rotate.arn
  rotate_immediately  = false
  rotation_rules {
    automatically_after_days = local.second ? null : 30
    schedule_expression      = local.second ? "rate(10 days)" : null
    duration                 = local.second ? "3h" : null
  }
  depends_on = [aws_lambda_permission.rotate, aws_secretsmanager_secret_version.rotated]
}

data "aws_secretsmanager_secret" "main" {
  arn = aws_secretsmanager_secret.main.arn
}

data "aws_secretsmanager_secret_version" "main" {
  secret_id  = aws_secretsmanager_secret.main.id
  depends_on = [aws_secretsmanager_secret_version.main]
}

data "aws_secretsmanager_random_password" "main" {
  password_length = 20
}

ephemeral "aws_secretsmanager_secret_version" "main" {
  secret_id = aws_secretsmanager_secret_version.main.secret_id
}
