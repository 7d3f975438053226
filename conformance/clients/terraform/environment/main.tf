data "aws_caller_identity" "current" {}

resource "aws_s3_bucket" "main" {
  bucket        = "${var.name}-main"
  force_destroy = true
}

resource "aws_s3_object" "main" {
  bucket  = aws_s3_bucket.main.id
  key     = "step"
  content = "step ${var.step}"
}

resource "aws_sqs_queue" "main" {
  name          = "${var.name}-main"
  delay_seconds = var.step
}

resource "aws_sns_topic" "main" {
  name         = "${var.name}-main"
  display_name = "step ${var.step}"
}

resource "aws_dynamodb_table" "main" {
  name         = "${var.name}-main"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  tags = { step = var.step }
}

resource "aws_cloudwatch_log_group" "main" {
  name              = var.name
  retention_in_days = local.second ? 7 : 3
}

resource "aws_iam_role" "main" {
  name        = "${var.name}-main"
  description = "step ${var.step}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}
