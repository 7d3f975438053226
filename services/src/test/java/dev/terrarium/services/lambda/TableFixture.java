package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.store.Blobs;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;

/// A table with a change stream of one shard or several, and functions that it is mapped to.
final class TableFixture implements AutoCloseable {
  static final Instant START = Instant.parse("2026-05-01T12:00:00Z");

  /// Prints every event that it is given, then does what `code` says, indented by four.
  static String printing(String code) {
    return "import json, time\ndef handler(e, c):\n"
        + "    print(json.dumps(dict(e, at=time.monotonic_ns())))\n"
        + code;
  }

  final LambdaFixture lambda;
  final DynamoDbClient dynamo;
  final String stream;

  TableFixture(int shards) {
    this(Cloud.builder().clock(Clock.stoppedAt(START)).build(), shards);
  }

  private TableFixture(Cloud cloud, int shards) {
    lambda = new LambdaFixture(cloud);
    dynamo = cloud.client(DynamoDbClient.class);
    stream =
        dynamo
            .createTable(b ->
                b.tableName("table")
                    .attributeDefinitions(
                        AttributeDefinition.builder()
                            .attributeName("id")
                            .attributeType(ScalarAttributeType.S)
                            .build())
                    .keySchema(
                        KeySchemaElement.builder()
                            .attributeName("id")
                            .keyType(KeyType.HASH)
                            .build())
                    .provisionedThroughput(
                        p -> p.readCapacityUnits(10L).writeCapacityUnits(1000L * shards))
                    .streamSpecification(s ->
                        s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
            .tableDescription()
            .latestStreamArn();
  }

  /// The same table after a restart, or a new one if there is none.
  TableFixture(MemoryStore store, Blobs blobs, Instant now, @Nullable String stream) {
    var cloud = Cloud.builder().store(store).blobs(blobs).clock(Clock.stoppedAt(now)).build();
    if (stream == null) {
      var made = new TableFixture(cloud, 1);
      this.lambda = made.lambda;
      this.dynamo = made.dynamo;
      this.stream = made.stream;
    } else {
      this.lambda = new LambdaFixture(cloud);
      this.dynamo = cloud.client(DynamoDbClient.class);
      this.stream = stream;
    }
  }

  String map(String function, Consumer<CreateEventSourceMappingRequest.Builder> more) {
    return lambda
        .lambda
        .createEventSourceMapping(b -> {
          b.functionName(function).eventSourceArn(stream).startingPosition("TRIM_HORIZON");
          more.accept(b);
        })
        .uuid();
  }

  void put(String id, int n) {
    dynamo.putItem(b ->
        b.tableName("table")
            .item(
                Map.of(
                    "id",
                    AttributeValue.fromS(id),
                    "n",
                    AttributeValue.fromN(Integer.toString(n)))));
  }

  void advance(Duration by) {
    lambda.cloud.timers().advance(by);
  }

  /// The events that a printing function was given, in the order in which it got them. Log events
  /// of several sandboxes at the same moment of the stopped clock are in no order.
  static List<JsonNode> events(LambdaFixture fixture, String function) {
    return fixture.logLines(function).stream()
        .filter(line -> line.startsWith("{\"Records\""))
        .map(Json::parse)
        .sorted(Comparator.comparingLong(event -> event.path("at").asLong()))
        .toList();
  }

  List<JsonNode> events(String function) {
    return events(lambda, function);
  }

  /// The numbers of each event's records.
  List<List<Integer>> batches(String function) {
    var all = new ArrayList<List<Integer>>();
    for (var event : events(function)) {
      var batch = new ArrayList<Integer>();
      event.path("Records").forEach(r -> batch.add(number(r)));
      all.add(batch);
    }
    return all;
  }

  static int number(JsonNode record) {
    return record.path("dynamodb").path("NewImage").path("n").path("N").asInt();
  }

  @Override
  public void close() {
    lambda.close();
  }
}
