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

resource "aws_glue_catalog_database" "main" {
  name = replace(var.name, "-", "_")
}

resource "aws_glue_catalog_table" "main" {
  name          = "events"
  database_name = aws_glue_catalog_database.main.name
  storage_descriptor {
    columns {
      name = "id"
      type = "string"
    }
  }
}

resource "aws_kinesis_firehose_delivery_stream" "parquet" {
  name        = "${var.name}-parquet"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn       = aws_iam_role.main.arn
    bucket_arn     = aws_s3_bucket.main.arn
    buffering_size = 128
    data_format_conversion_configuration {
      enabled = true
      input_format_configuration {
        deserializer {
          open_x_json_ser_de {
            case_insensitive                         = true
            convert_dots_in_json_keys_to_underscores = local.second
            column_to_json_key_mappings              = { id = "the_id" }
          }
        }
      }
      output_format_configuration {
        serializer {
          parquet_ser_de {
            compression    = local.second ? "GZIP" : "SNAPPY"
            writer_version = "V1"
          }
        }
      }
      schema_configuration {
        database_name = aws_glue_catalog_table.main.database_name
        role_arn      = aws_iam_role.main.arn
        table_name    = aws_glue_catalog_table.main.name
      }
    }
  }
}

resource "aws_kinesis_firehose_delivery_stream" "orc" {
  name        = "${var.name}-orc"
  destination = "extended_s3"
  extended_s3_configuration {
    role_arn       = aws_iam_role.main.arn
    bucket_arn     = aws_s3_bucket.main.arn
    buffering_size = 64
    data_format_conversion_configuration {
      enabled = !local.second
      input_format_configuration {
        deserializer {
          hive_json_ser_de {
            timestamp_formats = ["millis", "yyyy-MM-dd"]
          }
        }
      }
      output_format_configuration {
        serializer {
          orc_ser_de {
            compression              = local.second ? "ZLIB" : "SNAPPY"
            bloom_filter_columns     = ["id"]
            format_version           = "V0_12"
            stripe_size_bytes        = 16777216
            dictionary_key_threshold = 0.5
          }
        }
      }
      schema_configuration {
        database_name = aws_glue_catalog_table.main.database_name
        role_arn      = aws_iam_role.main.arn
        table_name    = aws_glue_catalog_table.main.name
        version_id    = "LATEST"
        region        = "us-east-1"
      }
    }
  }
}
