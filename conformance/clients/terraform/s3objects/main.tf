resource "aws_s3_bucket" "main" {
  bucket = "${var.name}-main"
}

resource "aws_s3_bucket_versioning" "main" {
  bucket = aws_s3_bucket.main.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket" "locked" {
  bucket              = "${var.name}-locked"
  object_lock_enabled = true
  force_destroy       = true
}

resource "aws_s3_object" "content" {
  bucket        = aws_s3_bucket.main.id
  key           = "a/b c/é+&.txt"
  content       = local.second ? "second" : "first"
  content_type  = "text/plain"
  cache_control = "max-age=60"
  metadata      = { colour = local.second ? "red" : "blue" }
  tags          = { step = var.step, same = "a b" }
  depends_on    = [aws_s3_bucket_versioning.main]
}

resource "aws_s3_object" "file" {
  bucket             = aws_s3_bucket.main.id
  key                = "main.tf"
  source             = "${path.module}/main.tf"
  etag               = filemd5("${path.module}/main.tf")
  storage_class      = local.second ? "STANDARD" : "STANDARD_IA"
  checksum_algorithm = "SHA256"
  depends_on         = [aws_s3_bucket_versioning.main]
}

resource "aws_s3_object" "encoded" {
  bucket                 = aws_s3_bucket.main.id
  key                    = "encoded"
  content_base64         = "aGVsbG8="
  content_encoding       = "gzip"
  content_disposition    = "attachment"
  content_language       = "de"
  website_redirect       = "https://example.com/"
  server_side_encryption = "AES256"
  depends_on             = [aws_s3_bucket_versioning.main]
}

resource "aws_s3_object" "locked" {
  bucket                        = aws_s3_bucket.locked.id
  key                           = "locked"
  content                       = "held"
  object_lock_legal_hold_status = local.second ? "OFF" : "ON"
  object_lock_mode              = "GOVERNANCE"
  object_lock_retain_until_date = "2031-01-01T00:00:00Z"
  force_destroy                 = true
}

resource "aws_s3_bucket_object" "old" {
  bucket     = aws_s3_bucket.main.id
  key        = "old"
  content    = "old ${var.step}"
  depends_on = [aws_s3_bucket_versioning.main]
}

resource "aws_s3_object_copy" "copy" {
  bucket     = aws_s3_bucket.main.id
  key        = "copy"
  source     = "${aws_s3_bucket.main.id}/${aws_s3_object.file.key}"
  tags       = { step = var.step }
  depends_on = [aws_s3_bucket_versioning.main]
  # Without it the tags of the source stay, as those that are given are passed over.
  tagging_directive = "REPLACE"
}

data "aws_s3_object" "content" {
  bucket = aws_s3_bucket.main.id
  key    = aws_s3_object.content.key
}

data "aws_s3_objects" "all" {
  bucket     = aws_s3_bucket.main.id
  depends_on = [aws_s3_object.file]
}

output "body" {
  value = data.aws_s3_object.content.body
}
