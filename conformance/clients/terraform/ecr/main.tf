resource "aws_ecr_repository" "main" {
  name                 = "${var.name}/app"
  image_tag_mutability = local.second ? "IMMUTABLE" : "MUTABLE"
  force_delete         = true
  image_scanning_configuration {
    scan_on_push = local.second
  }
  encryption_configuration {
    encryption_type = "AES256"
  }
  tags = { step = var.step }
}

resource "aws_ecr_lifecycle_policy" "main" {
  repository = aws_ecr_repository.main.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Expire"
      selection    = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = local.second ? 7 : 14 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_ecr_repository_policy" "main" {
  repository = aws_ecr_repository.main.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "pull"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::000000000000:root" }
      Action    = local.second ? ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] : ["ecr:BatchGetImage"]
    }]
  })
}

data "aws_ecr_repository" "main" {
  name       = aws_ecr_repository.main.name
  depends_on = [aws_ecr_repository.main]
}
