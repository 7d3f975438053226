import unittest

from botocore.exceptions import WaiterError
from support import Test, client, eventually, name

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: python3.11, Handler: index.handler, Timeout: 30}
Resources:
  Hook:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub CodeDeployHook_${AWS::StackName}
      DeploymentPreference: {Enabled: false}
      Environment: {Variables: {STATUS: STATUS_OF_HOOK}}
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: codedeploy:PutLifecycleEventHookExecutionStatus
              Resource: "*"
      InlineCode: |
        import boto3, os
        def handler(event, context):
            boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
                deploymentId=event["DeploymentId"],
                lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
                status=os.environ["STATUS"],
            )
  Function:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Ref AWS::StackName
      InlineCode: "def handler(event, context): return 'ANSWER'"
      AutoPublishAlias: live
      DeploymentPreference:
        Type: AllAtOnce
        Hooks: {PreTraffic: !Ref Hook, PostTraffic: !Ref Hook}
"""


class DeploymentsTest(Test):
    def setUp(self):
        self.stacks = client("cloudformation")
        self.functions = client("lambda")
        self.deployments = client("codedeploy")
        self.stack = name("deployed")
        self.put("create", "one", "Succeeded")

    def tearDown(self):
        self.stacks.delete_stack(StackName=self.stack)
        self.stacks.get_waiter("stack_delete_complete").wait(
            StackName=self.stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )

    def put(self, how, answer, hook):
        getattr(self.stacks, f"{how}_stack")(
            StackName=self.stack,
            TemplateBody=TEMPLATE.replace("ANSWER", answer).replace("STATUS_OF_HOOK", hook),
            Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        self.stacks.get_waiter(f"stack_{how}_complete").wait(
            StackName=self.stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )

    def answer(self):
        answer = self.functions.invoke(FunctionName=self.stack, Qualifier="live")
        return answer["Payload"].read()

    def deployment(self):
        ids = self.deployments.list_deployments()["deployments"]
        found = self.deployments.batch_get_deployments(deploymentIds=ids)["deploymentsInfo"]
        return next(d for d in found if d["creator"] == "CloudFormation" and self.owns(d))

    def owns(self, deployment):
        return self.stack in deployment["applicationName"]

    def test_hooks_let_a_new_version_have_its_traffic(self):
        self.assertEqual(b'"one"', self.answer())
        self.put("update", "two", "Succeeded")
        self.assertEqual(b'"two"', self.answer())
        deployment = self.deployment()
        self.deployments.get_waiter("deployment_successful").wait(
            deploymentId=deployment["deploymentId"]
        )
        targets = self.deployments.list_deployment_targets(
            deploymentId=deployment["deploymentId"]
        )["targetIds"]
        target = self.deployments.get_deployment_target(
            deploymentId=deployment["deploymentId"], targetId=targets[0]
        )["deploymentTarget"]["lambdaTarget"]
        self.assertEqual(
            [
                ("BeforeAllowTraffic", "Succeeded"),
                ("AllowTraffic", "Succeeded"),
                ("AfterAllowTraffic", "Succeeded"),
            ],
            [(e["lifecycleEventName"], e["status"]) for e in target["lifecycleEvents"]],
        )

    def test_a_hook_that_says_failed_leaves_the_old_version(self):
        with self.assertRaises(WaiterError):
            self.put("update", "two", "Failed")
        self.assertTrue(
            eventually(
                lambda: self.stacks.describe_stacks(StackName=self.stack)["Stacks"][0][
                    "StackStatus"
                ]
                == "UPDATE_ROLLBACK_COMPLETE"
            )
        )
        self.assertEqual(b'"one"', self.answer())
        deployment = self.deployment()
        self.assertEqual("Failed", deployment["status"])
        self.assertEqual("HOOK_EXECUTION_FAILURE", deployment["errorInformation"]["code"])


if __name__ == "__main__":
    unittest.main()
