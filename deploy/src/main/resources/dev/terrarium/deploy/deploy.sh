#!/bin/sh
# Deploys this package into the account and the region that the AWS CLI is set to:
#
#   ./deploy.sh [Parameter=value ...]
#
# STACK (@NAME@) is the stack's name, BUCKET where code goes; it is made if it is not there. The values in the file
# `parameters` are used unless others are given.
set -eu
cd "$(dirname "$0")"

STACK=${STACK:-@NAME@}
ACCOUNT=$(aws sts get-caller-identity --query Account --output text)
HOME_REGION=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region)}}

# deploy TEMPLATE REGION [Parameter=value ...]; values of parameters that the template does not have are left out.
deploy() {
  template=$1
  region=$2
  shift 2
  bucket=${BUCKET:-$STACK-code-$ACCOUNT}-$region
  aws s3api head-bucket --bucket "$bucket" --region "$region" >/dev/null 2>&1 ||
    aws s3 mb "s3://$bucket" --region "$region" >&2
  packaged=$(mktemp)
  aws cloudformation package --region "$region" --template-file "$template" --s3-bucket "$bucket" \
    --output-template-file "$packaged" >/dev/null
  if [ $# -gt 0 ]; then
    set -- --parameter-overrides "$@"
  fi
  aws cloudformation deploy --region "$region" --template-file "$packaged" --s3-bucket "$bucket" \
    --stack-name "$STACK" --no-fail-on-empty-changeset \
    --capabilities CAPABILITY_IAM CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND "$@"
  rm -f "$packaged"
}

# outputs REGION QUERY FORMAT
outputs() {
  aws cloudformation describe-stacks --region "$1" --stack-name "$STACK" --query "not_null(Stacks[0].Outputs, \`[]\`)$2" --output "$3"
}

# abroad TEMPLATE REGION: deploys it before the others; its outputs are parameters of template.yaml.
abroad() {
  deploy "$1" "$2"
  outputs "$2" '[].join(`=`, [OutputKey, OutputValue])' text | tr '\t' '\n' >>"$found"
}

# What the file says comes first, so that what was given wins.
found=$(mktemp)
cat parameters >"$found"
@ABROAD@while IFS= read -r line; do
  set -- "$line" "$@"
done <"$found"
rm -f "$found"

deploy template.yaml "$HOME_REGION" "$@"
outputs "$HOME_REGION" '[].[OutputKey,OutputValue]' table
