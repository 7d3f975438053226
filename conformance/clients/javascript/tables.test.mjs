// DynamoDB through the document client of the AWS SDK for JavaScript v3.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test from "node:test";
import * as plain from "@aws-sdk/client-dynamodb";
import * as streams from "@aws-sdk/client-dynamodb-streams";
import * as lib from "@aws-sdk/lib-dynamodb";

const settings = {
  endpoint: process.env.TERRARIUM_ENDPOINT,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
};
const client = new plain.DynamoDBClient(settings);
const documents = lib.DynamoDBDocumentClient.from(client, {
  marshallOptions: { removeUndefinedValues: true },
});
const TableName = `documents-${randomUUID().slice(0, 12)}`;
const send = (Command, input) => documents.send(new Command({ TableName, ...input }));

const refused = async (type, promise) => {
  const error = await promise.then(
    () => assert.fail("was not refused"),
    (e) => e,
  );
  assert.equal(error.name, type, String(error));
  return error;
};

test("documents", async (t) => {
  await client.send(
    new plain.CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "N" },
        { AttributeName: "owner", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-owner",
          KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  await plain.waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName });

  await t.test("types come back as they went", async () => {
    const Item = {
      pk: "types",
      sk: 1,
      text: "ü",
      number: -1.5,
      none: null,
      yes: true,
      missing: undefined,
      list: [1, "two", [3]],
      map: { deep: { deeper: [] } },
      set: new Set(["a", "b"]),
      numbers: new Set([1, 2]),
      bytes: new Uint8Array([0, 255]),
    };
    await send(lib.PutCommand, { Item });
    const back = (await send(lib.GetCommand, { Key: { pk: "types", sk: 1 } })).Item;
    delete Item.missing;
    assert.deepEqual({ ...back, bytes: Array.from(back.bytes) }, { ...Item, bytes: [0, 255] });
  });

  await t.test("conditions and updates", async () => {
    const Key = { pk: "updates", sk: 1 };
    const { Attributes } = await send(lib.UpdateCommand, {
      Key,
      UpdateExpression: "SET #l = list_append(if_not_exists(#l, :none), :x), m = :m ADD hits :one",
      ExpressionAttributeNames: { "#l": "log" },
      ExpressionAttributeValues: { ":none": [], ":x": ["x"], ":one": 1, ":m": { a: 1 } },
      ReturnValues: "ALL_NEW",
    });
    assert.deepEqual(Attributes, { ...Key, log: ["x"], hits: 1, m: { a: 1 } });
    const error = await refused(
      "ConditionalCheckFailedException",
      send(lib.PutCommand, {
        Item: Key,
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    assert.equal(error.Item.hits.N, "1");
    const old = await send(lib.UpdateCommand, {
      Key,
      UpdateExpression: "REMOVE m.a SET hits = hits + :h",
      ExpressionAttributeValues: { ":h": 2 },
      ReturnValues: "UPDATED_OLD",
    });
    assert.deepEqual(old.Attributes, { m: { a: 1 }, hits: 1 });
    await refused(
      "ValidationException",
      send(lib.UpdateCommand, { Key, UpdateExpression: "SET name = pk" }),
    );
    assert.equal((await send(lib.DeleteCommand, { Key, ReturnValues: "ALL_OLD" })).Attributes.hits, 3);
  });

  await t.test("batches, pages of queries and scans", async () => {
    const items = Array.from({ length: 60 }, (_, sk) => ({ pk: "pages", sk, owner: `o${sk % 2}` }));
    for (let i = 0; i < items.length; i += 25) {
      const writes = items.slice(i, i + 25).map((Item) => ({ PutRequest: { Item } }));
      const { UnprocessedItems } = await documents.send(
        new lib.BatchWriteCommand({ RequestItems: { [TableName]: writes } }),
      );
      assert.deepEqual(UnprocessedItems, {});
    }
    const Keys = [0, 1, 99].map((sk) => ({ pk: "pages", sk }));
    const got = await documents.send(
      new lib.BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }),
    );
    assert.equal(got.Responses[TableName].length, 2);
    const seen = [];
    const query = {
      TableName,
      KeyConditionExpression: "pk = :p AND sk BETWEEN :a AND :b",
      FilterExpression: "#o = :o",
      ExpressionAttributeNames: { "#o": "owner" },
      ExpressionAttributeValues: { ":p": "pages", ":a": 10, ":b": 49, ":o": "o1" },
      ScanIndexForward: false,
    };
    for await (const page of lib.paginateQuery({ client: documents, pageSize: 7 }, query)) {
      seen.push(...page.Items.map((item) => item.sk));
    }
    assert.deepEqual(seen, Array.from({ length: 20 }, (_, i) => 49 - 2 * i));
    let count = 0;
    const scan = { TableName, IndexName: "by-owner", Select: "COUNT" };
    for await (const page of lib.paginateScan({ client: documents, pageSize: 11 }, scan)) {
      count += page.Count;
    }
    assert.equal(count, 60);
  });

  await t.test("transactions and statements", async () => {
    const put = (sk, more) => ({ Put: { TableName, Item: { pk: "tx", sk }, ...more } });
    await documents.send(new lib.TransactWriteCommand({ TransactItems: [put(1), put(2)] }));
    const error = await refused(
      "TransactionCanceledException",
      documents.send(
        new lib.TransactWriteCommand({
          TransactItems: [put(3), put(2, { ConditionExpression: "attribute_not_exists(pk)" })],
        }),
      ),
    );
    assert.deepEqual(
      error.CancellationReasons.map((reason) => reason.Code),
      ["None", "ConditionalCheckFailed"],
    );
    const { Responses } = await documents.send(
      new lib.TransactGetCommand({
        TransactItems: [2, 3].map((sk) => ({ Get: { TableName, Key: { pk: "tx", sk } } })),
      }),
    );
    assert.deepEqual(Responses.map((response) => response.Item?.sk), [2, undefined]);
    const { Items } = await documents.send(
      new lib.ExecuteStatementCommand({
        Statement: `SELECT * FROM "${TableName}" WHERE pk = ? AND sk >= ?`,
        Parameters: ["tx", 2],
      }),
    );
    assert.deepEqual(Items, [{ pk: "tx", sk: 2 }]);
  });

  await t.test("the stream tells what happened", async () => {
    const reader = new streams.DynamoDBStreamsClient(settings);
    const { Streams } = await reader.send(new streams.ListStreamsCommand({ TableName }));
    const { StreamArn } = Streams[0];
    const { StreamDescription } = await reader.send(new streams.DescribeStreamCommand({ StreamArn }));
    const kinds = [];
    for (const { ShardId } of StreamDescription.Shards) {
      let { ShardIterator } = await reader.send(
        new streams.GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
      );
      const { Records } = await reader.send(new streams.GetRecordsCommand({ ShardIterator }));
      for (const record of Records) {
        if (record.dynamodb.Keys.pk.S === "updates") {
          kinds.push(record.eventName);
        }
      }
    }
    assert.deepEqual(kinds, ["INSERT", "MODIFY", "REMOVE"]);
  });

  await client.send(new plain.DeleteTableCommand({ TableName }));
  await plain.waitUntilTableNotExists({ client, maxWaitTime: 60 }, { TableName });
});
