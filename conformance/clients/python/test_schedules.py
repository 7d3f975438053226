import datetime
import json

from support import Test, client, eventually, name


class SchedulerTest(Test):
    def setUp(self):
        self.scheduler = client("scheduler")
        self.sqs = client("sqs")
        self.url = self.sqs.create_queue(QueueName=name("scheduled"))["QueueUrl"]
        self.addCleanup(self.sqs.delete_queue, QueueUrl=self.url)
        self.queue = self.arn(self.url)
        self.role = self.role_that_may("sqs:*")

    def arn(self, url):
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def role_that_may(self, action):
        iam, role = client("iam"), name("role")
        trust = {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
        arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(self.policy(trust)))["Role"]["Arn"]
        self.addCleanup(iam.delete_role, RoleName=role)
        allowed = {"Effect": "Allow", "Action": action, "Resource": "*"}
        iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=json.dumps(self.policy(allowed)))
        self.addCleanup(iam.delete_role_policy, RoleName=role, PolicyName="p")
        return arn

    @staticmethod
    def policy(statement):
        return {"Version": "2012-10-17", "Statement": [statement]}

    def create(self, expression, target=None, **more):
        schedule = name("schedule")
        self.scheduler.create_schedule(
            Name=schedule,
            ScheduleExpression=expression,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": self.queue, "RoleArn": self.role, **(target or {})},
            **more,
        )
        return schedule

    def received(self):
        page = self.sqs.receive_message(QueueUrl=self.url, MessageAttributeNames=["All"], WaitTimeSeconds=1)
        return page.get("Messages", [])

    def test_a_schedule_is_shown_as_it_was_made(self):
        start = datetime.datetime(2090, 1, 1, tzinfo=datetime.timezone.utc)
        schedule = self.create("cron(0 8 ? * MON-FRI *)", ScheduleExpressionTimezone="Europe/Berlin", StartDate=start)
        shown = self.scheduler.get_schedule(Name=schedule)
        self.assertEqual("cron(0 8 ? * MON-FRI *)", shown["ScheduleExpression"])
        self.assertEqual(start, shown["StartDate"])
        self.assertEqual("ENABLED", shown["State"])
        self.assertEqual("NONE", shown["ActionAfterCompletion"])
        self.assertEqual(
            {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}, shown["Target"]["RetryPolicy"]
        )
        self.scheduler.delete_schedule(Name=schedule)
        error = self.refused("ResourceNotFoundException", self.scheduler.get_schedule, Name=schedule)
        self.assertEqual(f"Schedule {schedule} does not exist.", error.response["Error"]["Message"])

    def test_what_is_due_now_is_invoked_and_then_deleted(self):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        schedule = self.create(
            f"at({now})", {"Input": "it is <aws.scheduler.scheduled-time>"}, ActionAfterCompletion="DELETE"
        )
        messages = eventually(self.received)
        self.assertEqual([f"it is {now}Z"], [message["Body"] for message in messages])

        def is_gone():
            names = [s["Name"] for s in self.scheduler.list_schedules(NamePrefix=schedule)["Schedules"]]
            return schedule not in names

        self.assertTrue(eventually(is_gone))

    def test_a_universal_target_is_called_with_its_request(self):
        request = {"QueueUrl": self.url, "MessageBody": "universal", "DelaySeconds": 0}
        target = {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "Input": json.dumps(request)}
        schedule = self.create("rate(1 hour)", target)
        self.addCleanup(self.scheduler.delete_schedule, Name=schedule)
        self.assertEqual(["universal"], [message["Body"] for message in eventually(self.received)])
        target["Arn"] = "arn:aws:scheduler:::aws-sdk:sqs:receiveMessage"
        self.refused("ValidationException", self.create, expression="rate(1 hour)", target=target)

    def test_what_cannot_be_called_goes_to_the_dead_letters(self):
        absent = self.queue + "-absent"
        target = {
            "Arn": absent,
            "Input": "lost",
            "DeadLetterConfig": {"Arn": self.queue},
            "RetryPolicy": {"MaximumRetryAttempts": 0},
        }
        schedule = self.create("rate(1 hour)", target)
        self.addCleanup(self.scheduler.delete_schedule, Name=schedule)
        message = eventually(self.received)[0]
        told = {key: value["StringValue"] for key, value in message["MessageAttributes"].items()}
        self.assertEqual("lost", message["Body"])
        self.assertEqual(absent, told["TARGET_ARN"])
        self.assertEqual("0", told["RETRY_ATTEMPTS"])

    def test_groups_hold_schedules_and_tags(self):
        group = name("group")
        tags = [{"Key": "k", "Value": "v"}]
        arn = self.scheduler.create_schedule_group(Name=group, Tags=tags)["ScheduleGroupArn"]
        self.create("rate(1 day)", GroupName=group, State="DISABLED")
        self.assertEqual(tags, self.scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"])
        self.assertEqual(1, len(self.scheduler.list_schedules(GroupName=group)["Schedules"]))
        self.scheduler.delete_schedule_group(Name=group)
        self.refused("ResourceNotFoundException", self.scheduler.list_schedules, GroupName=group)

    def test_expressions_that_are_none_are_refused(self):
        for expression in ("rate(10)", "cron(0 8 * * * *)", "at(2030-01-01)"):
            error = self.refused("ValidationException", self.create, expression=expression)
            self.assertEqual(f"Invalid Schedule Expression {expression}.", error.response["Error"]["Message"])
