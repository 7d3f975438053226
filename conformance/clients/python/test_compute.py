import base64
import datetime
import json
import time
import unittest

from support import Test, client, eventually, name, zipped

ECHO = """
import json, os

def handler(event, context):
    print("asked", json.dumps(event))
    if event.get("fail"):
        raise ValueError("as asked")
    return {"echo": event, "setting": os.environ["SETTING"], "name": context.function_name}
"""


class LambdaTest(Test):
    def setUp(self):
        self.functions = client("lambda")
        self.function = name("echo")
        self.functions.create_function(
            FunctionName=self.function,
            Runtime="python3.11",
            Role="arn:aws:iam::000000000000:role/any",
            Handler="main.handler",
            Code={"ZipFile": zipped("main.py", ECHO)},
            Environment={"Variables": {"SETTING": "é"}},
            Timeout=20,
        )
        waiter = self.functions.get_waiter("function_active_v2")
        waiter.wait(FunctionName=self.function, WaiterConfig={"Delay": 1, "MaxAttempts": 30})

    def tearDown(self):
        self.functions.delete_function(FunctionName=self.function)

    def invoke(self, payload, **arguments):
        return self.functions.invoke(
            FunctionName=self.function, Payload=json.dumps(payload), **arguments
        )

    def test_a_function_is_deployed_and_answers(self):
        answer = self.invoke({"a": [1, "é"]}, LogType="Tail")
        self.assertEqual(200, answer["StatusCode"])
        self.assertEqual(
            {"echo": {"a": [1, "é"]}, "setting": "é", "name": self.function},
            json.loads(answer["Payload"].read()),
        )
        self.assertIn(b"asked", base64.b64decode(answer["LogResult"]))

    def test_a_functions_error_is_not_the_callers(self):
        answer = self.invoke({"fail": True})
        self.assertEqual("Unhandled", answer["FunctionError"])
        error = json.loads(answer["Payload"].read())
        self.assertEqual("as asked", error["errorMessage"])
        self.assertEqual("ValueError", error["errorType"])

    def test_what_it_prints_is_logged(self):
        self.assertEqual(202, self.invoke({"b": 2}, InvocationType="Event")["StatusCode"])
        logs = client("logs")
        group = f"/aws/lambda/{self.function}"

        def printed():
            if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
                return []
            return logs.filter_log_events(logGroupName=group, filterPattern="asked")["events"]

        self.assertIn('{"b": 2}', eventually(printed)[0]["message"])

    def test_versions_and_aliases(self):
        version = self.functions.publish_version(FunctionName=self.function)["Version"]
        self.functions.create_alias(
            FunctionName=self.function, Name="live", FunctionVersion=version
        )
        answer = self.functions.invoke(FunctionName=f"{self.function}:live", Payload="{}")
        self.assertEqual(version, answer["ExecutedVersion"])
        self.functions.update_function_configuration(
            FunctionName=self.function, Environment={"Variables": {"SETTING": "new"}}
        )
        self.assertEqual("new", json.loads(self.invoke({})["Payload"].read())["setting"])

    def test_errors_are_lambdas(self):
        functions = self.functions
        error = self.refused(
            "ResourceNotFoundException", functions.get_function, FunctionName=name("none")
        )
        self.assertIsInstance(error, functions.exceptions.ResourceNotFoundException)
        self.refused(
            "InvalidRequestContentException",
            functions.invoke,
            FunctionName=self.function,
            Payload=b"{",
        )


class LogsTest(Test):
    def test_events_are_written_filtered_and_paged(self):
        logs = client("logs")
        group = name("/group")
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        now = int(time.time() * 1000)
        logs.put_log_events(
            logGroupName=group,
            logStreamName="s",
            logEvents=[
                {"timestamp": now + i, "message": f'{{"n": {i}, "kind": "é"}}'} for i in range(9)
            ],
        )
        events = logs.get_log_events(logGroupName=group, logStreamName="s", startFromHead=True)
        self.assertEqual(list(range(9)), [json.loads(e["message"])["n"] for e in events["events"]])
        found = logs.filter_log_events(logGroupName=group, filterPattern="{ $.n > 6 }")
        self.assertEqual(2, len(found["events"]))
        logs.put_retention_policy(logGroupName=group, retentionInDays=7)
        described = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        self.assertEqual(7, described[0]["retentionInDays"])
        error = self.refused(
            "ResourceAlreadyExistsException", logs.create_log_group, logGroupName=group
        )
        self.assertIsInstance(error, logs.exceptions.ResourceAlreadyExistsException)


class CloudWatchTest(Test):
    """In each of the three protocols that CloudWatch speaks."""

    def metrics_and_alarms(self, protocol):
        cloudwatch = client("cloudwatch", protocol=protocol)
        space = name("space")
        now = datetime.datetime.now(datetime.timezone.utc)
        data = [
            {"MetricName": "m", "Value": float(i), "Timestamp": now, "Unit": "Count"}
            for i in range(400)
        ]
        cloudwatch.put_metric_data(Namespace=space, MetricData=data)
        about = {"Namespace": space, "MetricName": "m"}
        statistics = cloudwatch.get_metric_statistics(
            **about,
            StartTime=now - datetime.timedelta(minutes=5),
            EndTime=now + datetime.timedelta(minutes=5),
            Period=600,
            Statistics=["Sum", "Maximum"],
        )["Datapoints"]
        self.assertEqual(399.0, max(d["Maximum"] for d in statistics))
        self.assertEqual(79800.0, sum(d["Sum"] for d in statistics))
        self.assertIsInstance(statistics[0]["Timestamp"], datetime.datetime)
        alarm = name("alarm")
        cloudwatch.put_metric_alarm(
            AlarmName=alarm,
            **about,
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0.5,
            ComparisonOperator="GreaterThanThreshold",
        )
        described = cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"]
        self.assertEqual(0.5, described[0]["Threshold"])
        error = self.refused(
            "ResourceNotFound",
            cloudwatch.set_alarm_state,
            AlarmName=name("none"),
            StateValue="OK",
            StateReason="because",
        )
        self.assertIsInstance(error, cloudwatch.exceptions.ResourceNotFound)

    def test_in_cbor(self):
        self.metrics_and_alarms("smithy-rpc-v2-cbor")

    def test_in_json(self):
        self.metrics_and_alarms("json")

    def test_in_query(self):
        self.metrics_and_alarms("query")


if __name__ == "__main__":
    unittest.main()
