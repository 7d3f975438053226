resource "aws_iam_role" "main" {
  name = "${var.name}-function"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy_attachment" "basic" {
  role       = aws_iam_role.main.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
}

resource "aws_iam_role_policy" "all" {
  role = aws_iam_role.main.name
  name = "all"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["sqs:*", "sns:*", "kinesis:*", "dynamodb:*", "lambda:*", "logs:*"]
      Resource = "*"
    }]
  })
}

resource "aws_lambda_function" "main" {
  function_name    = "${var.name}-main"
  role             = aws_iam_role.main.arn
  filename         = local.second ? "second.zip" : "first.zip"
  source_code_hash = filebase64sha256(local.second ? "second.zip" : "first.zip")
  handler          = "index.handler"
  runtime          = "python3.12"
  description      = local.second ? "second" : "first"
  timeout          = local.second ? 10 : 5
  memory_size      = local.second ? 256 : 128
  publish          = true
  layers           = [aws_lambda_layer_version.main.arn]
  environment {
    variables = { STEP = var.step, EMPTY = "" }
  }
  dead_letter_config {
    target_arn = aws_sqs_queue.events.arn
  }
  tracing_config {
    mode = local.second ? "PassThrough" : "Active"
  }
  ephemeral_storage {
    size = local.second ? 1024 : 512
  }
  logging_config {
    log_format            = "JSON"
    application_log_level = local.second ? "INFO" : "DEBUG"
    system_log_level      = "WARN"
    log_group             = aws_cloudwatch_log_group.main.name
  }
  tags       = { step = var.step }
  depends_on = [aws_iam_role_policy.all]
}

resource "aws_cloudwatch_log_group" "main" {
  name              = "/aws/lambda/${var.name}-main"
  retention_in_days = 14
}

resource "aws_lambda_function" "small" {
  function_name                  = "${var.name}-small"
  role                           = aws_iam_role.main.arn
  filename                       = "first.zip"
  handler                        = "index.handler"
  runtime                        = "python3.12"
  architectures                  = [local.second ? "x86_64" : "arm64"]
  reserved_concurrent_executions = local.second ? 5 : -1
}

resource "aws_s3_bucket" "code" {
  bucket = "${var.name}-code"
}

resource "aws_s3_object" "code" {
  bucket = aws_s3_bucket.code.id
  key    = "code.zip"
  source = local.second ? "second.zip" : "first.zip"
  etag   = filemd5(local.second ? "second.zip" : "first.zip")
}

resource "aws_lambda_function" "bucket" {
  function_name           = "${var.name}-bucket"
  role                    = aws_iam_role.main.arn
  s3_bucket               = aws_s3_bucket.code.id
  s3_key                  = aws_s3_object.code.key
  source_code_hash        = filebase64sha256(local.second ? "second.zip" : "first.zip")
  handler                 = "index.handler"
  runtime                 = "python3.12"
  code_signing_config_arn = aws_lambda_code_signing_config.main.arn
}

resource "aws_lambda_layer_version" "main" {
  layer_name               = "${var.name}-layer"
  filename                 = "layer.zip"
  description              = "shared"
  license_info             = "MIT"
  compatible_runtimes      = ["python3.12", "python3.11"]
  compatible_architectures = ["x86_64"]
}

resource "aws_lambda_layer_version_permission" "main" {
  layer_name     = aws_lambda_layer_version.main.layer_name
  version_number = aws_lambda_layer_version.main.version
  principal      = "*"
  action         = "lambda:GetLayerVersion"
  statement_id   = "everyone"
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = local.second ? "second" : "first"
  function_name    = aws_lambda_function.main.function_name
  function_version = local.second ? "2" : "1"
  dynamic "routing_config" {
    for_each = local.second ? [1] : []
    content {
      additional_version_weights = { "1" = 0.5 }
    }
  }
  depends_on = [aws_lambda_function.main]
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  function_name                     = aws_lambda_function.main.function_name
  qualifier                         = aws_lambda_alias.provisioned.name
  provisioned_concurrent_executions = local.second ? 2 : 1
}

resource "aws_lambda_alias" "provisioned" {
  name             = "provisioned"
  function_name    = aws_lambda_function.main.function_name
  function_version = "1"
}

resource "aws_lambda_permission" "s3" {
  statement_id   = "s3"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.small.function_name
  principal      = "s3.amazonaws.com"
  source_arn     = "arn:aws:s3:::${var.name}-any"
  source_account = "000000000000"
}

resource "aws_lambda_permission" "alias" {
  statement_id  = "sns"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.main.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "sns.amazonaws.com"
}

resource "aws_lambda_permission" "named" {
  action                 = "lambda:InvokeFunctionUrl"
  function_name          = aws_lambda_function.small.function_name
  principal              = "*"
  function_url_auth_type = "NONE"
}

resource "aws_lambda_function_url" "main" {
  function_name      = aws_lambda_function.small.function_name
  authorization_type = local.second ? "NONE" : "AWS_IAM"
  invoke_mode        = local.second ? "RESPONSE_STREAM" : "BUFFERED"
  cors {
    allow_credentials = true
    allow_origins     = ["https://example.com"]
    allow_methods     = local.second ? ["GET", "POST"] : ["GET"]
    allow_headers     = ["date", "keep-alive"]
    expose_headers    = ["date"]
    max_age           = 86400
  }
}

resource "aws_lambda_function_url" "alias" {
  function_name      = aws_lambda_function.main.function_name
  qualifier          = aws_lambda_alias.live.name
  authorization_type = "NONE"
}

resource "aws_lambda_function_event_invoke_config" "main" {
  function_name                = aws_lambda_function.small.function_name
  maximum_event_age_in_seconds = local.second ? 120 : 60
  maximum_retry_attempts       = local.second ? 1 : 0
  destination_config {
    on_failure {
      destination = aws_sqs_queue.events.arn
    }
    dynamic "on_success" {
      for_each = local.second ? [] : [1]
      content {
        destination = aws_sns_topic.events.arn
      }
    }
  }
}

resource "aws_lambda_function_event_invoke_config" "alias" {
  function_name          = aws_lambda_function.main.function_name
  qualifier              = aws_lambda_alias.live.name
  maximum_retry_attempts = 1
}

resource "aws_sqs_queue" "events" {
  name = "${var.name}-events"
}

resource "aws_sns_topic" "events" {
  name = "${var.name}-events"
}

resource "aws_kinesis_stream" "events" {
  name        = "${var.name}-events"
  shard_count = 1
}

resource "aws_dynamodb_table" "events" {
  name             = "${var.name}-events"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_lambda_event_source_mapping" "queue" {
  event_source_arn                   = aws_sqs_queue.events.arn
  function_name                      = aws_lambda_function.small.arn
  batch_size                         = local.second ? 5 : 10
  maximum_batching_window_in_seconds = local.second ? 1 : 0
  function_response_types            = ["ReportBatchItemFailures"]
  enabled                            = !local.second
  scaling_config {
    maximum_concurrency = local.second ? 3 : 2
  }
  filter_criteria {
    filter {
      pattern = jsonencode({ body = { step = [var.step] } })
    }
  }
  tags = { step = var.step }
}

resource "aws_lambda_event_source_mapping" "stream" {
  event_source_arn               = aws_kinesis_stream.events.arn
  function_name                  = aws_lambda_function.small.arn
  starting_position              = "TRIM_HORIZON"
  batch_size                     = local.second ? 50 : 100
  parallelization_factor         = local.second ? 2 : 1
  bisect_batch_on_function_error = local.second
  maximum_record_age_in_seconds  = local.second ? 120 : -1
  maximum_retry_attempts         = local.second ? 2 : -1
  tumbling_window_in_seconds     = local.second ? 30 : 0
  destination_config {
    on_failure {
      destination_arn = aws_sns_topic.events.arn
    }
  }
}

resource "aws_lambda_event_source_mapping" "table" {
  event_source_arn  = aws_dynamodb_table.events.stream_arn
  function_name     = aws_lambda_alias.live.arn
  starting_position = "LATEST"
}

resource "aws_lambda_code_signing_config" "main" {
  description = local.second ? "second" : "first"
  allowed_publishers {
    signing_profile_version_arns = ["arn:aws:signer:us-east-1:000000000000:/signing-profiles/mine/abcdefghij"]
  }
  policies {
    untrusted_artifact_on_deployment = "Warn"
  }
}

resource "aws_lambda_function_recursion_config" "main" {
  function_name  = aws_lambda_function.small.function_name
  recursive_loop = local.second ? "Terminate" : "Allow"
}

resource "aws_lambda_runtime_management_config" "main" {
  function_name     = aws_lambda_function.small.function_name
  update_runtime_on = local.second ? "Auto" : "FunctionUpdate"
}

resource "aws_lambda_runtime_management_config" "version" {
  function_name     = aws_lambda_function.main.function_name
  qualifier         = "1"
  update_runtime_on = local.second ? "Auto" : "FunctionUpdate"
}

resource "aws_lambda_invocation" "main" {
  function_name = aws_lambda_function.main.function_name
  input         = jsonencode({ step = var.step })
}

data "aws_lambda_function" "main" {
  function_name = aws_lambda_function.main.function_name
}

data "aws_lambda_alias" "live" {
  function_name = aws_lambda_function.main.function_name
  name          = aws_lambda_alias.live.name
}

data "aws_lambda_layer_version" "main" {
  layer_name = aws_lambda_layer_version.main.layer_name
}

data "aws_lambda_function_url" "main" {
  function_name = aws_lambda_function_url.main.function_name
}

data "aws_lambda_functions" "all" {
  depends_on = [aws_lambda_function.main]
}

data "aws_lambda_code_signing_config" "main" {
  arn = aws_lambda_code_signing_config.main.arn
}

data "aws_lambda_invocation" "main" {
  function_name = aws_lambda_function.main.function_name
  input         = jsonencode({ data = true })
}

output "answer" {
  value = data.aws_lambda_invocation.main.result
}
