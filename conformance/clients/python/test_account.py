import json
import unittest

from support import Test, client, name

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
)


class IamTest(Test):
    def test_roles_policies_and_keys(self):
        iam = client("iam")
        role = name("role")
        created = iam.create_role(
            RoleName=role, AssumeRolePolicyDocument=TRUST, Tags=[{"Key": "a", "Value": "é"}]
        )["Role"]
        self.assertEqual(json.loads(TRUST), created["AssumeRolePolicyDocument"])
        document = {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        }
        policy = iam.create_policy(PolicyName=name("p"), PolicyDocument=json.dumps(document))
        iam.attach_role_policy(RoleName=role, PolicyArn=policy["Policy"]["Arn"])
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        self.assertEqual([policy["Policy"]["Arn"]], [p["PolicyArn"] for p in attached])
        version = iam.get_policy_version(PolicyArn=policy["Policy"]["Arn"], VersionId="v1")
        self.assertEqual(document, version["PolicyVersion"]["Document"])
        user = name("user")
        iam.create_user(UserName=user)
        key = iam.create_access_key(UserName=user)["AccessKey"]
        self.assertEqual("Active", key["Status"])
        self.refused("EntityAlreadyExists", iam.create_user, UserName=user)
        error = self.refused("NoSuchEntity", iam.get_role, RoleName=name("none"))
        self.assertIsInstance(error, iam.exceptions.NoSuchEntityException)


class StsTest(Test):
    def test_who_asks_and_whose_role(self):
        sts = client("sts")
        self.assertEqual("000000000000", sts.get_caller_identity()["Account"])
        role = name("role")
        trust = TRUST.replace('{"Service": "lambda.amazonaws.com"}', '{"AWS": "*"}')
        arn = client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=trust)
        assumed = sts.assume_role(RoleArn=arn["Role"]["Arn"], RoleSessionName="me")
        self.assertTrue(assumed["AssumedRoleUser"]["Arn"].endswith(f"assumed-role/{role}/me"))
        self.assertTrue(assumed["Credentials"]["AccessKeyId"].startswith("ASIA"))


TEMPLATE = """
Parameters:
  Prefix: {Type: String}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Sub "${Prefix}-queue", VisibilityTimeout: 5}
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      Subscription:
        - {Protocol: sqs, Endpoint: !GetAtt Queue.Arn}
  Bucket: {Type: AWS::S3::Bucket}
Outputs:
  QueueUrl: {Value: !Ref Queue}
  Bucket: {Value: !Ref Bucket, Export: {Name: !Sub "${Prefix}-bucket"}}
"""


class CloudFormationTest(Test):
    def test_a_stack_is_created_updated_by_change_set_and_deleted(self):
        formation = client("cloudformation")
        stack = name("stack")
        parameters = [{"ParameterKey": "Prefix", "ParameterValue": stack}]
        about = {"StackName": stack}
        wait = {"Delay": 1, "MaxAttempts": 60}
        formation.create_stack(**about, TemplateBody=TEMPLATE, Parameters=parameters)
        formation.get_waiter("stack_create_complete").wait(**about, WaiterConfig=wait)
        described = formation.describe_stacks(**about)["Stacks"][0]
        outputs = {o["OutputKey"]: o["OutputValue"] for o in described["Outputs"]}
        sqs = client("sqs")
        self.assertTrue(outputs["QueueUrl"].endswith(f"/{stack}-queue"))
        formation.create_change_set(
            **about,
            ChangeSetName="longer",
            TemplateBody=TEMPLATE.replace("VisibilityTimeout: 5", "VisibilityTimeout: 9"),
            Parameters=parameters,
        )
        formation.get_waiter("change_set_create_complete").wait(
            **about, ChangeSetName="longer", WaiterConfig=wait
        )
        changes = formation.describe_change_set(**about, ChangeSetName="longer")["Changes"]
        self.assertEqual(
            ["Queue"], [c["ResourceChange"]["LogicalResourceId"] for c in changes]
        )
        formation.execute_change_set(**about, ChangeSetName="longer")
        formation.get_waiter("stack_update_complete").wait(**about, WaiterConfig=wait)
        attributes = sqs.get_queue_attributes(
            QueueUrl=outputs["QueueUrl"], AttributeNames=["VisibilityTimeout"]
        )
        self.assertEqual("9", attributes["Attributes"]["VisibilityTimeout"])
        types = [
            r["ResourceType"] for r in formation.list_stack_resources(**about)["StackResourceSummaries"]
        ]
        self.assertIn("AWS::SNS::Topic", types)
        formation.delete_stack(**about)
        formation.get_waiter("stack_delete_complete").wait(**about, WaiterConfig=wait)
        self.refused(
            "AWS.SimpleQueueService.NonExistentQueue", sqs.get_queue_url, QueueName=f"{stack}-queue"
        )

    def test_a_template_that_is_wrong_is_refused(self):
        formation = client("cloudformation")
        self.refused(
            "ValidationError",
            formation.validate_template,
            TemplateBody="Resources: {A: {Type: AWS::SQS::Queue, Properties: {X: !Ref B}}}",
        )
        self.refused("ValidationError", formation.describe_stacks, StackName=name("none"))


if __name__ == "__main__":
    unittest.main()
