package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.Sizes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.model.Identity;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ListStreamsRequest;
import software.amazon.awssdk.services.dynamodb.model.ListStreamsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.SequenceNumberRange;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.Stream;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;
import software.amazon.awssdk.services.dynamodb.model.StreamStatus;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/// Change streams as their consumers see them.
final class DynamoStreams implements DynamoDbStreamsClient {
  private static final int PAGE_MAX = 100;
  private static final int RECORDS_MAX = 1000;
  private static final int RECORDS_BYTES_MAX = 1024 * 1024;

  private final Cloud cloud;
  private final Streams streams;

  private record Found(StreamConfig.Place place, StreamConfig config) {}

  DynamoStreams(Cloud cloud) {
    this.cloud = cloud;
    this.streams = new Streams(cloud);
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  @Override
  public ListStreamsResponse listStreams(ListStreamsRequest request) {
    new DynamoConstraints()
        .atLeast("limit", request.limit(), 1)
        .atMost("limit", request.limit(), PAGE_MAX)
        .check();
    var max = request.limit() == null ? PAGE_MAX : request.limit();
    var call = Call.current();
    var after = request.exclusiveStartStreamArn();
    var found = new ArrayList<Stream>();
    streams.configs.scan(
        (place, config) -> {
          var name = place.table().name();
          var wanted = request.tableName() == null || request.tableName().equals(name);
          if (wanted && isReadable(config) && (after == null || place.arn().compareTo(after) > 0)) {
            found.add(
                Stream.builder()
                    .streamArn(place.arn())
                    .tableName(name)
                    .streamLabel(place.label())
                    .build());
          }
          return found.size() <= max;
        },
        call.account(),
        call.region());
    var response = ListStreamsResponse.builder();
    if (found.size() > max) {
      found.removeLast();
      response.lastEvaluatedStreamArn(found.getLast().streamArn());
    }
    return response.streams(found).build();
  }

  @Override
  public DescribeStreamResponse describeStream(DescribeStreamRequest request) {
    new DynamoConstraints()
        .required("streamArn", request.streamArn())
        .atLeast("limit", request.limit(), 1)
        .atMost("limit", request.limit(), PAGE_MAX)
        .check();
    var found = find(request.streamArn());
    var config = found.config;
    var max = request.limit() == null ? PAGE_MAX : request.limit();
    var shards = new ArrayList<Shard>();
    var ids = config.shardIds();
    var first = ids.indexOf(request.exclusiveStartShardId()) + 1;
    for (int i = first; i < ids.size() && shards.size() < max; i++) {
      var range = SequenceNumberRange.builder().startingSequenceNumber(sequence(1));
      if (!config.isEnabled()) {
        range.endingSequenceNumber(sequence(Math.max(1, config.ends().get(i))));
      }
      shards.add(Shard.builder().shardId(ids.get(i)).sequenceNumberRange(range.build()).build());
    }
    var keys = new ArrayList<KeySchemaElement>();
    keys.add(KeySchemaElement.builder().attributeName(config.hash()).keyType("HASH").build());
    if (!config.range().isEmpty()) {
      keys.add(KeySchemaElement.builder().attributeName(config.range()).keyType("RANGE").build());
    }
    var description =
        StreamDescription.builder()
            .streamArn(request.streamArn())
            .streamLabel(found.place.label())
            .streamStatus(config.isEnabled() ? StreamStatus.ENABLED : StreamStatus.DISABLED)
            .streamViewType(config.viewType())
            .creationRequestDateTime(Instant.ofEpochMilli(config.createdMillis()))
            .tableName(found.place.table().name())
            .keySchema(keys)
            .shards(shards);
    if (first + shards.size() < ids.size()) {
      description.lastEvaluatedShardId(shards.getLast().shardId());
    }
    return DescribeStreamResponse.builder().streamDescription(description.build()).build();
  }

  @Override
  public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
    new DynamoConstraints()
        .required("streamArn", request.streamArn())
        .required("shardId", request.shardId())
        .required("shardIteratorType", request.shardIteratorType())
        .oneOf(
            "shardIteratorType",
            request.shardIteratorTypeAsString(),
            "AFTER_SEQUENCE_NUMBER",
            "LATEST",
            "AT_SEQUENCE_NUMBER",
            "TRIM_HORIZON")
        .check();
    var found = find(request.streamArn());
    var shard = shard(found, request.shardId(), request.streamArn());
    var type = request.shardIteratorType();
    var numbered =
        type == ShardIteratorType.AT_SEQUENCE_NUMBER
            || type == ShardIteratorType.AFTER_SEQUENCE_NUMBER;
    if (numbered != (request.sequenceNumber() != null)) {
      throw DynamoErrors.validation(
          numbered
              ? "SequenceNumber is required for the ShardIteratorType " + type
              : "SequenceNumber must not be given for the ShardIteratorType " + type);
    }
    var horizon = StreamLog.trimmed(cloud.store(), found.place.table(), found.config.id(), shard);
    long next =
        switch (type) {
          case TRIM_HORIZON -> 1;
          case LATEST -> last(found, shard) + 1;
          case AT_SEQUENCE_NUMBER -> sequence(request.sequenceNumber());
          default -> sequence(request.sequenceNumber()) + 1;
        };
    if (numbered && next <= horizon) {
      throw trimmed();
    }
    return GetShardIteratorResponse.builder()
        .shardIterator(
            new ShardIterator(request.streamArn(), shard, next, cloud.clock().millis()).encode())
        .build();
  }

  @Override
  public GetRecordsResponse getRecords(GetRecordsRequest request) {
    new DynamoConstraints()
        .required("shardIterator", request.shardIterator())
        .atLeast("limit", request.limit(), 1)
        .atMost("limit", request.limit(), RECORDS_MAX)
        .check();
    var iterator = ShardIterator.decode(request.shardIterator());
    var now = cloud.clock().millis();
    if (now - iterator.madeMillis() > ShardIterator.LIFE_MILLIS) {
      throw Errors.of(
          ExpiredIteratorException.builder(),
          400,
          "ExpiredIteratorException",
          "Iterator expired. The iterator was created at time "
              + Instant.ofEpochMilli(iterator.madeMillis())
              + " while right now it is "
              + Instant.ofEpochMilli(now)
              + " which is further in the future than the tolerated delay of "
              + ShardIterator.LIFE_MILLIS
              + " milliseconds.");
    }
    var found = find(iterator.streamArn());
    var max = request.limit() == null ? RECORDS_MAX : request.limit();
    var records = new ArrayList<Record>();
    var next = read(found, iterator, max, records);
    var response = GetRecordsResponse.builder().records(records);
    var isOver = !found.config.isEnabled() && next > found.config.ends().get(iterator.shard());
    if (!isOver) {
      response.nextShardIterator(
          new ShardIterator(iterator.streamArn(), iterator.shard(), next, now).encode());
    }
    return response.build();
  }

  /// Reads records and returns the sequence number behind them.
  private long read(Found found, ShardIterator iterator, int max, List<Record> records) {
    var table = found.place.table();
    var prefix = StreamLog.prefix(table, found.config.id(), iterator.shard());
    var from = new Key.Writer().raw(prefix).number(iterator.next()).toBytes();
    var oldest = cloud.clock().millis() - StreamConfig.RETENTION_MILLIS;
    var next = iterator.next();
    int bytes = 0;
    try (var cursor = cloud.store().scan(from, Key.after(prefix), false)) {
      while (records.size() < max && bytes < RECORDS_BYTES_MAX && cursor.next()) {
        var number = new Key.Reader(cursor.key(), prefix.length).number();
        var change = ChangeRecord.CODEC.decode(cursor.value());
        next = number + 1;
        if (change.millis() >= oldest) {
          var record = record(table.region(), number, change, found.config.viewType());
          bytes += record.dynamodb().sizeBytes().intValue();
          records.add(record);
        }
      }
    }
    return next;
  }

  private static Record record(String region, long number, ChangeRecord change, String viewType) {
    var size = Sizes.of(change.keys());
    var data =
        StreamRecord.builder()
            .approximateCreationDateTime(
                Instant.ofEpochMilli(change.millis()).truncatedTo(ChronoUnit.SECONDS))
            .keys(AttributeValues.toSdk(change.keys()))
            .sequenceNumber(sequence(number))
            .streamViewType(viewType);
    var after = change.after();
    if (after != null) {
      data.newImage(AttributeValues.toSdk(after));
      size += Sizes.of(after);
    }
    var before = change.before();
    if (before != null) {
      data.oldImage(AttributeValues.toSdk(before));
      size += Sizes.of(before);
    }
    var record =
        Record.builder()
            .eventID(change.eventId())
            .eventName(change.kind().name())
            .eventVersion("1.1")
            .eventSource("aws:dynamodb")
            .awsRegion(region)
            .dynamodb(data.sizeBytes((long) size).build());
    if (change.expired()) {
      record.userIdentity(
          Identity.builder().type("Service").principalId("dynamodb.amazonaws.com").build());
    }
    return record.build();
  }

  private long last(Found found, int shard) {
    var prefix = StreamLog.prefix(found.place.table(), found.config.id(), shard);
    try (var cursor = cloud.store().scan(prefix, Key.after(prefix), true)) {
      if (cursor.next()) {
        return new Key.Reader(cursor.key(), prefix.length).number();
      }
    }
    return StreamLog.trimmed(cloud.store(), found.place.table(), found.config.id(), shard);
  }

  private boolean isReadable(StreamConfig config) {
    return config.isEnabled()
        || config.disabledMillis() > cloud.clock().millis() - StreamConfig.RETENTION_MILLIS;
  }

  private Found find(String streamArn) {
    var arn = Arn.of(streamArn).orElseThrow(() -> badArn(streamArn));
    var parts = arn.resource().split("/", 4);
    if (parts.length != 4 || !parts[0].equals("table") || !parts[2].equals("stream")) {
      throw badArn(streamArn);
    }
    var place =
        new StreamConfig.Place(new TableKey(arn.account(), arn.region(), parts[1]), parts[3]);
    var config = streams.configs.get(place);
    if (config == null || !isReadable(config)) {
      throw DynamoErrors.notFound(
          "Requested resource not found: Stream: " + streamArn + " not found");
    }
    return new Found(place, config);
  }

  private static AwsServiceException badArn(String arn) {
    return DynamoErrors.validation("Invalid StreamArn: " + arn);
  }

  private static int shard(Found found, @Nullable String id, String arn) {
    var shard = found.config.shardIds().indexOf(id);
    if (shard < 0) {
      throw DynamoErrors.notFound(
          "Requested resource not found: Shard: " + id + " in stream: " + arn + " not found");
    }
    return shard;
  }

  private static AwsServiceException trimmed() {
    return Errors.of(
        TrimmedDataAccessException.builder(),
        400,
        "TrimmedDataAccessException",
        "The operation attempted to read past the oldest stream record in a shard");
  }

  /// Sequence numbers are shown with 21 digits, as AWS's have at least.
  static String sequence(long number) {
    return "1" + String.format(java.util.Locale.ROOT, "%020d", number);
  }

  private static long sequence(String shown) {
    try {
      if (shown.length() == 21 && shown.charAt(0) == '1') {
        return Long.parseLong(shown.substring(1));
      }
    } catch (NumberFormatException e) {
      throw DynamoErrors.validation("Invalid SequenceNumber: " + shown);
    }
    throw DynamoErrors.validation("Invalid SequenceNumber: " + shown);
  }
}
