resource "aws_sns_topic" "plain" {
  name = "${var.name}-plain"
}

resource "aws_sns_topic" "prefixed" {
  name_prefix = "${var.name}-"
}

resource "aws_sns_topic" "full" {
  name           = "${var.name}-full"
  display_name   = local.second ? "Second" : "First"
  tracing_config = local.second ? "PassThrough" : "Active"
  delivery_policy = jsonencode({
    http = {
      defaultHealthyRetryPolicy = {
        minDelayTarget     = 20
        maxDelayTarget     = local.second ? 30 : 20
        numRetries         = 3
        numMaxDelayRetries = 0
        numNoDelayRetries  = 0
        numMinDelayRetries = 0
        backoffFunction    = "linear"
      }
      disableSubscriptionOverrides = false
      defaultThrottlePolicy        = { maxReceivesPerSecond = 1 }
    }
  })
  sqs_success_feedback_role_arn         = aws_iam_role.feedback.arn
  sqs_failure_feedback_role_arn         = aws_iam_role.feedback.arn
  sqs_success_feedback_sample_rate      = local.second ? 50 : 100
  http_success_feedback_role_arn        = aws_iam_role.feedback.arn
  http_success_feedback_sample_rate     = 10
  lambda_success_feedback_role_arn      = aws_iam_role.feedback.arn
  lambda_success_feedback_sample_rate   = 20
  firehose_success_feedback_role_arn    = aws_iam_role.feedback.arn
  firehose_success_feedback_sample_rate = 30
  kms_master_key_id                     = "alias/aws/sns"
  signature_version                     = local.second ? 1 : 2
  tags                                  = { step = var.step }
}

resource "aws_iam_role" "feedback" {
  name = "${var.name}-feedback"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_sns_topic" "fifo" {
  name                        = "${var.name}.fifo"
  fifo_topic                  = true
  content_based_deduplication = !local.second
  archive_policy              = local.second ? jsonencode({}) : jsonencode({ MessageRetentionPeriod = 30 })
}

resource "aws_sns_topic_policy" "plain" {
  arn = aws_sns_topic.plain.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Id      = "default"
    Statement = [{
      Sid       = "one"
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = local.second ? ["SNS:Publish", "SNS:GetTopicAttributes"] : ["SNS:Publish"]
      Resource  = aws_sns_topic.plain.arn
    }]
  })
}

resource "aws_sqs_queue" "target" {
  name = "${var.name}-target"
}

resource "aws_sqs_queue" "target_fifo" {
  name       = "${var.name}-target.fifo"
  fifo_queue = true
}

resource "aws_sns_topic_subscription" "queue" {
  topic_arn            = aws_sns_topic.plain.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.target.arn
  raw_message_delivery = local.second
  filter_policy_scope  = local.second ? "MessageBody" : "MessageAttributes"
  filter_policy        = jsonencode({ colour = local.second ? ["red", "blue"] : ["red"], size = [{ numeric = [">", 1] }] })
  redrive_policy       = jsonencode({ deadLetterTargetArn = aws_sqs_queue.target.arn })
}

resource "aws_sns_topic_subscription" "fifo" {
  topic_arn     = aws_sns_topic.fifo.arn
  protocol      = "sqs"
  endpoint      = aws_sqs_queue.target_fifo.arn
  replay_policy = null
}

resource "aws_sns_topic_subscription" "email" {
  topic_arn = aws_sns_topic.plain.arn
  protocol  = "email"
  endpoint  = "someone@example.com"
}

resource "aws_sns_topic_subscription" "sms" {
  topic_arn = aws_sns_topic.plain.arn
  protocol  = "sms"
  endpoint  = "+14155550100"
}

resource "aws_sns_platform_application" "gcm" {
  name                             = "${var.name}-gcm"
  platform                         = "GCM"
  platform_credential              = local.second ? "another-key" : "some-key"
  event_delivery_failure_topic_arn = aws_sns_topic.plain.arn
  success_feedback_sample_rate     = 50
}

resource "aws_sns_sms_preferences" "all" {
  default_sms_type    = local.second ? "Transactional" : "Promotional"
  monthly_spend_limit = 1
  default_sender_id   = local.second ? "Second" : "First"
}

data "aws_sns_topic" "plain" {
  name = aws_sns_topic.plain.name
}
