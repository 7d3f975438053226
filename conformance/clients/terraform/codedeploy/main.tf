resource "aws_iam_role" "deploy" {
  name = "${var.name}-deploy"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "codedeploy.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_sns_topic" "told" {
  name = "${var.name}-told"
}

resource "aws_codedeploy_app" "lambda" {
  name             = "${var.name}-lambda"
  compute_platform = "Lambda"
  tags             = { step = var.step }
}

resource "aws_codedeploy_app" "server" {
  name = "${var.name}-server"
}

resource "aws_codedeploy_deployment_config" "canary" {
  deployment_config_name = "${var.name}-canary"
  compute_platform       = "Lambda"
  traffic_routing_config {
    type = "TimeBasedCanary"
    time_based_canary {
      interval   = 10
      percentage = 20
    }
  }
}

resource "aws_codedeploy_deployment_config" "linear" {
  deployment_config_name = "${var.name}-linear"
  compute_platform       = "Lambda"
  traffic_routing_config {
    type = "TimeBasedLinear"
    time_based_linear {
      interval   = 5
      percentage = 50
    }
  }
}

resource "aws_codedeploy_deployment_config" "server" {
  deployment_config_name = "${var.name}-hosts"
  minimum_healthy_hosts {
    type  = "HOST_COUNT"
    value = 2
  }
}

resource "aws_codedeploy_deployment_group" "lambda" {
  app_name               = aws_codedeploy_app.lambda.name
  deployment_group_name  = "${var.name}-group"
  service_role_arn       = aws_iam_role.deploy.arn
  deployment_config_name = local.second ? aws_codedeploy_deployment_config.linear.id : aws_codedeploy_deployment_config.canary.id
  tags                   = { step = var.step }

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  auto_rollback_configuration {
    enabled = true
    events  = local.second ? ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"] : ["DEPLOYMENT_FAILURE"]
  }

  alarm_configuration {
    enabled                   = true
    alarms                    = ["${var.name}-alarm"]
    ignore_poll_alarm_failure = local.second
  }

  trigger_configuration {
    trigger_name       = "told"
    trigger_events     = ["DeploymentFailure", "DeploymentSuccess"]
    trigger_target_arn = aws_sns_topic.told.arn
  }
}

resource "aws_codedeploy_deployment_group" "server" {
  app_name              = aws_codedeploy_app.server.name
  deployment_group_name = "${var.name}-hosts"
  service_role_arn      = aws_iam_role.deploy.arn

  ec2_tag_set {
    ec2_tag_filter {
      key   = "stage"
      type  = "KEY_AND_VALUE"
      value = local.second ? "prod" : "beta"
    }
  }
}
