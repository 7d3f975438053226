resource "aws_iam_role" "scheduler" {
  name = "${var.name}-scheduler"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "scheduler.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_sqs_queue" "target" {
  name = "${var.name}-target"
}

resource "aws_sqs_queue" "ordered" {
  name                        = "${var.name}-ordered.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
}

resource "aws_kinesis_stream" "target" {
  name        = "${var.name}-target"
  shard_count = 1
}

resource "aws_scheduler_schedule_group" "main" {
  name = "${var.name}-group"
  tags = { step = var.step }
}

resource "aws_scheduler_schedule" "rate" {
  name                = "${var.name}-rate"
  schedule_expression = "rate(${5 * var.step} minutes)"
  state               = local.second ? "DISABLED" : "ENABLED"
  description         = "Step ${var.step}"
  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 3
  }
  target {
    arn      = aws_sqs_queue.target.arn
    role_arn = aws_iam_role.scheduler.arn
    input    = jsonencode({ step = var.step })
    retry_policy {
      maximum_event_age_in_seconds = 600
      maximum_retry_attempts       = 2 * var.step
    }
    dead_letter_config {
      arn = aws_sqs_queue.target.arn
    }
  }
}

resource "aws_scheduler_schedule" "cron" {
  name_prefix                  = "${var.name}-"
  group_name                   = aws_scheduler_schedule_group.main.name
  schedule_expression          = "cron(0 ${8 + var.step} ? * MON-FRI *)"
  schedule_expression_timezone = local.second ? "Europe/Berlin" : "America/New_York"
  start_date                   = "2035-01-01T00:00:00Z"
  end_date                     = "2036-01-01T00:00:00Z"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = aws_sqs_queue.ordered.arn
    role_arn = aws_iam_role.scheduler.arn
    sqs_parameters {
      message_group_id = "group-${var.step}"
    }
  }
}

resource "aws_scheduler_schedule" "once" {
  name                = "${var.name}-once"
  schedule_expression = "at(2035-0${var.step}-01T00:00:00)"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = aws_kinesis_stream.target.arn
    role_arn = aws_iam_role.scheduler.arn
    kinesis_parameters {
      partition_key = "key-${var.step}"
    }
  }
}

resource "aws_scheduler_schedule" "call" {
  name                = "${var.name}-call"
  schedule_expression = "rate(1 hour)"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"
    role_arn = aws_iam_role.scheduler.arn
    input    = jsonencode({ QueueUrl = aws_sqs_queue.target.url, MessageBody = "step ${var.step}" })
  }
}

resource "aws_scheduler_schedule" "bus" {
  name                = "${var.name}-bus"
  schedule_expression = "rate(1 day)"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = "arn:aws:events:us-east-1:000000000000:event-bus/default"
    role_arn = aws_iam_role.scheduler.arn
    eventbridge_parameters {
      detail_type = "Tick"
      source      = "clock"
    }
  }
}
