data "aws_caller_identity" "current" {}

resource "aws_cloudwatch_log_group" "main" {
  name              = "/${var.name}/main"
  retention_in_days = local.second ? 30 : 7
  tags              = { step = var.step }
}

resource "aws_cloudwatch_log_group" "prefixed" {
  name_prefix     = "${var.name}-"
  log_group_class = "INFREQUENT_ACCESS"
}

resource "aws_cloudwatch_log_stream" "main" {
  name           = "stream"
  log_group_name = aws_cloudwatch_log_group.main.name
}

resource "aws_cloudwatch_log_metric_filter" "main" {
  name           = "errors"
  pattern        = local.second ? "{ $.level = \"ERROR\" }" : "ERROR"
  log_group_name = aws_cloudwatch_log_group.main.name
  metric_transformation {
    name          = "Errors"
    namespace     = "Tests"
    value         = "1"
    default_value = local.second ? null : "0"
    unit          = "Count"
    dimensions    = local.second ? { level = "$.level" } : {}
  }
}

resource "aws_kinesis_stream" "target" {
  name        = "${var.name}-target"
  shard_count = 1
}

resource "aws_iam_role" "main" {
  name = "${var.name}-logs"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "logs.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "main" {
  role   = aws_iam_role.main.name
  name   = "all"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kinesis:*", Resource = "*" }] })
}

resource "aws_cloudwatch_log_subscription_filter" "main" {
  name            = "kinesis"
  role_arn        = aws_iam_role.main.arn
  log_group_name  = aws_cloudwatch_log_group.main.name
  filter_pattern  = local.second ? "ERROR" : ""
  destination_arn = aws_kinesis_stream.target.arn
  distribution    = local.second ? "Random" : "ByLogStream"
}

resource "aws_cloudwatch_log_resource_policy" "main" {
  policy_name = "${var.name}-policy"
  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "one"
      Effect    = "Allow"
      Principal = { Service = "es.amazonaws.com" }
      Action    = local.second ? ["logs:PutLogEvents", "logs:CreateLogStream"] : ["logs:PutLogEvents"]
      Resource  = "arn:aws:logs:*"
    }]
  })
}

resource "aws_cloudwatch_query_definition" "main" {
  name            = "${var.name}/query"
  log_group_names = [aws_cloudwatch_log_group.main.name]
  query_string    = local.second ? "fields @message" : "fields @timestamp, @message | sort @timestamp desc | limit 25"
}

resource "aws_cloudwatch_log_destination" "main" {
  name       = "${var.name}-destination"
  role_arn   = aws_iam_role.main.arn
  target_arn = aws_kinesis_stream.target.arn
  tags       = { step = var.step }
  depends_on = [aws_iam_role_policy.main]
}

resource "aws_cloudwatch_log_destination_policy" "main" {
  destination_name = aws_cloudwatch_log_destination.main.name
  access_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = local.second ? "111111111111" : "222222222222" }
      Action    = "logs:PutSubscriptionFilter"
      Resource  = aws_cloudwatch_log_destination.main.arn
    }]
  })
}

data "aws_cloudwatch_log_data_protection_policy_document" "main" {
  name = "mask"
  statement {
    sid              = "Audit"
    data_identifiers = local.second ? ["arn:aws:dataprotection::aws:data-identifier/EmailAddress", "arn:aws:dataprotection::aws:data-identifier/IpAddress"] : ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
    operation {
      audit {
        findings_destination {}
      }
    }
  }
  statement {
    sid              = "Deidentify"
    data_identifiers = local.second ? ["arn:aws:dataprotection::aws:data-identifier/EmailAddress", "arn:aws:dataprotection::aws:data-identifier/IpAddress"] : ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
    operation {
      deidentify {
        mask_config {}
      }
    }
  }
}

resource "aws_cloudwatch_log_data_protection_policy" "main" {
  log_group_name  = aws_cloudwatch_log_group.main.name
  policy_document = data.aws_cloudwatch_log_data_protection_policy_document.main.json
}

resource "aws_cloudwatch_log_account_policy" "main" {
  policy_name     = "${var.name}-account"
  policy_type     = "DATA_PROTECTION_POLICY"
  policy_document = data.aws_cloudwatch_log_data_protection_policy_document.main.json
}

resource "aws_cloudwatch_log_anomaly_detector" "main" {
  detector_name           = "${var.name}-detector"
  log_group_arn_list      = [aws_cloudwatch_log_group.main.arn]
  anomaly_visibility_time = 7
  evaluation_frequency    = local.second ? "ONE_HOUR" : "TEN_MIN"
  enabled                 = true
}

resource "aws_cloudwatch_log_index_policy" "main" {
  log_group_name  = aws_cloudwatch_log_group.main.name
  policy_document = jsonencode({ Fields = local.second ? ["eventName", "requestId"] : ["eventName"] })
}

resource "aws_cloudwatch_log_delivery_destination" "main" {
  name = "${var.name}-delivery"
  delivery_destination_configuration {
    destination_resource_arn = aws_cloudwatch_log_group.main.arn
  }
}

data "aws_cloudwatch_log_group" "main" {
  name = aws_cloudwatch_log_group.main.name
}

data "aws_cloudwatch_log_groups" "all" {
  log_group_name_prefix = "/${var.name}"
  depends_on            = [aws_cloudwatch_log_group.main]
}
