"""By which id Terraform imports each type, and what it cannot read back."""

# Types that a change replaces, by their nature.
REPLACED = {"aws_ecr_lifecycle_policy", "aws_lambda_layer_version", "aws_lambda_invocation", "aws_secretsmanager_secret_version"}

# Arguments that are Terraform's own, or that AWS does not tell again.
UNKNOWN = {
    "aws_iam_user": ("force_destroy",),
    "aws_iam_role": ("force_detach_policies",),
    "aws_iam_server_certificate": ("private_key", "certificate_chain"),
    "aws_sns_platform_application": ("platform_credential",),
    "aws_sns_topic_subscription": ("confirmation_timeout_in_minutes", "endpoint_auto_confirms"),
    "aws_lambda_function": ("filename", "publish", "s3_bucket", "s3_key", "s3_object_version", "source_code_hash"),
    "aws_lambda_layer_version": ("filename", "skip_destroy", "s3_bucket", "s3_key", "source_code_hash"),
    "aws_lambda_layer_version_permission": ("skip_destroy",),
    "aws_s3_bucket_object": ("acl", "force_destroy", "content"),
    "aws_s3_bucket": ("force_destroy",),
    "aws_s3_object": ("acl", "force_destroy", "content", "content_base64", "source", "etag", "source_hash", "checksum_algorithm"),
    "aws_cloudwatch_contributor_insight_rule": ("rule_definition", "rule_state"),
    "aws_cloudwatch_log_anomaly_detector": ("enabled",),
    # In it is the secret.
    "aws_cloudwatch_event_connection": ("auth_parameters",),
    "aws_cloudformation_stack": ("disable_rollback", "iam_role_arn", "on_failure", "parameters", "policy_body", "template_url"),
    "aws_cloudformation_stack_set": ("call_as", "operation_preferences"),
    "aws_cloudformation_stack_set_instance": ("call_as", "retain_stack"),
    "aws_ecr_repository": ("force_delete",),
    # In it is the access key.
    "aws_kinesis_firehose_delivery_stream": ("http_endpoint_configuration",),
    "aws_kms_key": ("bypass_policy_lockout_safety_check", "deletion_window_in_days"),
    "aws_kms_replica_key": ("bypass_policy_lockout_safety_check", "deletion_window_in_days"),
    # Nothing and the empty string are not the same to it once it has imported a key.
    "aws_kms_external_key": ("bypass_policy_lockout_safety_check", "deletion_window_in_days", "description", "key_material_base64", "tags", "valid_to"),
    "aws_kms_replica_external_key": ("bypass_policy_lockout_safety_check", "deletion_window_in_days", "key_material_base64", "tags", "valid_to"),
    "aws_kms_key_policy": ("bypass_policy_lockout_safety_check",),
    "aws_kms_grant": ("retire_on_delete", "grant_creation_tokens"),
    "aws_ssm_parameter": ("overwrite", "value_wo_version"),
    "aws_secretsmanager_secret": ("recovery_window_in_days", "force_overwrite_replica_secret"),
    "aws_secretsmanager_secret_policy": ("block_public_policy",),
    "aws_secretsmanager_secret_rotation": ("rotate_immediately",),
    "aws_kinesis_stream": ("enforce_consumer_deletion",),
    "aws_dynamodb_resource_policy": ("confirm_remove_self_resource_access",),
    # In it is whether to copy tags, which only Terraform knows.
    "aws_dynamodb_table": ("replica", "restore_source_name", "restore_to_latest_time"),
}

# How the id is made of the attributes, where it is not the attribute id; None for those that cannot be imported.
IDENTITIES = {
    "aws_iam_access_key": lambda a: a["id"],
    "aws_iam_user_group_membership": lambda a: "/".join([a["user"], *sorted(a["groups"] or [])]) if a["groups"] else None,
    "aws_iam_group_membership": None,
    "aws_iam_policy_attachment": None,
    "aws_iam_user_login_profile": None,
    "aws_iam_account_password_policy": lambda a: "iam-account-password-policy",
    "aws_iam_role_policy_attachment": lambda a: f"{a['role']}/{a['policy_arn']}",
    "aws_iam_user_policy_attachment": lambda a: f"{a['user']}/{a['policy_arn']}",
    "aws_iam_group_policy_attachment": lambda a: f"{a['group']}/{a['policy_arn']}",
    "aws_iam_role_policies_exclusive": lambda a: a["role_name"],
    "aws_iam_role_policy_attachments_exclusive": lambda a: a["role_name"],
    "aws_iam_user_policies_exclusive": lambda a: a["user_name"],
    "aws_iam_group_policies_exclusive": lambda a: a["group_name"],
    "aws_iam_signing_certificate": lambda a: f"{a['certificate_id']}:{a['user_name']}",
    "aws_iam_user_ssh_key": lambda a: f"{a['username']}:{a['ssh_public_key_id']}:{a['encoding']}",
    "aws_iam_server_certificate": lambda a: a["name"],
    "aws_codedeploy_deployment_group": lambda a: f"{a['app_name']}:{a['deployment_group_name']}",
    "aws_cloudwatch_event_target": lambda a: f"{a['event_bus_name']}/{a['rule']}/{a['target_id']}",
    "aws_sns_sms_preferences": None,
    "aws_lambda_permission": lambda a: f"{a['function_name']}{':' + a['qualifier'] if a['qualifier'] else ''}/{a['statement_id']}",
    "aws_lambda_alias": lambda a: f"{a['function_name']}/{a['name']}",
    "aws_lambda_invocation": None,
    "aws_lambda_layer_version_permission": lambda a: f"{a['layer_name']},{a['version_number']}",
    "aws_lambda_runtime_management_config": lambda a: f"{a['function_name']},{a['qualifier']}" if a["qualifier"] else None,
    "aws_lambda_function_recursion_config": lambda a: a["function_name"],
    "aws_s3_object": lambda a: f"{a['bucket']}/{a['key']}",
    "aws_s3_bucket_object": lambda a: f"{a['bucket']}/{a['key']}",
    "aws_s3_object_copy": None,
    "aws_dynamodb_table_item": None,
    "aws_dynamodb_table_export": lambda a: a["arn"],
    "aws_dynamodb_kinesis_streaming_destination": lambda a: f"{a['table_name']},{a['stream_arn']}",
    "aws_kinesis_stream": lambda a: a["name"],
    "aws_kinesis_stream_consumer": lambda a: a["arn"],
    "aws_kinesis_resource_policy": lambda a: a["resource_arn"],
    "aws_kinesis_firehose_delivery_stream": lambda a: a["arn"],
    "aws_cloudwatch_log_metric_filter": lambda a: f"{a['log_group_name']}:{a['name']}",
    "aws_cloudwatch_log_subscription_filter": lambda a: f"{a['log_group_name']}|{a['name']}",
    "aws_cloudwatch_log_stream": lambda a: f"{a['log_group_name']}:{a['name']}",
    "aws_cloudwatch_log_account_policy": lambda a: f"{a['policy_name']}:{a['policy_type']}",
    "aws_cloudwatch_log_anomaly_detector": lambda a: a["arn"],
    "aws_cloudwatch_log_delivery_source": lambda a: a["name"],
    "aws_cloudwatch_log_delivery_destination": lambda a: a["name"],
    "aws_cloudwatch_log_delivery_destination_policy": lambda a: a["delivery_destination_name"],
    "aws_cloudwatch_log_index_policy": lambda a: a["log_group_name"],
    "aws_cloudwatch_query_definition": lambda a: f"arn:aws:logs:us-east-1:000000000000:query-definition:{a['query_definition_id']}",
    "aws_kms_ciphertext": None,
    "aws_cloudformation_stack": lambda a: a["name"],
    "aws_cloudformation_stack_instances": None,
    "aws_cloudwatch_contributor_insight_rule": lambda a: a["rule_name"],
    "aws_ecr_repository": lambda a: a["name"],
}


def identity(resource):
    found = IDENTITIES.get(resource["type"], lambda a: a.get("id"))
    return None if found is None else found(resource["values"])
