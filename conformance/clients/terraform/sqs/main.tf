data "aws_caller_identity" "current" {}
data "aws_region" "current" {}
data "aws_partition" "current" {}

resource "aws_sqs_queue" "plain" {
  name = "${var.name}-plain"
}

resource "aws_sqs_queue" "prefixed" {
  name_prefix = "${var.name}-prefixed-"
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-dead"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "full" {
  name                       = "${var.name}-full"
  delay_seconds              = local.second ? 5 : 90
  max_message_size           = local.second ? 4096 : 2048
  message_retention_seconds  = local.second ? 120 : 86400
  receive_wait_time_seconds  = local.second ? 1 : 10
  visibility_timeout_seconds = local.second ? 0 : 60
  sqs_managed_sse_enabled    = local.second
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = local.second ? 5 : 4
  })
  policy = data.aws_iam_policy_document.full.json
  tags   = { step = var.step, same = "ü & < >" }
}

data "aws_iam_policy_document" "full" {
  statement {
    sid       = "Everyone"
    actions   = local.second ? ["sqs:SendMessage", "sqs:ReceiveMessage"] : ["sqs:SendMessage"]
    resources = ["arn:${data.aws_partition.current.partition}:sqs:${data.aws_region.current.name}:${data.aws_caller_identity.current.account_id}:${var.name}-full"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = ["arn:aws:sns:us-east-1:000000000000:topic"]
    }
  }
}

resource "aws_sqs_queue" "fifo" {
  name                        = "${var.name}.fifo"
  fifo_queue                  = true
  content_based_deduplication = !local.second
  deduplication_scope         = local.second ? "queue" : "messageGroup"
  fifo_throughput_limit       = local.second ? "perQueue" : "perMessageGroupId"
}

resource "aws_sqs_queue" "keyed" {
  name                              = "${var.name}-keyed"
  kms_master_key_id                 = "alias/aws/sqs"
  kms_data_key_reuse_period_seconds = local.second ? 600 : 300
}

resource "aws_sqs_queue" "source" {
  name = "${var.name}-source"
}

resource "aws_sqs_queue_policy" "plain" {
  queue_url = aws_sqs_queue.plain.url
  policy = jsonencode({
    Version = "2012-10-17"
    Id      = "plain"
    Statement = [{
      Sid       = "one"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = local.second ? "sqs:*" : "sqs:SendMessage"
      Resource  = aws_sqs_queue.plain.arn
    }]
  })
}

resource "aws_sqs_queue_redrive_policy" "source" {
  queue_url = aws_sqs_queue.source.url
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = local.second ? 7 : 3
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "dead" {
  queue_url = aws_sqs_queue.dead.url
  redrive_allow_policy = local.second ? jsonencode({ redrivePermission = "allowAll" }) : jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.source.arn, aws_sqs_queue.full.arn]
  })
}

data "aws_sqs_queue" "plain" {
  name = aws_sqs_queue.plain.name
}

data "aws_sqs_queues" "all" {
  queue_name_prefix = var.name
  depends_on        = [aws_sqs_queue.plain]
}

output "url" {
  value = data.aws_sqs_queue.plain.url
}
