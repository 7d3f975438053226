# Nothing of Terrarium in it: AWS_ENDPOINT_URL and the credentials come from the environment.
provider "aws" {
  s3_use_path_style = true
}
