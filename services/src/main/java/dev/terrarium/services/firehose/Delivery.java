package dev.terrarium.services.firehose;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// A delivery stream at work: takes records in, and delivers them when there are enough of them or
/// the first has waited long enough.
final class Delivery {
  private static final Duration FOREVER = Duration.ofDays(365);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration RETRY_MAX = Duration.ofMinutes(5);

  /// Records that cannot be delivered are given up after a day, as AWS does.
  private static final Duration KEPT_MAX = Duration.ofHours(24);

  private static final long MIB = 1024L * 1024;

  final Deliveries deliveries;
  final DeliveryKey key;
  private final String signal;
  private final AtomicLong next = new AtomicLong(1);
  private final AtomicLong waitingBytes = new AtomicLong();
  private volatile DeliveryConfig config;
  private volatile boolean ended;

  /// Records that are delivered together.
  private record Load(List<Long> numbers, List<BufferedRecord> records, long bytes) {}

  Delivery(Deliveries deliveries, DeliveryKey key, DeliveryConfig config) {
    this.deliveries = deliveries;
    this.key = key;
    this.signal = "firehose:" + config.storageId();
    this.config = config;
  }

  DeliveryConfig config() {
    return config;
  }

  void config(DeliveryConfig changed) {
    config = changed;
    deliveries.cloud.signals().signal(signal);
  }

  boolean isEnded() {
    return ended;
  }

  void begin() {
    deliveries.stored.records.scan(
        (recordKey, record) -> {
          next.set(recordKey.number() + 1);
          waitingBytes.addAndGet(record.data().length);
          return true;
        },
        config.storageId());
    deliveries.cloud.background("firehose", "deliver", key.scope(), this::deliver);
    var source = config.sourceArn();
    if (source != null) {
      var reader = new SourceReader(this, source);
      deliveries.cloud.background("firehose", "read", key.scope(), reader::read);
    }
  }

  void end() {
    ended = true;
    var signals = deliveries.cloud.signals();
    signals.signal(signal);
    var source = config.sourceArn();
    if (source != null) {
      signals.signal(source);
    }
  }

  /// Takes records in when the batch commits.
  void put(Batch batch, List<BufferedRecord> records) {
    var number = next.getAndAdd(records.size());
    long bytes = 0;
    for (var record : records) {
      deliveries.stored.records.put(
          batch, new DeliveryStore.RecordKey(config.storageId(), number++), record);
      bytes += record.data().length;
    }
    var more = bytes;
    batch.afterCommit(() -> {
      var before = waitingBytes.getAndAdd(more);
      if (before == 0 || before + more >= bytesMax()) {
        deliveries.cloud.signals().signal(signal);
      }
    });
    deliveries.stored.store.commit(batch);
  }

  private long bytesMax() {
    var bucket = config.bucket();
    var endpoint = config.endpoint();
    int mib =
        bucket != null
            ? bucket.bufferingHints().sizeInMBs()
            : endpoint != null ? endpoint.bufferingHints().sizeInMBs() : 1;
    return mib * MIB;
  }

  private Duration waitMax() {
    var bucket = config.bucket();
    var endpoint = config.endpoint();
    int seconds =
        bucket != null
            ? bucket.bufferingHints().intervalInSeconds()
            : endpoint != null ? endpoint.bufferingHints().intervalInSeconds() : 0;
    return Duration.ofSeconds(seconds);
  }

  private void deliver() {
    var clock = deliveries.cloud.clock();
    var retry = RETRY;
    try (var watch = deliveries.cloud.signals().watch(signal)) {
      while (!ended) {
        var first = firstMillis();
        var due = first < 0 ? null : Instant.ofEpochMilli(first).plus(waitMax());
        if (due == null) {
          watch.await(clock.now().plus(FOREVER));
        } else if (due.isAfter(clock.now()) && waitingBytes.get() < bytesMax()) {
          watch.await(due);
        } else if (deliverSome()) {
          retry = RETRY;
        } else {
          deliveries.cloud.timers().sleepUntil(clock.now().plus(retry));
          retry =
              retry.multipliedBy(2).compareTo(RETRY_MAX) < 0 ? retry.multipliedBy(2) : RETRY_MAX;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// When the record came that has waited longest, or -1 if none waits.
  private long firstMillis() {
    var first = new long[] {-1};
    deliveries.stored.records.scan(
        (recordKey, record) -> {
          first[0] = record.arrivalMillis();
          return false;
        },
        config.storageId());
    return first[0];
  }

  private boolean deliverSome() {
    var load = load();
    if (load.records.isEmpty()) {
      return true; // The delivery stream was deleted, and its records are going.
    }
    var oldest = load.records.getFirst().arrivalMillis();
    var now = deliveries.cloud.clock().millis();
    if (!arrived(load.records) && now - oldest < KEPT_MAX.toMillis()) {
      return false;
    }
    var batch = new Batch();
    for (var number : load.numbers) {
      deliveries.stored.records.delete(
          batch, new DeliveryStore.RecordKey(config.storageId(), number));
    }
    deliveries.stored.store.commit(batch);
    waitingBytes.addAndGet(-load.bytes);
    return true;
  }

  /// Whether records have come to where they belong. What goes wrong in an unforeseen way must not
  /// end the delivery of all that comes later.
  private boolean arrived(List<BufferedRecord> records) {
    try {
      return deliveries.courier.deliver(this, records);
    } catch (RuntimeException e) {
      System.getLogger(Delivery.class.getName())
          .log(System.Logger.Level.ERROR, "Delivery by " + key.arn() + " is tried again", e);
      return false;
    }
  }

  private Load load() {
    var numbers = new ArrayList<Long>();
    var records = new ArrayList<BufferedRecord>();
    long bytes = 0;
    var max = bytesMax();
    var prefix = Key.of("firehose.records", config.storageId());
    try (var cursor = deliveries.stored.store.scan(prefix, Key.after(prefix), false)) {
      while (bytes < max && cursor.next()) {
        var record = BufferedRecord.CODEC.decode(cursor.value());
        numbers.add(new Key.Reader(cursor.key(), prefix.length).number());
        records.add(record);
        bytes += record.data().length;
      }
    }
    return new Load(numbers, records, bytes);
  }
}
