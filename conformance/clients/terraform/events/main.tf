data "aws_caller_identity" "own" {}

resource "aws_cloudwatch_event_bus" "orders" {
  name        = "${var.name}-orders"
  description = "Step ${var.step}"
  tags        = { step = var.step }
}

resource "aws_cloudwatch_event_bus" "shared" {
  name = "${var.name}-shared"
}

resource "aws_cloudwatch_event_bus_policy" "orders" {
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "put"
      Effect    = "Allow"
      Principal = { AWS = data.aws_caller_identity.own.account_id }
      Action    = local.second ? ["events:PutEvents", "events:PutRule"] : ["events:PutEvents"]
      Resource  = aws_cloudwatch_event_bus.orders.arn
    }]
  })
}

resource "aws_cloudwatch_event_permission" "shared" {
  event_bus_name = aws_cloudwatch_event_bus.shared.name
  principal      = "111122223333"
  statement_id   = "others"
}

resource "aws_sqs_queue" "events" {
  name = "${var.name}-events"
}

resource "aws_sqs_queue" "letters" {
  name = "${var.name}-letters"
}

resource "aws_sqs_queue" "ordered" {
  name                        = "${var.name}-ordered.fifo"
  fifo_queue                  = true
  content_based_deduplication = true
}

resource "aws_kinesis_stream" "events" {
  name        = "${var.name}-events"
  shard_count = 1
}

resource "aws_cloudwatch_log_group" "events" {
  name = "/aws/events/${var.name}"
}

resource "aws_iam_role" "events" {
  name = "${var.name}-events"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_cloudwatch_event_rule" "pattern" {
  name           = "${var.name}-pattern"
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  description    = "Step ${var.step}"
  event_pattern  = jsonencode({ source = ["shop"], detail = { amount = [{ numeric = [">", 10 * var.step] }] } })
  state          = local.second ? "DISABLED" : "ENABLED"
  tags           = { step = var.step }
}

resource "aws_cloudwatch_event_rule" "schedule" {
  name                = "${var.name}-schedule"
  schedule_expression = local.second ? "cron(0 12 * * ? *)" : "rate(5 minutes)"
}

resource "aws_cloudwatch_event_rule" "prefixed" {
  name_prefix   = "${var.name}-"
  event_pattern = jsonencode({ source = ["aws.s3"] })
  role_arn      = aws_iam_role.events.arn
}

resource "aws_cloudwatch_event_target" "queue" {
  rule           = aws_cloudwatch_event_rule.pattern.name
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  target_id      = "queue"
  arn            = aws_sqs_queue.events.arn
  input_transformer {
    input_paths    = { amount = "$.detail.amount" }
    input_template = "{\"step\": ${var.step}, \"amount\": <amount>}"
  }
  retry_policy {
    maximum_event_age_in_seconds = 60 * var.step
    maximum_retry_attempts       = 3
  }
  dead_letter_config {
    arn = aws_sqs_queue.letters.arn
  }
}

resource "aws_cloudwatch_event_target" "ordered" {
  rule           = aws_cloudwatch_event_rule.pattern.name
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  arn            = aws_sqs_queue.ordered.arn
  input_path     = "$.detail"
  sqs_target {
    message_group_id = "group-${var.step}"
  }
}

resource "aws_cloudwatch_event_target" "stream" {
  rule           = aws_cloudwatch_event_rule.pattern.name
  event_bus_name = aws_cloudwatch_event_bus.orders.name
  target_id      = "stream"
  arn            = aws_kinesis_stream.events.arn
  role_arn       = aws_iam_role.events.arn
  kinesis_target {
    partition_key_path = "$.detail.id"
  }
}

resource "aws_cloudwatch_event_target" "logs" {
  rule      = aws_cloudwatch_event_rule.schedule.name
  target_id = "logs"
  arn       = aws_cloudwatch_log_group.events.arn
}

resource "aws_cloudwatch_event_target" "constant" {
  rule      = aws_cloudwatch_event_rule.schedule.name
  target_id = "constant"
  arn       = aws_sqs_queue.events.arn
  input     = jsonencode({ step = var.step })
}

resource "aws_cloudwatch_event_target" "bus" {
  rule      = aws_cloudwatch_event_rule.prefixed.name
  target_id = "bus"
  arn       = aws_cloudwatch_event_bus.shared.arn
  role_arn  = aws_iam_role.events.arn
}

resource "aws_cloudwatch_event_archive" "orders" {
  name             = "${var.name}-orders"
  description      = "Step ${var.step}"
  event_source_arn = aws_cloudwatch_event_bus.orders.arn
  retention_days   = 7 * var.step
  event_pattern    = jsonencode({ source = ["shop"] })
}

resource "aws_cloudwatch_event_connection" "key" {
  name               = "${var.name}-key"
  description        = "Step ${var.step}"
  authorization_type = "API_KEY"
  auth_parameters {
    api_key {
      key   = "x-key"
      value = "hidden"
    }
    invocation_http_parameters {
      header {
        key             = "x-step"
        value           = "step ${var.step}"
        is_value_secret = false
      }
    }
  }
}

resource "aws_cloudwatch_event_connection" "basic" {
  name               = "${var.name}-basic"
  authorization_type = "BASIC"
  auth_parameters {
    basic {
      username = "somebody"
      password = "hidden"
    }
  }
}

resource "aws_cloudwatch_event_api_destination" "shop" {
  name                             = "${var.name}-shop"
  description                      = "Step ${var.step}"
  invocation_endpoint              = "https://example.com/${var.step}/*"
  http_method                      = local.second ? "PUT" : "POST"
  invocation_rate_limit_per_second = 20 * var.step
  connection_arn                   = aws_cloudwatch_event_connection.key.arn
}

data "aws_cloudwatch_event_bus" "orders" {
  name = aws_cloudwatch_event_bus.orders.name
}
