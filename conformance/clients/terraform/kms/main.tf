data "aws_caller_identity" "me" {}

locals {
  owner = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"
  all   = { Sid = "all", Effect = "Allow", Principal = { AWS = local.owner }, Action = "kms:*", Resource = "*" }
  use   = { Sid = "use", Effect = "Allow", Principal = { AWS = local.owner }, Action = "kms:Decrypt", Resource = "*" }
}

resource "aws_kms_key" "main" {
  description             = "Step ${var.step}"
  deletion_window_in_days = 7
  enable_key_rotation     = local.second
  rotation_period_in_days = local.second ? 180 : null
  is_enabled              = true
  policy                  = jsonencode({ Version = "2012-10-17", Statement = local.second ? [local.all, local.use] : [local.all] })
  tags                    = { step = var.step }
}

resource "aws_kms_key" "signing" {
  description              = "Signs"
  key_usage                = "SIGN_VERIFY"
  customer_master_key_spec = "ECC_NIST_P256"
  deletion_window_in_days  = 7
  is_enabled               = !local.second
}

resource "aws_kms_key" "mac" {
  key_usage                = "GENERATE_VERIFY_MAC"
  customer_master_key_spec = "HMAC_256"
  deletion_window_in_days  = 7
}

resource "aws_kms_key" "wide" {
  multi_region            = true
  deletion_window_in_days = 7
}

resource "aws_kms_key" "plain" {
  deletion_window_in_days = 7
}

resource "aws_kms_key_policy" "plain" {
  key_id = aws_kms_key.plain.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.second ? [local.all, local.use] : [local.all] })
}

resource "aws_kms_alias" "main" {
  name          = "alias/${var.name}"
  target_key_id = local.second ? aws_kms_key.plain.key_id : aws_kms_key.main.key_id
}

resource "aws_kms_alias" "prefixed" {
  name_prefix   = "alias/${var.name}-"
  target_key_id = aws_kms_key.main.arn
}

resource "aws_iam_role" "user" {
  name               = var.name
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}

resource "aws_kms_grant" "main" {
  name              = var.name
  key_id            = aws_kms_key.main.key_id
  grantee_principal = aws_iam_role.user.arn
  operations        = ["Encrypt", "Decrypt", "GenerateDataKey"]
  constraints {
    encryption_context_equals = { department = "x" }
  }
}

provider "aws" {
  alias                       = "west"
  region                      = "us-west-2"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  endpoints {
    kms = var.endpoint
    iam = var.endpoint
    sts = var.endpoint
  }
}

resource "aws_kms_replica_key" "west" {
  provider                = aws.west
  description             = "Step ${var.step}"
  primary_key_arn         = aws_kms_key.wide.arn
  deletion_window_in_days = 7
  enabled                 = true
  tags                    = { step = var.step }
}

resource "aws_kms_external_key" "own" {
  description             = "Step ${var.step}"
  key_material_base64     = "Wblj06fduthWggmsT0cLVoIMOkeLbc2kVfMud77i/JY="
  deletion_window_in_days = 7
  enabled                 = true
  tags                    = { step = var.step }
}

resource "aws_kms_external_key" "wide" {
  key_material_base64     = "Wblj06fduthWggmsT0cLVoIMOkeLbc2kVfMud77i/JY="
  multi_region            = true
  deletion_window_in_days = 7
  enabled                 = true
}

resource "aws_kms_replica_external_key" "west" {
  provider                = aws.west
  description             = "Step ${var.step}"
  primary_key_arn         = aws_kms_external_key.wide.arn
  key_material_base64     = "Wblj06fduthWggmsT0cLVoIMOkeLbc2kVfMud77i/JY="
  deletion_window_in_days = 7
}

resource "aws_kms_ciphertext" "main" {
  key_id    = aws_kms_key.main.key_id
  plaintext = "secret"
  context   = { of = "test" }
}

data "aws_kms_key" "main" {
  key_id = aws_kms_key.main.key_id
}

data "aws_kms_alias" "main" {
  name       = aws_kms_alias.main.name
  depends_on = [aws_kms_alias.main]
}

data "aws_kms_public_key" "public" {
  key_id = aws_kms_key.public.id
}

resource "aws_kms_key" "public" {
  key_usage                = "ENCRYPT_DECRYPT"
  customer_master_key_spec = "RSA_2048"
  deletion_window_in_days  = 7
}

data "aws_kms_secrets" "main" {
  secret {
    name    = "it"
    payload = aws_kms_ciphertext.main.ciphertext_blob
    context = { of = "test" }
  }
}
