import json
import unittest
import urllib.error
import urllib.request
import xml.etree.ElementTree as xml
from urllib.parse import urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from support import ENDPOINT, Test, client, name


class SqsTest(Test):
    def setUp(self):
        self.sqs = client("sqs")

    def test_messages_are_sent_received_and_deleted(self):
        sqs = self.sqs
        queue = sqs.create_queue(QueueName=name("q"), tags={"a": "b"})["QueueUrl"]
        attributes = {
            "text": {"DataType": "String", "StringValue": "é"},
            "bytes": {"DataType": "Binary", "BinaryValue": b"\0\1\xff"},
        }
        sqs.send_message(QueueUrl=queue, MessageBody="hello <&>", MessageAttributes=attributes)
        received = sqs.receive_message(
            QueueUrl=queue, MessageAttributeNames=["All"], AttributeNames=["All"]
        )["Messages"][0]
        self.assertEqual("hello <&>", received["Body"])
        self.assertEqual(attributes, received["MessageAttributes"])
        self.assertEqual("1", received["Attributes"]["ApproximateReceiveCount"])
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=received["ReceiptHandle"])
        self.assertNotIn("Messages", sqs.receive_message(QueueUrl=queue))
        self.assertEqual({"a": "b"}, sqs.list_queue_tags(QueueUrl=queue)["Tags"])

    def test_batches_tell_which_entries_failed(self):
        queue = self.sqs.create_queue(QueueName=name("q"))["QueueUrl"]
        entries = [{"Id": str(i), "MessageBody": f"m{i}"} for i in range(10)]
        sent = self.sqs.send_message_batch(QueueUrl=queue, Entries=entries)
        self.assertEqual(10, len(sent["Successful"]))
        self.assertFalse(sent.get("Failed"))
        failed = self.sqs.delete_message_batch(
            QueueUrl=queue, Entries=[{"Id": "x", "ReceiptHandle": "none"}]
        )["Failed"]
        self.assertEqual("ReceiptHandleIsInvalid", failed[0]["Code"])

    def test_errors_keep_the_codes_of_the_query_protocol(self):
        error = self.refused(
            "AWS.SimpleQueueService.NonExistentQueue",
            self.sqs.get_queue_url,
            QueueName=name("none"),
        )
        self.assertIsInstance(error, self.sqs.exceptions.QueueDoesNotExist)

    def test_fifo_queues_keep_order_and_drop_duplicates(self):
        queue = self.sqs.create_queue(
            QueueName=name("q") + ".fifo", Attributes={"FifoQueue": "true"}
        )["QueueUrl"]
        for i in (1, 2, 2, 3):
            self.sqs.send_message(
                QueueUrl=queue,
                MessageBody=str(i),
                MessageGroupId="g",
                MessageDeduplicationId=str(i),
            )
        got = self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
        self.assertEqual(["1", "2", "3"], [m["Body"] for m in got])


class SqsQueryTest(Test):
    """The query protocol as boto3 spoke it until 1.28, written out: newer models have lost the
    names that it used."""

    def ask(self, path, **parameters):
        body = urlencode(dict(parameters, Version="2012-11-05"))
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        request = AWSRequest("POST", ENDPOINT + path, headers, body.encode())
        SigV4Auth(Credentials("test", "test"), "sqs", "us-east-1").add_auth(request)
        sent = urllib.request.Request(
            request.url, body.encode(), dict(request.headers), method="POST"
        )
        try:
            answer = urllib.request.urlopen(sent)
        except urllib.error.HTTPError as e:
            answer = e
        self.assertEqual("text/xml", answer.headers["Content-Type"].split(";")[0])
        root = xml.fromstring(answer.read())
        for element in root.iter():
            element.tag = element.tag.split("}")[-1]
        return root

    def test_the_whole_life_of_a_message(self):
        created = self.ask(
            "/",
            **{
                "Action": "CreateQueue",
                "QueueName": name("q"),
                "Attribute.1.Name": "VisibilityTimeout",
                "Attribute.1.Value": "7",
                "Tag.1.Key": "a",
                "Tag.1.Value": "b",
            },
        )
        queue = created.findtext("CreateQueueResult/QueueUrl")
        path = "/" + queue.split("/", 3)[3]
        self.ask(
            path,
            **{
                "Action": "SendMessage",
                "QueueUrl": queue,
                "MessageBody": "old <&> é",
                "MessageAttribute.1.Name": "n",
                "MessageAttribute.1.Value.DataType": "Number",
                "MessageAttribute.1.Value.StringValue": "42",
            },
        )
        got = self.ask(
            path,
            **{
                "Action": "ReceiveMessage",
                "AttributeName.1": "All",
                "MessageAttributeName.1": "All",
                "MaxNumberOfMessages": "10",
            },
        ).find("ReceiveMessageResult/Message")
        self.assertEqual("old <&> é", got.findtext("Body"))
        self.assertEqual("n", got.findtext("MessageAttribute/Name"))
        self.assertEqual("42", got.findtext("MessageAttribute/Value/StringValue"))
        names = [a.findtext("Name") for a in got.findall("Attribute")]
        self.assertIn("ApproximateReceiveCount", names)
        deleted = self.ask(
            path,
            **{
                "Action": "DeleteMessageBatch",
                "DeleteMessageBatchRequestEntry.1.Id": "one",
                "DeleteMessageBatchRequestEntry.1.ReceiptHandle": got.findtext("ReceiptHandle"),
            },
        )
        result = "DeleteMessageBatchResult/DeleteMessageBatchResultEntry/Id"
        self.assertEqual("one", deleted.findtext(result))
        attributes = self.ask(
            path, **{"Action": "GetQueueAttributes", "AttributeName.1": "VisibilityTimeout"}
        )
        self.assertEqual("7", attributes.findtext("GetQueueAttributesResult/Attribute/Value"))

    def test_errors_are_those_of_old(self):
        error = self.ask("/", Action="GetQueueUrl", QueueName=name("none"))
        self.assertEqual("ErrorResponse", error.tag)
        self.assertEqual(
            "AWS.SimpleQueueService.NonExistentQueue", error.findtext("Error/Code")
        )
        self.assertEqual("InvalidAction", self.ask("/", Action="Nothing").findtext("Error/Code"))


class SnsTest(Test):
    def setUp(self):
        self.sns, self.sqs = client("sns"), client("sqs")

    def test_a_topic_reaches_its_queues_and_filters(self):
        topic = self.sns.create_topic(Name=name("t"))["TopicArn"]
        queue = self.sqs.create_queue(QueueName=name("q"))["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        self.sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn["Attributes"]["QueueArn"],
            Attributes={"FilterPolicy": json.dumps({"kind": ["a"]})},
        )
        for kind in ("b", "a"):
            self.sns.publish(
                TopicArn=topic,
                Message=f"of {kind}",
                MessageAttributes={"kind": {"DataType": "String", "StringValue": kind}},
            )
        got = self.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
        self.assertEqual(["of a"], [json.loads(m["Body"])["Message"] for m in got])
        batch = self.sns.publish_batch(
            TopicArn=topic,
            PublishBatchRequestEntries=[{"Id": str(i), "Message": "m"} for i in range(3)],
        )
        self.assertEqual(3, len(batch["Successful"]))
        self.assertIn(topic, [t["TopicArn"] for t in self.pages("list_topics", "Topics")])

    def pages(self, operation, member):
        for page in self.sns.get_paginator(operation).paginate():
            yield from page[member]

    def test_errors_are_snss(self):
        missing = "arn:aws:sns:us-east-1:000000000000:" + name("none")
        self.refused("NotFound", self.sns.get_topic_attributes, TopicArn=missing)
        self.refused("InvalidParameter", self.sns.create_topic, Name="no spaces please")


if __name__ == "__main__":
    unittest.main()
