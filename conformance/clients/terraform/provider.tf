terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "name" {
  type = string
}

variable "step" {
  type    = number
  default = 1
}

locals {
  second = var.step == 2
}
