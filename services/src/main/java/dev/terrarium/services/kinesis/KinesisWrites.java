package dev.terrarium.services.kinesis;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.PutRecordRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/// Records come in.
final class KinesisWrites extends KinesisPart {
  private static final int RECORDS_MAX = 500;
  private static final int DATA_BYTES_MAX = 10 * 1024 * 1024;
  private static final int REQUEST_BYTES_MAX = 10 * 1024 * 1024;

  KinesisWrites(Streams streams) {
    super(streams);
  }

  @Override
  public PutRecordResponse putRecord(PutRecordRequest request) {
    var start = streams.cloud.clock().ticks();
    var constraints = new KinesisConstraints().stream(request.streamName(), request.streamARN());
    entry(constraints, "", request.data(), request.partitionKey(), request.explicitHashKey());
    constraints
        .sequenceNumber("sequenceNumberForOrdering", request.sequenceNumberForOrdering())
        .check();
    var stream = streams.get(request.streamName(), request.streamARN());
    var record = new NewRecord(request.partitionKey(), request.data().asByteArrayUnsafe());
    checkSize(stream, "data", record);
    checkOrdering(stream, request.sequenceNumberForOrdering());
    var place = hashKey(request.partitionKey(), request.explicitHashKey());
    var throttled = stream.config().isThrottled();
    while (true) {
      var shard = stream.shards().of(place);
      if (throttled && !shard.throttle.takes(nowMillis(), 1, record.size())) {
        stream.counters.writesThrottled.increment();
        shard.counters.writesThrottled.increment();
        throw KinesisErrors.throughput(exceeded(stream, shard));
      }
      var encrypted = stream.config().isEncrypted();
      var appended = append(stream, shard, encrypted, List.of(record));
      if (appended != null) {
        stream.counters.puts.increment();
        stream.counters.putNanos.add(streams.cloud.clock().ticks() - start);
        return PutRecordResponse.builder()
            .shardId(shard.config().id())
            .sequenceNumber(shard.sequenceNumber(appended.place(), appended.arrivalMillis()))
            .encryptionType(encrypted ? EncryptionType.KMS : null)
            .build();
      }
    }
  }

  @Override
  public PutRecordsResponse putRecords(PutRecordsRequest request) {
    var start = streams.cloud.clock().ticks();
    var entries = request.records();
    check(request, entries);
    var stream = streams.get(request.streamName(), request.streamARN());
    long bytes = 0;
    var records = new ArrayList<NewRecord>(entries.size());
    var places = new ArrayList<HashKey>(entries.size());
    var limit = stream.config().recordBytesMax();
    for (int i = 0; i < entries.size(); i++) {
      var entry = entries.get(i);
      var record = new NewRecord(entry.partitionKey(), entry.data().asByteArrayUnsafe());
      if (record.size() > limit) {
        checkSize(stream, "records." + (i + 1) + ".member.data", record);
      }
      bytes += record.size();
      records.add(record);
      places.add(hashKey(entry.partitionKey(), entry.explicitHashKey()));
    }
    if (bytes > REQUEST_BYTES_MAX) {
      throw KinesisErrors.invalid("Records size exceeds 10 MB limit");
    }
    var encrypted = stream.config().isEncrypted();
    var results = new @Nullable PutRecordsResultEntry[entries.size()];
    put(stream, encrypted, records, places, results);
    int failed = 0;
    for (var result : results) {
      if (result == null || result.errorCode() != null) {
        failed++;
      }
    }
    var counters = stream.counters;
    counters.batchPuts.increment();
    counters.batchRecords.add(entries.size());
    counters.batchFailures.add(failed);
    counters.batchNanos.add(streams.cloud.clock().ticks() - start);
    return PutRecordsResponse.builder()
        .failedRecordCount(failed)
        .records(results)
        .encryptionType(encrypted ? EncryptionType.KMS : null)
        .build();
  }

  private static void check(PutRecordsRequest request, List<PutRecordsRequestEntry> entries) {
    var constraints = new KinesisConstraints().stream(request.streamName(), request.streamARN());
    if (!request.hasRecords()) {
      constraints.required("records", null);
    } else {
      constraints.count("records", entries, 1, RECORDS_MAX);
      for (int i = 0; i < entries.size(); i++) {
        var entry = entries.get(i);
        if (isPlain(entry)) {
          continue;
        }
        entry(
            constraints,
            "records." + (i + 1) + ".member.",
            entry.data(),
            entry.partitionKey(),
            entry.explicitHashKey());
      }
    }
    constraints.check();
  }

  /// Whether there is nothing to complain about; spares the names of members.
  private static boolean isPlain(PutRecordsRequestEntry entry) {
    return entry.data() != null
        && entry.partitionKey() != null
        && entry.explicitHashKey() == null
        && !entry.partitionKey().isEmpty()
        && entry.partitionKey().length() <= 256
        && entry.data().asByteArrayUnsafe().length <= DATA_BYTES_MAX;
  }

  /// Puts the records of each shard at once, and those again whose shard was split or merged
  /// meanwhile.
  private void put(
      Stream stream,
      boolean encrypted,
      List<NewRecord> records,
      List<HashKey> places,
      @Nullable PutRecordsResultEntry[] results) {
    var left = new ArrayList<Integer>(records.size());
    for (int i = 0; i < records.size(); i++) {
      left.add(i);
    }
    while (!left.isEmpty()) {
      var shards = stream.shards();
      var byShard = new LinkedHashMap<Shard, List<Integer>>();
      for (var i : left) {
        byShard.computeIfAbsent(shards.of(places.get(i)), s -> new ArrayList<>()).add(i);
      }
      left.clear();
      for (var group : byShard.entrySet()) {
        if (!putGroup(stream, encrypted, records, group, results)) {
          left.addAll(group.getValue());
        }
      }
    }
  }

  private boolean putGroup(
      Stream stream,
      boolean encrypted,
      List<NewRecord> records,
      Map.Entry<Shard, List<Integer>> group,
      @Nullable PutRecordsResultEntry[] results) {
    var shard = group.getKey();
    var taken = new ArrayList<NewRecord>(group.getValue().size());
    var numbers = new ArrayList<Integer>(group.getValue().size());
    var throttled = stream.config().isThrottled();
    for (var i : group.getValue()) {
      var record = records.get(i);
      if (throttled && !shard.throttle.takes(nowMillis(), 1, record.size())) {
        stream.counters.writesThrottled.increment();
        shard.counters.writesThrottled.increment();
        results[i] =
            PutRecordsResultEntry.builder()
                .errorCode("ProvisionedThroughputExceededException")
                .errorMessage(exceeded(stream, shard))
                .build();
      } else {
        taken.add(record);
        numbers.add(i);
      }
    }
    if (taken.isEmpty()) {
      return true;
    }
    var appended = append(stream, shard, encrypted, taken);
    if (appended == null) {
      return false;
    }
    var id = shard.config().id();
    for (int i = 0; i < numbers.size(); i++) {
      results[numbers.get(i)] =
          PutRecordsResultEntry.builder()
              .shardId(id)
              .sequenceNumber(shard.sequenceNumber(appended.place() + i, appended.arrivalMillis()))
              .build();
    }
    long bytes = 0;
    for (var record : taken) {
      bytes += record.size();
    }
    stream.counters.batchBytes.add(bytes);
    return true;
  }

  private Shard.@Nullable Appended append(
      Stream stream, Shard shard, boolean encrypted, List<NewRecord> records) {
    var appended = shard.append(nowMillis(), encrypted, records);
    if (appended == null) {
      if (stream.isDeleted()) {
        throw KinesisErrors.noStream(stream.key);
      }
      return null;
    }
    stream.signal();
    long bytes = 0;
    for (var record : records) {
      bytes += record.size();
    }
    stream.counters.put(records.size(), bytes);
    shard.counters.put(records.size(), bytes);
    return appended;
  }

  private static String exceeded(Stream stream, Shard shard) {
    return "Rate exceeded for shard " + shard.config().id() + KinesisErrors.of(stream.key) + ".";
  }

  private static void entry(
      KinesisConstraints constraints,
      String path,
      @Nullable SdkBytes data,
      @Nullable String partitionKey,
      @Nullable String explicitHashKey) {
    constraints
        .required(path + "data", data)
        .required(path + "partitionKey", partitionKey)
        .length(path + "partitionKey", partitionKey, 1, 256)
        .hashKey(path + "explicitHashKey", explicitHashKey);
    if (data != null) {
      constraints.bytes(path + "data", data.asByteArrayUnsafe().length, DATA_BYTES_MAX);
    }
  }

  private static void checkSize(Stream stream, String name, NewRecord record) {
    var max = stream.config().recordBytesMax();
    new KinesisConstraints().bytes(name, record.data().length, max).check();
    if (record.size() > max) {
      throw KinesisErrors.invalid(
          "The data and the partition key of a record together exceed the limit of "
              + max
              + " bytes.");
    }
  }

  /// A number given for ordering must be one that this stream may have given out.
  private void checkOrdering(Stream stream, @Nullable String given) {
    if (given == null) {
      return;
    }
    var number = SequenceNumber.parse(given);
    var shard = number == null ? null : stream.shards().find(number.shard());
    if (number == null
        || shard == null
        || shard.config().shardSeconds() != number.shardSeconds()
        || number.seconds() > nowMillis() / 1000) {
      throw KinesisErrors.invalid(
          "ExclusiveMinimumSequenceNumber "
              + given
              + " used in PutRecord on stream "
              + stream.key.name()
              + " under account "
              + stream.key.account()
              + " is invalid.");
    }
  }

  private static HashKey hashKey(String partitionKey, @Nullable String explicit) {
    if (explicit == null) {
      return HashKey.ofPartitionKey(partitionKey);
    }
    var number = new BigInteger(explicit);
    if (number.compareTo(HashKey.COUNT) >= 0) {
      throw KinesisErrors.invalid(
          "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified"
              + " value was "
              + explicit);
    }
    return HashKey.of(number);
  }
}
