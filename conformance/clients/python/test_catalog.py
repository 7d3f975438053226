import io
import json
import unittest

from support import Test, client, eventually, name

try:
    import pyarrow.orc
    import pyarrow.parquet
except ImportError:
    pyarrow = None


class Catalog(Test):
    def setUp(self):
        self.glue = client("glue")
        self.database = name("db").replace("-", "_")
        self.glue.create_database(DatabaseInput={"Name": self.database.upper()})
        self.addCleanup(self.glue.delete_database, Name=self.database)

    def table(self, table, columns, keys=()):
        column = lambda pair: {"Name": pair[0], "Type": pair[1]}
        self.glue.create_table(
            DatabaseName=self.database,
            TableInput={
                "Name": table,
                "PartitionKeys": [column(key) for key in keys],
                "StorageDescriptor": {"Columns": [column(one) for one in columns]},
            },
        )

    def test_partitions_are_selected_by_expressions(self):
        self.table("t", [("id", "string")], [("day", "date"), ("hour", "int")])
        values = [["2026-01-01", "9"], ["2026-01-01", "10"], ["2026-01-02", "9"]]
        made = self.glue.batch_create_partition(
            DatabaseName=self.database, TableName="t", PartitionInputList=[{"Values": v} for v in values]
        )
        self.assertEqual([], made["Errors"])
        pages = self.glue.get_paginator("get_partitions").paginate(
            DatabaseName=self.database,
            TableName="t",
            Expression="day >= '2026-01-01' AND hour < 10",
            PaginationConfig={"PageSize": 1},
        )
        found = [partition["Values"] for page in pages for partition in page["Partitions"]]
        self.assertEqual([["2026-01-01", "9"], ["2026-01-02", "9"]], found)

    def test_versions_follow_changes(self):
        self.table("t", [("id", "string")])
        self.glue.update_table(DatabaseName=self.database, TableInput={"Name": "t", "Description": "x"})
        versions = self.glue.get_table_versions(DatabaseName=self.database, TableName="t")["TableVersions"]
        self.assertEqual(["1", "0"], [version["VersionId"] for version in versions])
        with self.assertRaises(self.glue.exceptions.ConcurrentModificationException):
            self.glue.update_table(DatabaseName=self.database, TableInput={"Name": "t"}, VersionId="0")

    def test_errors_are_those_of_aws(self):
        self.refused("EntityNotFoundException", self.glue.get_table, DatabaseName=self.database, Name="absent")
        self.refused("EntityNotFoundException", self.glue.get_database, Name="absent")
        self.refused("AlreadyExistsException", self.glue.create_database, DatabaseInput={"Name": self.database})
        self.refused("NotImplemented", self.glue.start_job_run, JobName="absent")

    @unittest.skipIf(pyarrow is None, "there is no pyarrow")
    def test_what_firehose_converts_is_read(self):
        self.table("t", [("id", "string"), ("n", "bigint"), ("at", "timestamp"), ("tags", "array<string>")])
        bucket = name("bucket")
        s3, firehose = client("s3"), client("firehose")
        s3.create_bucket(Bucket=bucket)
        role = "arn:aws:iam::000000000000:role/any"
        record = {"ID": "a", "n": 1, "at": "2026-01-02T03:04:05Z", "tags": ["x", None]}
        readers = {
            "ParquetSerDe": lambda data: pyarrow.parquet.read_table(data),
            "OrcSerDe": lambda data: pyarrow.orc.ORCFile(data).read(),
        }
        for serializer, read in readers.items():
            stream = name("stream")
            firehose.create_delivery_stream(
                DeliveryStreamName=stream,
                ExtendedS3DestinationConfiguration={
                    "RoleARN": role,
                    "BucketARN": f"arn:aws:s3:::{bucket}",
                    "Prefix": f"{serializer}/",
                    "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 0},
                    "DataFormatConversionConfiguration": {
                        "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
                        "OutputFormatConfiguration": {"Serializer": {serializer: {}}},
                        "SchemaConfiguration": {"RoleARN": role, "DatabaseName": self.database, "TableName": "t"},
                    },
                },
            )
            self.addCleanup(firehose.delete_delivery_stream, DeliveryStreamName=stream)
            firehose.put_record(DeliveryStreamName=stream, Record={"Data": json.dumps(record).encode()})
            listed = eventually(
                lambda: s3.list_objects_v2(Bucket=bucket, Prefix=f"{serializer}/").get("Contents")
            )
            data = s3.get_object(Bucket=bucket, Key=listed[0]["Key"])["Body"].read()
            row = read(io.BytesIO(data)).to_pylist()[0]
            self.assertEqual(("a", 1, ["x", None]), (row["id"], row["n"], row["tags"]))
            self.assertEqual("2026-01-02 03:04:05", str(row["at"])[:19])


class Registry(Test):
    def test_a_version_that_breaks_the_rule_is_a_failure(self):
        glue = client("glue")
        registry = name("registry")
        glue.create_registry(RegistryName=registry)
        self.addCleanup(glue.delete_registry, RegistryId={"RegistryName": registry})
        record = lambda *fields: json.dumps({"type": "record", "name": "E", "fields": list(fields)})
        glue.create_schema(
            RegistryId={"RegistryName": registry},
            SchemaName="s",
            DataFormat="AVRO",
            Compatibility="BACKWARD",
            SchemaDefinition=record(),
        )
        schema = {"RegistryName": registry, "SchemaName": "s"}
        bad = glue.register_schema_version(SchemaId=schema, SchemaDefinition=record({"name": "a", "type": "int"}))
        self.assertEqual("FAILURE", bad["Status"])
        good = glue.register_schema_version(
            SchemaId=schema, SchemaDefinition=record({"name": "a", "type": "int", "default": 1})
        )
        self.assertEqual("AVAILABLE", good["Status"])
        found = glue.get_schema_version(SchemaId=schema, SchemaVersionNumber={"LatestVersion": True})
        self.assertEqual(good["SchemaVersionId"], found["SchemaVersionId"])
