locals {
  template = {
    AWSTemplateFormatVersion = "2010-09-09"
    Parameters               = { Delay = { Type = "Number", Default = "0" } }
    Resources = {
      Queue = { Type = "AWS::SQS::Queue", Properties = { DelaySeconds = { Ref = "Delay" } } }
      Role = {
        Type = "AWS::IAM::Role"
        Properties = {
          RoleName = { "Fn::Sub" = "$${AWS::StackName}-role" }
          AssumeRolePolicyDocument = {
            Version   = "2012-10-17"
            Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
          }
        }
      }
    }
    Outputs = {
      Url   = { Value = { Ref = "Queue" } }
      Delay = { Value = { Ref = "Delay" }, Export = { Name = { "Fn::Sub" = "$${AWS::StackName}-delay" } } }
    }
  }
}

resource "aws_cloudformation_stack" "main" {
  name               = "${var.name}-main"
  parameters         = { Delay = local.second ? "10" : "5" }
  capabilities       = ["CAPABILITY_NAMED_IAM"]
  template_body      = jsonencode(local.template)
  on_failure         = "ROLLBACK"
  timeout_in_minutes = 10
  notification_arns  = [aws_sns_topic.events.arn]
  policy_body = jsonencode({
    Statement = [{ Effect = "Allow", Action = "Update:*", Principal = "*", Resource = "*" }]
  })
  tags = { step = var.step }
}

resource "aws_sns_topic" "events" {
  name = "${var.name}-events"
}

resource "aws_s3_bucket" "templates" {
  bucket = "${var.name}-templates"
}

resource "aws_s3_object" "template" {
  bucket  = aws_s3_bucket.templates.id
  key     = "template.yaml"
  content = <<-EOT
    Resources:
      Topic:
        Type: AWS::SNS::Topic
        Properties:
          DisplayName: step ${var.step}
  EOT
}

resource "aws_cloudformation_stack" "url" {
  name         = "${var.name}-url"
  template_url = "https://${aws_s3_bucket.templates.bucket_regional_domain_name}/${aws_s3_object.template.key}?step=${var.step}"
}

resource "aws_iam_role" "administration" {
  name = "${var.name}-administration"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "cloudformation.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "administration" {
  name   = "assume"
  role   = aws_iam_role.administration.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = aws_iam_role.execution.arn }] })
}

resource "aws_iam_role" "execution" {
  name = "${var.name}-execution"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = aws_iam_role.administration.arn }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "execution" {
  name   = "all"
  role   = aws_iam_role.execution.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}

resource "aws_cloudformation_stack_set" "main" {
  name                    = "${var.name}-set"
  description             = "step ${var.step}"
  administration_role_arn = aws_iam_role.administration.arn
  execution_role_name     = aws_iam_role.execution.name
  parameters              = { Label = local.second ? "second" : "first" }
  template_body = jsonencode({
    Parameters = { Label = { Type = "String", Default = "none" } }
    Resources  = { Topic = { Type = "AWS::SNS::Topic", Properties = { DisplayName = { Ref = "Label" } } } }
  })
  operation_preferences {
    failure_tolerance_count = 1
    max_concurrent_count    = 2
  }
  tags = { step = var.step }
}

resource "aws_cloudformation_stack_set_instance" "west" {
  stack_set_name      = aws_cloudformation_stack_set.main.name
  account_id          = "000000000000"
  region              = "us-west-2"
  parameter_overrides = { Label = "overridden ${var.step}" }
  depends_on          = [aws_iam_role_policy.administration, aws_iam_role_policy.execution]
}

data "aws_cloudformation_stack" "main" {
  name = aws_cloudformation_stack.main.name
}

data "aws_cloudformation_export" "delay" {
  name       = "${var.name}-main-delay"
  depends_on = [aws_cloudformation_stack.main]
}

output "delay" {
  value = data.aws_cloudformation_export.delay.value
}
