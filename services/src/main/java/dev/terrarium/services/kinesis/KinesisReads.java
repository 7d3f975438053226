package dev.terrarium.services.kinesis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/// Records are read.
final class KinesisReads extends KinesisPart {
  private static final int RECORDS_MAX = 10_000;
  private static final long BYTES_MAX = 10L * 1024 * 1024;
  static final Pattern SHARD_ID = Pattern.compile("(?:shardId-)?0*(\\d{1,10})");

  KinesisReads(Streams streams) {
    super(streams);
  }

  @Override
  public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
    var type = request.shardIteratorTypeAsString();
    new KinesisConstraints()
        .stream(request.streamName(), request.streamARN())
            .required("shardId", request.shardId())
            .name("shardId", request.shardId())
            .required("shardIteratorType", type)
            .oneOf(
                "shardIteratorType",
                type,
                "AFTER_SEQUENCE_NUMBER",
                "LATEST",
                "AT_TIMESTAMP",
                "AT_SEQUENCE_NUMBER",
                "TRIM_HORIZON")
            .sequenceNumber("startingSequenceNumber", request.startingSequenceNumber())
            .check();
    var stream = streams.get(request.streamName(), request.streamARN());
    var shard = shard(stream, request.shardId());
    var place =
        position(
            stream,
            shard,
            request.shardIteratorType(),
            request.startingSequenceNumber(),
            request.timestamp());
    return GetShardIteratorResponse.builder()
        .shardIterator(iterator(stream, shard, place).encode())
        .build();
  }

  /// The shard that a caller names.
  static Shard shard(Stream stream, String shardId) {
    var number = SHARD_ID.matcher(shardId);
    var shard =
        number.matches() ? stream.shards().find((int) Long.parseLong(number.group(1))) : null;
    if (shard == null) {
      throw KinesisErrors.notFound(
          "Shard " + shardId + KinesisErrors.of(stream.key) + " does not exist");
    }
    return shard;
  }

  /// Where reading begins.
  long position(
      Stream stream,
      Shard shard,
      ShardIteratorType type,
      @Nullable String sequenceNumber,
      @Nullable Instant timestamp) {
    var bySequence =
        type == ShardIteratorType.AT_SEQUENCE_NUMBER
            || type == ShardIteratorType.AFTER_SEQUENCE_NUMBER;
    if (bySequence != (sequenceNumber != null)) {
      throw KinesisErrors.invalid(
          "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and"
              + " StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no"
              + " StartingSequenceNumber. Request specified "
              + type
              + (bySequence ? " and no" : " and also a")
              + " StartingSequenceNumber.");
    }
    return switch (type) {
      case LATEST -> shard.last() + 1;
      case AT_SEQUENCE_NUMBER -> place(stream, shard, sequenceNumber);
      case AFTER_SEQUENCE_NUMBER -> after(place(stream, shard, sequenceNumber));
      case AT_TIMESTAMP -> shard.placeAt(millis(timestamp), stream.oldestMillis());
      case TRIM_HORIZON, UNKNOWN_TO_SDK_VERSION -> shard.horizon(stream.oldestMillis());
    };
  }

  private static long after(long place) {
    return place == SequenceNumber.END ? place : place + 1;
  }

  private long millis(@Nullable Instant timestamp) {
    var now = nowMillis();
    if (timestamp == null) {
      throw KinesisErrors.invalid(
          "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current"
              + " value of timestampInMillis is null");
    }
    var millis = timestamp.toEpochMilli();
    if (millis > now) {
      throw KinesisErrors.invalid(
          "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis."
              + " timestampInMillis: "
              + millis
              + ", currentTimestampInMillis: "
              + now);
    }
    return millis;
  }

  private static long place(Stream stream, Shard shard, @Nullable String given) {
    var number = given == null ? null : SequenceNumber.parse(given);
    var id = shard.config().id();
    var which =
        "StartingSequenceNumber "
            + given
            + " used in GetShardIterator on shard "
            + id
            + KinesisErrors.of(stream.key);
    if (number == null) {
      throw KinesisErrors.invalid(which + " is invalid.");
    }
    if (number.shard() != shard.config().index()) {
      throw KinesisErrors.invalid(
          "Invalid StartingSequenceNumber. It encodes "
              + ShardConfig.id(number.shard())
              + ", while it was used in a call to a shard with "
              + id);
    }
    if (number.shardSeconds() != shard.config().shardSeconds()) {
      throw KinesisErrors.invalid(which + " is invalid because it did not come from this stream.");
    }
    return number.index();
  }

  private ShardIterator iterator(Stream stream, Shard shard, long place) {
    return new ShardIterator(
        stream.key, stream.config().storageId(), shard.config().index(), place, nowMillis());
  }

  @Override
  public GetRecordsResponse getRecords(GetRecordsRequest request) {
    var start = streams.cloud.clock().ticks();
    new KinesisConstraints()
        .stream(null, request.streamARN())
            .required("shardIterator", request.shardIterator())
            .length("shardIterator", request.shardIterator(), 1, 512)
            .range("limit", request.limit(), 1, RECORDS_MAX)
            .check();
    var iterator = ShardIterator.decode(request.shardIterator());
    if (iterator == null) {
      throw KinesisErrors.invalid("Invalid ShardIterator.");
    }
    var now = nowMillis();
    if (now - iterator.madeMillis() > ShardIterator.LIFE_MILLIS) {
      throw KinesisErrors.expiredIterator(iterator.madeMillis(), now);
    }
    if (request.streamARN() != null && !request.streamARN().equals(iterator.stream().arn())) {
      throw KinesisErrors.invalid("The ShardIterator does not belong to the given StreamARN.");
    }
    var stream = streams.get(iterator.stream());
    var shard = stream.shards().find(iterator.shard());
    if (shard == null || !stream.config().storageId().equals(iterator.storageId())) {
      throw KinesisErrors.notFound(
          "Shard "
              + ShardConfig.id(iterator.shard())
              + KinesisErrors.of(stream.key)
              + " does not exist");
    }
    throttle(stream, shard, now);
    var limit = request.limit() == null ? RECORDS_MAX : request.limit();
    var read = read(stream, shard, iterator.next(), limit, BYTES_MAX);
    stream.counters.readNanos.add(streams.cloud.clock().ticks() - start);
    var response =
        GetRecordsResponse.builder()
            .records(read.records())
            .millisBehindLatest(read.millisBehindLatest());
    return read.isEnd()
        ? response.childShards(KinesisShards.children(stream, shard)).build()
        : response.nextShardIterator(iterator(stream, shard, read.next()).encode()).build();
  }

  private static void throttle(Stream stream, Shard shard, long now) {
    if (stream.config().isThrottled() && !shard.throttle.gives(now)) {
      stream.counters.readsThrottled.increment();
      shard.counters.readsThrottled.increment();
      throw KinesisErrors.throughput(
          "Rate exceeded for shard " + shard.config().id() + KinesisErrors.of(stream.key) + ".");
    }
  }

  /// What was read of a shard.
  ///
  /// @param next where to go on
  /// @param isEnd whether the shard was closed and nothing more will come
  record Read(List<Record> records, long next, long millisBehindLatest, boolean isEnd) {}

  /// Reads from a place on.
  Read read(Stream stream, Shard shard, long from, int countMax, long bytesMax) {
    // What closed the shard is asked before where it ends: nothing comes after.
    var closed = !shard.config().isOpen();
    var last = shard.last();
    var place = Math.max(from, shard.horizon(stream.oldestMillis()));
    var found = shard.read(place, last, countMax, bytesMax);
    var records = new ArrayList<Record>(found.records().size());
    long bytes = 0;
    for (int i = 0; i < found.records().size(); i++) {
      var record = found.records().get(i);
      bytes += record.size();
      records.add(show(shard, found.places().get(i), record));
    }
    var caughtUp = found.next() > last;
    var behind =
        caughtUp || found.records().isEmpty()
            ? 0
            : Math.max(0, nowMillis() - found.records().getLast().arrivalMillis());
    stream.counters.read(records.size(), bytes, behind);
    shard.counters.read(records.size(), bytes, behind);
    if (stream.config().isThrottled()) {
      shard.throttle.gave(bytes);
    }
    return new Read(records, found.next(), behind, closed && caughtUp);
  }

  private static Record show(Shard shard, long place, StreamRecord record) {
    return Record.builder()
        .sequenceNumber(shard.sequenceNumber(place, record.arrivalMillis()))
        .approximateArrivalTimestamp(Instant.ofEpochMilli(record.arrivalMillis()))
        .data(SdkBytes.fromByteArrayUnsafe(record.data()))
        .partitionKey(record.partitionKey())
        .encryptionType(record.encrypted() ? EncryptionType.KMS : null)
        .build();
  }
}
