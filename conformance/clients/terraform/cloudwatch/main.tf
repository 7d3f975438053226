resource "aws_cloudwatch_metric_alarm" "plain" {
  alarm_name          = "${var.name}-plain"
  alarm_description   = "step ${var.step}"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = local.second ? 3 : 2
  datapoints_to_alarm = 2
  metric_name         = "CPUUtilization"
  namespace           = "AWS/EC2"
  period              = 120
  statistic           = local.second ? "Maximum" : "Average"
  threshold           = 80
  treat_missing_data  = local.second ? "breaching" : "missing"
  unit                = "Percent"
  dimensions          = { InstanceId = "i-1234567890" }
  alarm_actions       = [aws_sns_topic.main.arn]
  ok_actions          = local.second ? [aws_sns_topic.main.arn] : []
  actions_enabled     = !local.second
  tags                = { step = var.step }
}

resource "aws_cloudwatch_metric_alarm" "percentile" {
  alarm_name                            = "${var.name}-percentile"
  comparison_operator                   = "GreaterThanThreshold"
  evaluation_periods                    = 1
  metric_name                           = "Duration"
  namespace                             = "AWS/Lambda"
  period                                = 60
  extended_statistic                    = "p${local.second ? "99" : "90"}"
  evaluate_low_sample_count_percentiles = "ignore"
  threshold                             = 10.5
}

resource "aws_cloudwatch_metric_alarm" "expression" {
  alarm_name          = "${var.name}-expression"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 2
  threshold           = 10
  metric_query {
    id          = "e1"
    expression  = local.second ? "m2/m1*50" : "m2/m1*100"
    label       = "Error Rate"
    return_data = true
  }
  metric_query {
    id = "m1"
    metric {
      metric_name = "RequestCount"
      namespace   = "AWS/ApplicationELB"
      period      = 120
      stat        = "Sum"
      unit        = "Count"
      dimensions  = { LoadBalancer = "app/web" }
    }
  }
  metric_query {
    id = "m2"
    metric {
      metric_name = "HTTPCode_ELB_5XX_Count"
      namespace   = "AWS/ApplicationELB"
      period      = 120
      stat        = "Sum"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "anomaly" {
  alarm_name          = "${var.name}-anomaly"
  comparison_operator = "GreaterThanUpperThreshold"
  evaluation_periods  = 2
  threshold_metric_id = "e1"
  metric_query {
    id          = "e1"
    expression  = "ANOMALY_DETECTION_BAND(m1, ${local.second ? 3 : 2})"
    label       = "expected"
    return_data = true
  }
  metric_query {
    id          = "m1"
    return_data = true
    metric {
      metric_name = "CPUUtilization"
      namespace   = "AWS/EC2"
      period      = 120
      stat        = "Average"
    }
  }
}

resource "aws_sns_topic" "main" {
  name = "${var.name}-alarms"
}

resource "aws_cloudwatch_composite_alarm" "main" {
  alarm_name        = "${var.name}-composite"
  alarm_description = "step ${var.step}"
  alarm_actions     = [aws_sns_topic.main.arn]
  alarm_rule        = local.second ? "ALARM(${aws_cloudwatch_metric_alarm.plain.alarm_name}) AND ALARM(${aws_cloudwatch_metric_alarm.percentile.alarm_name})" : "ALARM(${aws_cloudwatch_metric_alarm.plain.alarm_name}) OR ALARM(${aws_cloudwatch_metric_alarm.percentile.alarm_name})"
  actions_suppressor {
    alarm            = aws_cloudwatch_metric_alarm.expression.alarm_name
    extension_period = local.second ? 20 : 10
    wait_period      = 30
  }
  tags = { step = var.step }
}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = "${var.name}-dashboard"
  dashboard_body = jsonencode({
    widgets = [{
      type   = "text"
      x      = 0
      y      = 7
      width  = 3
      height = 3
      properties = {
        markdown = "Hello ${var.step}"
      }
    }]
  })
}

resource "aws_s3_bucket" "metrics" {
  bucket        = "${var.name}-metrics"
  force_destroy = true
}

resource "aws_iam_role" "main" {
  name = "${var.name}-metrics"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = ["streams.metrics.cloudwatch.amazonaws.com", "firehose.amazonaws.com"] }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "main" {
  role   = aws_iam_role.main.name
  name   = "all"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["firehose:*", "s3:*"], Resource = "*" }] })
}

resource "aws_kinesis_firehose_delivery_stream" "metrics" {
  name        = "${var.name}-metrics"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn   = aws_iam_role.main.arn
    bucket_arn = aws_s3_bucket.metrics.arn
  }
}

resource "aws_cloudwatch_metric_stream" "main" {
  name          = "${var.name}-stream"
  role_arn      = aws_iam_role.main.arn
  firehose_arn  = aws_kinesis_firehose_delivery_stream.metrics.arn
  output_format = "json"
  include_filter {
    namespace    = "AWS/EC2"
    metric_names = ["CPUUtilization", "NetworkOut"]
  }
  include_filter {
    namespace    = local.second ? "AWS/SQS" : "AWS/EBS"
    metric_names = []
  }
  tags = { step = var.step }
}

resource "aws_cloudwatch_contributor_insight_rule" "main" {
  rule_name  = "${var.name}-rule"
  rule_state = local.second ? "DISABLED" : "ENABLED"
  rule_definition = jsonencode({
    Schema        = { Name = "CloudWatchLogRule", Version = 1 }
    AggregateOn   = "Count"
    Contribution  = { Filters = [], Keys = ["$.ip"] }
    LogFormat     = "JSON"
    LogGroupNames = ["/${var.name}"]
  })
}
