data "aws_caller_identity" "current" {}
data "aws_canonical_user_id" "current" {}

resource "aws_s3_bucket" "main" {
  bucket        = "${var.name}-main"
  force_destroy = true
  tags          = { step = var.step, same = "a b" }
}

resource "aws_s3_bucket" "prefixed" {
  bucket_prefix = "${var.name}-"
}

resource "aws_s3_bucket" "logs" {
  bucket        = "${var.name}-logs"
  force_destroy = true
}

resource "aws_s3_bucket" "replica" {
  bucket = "${var.name}-replica"
}

resource "aws_s3_bucket" "locked" {
  bucket              = "${var.name}-locked"
  object_lock_enabled = true
}

resource "aws_s3_bucket" "dotted" {
  bucket = "${var.name}.dotted"
}

resource "aws_s3_bucket" "acl" {
  bucket = "${var.name}-acl"
}

resource "aws_s3_bucket_versioning" "main" {
  bucket = aws_s3_bucket.main.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "replica" {
  bucket = aws_s3_bucket.replica.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id
  versioning_configuration {
    status = local.second ? "Suspended" : "Enabled"
  }
}

resource "aws_s3_bucket_acl" "acl" {
  bucket     = aws_s3_bucket.acl.id
  acl        = local.second ? "public-read" : "private"
  depends_on = [aws_s3_bucket_ownership_controls.acl, aws_s3_bucket_public_access_block.acl]
}

resource "aws_s3_bucket_ownership_controls" "acl" {
  bucket = aws_s3_bucket.acl.id
  rule {
    object_ownership = local.second ? "ObjectWriter" : "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_public_access_block" "acl" {
  bucket                  = aws_s3_bucket.acl.id
  block_public_acls       = false
  block_public_policy     = local.second
  ignore_public_acls      = false
  restrict_public_buckets = local.second
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_acl" "logs" {
  bucket = aws_s3_bucket.logs.id
  access_control_policy {
    grant {
      grantee {
        type = "Group"
        uri  = "http://acs.amazonaws.com/groups/s3/LogDelivery"
      }
      permission = "READ_ACP"
    }
    grant {
      grantee {
        type = "CanonicalUser"
        id   = data.aws_canonical_user_id.current.id
      }
      permission = local.second ? "READ" : "FULL_CONTROL"
    }
    owner {
      id = data.aws_canonical_user_id.current.id
    }
  }
  depends_on = [aws_s3_bucket_ownership_controls.logs]
}

resource "aws_s3_bucket_policy" "main" {
  bucket = aws_s3_bucket.main.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Tls"
      Effect    = "Deny"
      Principal = "*"
      Action    = local.second ? ["s3:GetObject", "s3:PutObject"] : ["s3:GetObject"]
      Resource  = "${aws_s3_bucket.main.arn}/*"
      Condition = { StringEquals = { "aws:UserAgent" = "nobody" } }
    }]
  })
}

resource "aws_s3_bucket_accelerate_configuration" "main" {
  bucket = aws_s3_bucket.main.id
  status = local.second ? "Suspended" : "Enabled"
}

resource "aws_s3_bucket_analytics_configuration" "main" {
  bucket = aws_s3_bucket.main.id
  name   = "whole"
  filter {
    prefix = local.second ? "b/" : "a/"
    tags   = { one = "1" }
  }
  storage_class_analysis {
    data_export {
      destination {
        s3_bucket_destination {
          bucket_arn = aws_s3_bucket.logs.arn
        }
      }
    }
  }
}

resource "aws_s3_bucket_cors_configuration" "main" {
  bucket = aws_s3_bucket.main.id
  cors_rule {
    id              = "one"
    allowed_headers = ["*"]
    allowed_methods = local.second ? ["PUT", "POST", "GET"] : ["PUT", "POST"]
    allowed_origins = ["https://s3-website-test.example.com"]
    expose_headers  = ["ETag"]
    max_age_seconds = 3000
  }
  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = ["*"]
  }
}

resource "aws_s3_bucket_intelligent_tiering_configuration" "main" {
  bucket = aws_s3_bucket.main.id
  name   = "all"
  status = local.second ? "Disabled" : "Enabled"
  filter {
    prefix = "documents/"
    tags   = { priority = "high" }
  }
  tiering {
    access_tier = "DEEP_ARCHIVE_ACCESS"
    days        = 180
  }
  tiering {
    access_tier = "ARCHIVE_ACCESS"
    days        = 125
  }
}

resource "aws_s3_bucket_inventory" "main" {
  bucket                   = aws_s3_bucket.main.id
  name                     = "weekly"
  included_object_versions = local.second ? "Current" : "All"
  optional_fields          = ["Size", "ETag"]
  schedule {
    frequency = "Weekly"
  }
  destination {
    bucket {
      format     = "CSV"
      bucket_arn = aws_s3_bucket.logs.arn
      prefix     = "inventory"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "main" {
  bucket     = aws_s3_bucket.main.id
  depends_on = [aws_s3_bucket_versioning.main]
  rule {
    id     = "log"
    status = "Enabled"
    filter {
      and {
        prefix                   = "log/"
        tags                     = { rule = "log", autoclean = "true" }
        object_size_greater_than = 500
        object_size_less_than    = 64000
      }
    }
    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
    transition {
      days          = local.second ? 90 : 60
      storage_class = "GLACIER"
    }
    expiration {
      days = 365
    }
  }
  rule {
    id     = "tmp"
    status = local.second ? "Disabled" : "Enabled"
    filter {
      prefix = "tmp/"
    }
    expiration {
      date = "2033-01-13T00:00:00Z"
    }
    noncurrent_version_expiration {
      noncurrent_days           = 90
      newer_noncurrent_versions = 3
    }
    noncurrent_version_transition {
      noncurrent_days = 30
      storage_class   = "STANDARD_IA"
    }
  }
  rule {
    id     = "uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
    expiration {
      expired_object_delete_marker = true
    }
  }
  rule {
    id     = "tagged"
    status = "Enabled"
    filter {
      tag {
        key   = "one"
        value = "1"
      }
    }
    expiration {
      days = 3
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "prefixed" {
  bucket                                 = aws_s3_bucket.prefixed.id
  transition_default_minimum_object_size = "varies_by_storage_class"
  rule {
    id     = "all"
    status = "Enabled"
    prefix = ""
    expiration {
      days = local.second ? 3 : 2
    }
  }
}

resource "aws_s3_bucket_logging" "main" {
  bucket        = aws_s3_bucket.main.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = local.second ? "second/" : "first/"
  target_object_key_format {
    partitioned_prefix {
      partition_date_source = "EventTime"
    }
  }
}

resource "aws_s3_bucket_metric" "main" {
  bucket = aws_s3_bucket.main.id
  name   = "whole"
  filter {
    prefix = local.second ? "b/" : "a/"
  }
}

resource "aws_s3_bucket_notification" "main" {
  bucket      = aws_s3_bucket.main.id
  eventbridge = local.second
  queue {
    id            = "images"
    queue_arn     = aws_sqs_queue.events.arn
    events        = local.second ? ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"] : ["s3:ObjectCreated:*"]
    filter_prefix = "images/"
    filter_suffix = ".png"
  }
  topic {
    topic_arn     = aws_sns_topic.events.arn
    events        = ["s3:ObjectCreated:Put"]
    filter_suffix = ".log"
  }
  depends_on = [aws_sqs_queue_policy.events, aws_sns_topic_policy.events]
}

resource "aws_sqs_queue" "events" {
  name = "${var.name}-events"
}

resource "aws_sqs_queue_policy" "events" {
  queue_url = aws_sqs_queue.events.url
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "s3.amazonaws.com" }, Action = "sqs:SendMessage", Resource = aws_sqs_queue.events.arn }]
  })
}

resource "aws_sns_topic" "events" {
  name = "${var.name}-events"
}

resource "aws_sns_topic_policy" "events" {
  arn = aws_sns_topic.events.arn
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "s3.amazonaws.com" }, Action = "SNS:Publish", Resource = aws_sns_topic.events.arn }]
  })
}

resource "aws_s3_bucket_object_lock_configuration" "locked" {
  bucket = aws_s3_bucket.locked.id
  rule {
    default_retention {
      mode = local.second ? "GOVERNANCE" : "COMPLIANCE"
      days = local.second ? 2 : 1
    }
  }
}

resource "aws_s3_bucket_replication_configuration" "main" {
  depends_on = [aws_s3_bucket_versioning.main, aws_s3_bucket_versioning.replica]
  role       = aws_iam_role.replication.arn
  bucket     = aws_s3_bucket.main.id
  rule {
    id       = "one"
    priority = 1
    status   = "Enabled"
    filter {
      prefix = local.second ? "b/" : "a/"
    }
    delete_marker_replication {
      status = "Enabled"
    }
    destination {
      bucket        = aws_s3_bucket.replica.arn
      storage_class = "STANDARD_IA"
      metrics {
        status = "Enabled"
        event_threshold {
          minutes = 15
        }
      }
      replication_time {
        status = "Enabled"
        time {
          minutes = 15
        }
      }
    }
  }
  rule {
    id       = "two"
    priority = 2
    status   = local.second ? "Disabled" : "Enabled"
    filter {
      and {
        prefix = "c/"
        tags   = { one = "1" }
      }
    }
    delete_marker_replication {
      status = "Disabled"
    }
    destination {
      bucket = aws_s3_bucket.replica.arn
    }
  }
}

resource "aws_iam_role" "replication" {
  name = "${var.name}-replication"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "s3.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_s3_bucket_request_payment_configuration" "main" {
  bucket = aws_s3_bucket.main.id
  payer  = local.second ? "BucketOwner" : "Requester"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "main" {
  bucket = aws_s3_bucket.main.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = local.second ? "aws:kms" : "AES256"
      kms_master_key_id = local.second ? "alias/aws/s3" : null
    }
    bucket_key_enabled = local.second
  }
}

resource "aws_s3_bucket_website_configuration" "main" {
  bucket = aws_s3_bucket.main.id
  index_document {
    suffix = local.second ? "default.html" : "index.html"
  }
  error_document {
    key = "error.html"
  }
  routing_rule {
    condition {
      key_prefix_equals = "docs/"
    }
    redirect {
      replace_key_prefix_with = "documents/"
    }
  }
}

resource "aws_s3_bucket_website_configuration" "prefixed" {
  bucket = aws_s3_bucket.prefixed.id
  redirect_all_requests_to {
    host_name = "example.com"
    protocol  = local.second ? "https" : "http"
  }
}

data "aws_s3_bucket" "main" {
  bucket = aws_s3_bucket.main.id
}

data "aws_s3_bucket_policy" "main" {
  bucket     = aws_s3_bucket.main.id
  depends_on = [aws_s3_bucket_policy.main]
}
