package dev.terrarium.bench;

import dev.terrarium.kernel.Cloud;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/// Calls without a socket, one thread, in memory.
final class InProcess implements Bench {
  private static final int COUNT = 200_000;
  private static final int ROUNDS = 7;

  private interface Step {
    void run(int number);
  }

  @Override
  public String name() {
    return "inprocess";
  }

  @Override
  public String about() {
    return "SQS, S3, DynamoDB and Kinesis called from Java without a socket";
  }

  @Override
  public void run(Output out) {
    out.section("In process, one thread, in memory");
    out.head(
        "call", "median of " + ROUNDS + " rounds of " + String.format(Locale.ROOT, "%,d", COUNT));
    try (var cloud = Cloud.inMemory()) {
      var sqs = cloud.client(SqsClient.class);
      var url = sqs.createQueue(r -> r.queueName("bench")).queueUrl();
      var send = SendMessageRequest.builder().queueUrl(url).messageBody("x".repeat(100)).build();
      measure("SQS SendMessage", n -> sqs.sendMessage(send), out);
      var turn = sqs.createQueue(r -> r.queueName("turn")).queueUrl();
      measure(
          "SQS SendMessage, ReceiveMessage, DeleteMessage",
          n -> {
            sqs.sendMessage(r -> r.queueUrl(turn).messageBody("x"));
            var got = sqs.receiveMessage(r -> r.queueUrl(turn)).messages().getFirst();
            sqs.deleteMessage(r -> r.queueUrl(turn).receiptHandle(got.receiptHandle()));
          },
          out);
      var s3 = cloud.client(S3Client.class);
      s3.createBucket(r -> r.bucket("bench"));
      var body = new byte[1024];
      measure(
          "S3 PutObject 1 KB",
          n ->
              s3.putObject(r -> r.bucket("bench").key("k" + n % 1000), RequestBody.fromBytes(body)),
          out);
      measure("S3 GetObject 1 KB", n -> read(s3, n), out);
      tables(cloud.client(DynamoDbClient.class), out);
      streams(cloud.client(KinesisClient.class), out);
    }
  }

  private static void tables(DynamoDbClient dynamo, Output out) {
    dynamo.createTable(t ->
        t.tableName("bench")
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(
                AttributeDefinition.builder().attributeName("pk").attributeType("S").build())
            .keySchema(
                KeySchemaElement.builder().attributeName("pk").keyType(KeyType.HASH).build()));
    var text = AttributeValue.fromS("x".repeat(100));
    var puts =
        IntStream.range(0, 1000)
            .mapToObj(n ->
                PutItemRequest.builder()
                    .tableName("bench")
                    .item(Map.of("pk", AttributeValue.fromS("k" + n), "text", text))
                    .build())
            .toList();
    measure("DynamoDB PutItem", n -> dynamo.putItem(puts.get(n % 1000)), out);
    var gets =
        IntStream.range(0, 1000)
            .mapToObj(n ->
                GetItemRequest.builder()
                    .tableName("bench")
                    .key(Map.of("pk", AttributeValue.fromS("k" + n)))
                    .build())
            .toList();
    measure("DynamoDB GetItem", n -> dynamo.getItem(gets.get(n % 1000)), out);
  }

  private static void streams(KinesisClient kinesis, Output out) {
    kinesis.createStream(s -> s.streamName("bench").shardCount(1));
    var put =
        PutRecordRequest.builder()
            .streamName("bench")
            .partitionKey("k")
            .data(SdkBytes.fromByteArray(new byte[100]))
            .build();
    measure("Kinesis PutRecord", n -> kinesis.putRecord(put), out);
  }

  private static void read(S3Client s3, int number) {
    try (ResponseInputStream<GetObjectResponse> in =
        s3.getObject(r -> r.bucket("bench").key("k" + number % 1000))) {
      if (in.readAllBytes().length != 1024) {
        throw new IllegalStateException("Not what was put");
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void measure(String name, Step step, Output out) {
    var nanos = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      var start = System.nanoTime();
      for (int i = 0; i < COUNT; i++) {
        step.run(i);
      }
      var each = (System.nanoTime() - start) / (double) COUNT;
      if (round >= 0) {
        nanos[round] = each;
      }
    }
    out.row(name, Output.micros(Output.median(nanos)));
  }
}
