"""DynamoDB through boto3's client and its resources, which convert types and page by themselves."""

import unittest
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from support import ENDPOINT, client, name


def resource():
    return boto3.resource(
        "dynamodb",
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


class Tables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dynamo = client("dynamodb")
        cls.table = resource().create_table(
            TableName=name("table"),
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "N"},
                {"AttributeName": "tag", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-tag",
                    "KeySchema": [{"AttributeName": "tag", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        cls.table.wait_until_exists()

    @classmethod
    def tearDownClass(cls):
        cls.table.delete()
        cls.table.wait_until_not_exists()

    def refused(self, code, message, call, **arguments):
        with self.assertRaises(ClientError) as raised:
            call(**arguments)
        error = raised.exception.response["Error"]
        self.assertEqual(error["Code"], code, error)
        self.assertIn(message, error["Message"])
        return raised.exception.response

    def invalid(self, message, call, **arguments):
        return self.refused("ValidationException", message, call, **arguments)

    def test_types_come_back_as_they_went(self):
        item = {
            "pk": "types",
            "sk": 1,
            "n": Decimal("1.23456789012345678901234567890123456789"[:39]),
            "set": {"a", "b"},
            "numbers": {Decimal(1), Decimal("2.5")},
            "bytes": b"\x00\xff",
            "list": [1, "x", None, True, {"deep": [Decimal("-0.1")]}],
            "empty": "",
            "map": {},
        }
        self.table.put_item(Item=item)
        back = self.table.get_item(Key={"pk": "types", "sk": 1})["Item"]
        self.assertEqual(back["n"], item["n"])
        self.assertEqual(back["set"], {"a", "b"})
        self.assertEqual(back["list"], item["list"])
        self.assertEqual(bytes(back["bytes"]), b"\x00\xff")
        self.assertEqual(back["map"], {})

    def test_conditions_and_updates(self):
        key = {"pk": "counter", "sk": 0}
        for _ in range(3):
            answer = self.table.update_item(
                Key=key,
                UpdateExpression="ADD hits :one SET #l = list_append(if_not_exists(#l, :none), :x)",
                ExpressionAttributeNames={"#l": "log"},
                ExpressionAttributeValues={":one": 1, ":none": [], ":x": ["x"]},
                ReturnValues="ALL_NEW",
            )
        self.assertEqual(answer["Attributes"]["hits"], 3)
        self.assertEqual(answer["Attributes"]["log"], ["x", "x", "x"])
        response = self.refused(
            "ConditionalCheckFailedException",
            "The conditional request failed",
            self.table.put_item,
            Item=key,
            ConditionExpression=Attr("pk").not_exists(),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        self.assertEqual(response["Item"]["hits"], {"N": "3"})
        old = self.table.delete_item(Key=key, ReturnValues="ALL_OLD")["Attributes"]
        self.assertEqual(old["hits"], 3)

    def test_queries_and_scans_page(self):
        with self.table.batch_writer() as batch:
            for i in range(120):
                batch.put_item(Item={"pk": "many", "sk": i, "tag": f"t{i % 3}", "v": i})
        first = self.table.query(
            KeyConditionExpression=Key("pk").eq("many") & Key("sk").between(10, 50),
            FilterExpression=Attr("v").gte(20),
            Limit=15,
            ScanIndexForward=False,
        )
        self.assertEqual(first["Count"], 15)
        self.assertEqual(first["ScannedCount"], 15)
        self.assertEqual(first["LastEvaluatedKey"], {"pk": "many", "sk": 36})
        again = self.table.query(
            KeyConditionExpression=Key("pk").eq("many") & Key("sk").between(10, 50),
            FilterExpression=Attr("v").gte(20),
            ScanIndexForward=False,
            ExclusiveStartKey=first["LastEvaluatedKey"],
        )
        self.assertEqual([i["sk"] for i in again["Items"]], list(range(35, 19, -1)))
        self.assertEqual(again["ScannedCount"], 26)
        pages = self.dynamo.get_paginator("query").paginate(
            TableName=self.table.name,
            IndexName="by-tag",
            KeyConditionExpression="tag = :t",
            ExpressionAttributeValues={":t": {"S": "t1"}},
            PaginationConfig={"PageSize": 7},
        )
        found = [int(item["sk"]["N"]) for page in pages for item in page["Items"]]
        self.assertEqual(sorted(found), list(range(1, 120, 3)))
        counted = self.table.query(
            Select="COUNT", KeyConditionExpression=Key("pk").eq("many"), ReturnConsumedCapacity="TOTAL"
        )
        self.assertEqual(counted["Count"], 120)
        self.assertNotIn("Items", counted)
        self.assertEqual(counted["ConsumedCapacity"]["TableName"], self.table.name)
        segments = [
            self.table.scan(Segment=s, TotalSegments=4, FilterExpression=Attr("pk").eq("many"))
            for s in range(4)
        ]
        self.assertEqual(sum(s["Count"] for s in segments), 120)

    def test_transactions_tell_why(self):
        at = {"pk": {"S": "tx"}, "sk": {"N": "1"}}
        put = {"Put": {"TableName": self.table.name, "Item": at}}
        never = {
            "ConditionCheck": {
                "TableName": self.table.name,
                "Key": {"pk": {"S": "tx"}, "sk": {"N": "2"}},
                "ConditionExpression": "attribute_exists(pk)",
            }
        }
        response = self.refused(
            "TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons"
            " [None, ConditionalCheckFailed]",
            self.dynamo.transact_write_items,
            TransactItems=[put, never],
        )
        self.assertEqual(
            [reason["Code"] for reason in response["CancellationReasons"]],
            ["None", "ConditionalCheckFailed"],
        )
        self.assertNotIn("Item", self.dynamo.get_item(TableName=self.table.name, Key=at))
        token = name("once")
        self.dynamo.transact_write_items(TransactItems=[put], ClientRequestToken=token)
        self.dynamo.transact_write_items(TransactItems=[put], ClientRequestToken=token)
        self.refused(
            "IdempotentParameterMismatchException",
            "",
            self.dynamo.transact_write_items,
            TransactItems=[{"Delete": {"TableName": self.table.name, "Key": at}}],
            ClientRequestToken=token,
        )
        self.invalid(
            "Transaction request cannot include multiple operations on one item",
            self.dynamo.transact_write_items,
            TransactItems=[put, {"Delete": {"TableName": self.table.name, "Key": at}}],
        )
        got = self.dynamo.transact_get_items(
            TransactItems=[{"Get": {"TableName": self.table.name, "Key": at}}]
        )
        self.assertEqual(got["Responses"], [{"Item": at}])

    def test_wrong_requests_get_the_services_words(self):
        table, dynamo = self.table.name, self.dynamo
        key = {"pk": {"S": "a"}, "sk": {"N": "1"}}
        cases = [
            ("The provided key element does not match the schema", dynamo.get_item, dict(Key={"pk": {"S": "a"}})),
            ("One or more parameter values were invalid: Missing the key sk in the item", dynamo.put_item,
             dict(Item={"pk": {"S": "a"}})),
            ("One or more parameter values were invalid: Type mismatch for key sk expected: N actual: S",
             dynamo.put_item, dict(Item={"pk": {"S": "a"}, "sk": {"S": "1"}})),
            ("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an"
             " empty string value. Key: pk", dynamo.put_item, dict(Item={"pk": {"S": ""}, "sk": {"N": "1"}})),
            ("Invalid UpdateExpression: Syntax error; token: \"<EOF>\", near: \"oops\"", dynamo.update_item,
             dict(Key=key, UpdateExpression="SET oops")),
            ("Invalid UpdateExpression: An expression attribute value used in expression is not defined;"
             " attribute value: :v", dynamo.update_item, dict(Key=key, UpdateExpression="SET a = :v")),
            ("Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name",
             dynamo.update_item, dict(Key=key, UpdateExpression="SET name = :v",
                                      ExpressionAttributeValues={":v": {"S": "x"}})),
            ("Value provided in ExpressionAttributeValues unused in expressions: keys: {:u}", dynamo.update_item,
             dict(Key=key, UpdateExpression="SET a = :v",
                  ExpressionAttributeValues={":v": {"S": "x"}, ":u": {"S": "y"}})),
            ("ExpressionAttributeNames can only be specified when using expressions", dynamo.get_item,
             dict(Key=key, ExpressionAttributeNames={"#a": "b"})),
            ("ExpressionAttributeValues must not be empty", dynamo.update_item,
             dict(Key=key, UpdateExpression="REMOVE a", ExpressionAttributeValues={})),
            ("Cannot update attribute pk. This attribute is part of the key", dynamo.update_item,
             dict(Key=key, UpdateExpression="SET pk = :v", ExpressionAttributeValues={":v": {"S": "x"}})),
            ("Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a],"
             " path two: [a, b]", dynamo.update_item,
             dict(Key=key, UpdateExpression="SET a = :v, a.b = :v",
                  ExpressionAttributeValues={":v": {"S": "x"}})),
            ("Query condition missed key schema element: pk", dynamo.query,
             dict(KeyConditionExpression="sk = :v", ExpressionAttributeValues={":v": {"N": "1"}})),
            ("Query key condition not supported", dynamo.query,
             dict(KeyConditionExpression="pk > :v", ExpressionAttributeValues={":v": {"S": "1"}})),
            ("Invalid operator used in KeyConditionExpression: OR", dynamo.query,
             dict(KeyConditionExpression="pk = :v OR sk = :v", ExpressionAttributeValues={":v": {"S": "1"}})),
            ("Filter Expression can only contain non-primary key attributes: Primary key attribute: pk",
             dynamo.query, dict(KeyConditionExpression="pk = :v", FilterExpression="pk = :v",
                                ExpressionAttributeValues={":v": {"S": "1"}})),
            ("The table does not have the specified index: nope", dynamo.query,
             dict(IndexName="nope", KeyConditionExpression="pk = :v", ExpressionAttributeValues={":v": {"S": "1"}})),
            ("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
             dynamo.query, {}),
            ("The parameter cannot be converted to a numeric value: abc", dynamo.put_item,
             dict(Item={"pk": {"S": "a"}, "sk": {"N": "abc"}})),
            ("Attempting to store more than 38 significant digits in a Number", dynamo.put_item,
             dict(Item={"pk": {"S": "a"}, "sk": {"N": "1" * 39}})),
            ("Number overflow. Attempting to store a number with magnitude larger than supported range",
             dynamo.put_item, dict(Item={"pk": {"S": "a"}, "sk": {"N": "1e126"}})),
            ("One or more parameter values were invalid: An string set  may not be empty", dynamo.put_item,
             dict(Item={**key, "s": {"SS": []}})),
            ("One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
             dynamo.put_item, dict(Item={**key, "s": {"SS": ["a", "a"]}})),
            ("Item size has exceeded the maximum allowed size", dynamo.put_item,
             dict(Item={**key, "s": {"S": "x" * 410_000}})),
            ("The Segment parameter is required but was not present in the request when parameter TotalSegments is"
             " present", dynamo.scan, dict(TotalSegments=2)),
            ("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not"
             " less than TotalSegments: 2", dynamo.scan, dict(Segment=2, TotalSegments=2)),
            ("ReturnValues can only be ALL_OLD or NONE", dynamo.put_item, dict(Item=key, ReturnValues="ALL_NEW")),
            ("Can not use both expression and non-expression parameters in the same request:"
             " Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}", dynamo.put_item,
             dict(Item=key, Expected={"a": {"Exists": False}}, ConditionExpression="attribute_not_exists(a)")),
            ("1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value"
             " greater than or equal to 1", dynamo.scan, dict(Limit=0)),
        ]
        for message, call, arguments in cases:
            with self.subTest(message):
                if "limit" in message:
                    loose = client("dynamodb", parameter_validation=False)
                    call = loose.scan
                self.invalid(message, call, TableName=table, **arguments)

    def test_absent_tables_and_batches(self):
        self.refused(
            "ResourceNotFoundException",
            "Requested resource not found",
            self.dynamo.get_item,
            TableName="absent",
            Key={"pk": {"S": "a"}},
        )
        self.refused(
            "ResourceNotFoundException",
            "Requested resource not found: Table: absent not found",
            self.dynamo.describe_table,
            TableName="absent",
        )
        keys = [{"pk": {"S": "b"}, "sk": {"N": str(i)}} for i in range(30)]
        puts = [{"PutRequest": {"Item": key}} for key in keys]
        self.invalid(
            "Member must have length less than or equal to 25",
            self.dynamo.batch_write_item,
            RequestItems={self.table.name: puts},
        )
        self.invalid(
            "Provided list of item keys contains duplicates",
            self.dynamo.batch_write_item,
            RequestItems={self.table.name: puts[:1] * 2},
        )
        answer = self.dynamo.batch_write_item(RequestItems={self.table.name: puts[:25]})
        self.assertEqual(answer["UnprocessedItems"], {})
        got = self.dynamo.batch_get_item(RequestItems={self.table.name: {"Keys": keys}})
        self.assertEqual(len(got["Responses"][self.table.name]), 25)
        self.assertEqual(got["UnprocessedKeys"], {})

    def test_partiql(self):
        table = self.table.name
        self.dynamo.execute_statement(
            Statement=f"INSERT INTO \"{table}\" VALUE {{'pk': ?, 'sk': ?, 'v': 'x'}}",
            Parameters=[{"S": "sql"}, {"N": "1"}],
        )
        self.refused(
            "DuplicateItemException",
            "Duplicate primary key exists in table",
            self.dynamo.execute_statement,
            Statement=f"INSERT INTO \"{table}\" VALUE {{'pk': 'sql', 'sk': 1}}",
        )
        rows = self.dynamo.execute_statement(
            Statement=f"SELECT v FROM \"{table}\" WHERE pk = 'sql' AND sk = 1"
        )["Items"]
        self.assertEqual(rows, [{"v": {"S": "x"}}])

    def test_streams_tell_what_changed(self):
        table = name("stream")
        made = self.dynamo.create_table(
            TableName=table,
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )["TableDescription"]
        self.dynamo.get_waiter("table_exists").wait(TableName=table)
        for i in range(2):
            self.dynamo.put_item(TableName=table, Item={"pk": {"S": "a"}, "i": {"N": str(i)}})
        self.dynamo.delete_item(TableName=table, Key={"pk": {"S": "a"}})
        streams = client("dynamodbstreams")
        arn = made["LatestStreamArn"]
        shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        records = []
        for shard in shards:
            iterator = streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            records += streams.get_records(ShardIterator=iterator)["Records"]
        self.assertEqual([r["eventName"] for r in records], ["INSERT", "MODIFY", "REMOVE"])
        self.assertEqual(records[1]["dynamodb"]["OldImage"]["i"], {"N": "0"})
        self.assertEqual(records[1]["dynamodb"]["StreamViewType"], "NEW_AND_OLD_IMAGES")
        self.assertEqual(records[0]["eventSource"], "aws:dynamodb")
        self.dynamo.delete_table(TableName=table)


if __name__ == "__main__":
    unittest.main()
