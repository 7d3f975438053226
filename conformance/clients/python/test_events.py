import json
import unittest

from support import Test, client, eventually, name

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: !Ref AWS::StackName}}
  Letters: {Type: AWS::SQS::Queue}
  Function:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Ref AWS::StackName
      Runtime: python3.11
      Handler: index.handler
      InlineCode: "def handler(event, context): print('got', event['detail']['id'])"
      Events:
        Order:
          Type: EventBridgeRule
          Properties:
            EventBusName: !Ref Bus
            Pattern: {source: [shop], detail: {amount: [{numeric: [">", 100]}]}}
            RetryPolicy: {MaximumRetryAttempts: 2}
            DeadLetterConfig: {Arn: !GetAtt Letters.Arn}
"""


class EventsTest(Test):
    def setUp(self):
        self.events = client("events")
        self.queues = client("sqs")
        self.url = self.queues.create_queue(QueueName=name("events"))["QueueUrl"]
        self.arn = self.queues.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.rules = []

    def tearDown(self):
        for rule in self.rules:
            self.events.remove_targets(Rule=rule, Ids=["queue"])
            self.events.delete_rule(Name=rule)
        self.queues.delete_queue(QueueUrl=self.url)

    def rule(self, pattern, **target):
        """A rule to the queue, which lets it in."""
        rule = name("rule")
        arn = self.events.put_rule(Name=rule, EventPattern=json.dumps(pattern))["RuleArn"]
        self.rules.append(rule)
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self.arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": arn}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.queues.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy})
        put = self.events.put_targets(Rule=rule, Targets=[{"Id": "queue", "Arn": self.arn, **target}])
        self.assertEqual(0, put["FailedEntryCount"])
        return arn

    def received(self):
        def receive():
            return self.queues.receive_message(QueueUrl=self.url, WaitTimeSeconds=1).get("Messages")

        messages = eventually(receive)
        self.assertTrue(messages, "nothing came")
        return json.loads(messages[0]["Body"])

    def put(self, source, detail):
        put = self.events.put_events(Entries=[{"Source": source, "DetailType": "Order", "Detail": json.dumps(detail)}])
        self.assertEqual(0, put["FailedEntryCount"])
        return put["Entries"][0]["EventId"]

    def test_what_matches_arrives_as_an_envelope(self):
        source = name("shop")
        self.rule({"source": [source], "detail": {"state": [{"prefix": "pa"}], "amount": [{"numeric": [">=", 10]}]}})
        self.put(source, {"state": "open", "amount": 50})
        self.put(source, {"state": "paid", "amount": 5})
        matching = self.put(source, {"state": "paid", "amount": 10})
        event = self.received()
        self.assertEqual(matching, event["id"])
        self.assertEqual(["0", "Order", source, "us-east-1", []], [event[k] for k in ("version", "detail-type", "source", "region", "resources")])
        self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_a_target_says_what_it_wants_to_hear(self):
        source = name("shop")
        transformer = {
            "InputPathsMap": {"who": "$.detail.who", "all": "$.detail"},
            "InputTemplate": '{"greeting": "hello <who>", "rule": "<aws.events.rule-name>", "all": <all>}',
        }
        self.rule({"source": [source]}, InputTransformer=transformer)
        self.put(source, {"who": "you", "n": 1})
        self.assertEqual(
            {"greeting": "hello you", "rule": self.rules[0], "all": {"who": "you", "n": 1}}, self.received()
        )

    def test_a_bucket_tells_of_its_objects(self):
        objects = client("s3")
        bucket = name("told")
        objects.create_bucket(Bucket=bucket)
        objects.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        self.rule({"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": [bucket]}}})
        objects.put_object(Bucket=bucket, Key="a b.txt", Body=b"hello")
        event = self.received()
        self.assertEqual([f"arn:aws:s3:::{bucket}"], event["resources"])
        self.assertEqual("a b.txt", event["detail"]["object"]["key"])
        self.assertEqual(5, event["detail"]["object"]["size"])
        self.assertEqual("PutObject", event["detail"]["reason"])
        objects.delete_object(Bucket=bucket, Key="a b.txt")
        objects.delete_bucket(Bucket=bucket)

    def test_what_is_wrong_is_refused(self):
        put = self.events.put_events(Entries=[{"Source": "shop", "DetailType": "Order", "Detail": "no"}, {"Source": "aws.s3", "DetailType": "d", "Detail": "{}"}, {"DetailType": "d", "Detail": "{}"}])
        self.assertEqual(3, put["FailedEntryCount"])
        self.assertEqual(
            ["MalformedDetail", "NotAuthorizedForSourceException", "InvalidArgument"],
            [entry["ErrorCode"] for entry in put["Entries"]],
        )
        self.refused("InvalidEventPatternException", self.events.put_rule, Name="x", EventPattern="{}")
        self.refused("ValidationException", self.events.put_rule, Name="x", ScheduleExpression="rate(1 minutes)")
        self.refused("ResourceNotFoundException", self.events.describe_rule, Name=name("absent"))

    def test_a_function_is_deployed_with_its_rule(self):
        stacks = client("cloudformation")
        stack = name("shop")
        stacks.create_stack(StackName=stack, TemplateBody=TEMPLATE, Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"])
        stacks.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        try:
            for order, amount in (("small", 99), ("large", 101)):
                detail = json.dumps({"id": order, "amount": amount})
                self.events.put_events(
                    Entries=[{"EventBusName": stack, "Source": "shop", "DetailType": "Order", "Detail": detail}]
                )
            logs = client("logs")

            def said():
                try:
                    found = logs.filter_log_events(logGroupName=f"/aws/lambda/{stack}", filterPattern="got")
                except logs.exceptions.ResourceNotFoundException:
                    return []
                return [event["message"].strip() for event in found["events"]]

            self.assertEqual(["got large"], eventually(said))
        finally:
            stacks.delete_stack(StackName=stack)
            stacks.get_waiter("stack_delete_complete").wait(
                StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
            )


if __name__ == "__main__":
    unittest.main()
