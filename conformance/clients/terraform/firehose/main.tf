resource "aws_s3_bucket" "main" {
  bucket        = "${var.name}-main"
  force_destroy = true
}

resource "aws_iam_role" "main" {
  name = "${var.name}-firehose"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = ["firehose.amazonaws.com", "lambda.amazonaws.com"] }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "main" {
  name = "all"
  role = aws_iam_role.main.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:*", "lambda:*", "kinesis:*", "logs:*"], Resource = "*" }]
  })
}

resource "aws_lambda_function" "transform" {
  function_name = "${var.name}-transform"
  role          = aws_iam_role.main.arn
  filename      = "first.zip"
  handler       = "index.handler"
  runtime       = "python3.12"
  timeout       = 60
}

resource "aws_cloudwatch_log_group" "main" {
  name = "/aws/kinesisfirehose/${var.name}"
}

resource "aws_cloudwatch_log_stream" "main" {
  name           = "S3Delivery"
  log_group_name = aws_cloudwatch_log_group.main.name
}

resource "aws_kinesis_firehose_delivery_stream" "s3" {
  name        = "${var.name}-s3"
  destination = "extended_s3"
  server_side_encryption {
    enabled = false
  }
  extended_s3_configuration {
    role_arn            = aws_iam_role.main.arn
    bucket_arn          = aws_s3_bucket.main.arn
    prefix              = local.second ? "b/" : "a/"
    error_output_prefix = "errors/!{firehose:error-output-type}/"
    buffering_interval  = local.second ? 60 : 300
    buffering_size      = 64
    compression_format  = local.second ? "GZIP" : "UNCOMPRESSED"
    custom_time_zone    = "UTC"
    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.main.name
      log_stream_name = aws_cloudwatch_log_stream.main.name
    }
    processing_configuration {
      enabled = true
      processors {
        type = "Lambda"
        parameters {
          parameter_name  = "LambdaArn"
          parameter_value = "${aws_lambda_function.transform.arn}:$LATEST"
        }
        parameters {
          parameter_name  = "BufferSizeInMBs"
          parameter_value = local.second ? "2" : "1.1"
        }
        parameters {
          parameter_name  = "BufferIntervalInSeconds"
          parameter_value = "70"
        }
      }
    }
    s3_backup_mode = "Enabled"
    s3_backup_configuration {
      role_arn   = aws_iam_role.main.arn
      bucket_arn = aws_s3_bucket.main.arn
      prefix     = "backup/"
    }
  }
  tags       = { step = var.step }
  depends_on = [aws_iam_role_policy.main]
}

resource "aws_kinesis_firehose_delivery_stream" "partitioned" {
  name        = "${var.name}-partitioned"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn            = aws_iam_role.main.arn
    bucket_arn          = aws_s3_bucket.main.arn
    buffering_size      = 64
    prefix              = "customer=!{partitionKeyFromQuery:customer}/"
    error_output_prefix = "errors/"
    dynamic_partitioning_configuration {
      enabled        = true
      retry_duration = local.second ? 100 : 300
    }
    processing_configuration {
      enabled = true
      processors {
        type = "RecordDeAggregation"
        parameters {
          parameter_name  = "SubRecordType"
          parameter_value = "JSON"
        }
      }
      processors {
        type = "AppendDelimiterToRecord"
      }
      processors {
        type = "MetadataExtraction"
        parameters {
          parameter_name  = "JsonParsingEngine"
          parameter_value = "JQ-1.6"
        }
        parameters {
          parameter_name  = "MetadataExtractionQuery"
          parameter_value = "{customer:.customer}"
        }
      }
    }
  }
}

resource "aws_kinesis_stream" "source" {
  name        = "${var.name}-source"
  shard_count = 1
}

resource "aws_kinesis_firehose_delivery_stream" "stream" {
  name        = "${var.name}-stream"
  destination = "extended_s3"
  kinesis_source_configuration {
    kinesis_stream_arn = aws_kinesis_stream.source.arn
    role_arn           = aws_iam_role.main.arn
  }
  extended_s3_configuration {
    role_arn   = aws_iam_role.main.arn
    bucket_arn = aws_s3_bucket.main.arn
  }
}

resource "aws_kinesis_firehose_delivery_stream" "http" {
  name        = "${var.name}-http"
  destination = "http_endpoint"
  http_endpoint_configuration {
    url                = "https://example.com/records"
    name               = "records"
    access_key         = "secret-${var.step}"
    buffering_size     = local.second ? 10 : 15
    buffering_interval = 600
    retry_duration     = 60
    role_arn           = aws_iam_role.main.arn
    s3_backup_mode     = "FailedDataOnly"
    s3_configuration {
      role_arn           = aws_iam_role.main.arn
      bucket_arn         = aws_s3_bucket.main.arn
      buffering_size     = 10
      buffering_interval = 400
      compression_format = "GZIP"
    }
    request_configuration {
      content_encoding = "GZIP"
      common_attributes {
        name  = "step"
        value = var.step
      }
    }
  }
}

data "aws_kinesis_firehose_delivery_stream" "s3" {
  name = aws_kinesis_firehose_delivery_stream.s3.name
}
