resource "aws_dynamodb_table" "plain" {
  name           = "${var.name}-plain"
  billing_mode   = "PROVISIONED"
  read_capacity  = local.second ? 7 : 5
  write_capacity = 5
  hash_key       = "id"
  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_dynamodb_table" "full" {
  name                        = "${var.name}-full"
  billing_mode                = local.second ? "PAY_PER_REQUEST" : "PROVISIONED"
  read_capacity               = local.second ? null : 5
  write_capacity              = local.second ? null : 5
  hash_key                    = "id"
  range_key                   = "at"
  table_class                 = local.second ? "STANDARD_INFREQUENT_ACCESS" : "STANDARD"
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"
  deletion_protection_enabled = !local.second
  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "at"
    type = "N"
  }
  attribute {
    name = "city"
    type = "S"
  }
  dynamic "attribute" {
    for_each = local.second ? [1] : []
    content {
      name = "blob"
      type = "B"
    }
  }
  local_secondary_index {
    name               = "by-city"
    range_key          = "city"
    projection_type    = "INCLUDE"
    non_key_attributes = ["a", "b"]
  }
  global_secondary_index {
    name            = "cities"
    hash_key        = "city"
    range_key       = "at"
    projection_type = "ALL"
    read_capacity   = local.second ? null : 5
    write_capacity  = local.second ? null : 5
  }
  dynamic "global_secondary_index" {
    for_each = local.second ? [1] : []
    content {
      name               = "blobs"
      hash_key           = "blob"
      projection_type    = "INCLUDE"
      non_key_attributes = ["c"]
    }
  }
  ttl {
    attribute_name = "until"
    enabled        = !local.second
  }
  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = local.second ? 10 : 35
  }
  server_side_encryption {
    enabled = true
  }
  tags = { step = var.step }
}

resource "aws_dynamodb_table" "demand" {
  lifecycle {
    ignore_changes = [tags, tags_all]
  }
  name         = "${var.name}-demand"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  attribute {
    name = "id"
    type = "S"
  }
  on_demand_throughput {
    max_read_request_units  = local.second ? 20 : 10
    max_write_request_units = 10
  }
  stream_enabled   = local.second
  stream_view_type = local.second ? "KEYS_ONLY" : null
}

resource "aws_dynamodb_table" "replicated" {
  name             = "${var.name}-replicated"
  billing_mode     = "PAY_PER_REQUEST"
  hash_key         = "id"
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  attribute {
    name = "id"
    type = "S"
  }
  replica {
    region_name    = "us-west-2"
    propagate_tags = true
  }
  dynamic "replica" {
    for_each = local.second ? [1] : []
    content {
      region_name            = "eu-west-1"
      point_in_time_recovery = true
    }
  }
  tags = { step = var.step }
}

resource "aws_dynamodb_table_item" "one" {
  table_name = aws_dynamodb_table.plain.name
  hash_key   = aws_dynamodb_table.plain.hash_key
  item = jsonencode({
    id = { S = "one" }
    n  = { N = local.second ? "12.5" : "1" }
    l  = { L = [{ S = "a" }, { BOOL = true }, { NULL = true }] }
    m  = { M = { x = { B = "aGVsbG8=" } } }
    s  = { SS = ["a", "b"] }
  })
}

resource "aws_dynamodb_kinesis_streaming_destination" "full" {
  stream_arn                               = aws_kinesis_stream.changes.arn
  table_name                               = aws_dynamodb_table.full.name
  approximate_creation_date_time_precision = "MICROSECOND"
}

resource "aws_kinesis_stream" "changes" {
  name        = "${var.name}-changes"
  shard_count = 1
}

resource "aws_dynamodb_contributor_insights" "plain" {
  table_name = aws_dynamodb_table.plain.name
}

resource "aws_dynamodb_contributor_insights" "index" {
  table_name = aws_dynamodb_table.full.name
  index_name = "cities"
}

resource "aws_dynamodb_resource_policy" "plain" {
  resource_arn = aws_dynamodb_table.plain.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "one"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::000000000000:root" }
      Action    = local.second ? ["dynamodb:GetItem", "dynamodb:Query"] : ["dynamodb:GetItem"]
      Resource  = aws_dynamodb_table.plain.arn
    }]
  })
}

resource "aws_dynamodb_tag" "plain" {
  resource_arn = aws_dynamodb_table.demand.arn
  key          = "extra"
  value        = "value${var.step}"
}

resource "aws_s3_bucket" "exports" {
  bucket        = "${var.name}-exports"
  force_destroy = true
}

resource "aws_dynamodb_table_export" "full" {
  table_arn     = aws_dynamodb_table.full.arn
  s3_bucket     = aws_s3_bucket.exports.id
  s3_prefix     = "full"
  export_format = "DYNAMODB_JSON"
  lifecycle {
    ignore_changes = [export_time]
  }
}

data "aws_dynamodb_table" "full" {
  name = aws_dynamodb_table.full.name
}

data "aws_dynamodb_table_item" "one" {
  table_name = aws_dynamodb_table.plain.name
  key        = jsonencode({ id = { S = "one" } })
  depends_on = [aws_dynamodb_table_item.one]
}

data "aws_dynamodb_tables" "all" {
  depends_on = [aws_dynamodb_table.plain]
}

output "item" {
  value = data.aws_dynamodb_table_item.one.item
}
