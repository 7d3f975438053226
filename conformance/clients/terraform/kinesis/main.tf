resource "aws_kinesis_stream" "provisioned" {
  name                      = "${var.name}-provisioned"
  shard_count               = local.second ? 2 : 1
  retention_period          = local.second ? 24 : 48
  shard_level_metrics       = local.second ? ["IncomingBytes"] : ["IncomingBytes", "OutgoingBytes"]
  encryption_type           = local.second ? "NONE" : "KMS"
  kms_key_id                = local.second ? null : "alias/aws/kinesis"
  enforce_consumer_deletion = true
  tags                      = { step = var.step }
}

resource "aws_kinesis_stream" "demand" {
  name = "${var.name}-demand"
  stream_mode_details {
    stream_mode = "ON_DEMAND"
  }
}

resource "aws_kinesis_stream" "switching" {
  name        = "${var.name}-switching"
  shard_count = local.second ? null : 1
  stream_mode_details {
    stream_mode = local.second ? "ON_DEMAND" : "PROVISIONED"
  }
}

resource "aws_kinesis_stream_consumer" "one" {
  name       = "${var.name}-consumer"
  stream_arn = aws_kinesis_stream.provisioned.arn
}

resource "aws_kinesis_resource_policy" "demand" {
  resource_arn = aws_kinesis_stream.demand.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "write"
      Effect    = "Allow"
      Principal = { AWS = "000000000000" }
      Action    = local.second ? ["kinesis:DescribeStreamSummary", "kinesis:PutRecord"] : ["kinesis:PutRecord"]
      Resource  = aws_kinesis_stream.demand.arn
    }]
  })
}

data "aws_kinesis_stream" "provisioned" {
  name = aws_kinesis_stream.provisioned.name
}

data "aws_kinesis_stream_consumer" "one" {
  name       = aws_kinesis_stream_consumer.one.name
  stream_arn = aws_kinesis_stream.provisioned.arn
}
