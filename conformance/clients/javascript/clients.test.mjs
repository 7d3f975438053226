// The AWS SDK for JavaScript v3 against a Terrarium.
import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import test from "node:test";
import { deflateRawSync, crc32 } from "node:zlib";
import * as formation from "@aws-sdk/client-cloudformation";
import * as cw from "@aws-sdk/client-cloudwatch";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as iam from "@aws-sdk/client-iam";
import * as lambda from "@aws-sdk/client-lambda";
import * as s3 from "@aws-sdk/client-s3";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import * as sts from "@aws-sdk/client-sts";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const settings = {
  endpoint: process.env.TERRARIUM_ENDPOINT,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
};
const name = (prefix) => `${prefix}-${randomUUID().slice(0, 12)}`;
const text = (body) => body.transformToString();

const refused = async (type, promise) => {
  const error = await promise.then(
    () => assert.fail("was not refused"),
    (e) => e,
  );
  assert.equal(error.name, type, String(error));
  return error;
};

test("S3", async (t) => {
  const client = new s3.S3Client({ ...settings, forcePathStyle: true });
  const Bucket = name("bucket");
  await client.send(new s3.CreateBucketCommand({ Bucket }));
  const get = async (Key, more) =>
    text((await client.send(new s3.GetObjectCommand({ Bucket, Key, ...more }))).Body);

  await t.test("objects keep their bytes, metadata and ranges", async () => {
    const Key = "a b/é+%25?&=#";
    const Body = "0123456789";
    const put = await client.send(
      new s3.PutObjectCommand({ Bucket, Key, Body, Metadata: { colour: "blue" } }),
    );
    assert.equal(put.ETag, `"${createHash("md5").update(Body).digest("hex")}"`);
    assert.equal(await get(Key), Body);
    assert.equal(await get(Key, { Range: "bytes=2-4" }), "234");
    const head = await client.send(new s3.HeadObjectCommand({ Bucket, Key }));
    assert.deepEqual(head.Metadata, { colour: "blue" });
    assert.ok(head.LastModified instanceof Date);
    const listed = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: "a b/" }));
    assert.deepEqual(listed.Contents.map((o) => o.Key), [Key]);
  });

  await t.test("a stream of unknown length goes in parts", async () => {
    const data = randomBytes(11 * 1024 * 1024);
    const chunks = function* () {
      for (let at = 0; at < data.length; at += 100_000) yield data.subarray(at, at + 100_000);
    };
    const params = { Bucket, Key: "stream", Body: Readable.from(chunks()) };
    await new Upload({ client, params, partSize: 5 * 1024 * 1024 }).done();
    const back = await client.send(new s3.GetObjectCommand({ Bucket, Key: "stream" }));
    assert.ok(back.ETag.endsWith('-3"'));
    assert.ok(data.equals(Buffer.from(await back.Body.transformToByteArray())));
  });

  await t.test("a stream of known length goes in chunks with a trailing checksum", async () => {
    const Body = Readable.from([Buffer.from("one "), Buffer.from("two")]);
    const put = await client.send(
      new s3.PutObjectCommand({ Bucket, Key: "chunks", Body, ContentLength: 7 }),
    );
    assert.ok(put.ChecksumCRC32);
    assert.equal(await get("chunks", { ChecksumMode: "ENABLED" }), "one two");
  });

  await t.test("checksums of every kind come back, false ones are refused", async () => {
    for (const kind of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]) {
      const ChecksumAlgorithm = kind;
      const about = { Bucket, Key: kind };
      const put = await client.send(
        new s3.PutObjectCommand({ ...about, Body: "abc", ChecksumAlgorithm }),
      );
      const got = await client.send(
        new s3.GetObjectCommand({ ...about, ChecksumMode: "ENABLED" }),
      );
      assert.ok(put[`Checksum${kind}`], kind);
      assert.equal(got[`Checksum${kind}`], put[`Checksum${kind}`]);
      assert.equal(await text(got.Body), "abc");
    }
    const bad = { Bucket, Key: "bad", Body: "abc", ChecksumCRC32: "AAAAAA==" };
    await refused("BadDigest", client.send(new s3.PutObjectCommand(bad)));
  });

  await t.test("presigned links put and get", async () => {
    const about = { Bucket, Key: "link é" };
    const put = await getSignedUrl(client, new s3.PutObjectCommand(about), { expiresIn: 60 });
    assert.equal((await fetch(put, { method: "PUT", body: "by link" })).status, 200);
    const link = await getSignedUrl(client, new s3.GetObjectCommand(about), { expiresIn: 60 });
    assert.equal(await (await fetch(link)).text(), "by link");
  });

  await t.test("errors have S3's names", async () => {
    await refused("NoSuchKey", client.send(new s3.GetObjectCommand({ Bucket, Key: "none" })));
    await refused("NotFound", client.send(new s3.HeadObjectCommand({ Bucket, Key: "none" })));
    const missing = new s3.ListObjectsV2Command({ Bucket: name("none") });
    await refused("NoSuchBucket", client.send(missing));
    await refused("BucketNotEmpty", client.send(new s3.DeleteBucketCommand({ Bucket })));
  });
});

test("SQS and SNS", async () => {
  const queues = new sqs.SQSClient(settings);
  const topics = new sns.SNSClient(settings);
  const { QueueUrl } = await queues.send(new sqs.CreateQueueCommand({ QueueName: name("q") }));
  const MessageAttributes = {
    bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 1, 255]) },
  };
  const MessageBody = "hello <&> é";
  await queues.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
  const asked = { QueueUrl, MessageAttributeNames: ["All"], WaitTimeSeconds: 5 };
  const received = (await queues.send(new sqs.ReceiveMessageCommand(asked))).Messages[0];
  assert.equal(received.Body, MessageBody);
  assert.deepEqual([...received.MessageAttributes.bytes.BinaryValue], [0, 1, 255]);
  const { ReceiptHandle } = received;
  await queues.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const none = new sqs.GetQueueUrlCommand({ QueueName: name("none") });
  const error = await refused("QueueDoesNotExist", queues.send(none));
  assert.equal(error.Error?.Code ?? error.Code, "AWS.SimpleQueueService.NonExistentQueue");

  const { TopicArn } = await topics.send(new sns.CreateTopicCommand({ Name: name("t") }));
  const { Attributes } = await queues.send(
    new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  await topics.send(
    new sns.SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: Attributes.QueueArn,
      Attributes: { RawMessageDelivery: "true" },
    }),
  );
  await topics.send(new sns.PublishCommand({ TopicArn, Message: "to all" }));
  const delivered = await queues.send(new sqs.ReceiveMessageCommand(asked));
  assert.deepEqual(delivered.Messages.map((m) => m.Body), ["to all"]);
  await refused(
    "NotFoundException",
    topics.send(new sns.GetTopicAttributesCommand({ TopicArn: `${TopicArn}-none` })),
  );
});

/** A zip archive of one file, for want of one in Node. */
const zip = (file, content) => {
  const plain = Buffer.from(content);
  const packed = deflateRawSync(plain);
  const path = Buffer.from(file);
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(8, 4);
  head.writeUInt32LE(checksum(plain), 10);
  head.writeUInt32LE(packed.length, 14);
  head.writeUInt32LE(plain.length, 18);
  head.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), head, path, packed]);
  const entry = Buffer.alloc(16);
  const made = Buffer.from([20, 0]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02"), made, head, entry.subarray(0, 14), path]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
};

const checksum = (data) => {
  if (crc32) return crc32(data);
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
};

test("Lambda and its logs", async () => {
  const client = new lambda.LambdaClient(settings);
  const FunctionName = name("f");
  const code = 'def handler(event, context):\n    print("asked")\n    return {"got": event}\n';
  await client.send(
    new lambda.CreateFunctionCommand({
      FunctionName,
      Runtime: "python3.11",
      Handler: "main.handler",
      Role: "arn:aws:iam::000000000000:role/any",
      Code: { ZipFile: zip("main.py", code) },
      Timeout: 20,
    }),
  );
  await lambda.waitUntilFunctionActiveV2({ client, maxWaitTime: 30 }, { FunctionName });
  const answer = await client.send(
    new lambda.InvokeCommand({ FunctionName, Payload: '{"a":"é"}', LogType: "Tail" }),
  );
  assert.deepEqual(JSON.parse(Buffer.from(answer.Payload).toString()), { got: { a: "é" } });
  assert.match(Buffer.from(answer.LogResult, "base64").toString(), /asked/);
  await client.send(new lambda.DeleteFunctionCommand({ FunctionName }));
  const gone = new lambda.GetFunctionCommand({ FunctionName });
  await refused("ResourceNotFoundException", client.send(gone));
});

test("Logs", async () => {
  const client = new logs.CloudWatchLogsClient(settings);
  const about = { logGroupName: name("/g"), logStreamName: "s" };
  await client.send(new logs.CreateLogGroupCommand({ logGroupName: about.logGroupName }));
  await client.send(new logs.CreateLogStreamCommand(about));
  const timestamp = Date.now();
  const logEvents = [{ timestamp, message: "one é" }, { timestamp, message: "two" }];
  await client.send(new logs.PutLogEventsCommand({ ...about, logEvents }));
  const found = await client.send(
    new logs.FilterLogEventsCommand({ logGroupName: about.logGroupName, filterPattern: "one" }),
  );
  assert.deepEqual(found.events.map((e) => e.message), ["one é"]);
  const again = new logs.CreateLogStreamCommand(about);
  await refused("ResourceAlreadyExistsException", client.send(again));
});

test("CloudWatch", async () => {
  const client = new cw.CloudWatchClient(settings);
  const Namespace = name("space");
  const MetricData = Array.from({ length: 400 }, (_, Value) => ({ MetricName: "m", Value }));
  await client.send(new cw.PutMetricDataCommand({ Namespace, MetricData }));
  const now = Date.now();
  const statistics = await client.send(
    new cw.GetMetricStatisticsCommand({
      Namespace,
      MetricName: "m",
      StartTime: new Date(now - 300_000),
      EndTime: new Date(now + 300_000),
      Period: 600,
      Statistics: ["Sum"],
    }),
  );
  assert.equal(statistics.Datapoints.reduce((sum, d) => sum + d.Sum, 0), 79_800);
  assert.ok(statistics.Datapoints[0].Timestamp instanceof Date);
  const unknown = { AlarmName: name("none"), StateValue: "OK", StateReason: "because" };
  await refused("ResourceNotFound", client.send(new cw.SetAlarmStateCommand(unknown)));
});

test("IAM and STS", async () => {
  const client = new iam.IAMClient(settings);
  const tokens = new sts.STSClient(settings);
  const who = await tokens.send(new sts.GetCallerIdentityCommand({}));
  assert.equal(who.Account, "000000000000");
  const RoleName = name("role");
  const trust = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" },
  };
  const { Role } = await client.send(
    new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  );
  assert.ok(Role.CreateDate instanceof Date);
  const assumed = await tokens.send(
    new sts.AssumeRoleCommand({ RoleArn: Role.Arn, RoleSessionName: "session" }),
  );
  assert.match(assumed.Credentials.AccessKeyId, /^ASIA/);
  await refused(
    "NoSuchEntityException",
    client.send(new iam.GetRoleCommand({ RoleName: name("none") })),
  );
});

test("CloudFormation", async () => {
  const client = new formation.CloudFormationClient(settings);
  const StackName = name("stack");
  const TemplateBody = JSON.stringify({
    Resources: { Queue: { Type: "AWS::SQS::Queue" }, Topic: { Type: "AWS::SNS::Topic" } },
    Outputs: { Url: { Value: { Ref: "Queue" } } },
  });
  await client.send(new formation.CreateStackCommand({ StackName, TemplateBody }));
  const waiting = { client, maxWaitTime: 60 };
  await formation.waitUntilStackCreateComplete(waiting, { StackName });
  const { Stacks } = await client.send(new formation.DescribeStacksCommand({ StackName }));
  assert.match(Stacks[0].Outputs[0].OutputValue, /^http/);
  await client.send(new formation.DeleteStackCommand({ StackName }));
  await formation.waitUntilStackDeleteComplete(waiting, { StackName });
  const gone = new formation.DescribeStacksCommand({ StackName });
  await refused("ValidationError", client.send(gone));
});
