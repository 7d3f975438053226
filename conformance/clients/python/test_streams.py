import gzip
import json
import time

from support import Test, client, eventually, name


class KinesisTest(Test):
    def setUp(self):
        self.kinesis = client("kinesis")
        self.stream = name("stream")
        self.kinesis.create_stream(StreamName=self.stream, ShardCount=1)
        self.kinesis.get_waiter("stream_exists").wait(StreamName=self.stream)
        self.arn = self.kinesis.describe_stream_summary(StreamName=self.stream)[
            "StreamDescriptionSummary"
        ]["StreamARN"]
        self.addCleanup(self.kinesis.delete_stream, StreamName=self.stream, EnforceConsumerDeletion=True)

    def iterator(self, shard=0, type="TRIM_HORIZON", **more):
        return self.kinesis.get_shard_iterator(
            StreamName=self.stream, ShardId=f"shardId-{shard:012d}", ShardIteratorType=type, **more
        )["ShardIterator"]

    def put(self, data, key="k"):
        return self.kinesis.put_record(StreamName=self.stream, PartitionKey=key, Data=data)

    def test_records_are_read_in_order(self):
        first = self.put(b"one")
        self.assertEqual("shardId-000000000000", first["ShardId"])
        self.assertRegex(first["SequenceNumber"], r"^\d{56}$")
        self.assertNotIn("EncryptionType", first)
        self.kinesis.put_records(
            StreamARN=self.arn, Records=[{"Data": b"two", "PartitionKey": "k"}, {"Data": b"three", "PartitionKey": "l"}]
        )
        page = self.kinesis.get_records(ShardIterator=self.iterator(), Limit=2)
        self.assertEqual([b"one", b"two"], [record["Data"] for record in page["Records"]])
        rest = self.kinesis.get_records(ShardIterator=page["NextShardIterator"])
        self.assertEqual([b"three"], [record["Data"] for record in rest["Records"]])
        self.assertEqual(0, rest["MillisBehindLatest"])
        after = self.iterator(type="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=first["SequenceNumber"])
        self.assertEqual(2, len(self.kinesis.get_records(ShardIterator=after)["Records"]))

    def test_the_end_of_a_shard_names_its_children(self):
        self.put(b"before")
        self.kinesis.split_shard(
            StreamName=self.stream, ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2**127)
        )
        page = self.kinesis.get_records(ShardIterator=self.iterator())
        self.assertEqual([b"before"], [record["Data"] for record in page["Records"]])
        self.assertNotIn("NextShardIterator", page)
        self.assertEqual(
            ["shardId-000000000001", "shardId-000000000002"], [child["ShardId"] for child in page["ChildShards"]]
        )
        open_shards = self.kinesis.list_shards(StreamName=self.stream, ShardFilter={"Type": "AT_LATEST"})["Shards"]
        self.assertEqual(2, len(open_shards))

    def test_errors_are_those_of_aws(self):
        error = self.refused("ResourceNotFoundException", self.kinesis.describe_stream, StreamName="absent")
        self.assertRegex(str(error), r"Stream absent under account \d{12} not found\.")
        self.refused("ResourceInUseException", self.kinesis.create_stream, StreamName=self.stream, ShardCount=1)
        error = self.refused("ValidationException", self.kinesis.create_stream, StreamName="a b", ShardCount=1)
        self.assertIn("Value 'a b' at 'streamName' failed to satisfy constraint", str(error))
        self.refused("InvalidArgumentException", self.kinesis.get_records, ShardIterator="nonsense")

    def test_a_consumer_is_pushed_records(self):
        consumer = self.kinesis.register_stream_consumer(StreamARN=self.arn, ConsumerName="c")["Consumer"]
        self.put(b"pushed")
        events = self.kinesis.subscribe_to_shard(
            ConsumerARN=consumer["ConsumerARN"],
            ShardId="shardId-000000000000",
            StartingPosition={"Type": "TRIM_HORIZON"},
        )["EventStream"]
        event = next(iter(events))["SubscribeToShardEvent"]
        events.close()
        self.assertEqual([b"pushed"], [record["Data"] for record in event["Records"]])
        self.assertEqual(event["Records"][-1]["SequenceNumber"], event["ContinuationSequenceNumber"])

    def test_changes_of_a_table_arrive(self):
        dynamo = client("dynamodb")
        table = name("table")
        dynamo.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamo.get_waiter("table_exists").wait(TableName=table)
        dynamo.enable_kinesis_streaming_destination(TableName=table, StreamArn=self.arn)
        dynamo.put_item(TableName=table, Item={"pk": {"S": "x"}})
        iterator = self.iterator()
        records = eventually(lambda: self.kinesis.get_records(ShardIterator=iterator)["Records"])
        change = json.loads(records[0]["Data"])
        self.assertEqual("INSERT", change["eventName"])
        self.assertEqual({"pk": {"S": "x"}}, change["dynamodb"]["Keys"])


class FirehoseTest(Test):
    def setUp(self):
        self.firehose = client("firehose")
        self.s3 = client("s3")
        self.bucket = name("delivered")
        self.s3.create_bucket(Bucket=self.bucket)

    def create(self, **more):
        stream = name("delivery")
        arn = self.firehose.create_delivery_stream(
            DeliveryStreamName=stream,
            ExtendedS3DestinationConfiguration={
                "RoleARN": "arn:aws:iam::000000000000:role/r",
                "BucketARN": f"arn:aws:s3:::{self.bucket}",
                "BufferingHints": {"IntervalInSeconds": 0, "SizeInMBs": 1},
                **more,
            },
        )["DeliveryStreamARN"]
        self.addCleanup(self.firehose.delete_delivery_stream, DeliveryStreamName=stream)
        return stream, arn

    def delivered(self):
        there = eventually(lambda: self.s3.list_objects_v2(Bucket=self.bucket).get("Contents"))
        key = there[0]["Key"]
        return key, self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def test_records_are_delivered(self):
        stream, _ = self.create(Prefix="in/", CompressionFormat="GZIP")
        answer = self.firehose.put_record_batch(
            DeliveryStreamName=stream, Records=[{"Data": b"one\n"}, {"Data": b"two\n"}]
        )
        self.assertEqual(0, answer["FailedPutCount"])
        key, body = self.delivered()
        self.assertRegex(key, rf"^in/\d{{4}}/\d\d/\d\d/\d\d/{stream}-1-\d{{4}}(-\d\d){{5}}-[0-9a-f-]{{36}}\.gz$")
        self.assertEqual(b"one\ntwo\n", gzip.decompress(body))

    def test_notifications_are_delivered(self):
        _, arn = self.create()
        sns = client("sns")
        topic = sns.create_topic(Name=name("topic"))["TopicArn"]
        sns.subscribe(
            TopicArn=topic,
            Protocol="firehose",
            Endpoint=arn,
            Attributes={"SubscriptionRoleArn": "arn:aws:iam::000000000000:role/r"},
        )
        sns.publish(TopicArn=topic, Message="published")
        _, body = self.delivered()
        self.assertEqual("published", json.loads(body)["Message"])

    def test_log_events_are_delivered(self):
        _, arn = self.create()
        logs = client("logs")
        group = name("group")
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        logs.put_subscription_filter(
            logGroupName=group,
            filterName="all",
            filterPattern="",
            destinationArn=arn,
            roleArn="arn:aws:iam::000000000000:role/r",
        )
        event = {"timestamp": int(time.time() * 1000), "message": "logged"}
        logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[event])
        time.sleep(1)
        _, body = self.delivered()
        self.assertIn(b"logged", body if not body.startswith(b"\x1f\x8b") else gzip.decompress(body))

    def test_errors_are_those_of_aws(self):
        self.refused("ResourceNotFoundException", self.firehose.describe_delivery_stream, DeliveryStreamName="absent")
        stream, _ = self.create()
        self.refused(
            "ConcurrentModificationException",
            self.firehose.update_destination,
            DeliveryStreamName=stream,
            CurrentDeliveryStreamVersionId="7",
            DestinationId="destinationId-000000000001",
            ExtendedS3DestinationUpdate={"Prefix": "x/"},
        )
