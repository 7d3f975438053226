package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/// The change stream of a DynamoDB table.
final class DynamoSource implements StreamSource {
  private static final Duration RETENTION = Duration.ofHours(24);
  private static final int READ_MAX = 1000;

  private final Cloud cloud;
  private final Arn arn;
  private final RecordFilter filter;

  DynamoSource(Cloud cloud, Arn arn, RecordFilter filter) {
    this.cloud = cloud;
    this.arn = arn;
    this.filter = filter;
  }

  private DynamoDbStreamsClient streams() {
    return cloud.client(DynamoDbStreamsClient.class, arn.scope());
  }

  @Override
  public String signal() {
    return arn.toString();
  }

  @Override
  public List<Shard> shards() {
    var shards = new ArrayList<Shard>();
    String last = null;
    do {
      var from = last;
      var page =
          streams()
              .describeStream(b -> b.streamArn(arn.toString()).exclusiveStartShardId(from))
              .streamDescription();
      for (var shard : page.shards()) {
        shards.add(
            new Shard(
                shard.shardId(),
                shard.parentShardId() == null ? List.of() : List.of(shard.parentShardId()),
                shard.sequenceNumberRange().endingSequenceNumber() != null));
      }
      last = page.lastEvaluatedShardId();
    } while (last != null);
    return shards;
  }

  @Override
  public String iterator(String shard, StreamPosition position) {
    try {
      return streams()
          .getShardIterator(b -> {
            b.streamArn(arn.toString()).shardId(shard);
            if (position.kind() == StreamPosition.Kind.AFTER) {
              b.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                  .sequenceNumber(position.sequence());
            } else {
              b.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
            }
          })
          .shardIterator();
    } catch (TrimmedDataAccessException _) {
      // What was to come next is gone: AWS goes on with the oldest that is left.
      return iterator(shard, StreamPosition.HORIZON);
    }
  }

  @Override
  public String latest(String shard) {
    return streams()
        .getShardIterator(b ->
            b.streamArn(arn.toString()).shardId(shard).shardIteratorType(ShardIteratorType.LATEST))
        .shardIterator();
  }

  @Override
  public Page read(String shard, String iterator, int limit) {
    GetRecordsResponse found;
    try {
      found = streams().getRecords(b -> b.shardIterator(iterator).limit(Math.min(limit, READ_MAX)));
    } catch (TrimmedDataAccessException _) {
      found = streams().getRecords(b -> b.shardIterator(iterator(shard, StreamPosition.HORIZON)));
    }
    var items = new ArrayList<Item>(found.records().size());
    for (var record : found.records()) {
      items.add(item(record));
    }
    return new Page(items, found.nextShardIterator(), !items.isEmpty());
  }

  @Override
  public Duration retention() {
    return RETENTION;
  }

  @Override
  public String batchInfo() {
    return "DDBStreamBatchInfo";
  }

  private Item item(Record record) {
    var data = record.dynamodb();
    var arrival = data.approximateCreationDateTime().truncatedTo(ChronoUnit.SECONDS);
    var event = Json.object();
    event.put("eventID", record.eventID());
    event.put("eventName", record.eventNameAsString());
    event.put("eventVersion", record.eventVersion());
    event.put("eventSource", record.eventSource());
    event.put("awsRegion", record.awsRegion());
    var change = event.putObject("dynamodb");
    change.put("ApproximateCreationDateTime", arrival.getEpochSecond());
    var keys = attributes(data.keys());
    change.set("Keys", keys);
    if (data.hasNewImage()) {
      change.set("NewImage", attributes(data.newImage()));
    }
    if (data.hasOldImage()) {
      change.set("OldImage", attributes(data.oldImage()));
    }
    change.put("SequenceNumber", data.sequenceNumber());
    change.put("SizeBytes", data.sizeBytes());
    change.put("StreamViewType", data.streamViewTypeAsString());
    if (record.userIdentity() != null) {
      event
          .putObject("userIdentity")
          .put("type", record.userIdentity().type())
          .put("principalId", record.userIdentity().principalId());
    }
    event.put("eventSourceARN", arn.toString());
    return new Item(
        data.sequenceNumber(),
        Json.write(keys),
        arrival,
        Json.write(event).getBytes(StandardCharsets.UTF_8),
        filter.passes(event));
  }

  private static ObjectNode attributes(Map<String, AttributeValue> values) {
    var object = Json.object();
    new TreeMap<>(values).forEach((name, value) -> object.set(name, attribute(value)));
    return object;
  }

  private static ObjectNode attribute(AttributeValue value) {
    var node = Json.object();
    switch (value.type()) {
      case S -> node.put("S", value.s());
      case N -> node.put("N", value.n());
      case BOOL -> node.put("BOOL", value.bool());
      case NUL -> node.put("NULL", true);
      case B -> node.put("B", base64(value.b()));
      case SS -> value.ss().forEach(node.putArray("SS")::add);
      case NS -> value.ns().forEach(node.putArray("NS")::add);
      case BS -> {
        var set = node.putArray("BS");
        value.bs().forEach(bytes -> set.add(base64(bytes)));
      }
      case L -> {
        var list = node.putArray("L");
        value.l().forEach(element -> list.add(attribute(element)));
      }
      case M -> node.set("M", attributes(value.m()));
      case UNKNOWN_TO_SDK_VERSION ->
          throw new IllegalStateException("An attribute value without a type");
    }
    return node;
  }

  private static String base64(SdkBytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
  }
}
