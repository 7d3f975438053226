data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = local.second ? ["lambda.amazonaws.com", "ec2.amazonaws.com"] : ["lambda.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "read" {
  source_policy_documents = [data.aws_iam_policy_document.assume.json]
  statement {
    sid       = "Read"
    actions   = local.second ? ["s3:GetObject", "s3:ListBucket"] : ["s3:GetObject"]
    resources = ["*"]
    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["home/", "home/&{aws:username}/"]
    }
  }
}

locals {
  allow = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = local.second ? ["sqs:*"] : ["sqs:SendMessage"], Resource = "*" }]
  })
}

resource "aws_iam_role" "main" {
  name                  = "${var.name}-main"
  path                  = "/service/"
  description           = local.second ? "second" : "first"
  assume_role_policy    = data.aws_iam_policy_document.assume.json
  max_session_duration  = local.second ? 7200 : 3600
  permissions_boundary  = local.second ? null : aws_iam_policy.read.arn
  force_detach_policies = true
  tags                  = { step = var.step }
}

resource "aws_iam_role" "prefixed" {
  name_prefix        = "${var.name}-"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_policy" "read" {
  name        = "${var.name}-read"
  path        = "/tests/"
  description = "reads"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "R", Effect = "Allow", Action = local.second ? "s3:*" : "s3:Get*", Resource = "*" }]
  })
  tags = { step = var.step }
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.main.id
  policy = local.allow
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.main.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role_policy_attachment" "managed" {
  role       = aws_iam_role.main.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_iam_role_policies_exclusive" "main" {
  role_name    = aws_iam_role.main.name
  policy_names = [aws_iam_role_policy.inline.name]
}

resource "aws_iam_role_policy_attachments_exclusive" "main" {
  role_name   = aws_iam_role.main.name
  policy_arns = [aws_iam_role_policy_attachment.read.policy_arn, aws_iam_role_policy_attachment.managed.policy_arn]
}

resource "aws_iam_instance_profile" "main" {
  name = "${var.name}-main"
  path = "/profiles/"
  role = local.second ? aws_iam_role.prefixed.name : aws_iam_role.main.name
  tags = { step = var.step }
}

resource "aws_iam_user" "main" {
  name          = "${var.name}-main"
  path          = local.second ? "/second/" : "/"
  force_destroy = true
  tags          = { step = var.step }
}

resource "aws_iam_user_policy" "inline" {
  name   = "inline"
  user   = aws_iam_user.main.name
  policy = local.allow
}

resource "aws_iam_user_policy_attachment" "read" {
  user       = aws_iam_user.main.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_user_policies_exclusive" "main" {
  user_name    = aws_iam_user.main.name
  policy_names = [aws_iam_user_policy.inline.name]
}

resource "aws_iam_access_key" "main" {
  user   = aws_iam_user.main.name
  status = local.second ? "Inactive" : "Active"
}

resource "aws_iam_user_login_profile" "main" {
  user                    = aws_iam_user.main.name
  password_length         = 20
  password_reset_required = true
  lifecycle {
    ignore_changes = [password_length, password_reset_required]
  }
}

resource "aws_iam_user_ssh_key" "main" {
  username   = aws_iam_user.main.name
  encoding   = "SSH"
  public_key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQD3F6tyPEFEzV0LX3X8BsXdMsQz1x2cEikKDEY0aIj41qgxMCP/iteneqXSIFZBp5vizPvaoIR3Um9xK7PGoW8giupGn+EPuxIA4cDM4vzOqOkiMPhz5XK0whEjkVzTo4+S0puvDZuwIsdiW9mxhJc7tgBNL0cYlWSYVkz4G/fslNfRPW5mYAM49f4fhtxPb5ok4Q2Lg9dPKVHO/Bgeu5woMc7RY0p1ej6D4CKFE6lymSDJpW0YHX/wqE9+cfEauh7xZcG0q9t2ta6F6fmX0agvpFyZo8aFbXeUBr7osSCJNgvavWbM/06niWrOvYX2xwWdhXmXSrbX8ZbabVohBK41 mytest@mydomain.com"
  status     = local.second ? "Inactive" : "Active"
}

resource "aws_iam_service_specific_credential" "main" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.main.name
  status       = local.second ? "Inactive" : "Active"
}

resource "aws_iam_virtual_mfa_device" "main" {
  virtual_mfa_device_name = "${var.name}-mfa"
  tags                    = { step = var.step }
}

resource "aws_iam_group" "main" {
  name = "${var.name}-main"
  path = local.second ? "/second/" : "/"
}

resource "aws_iam_group_policy" "inline" {
  name   = "inline"
  group  = aws_iam_group.main.name
  policy = local.allow
}

resource "aws_iam_group_policy_attachment" "read" {
  group      = aws_iam_group.main.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_group_policies_exclusive" "main" {
  group_name   = aws_iam_group.main.name
  policy_names = [aws_iam_group_policy.inline.name]
}

resource "aws_iam_group_membership" "main" {
  name  = "members"
  group = aws_iam_group.main.name
  users = local.second ? [aws_iam_user.main.name, aws_iam_user.other.name] : [aws_iam_user.main.name]
}

resource "aws_iam_group" "other" {
  name = "${var.name}-other"
}

resource "aws_iam_user" "other" {
  name = "${var.name}-other"
}

resource "aws_iam_user_group_membership" "other" {
  user   = aws_iam_user.other.name
  groups = local.second ? [] : [aws_iam_group.other.name]
}

resource "aws_iam_policy" "attached" {
  name   = "${var.name}-attached"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sns:*", Resource = "*" }] })
}

resource "aws_iam_policy_attachment" "everyone" {
  name       = "everyone"
  policy_arn = aws_iam_policy.attached.arn
  users      = [aws_iam_user.other.name]
  groups     = local.second ? [] : [aws_iam_group.other.name]
  roles      = [aws_iam_role.prefixed.name]
}

resource "aws_iam_openid_connect_provider" "github" {
  url             = "https://token.actions.githubusercontent.com/${var.name}"
  client_id_list  = local.second ? ["sts.amazonaws.com", "another"] : ["sts.amazonaws.com"]
  thumbprint_list = [local.second ? "1c58a3a8518e8759bf075b76b750d4f2df264fcd" : "6938fd4d98bab03faadb97b34396831e3780aea1"]
  tags            = { step = var.step }
}

resource "aws_iam_saml_provider" "main" {
  name                   = "${var.name}-saml"
  saml_metadata_document = file("${path.module}/${local.second ? "saml2.xml" : "saml.xml"}")
  tags                   = { step = var.step }
}

resource "aws_iam_server_certificate" "main" {
  name             = "${var.name}-certificate"
  certificate_body = file("${path.module}/certificate.pem")
  private_key      = file("${path.module}/key.pem")
  tags             = { step = var.step }
}

resource "aws_iam_signing_certificate" "main" {
  user_name        = aws_iam_user.main.name
  certificate_body = file("${path.module}/certificate.pem")
  status           = local.second ? "Inactive" : "Active"
}

resource "aws_iam_service_linked_role" "main" {
  aws_service_name = "elasticbeanstalk.amazonaws.com"
  description      = local.second ? "second" : "first"
}

resource "aws_iam_account_alias" "main" {
  account_alias = "${var.name}-alias"
}

resource "aws_iam_account_password_policy" "main" {
  minimum_password_length        = local.second ? 12 : 10
  require_lowercase_characters   = true
  require_numbers                = true
  require_uppercase_characters   = true
  require_symbols                = true
  allow_users_to_change_password = true
  max_password_age               = 90
  password_reuse_prevention      = 5
}

data "aws_iam_role" "main" {
  name = aws_iam_role.main.name
}

data "aws_iam_user" "main" {
  user_name = aws_iam_user.main.name
}

data "aws_iam_policy" "read" {
  name = aws_iam_policy.read.name
}

data "aws_iam_policy" "managed" {
  arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

data "aws_iam_session_context" "current" {
  arn = data.aws_caller_identity.current.arn
}

data "aws_iam_roles" "all" {
  name_regex = "${var.name}-.*"
  depends_on = [aws_iam_role.main]
}

data "aws_iam_principal_policy_simulation" "main" {
  action_names      = ["s3:GetObject"]
  policy_source_arn = aws_iam_user.main.arn
  depends_on        = [aws_iam_user_policy_attachment.read]
}
