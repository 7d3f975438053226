package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.services.dynamodb.value.DynamoJson;
import dev.terrarium.services.dynamodb.value.Sizes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;

/// Changes on their way to Kinesis. Each is written in the batch of the change itself and removed
/// when every destination has it, so each arrives at least once, and those of one item in order.
final class Outbox {
  /// A setting of the table: this, then the stream's ARN; its value is the precision.
  static final String SETTING = "kinesis:";

  /// The same of a stream that gets no more changes.
  static final String OFF = "kinesis-off:";

  private static final int AT_ONCE = 100;
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration FOREVER = Duration.ofDays(365);

  private final Tables tables;
  private final AtomicLong next;
  private final Set<TableKey> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private record Parcel(byte[] key, ChangeRecord change) {}

  Outbox(Tables tables) {
    this.tables = tables;
    this.next = new AtomicLong(tables.cloud.clock().millis() * 1_000_000);
  }

  static boolean isOn(Layout layout) {
    return !layout.config().settings().isEmpty() && isOn(layout.config());
  }

  static boolean isOn(TableConfig config) {
    return config.settings().keySet().stream().anyMatch(name -> name.startsWith(SETTING));
  }

  private static byte[] prefix(Table table) {
    return Tables.prefix("outbox", table.key, table.layout().config().storageId());
  }

  private static String signal(TableKey table) {
    return "dynamodb-outbox:" + table.arn();
  }

  void put(Batch batch, Table table, ChangeRecord change) {
    var key = new Key.Writer().raw(prefix(table)).number(next.getAndIncrement()).toBytes();
    batch.put(key, ChangeRecord.CODEC.encode(change));
    batch.afterCommit(() -> tables.cloud.signals().signal(signal(table.key)));
  }

  /// Begins to deliver the changes of a table.
  void start(TableKey key) {
    var table = tables.find(key);
    if (table == null || !running.add(key)) {
      return;
    }
    var prefix = prefix(table);
    try (var cursor = tables.store.scan(prefix, Key.after(prefix), true)) {
      if (cursor.next()) {
        var last = new Key.Reader(cursor.key(), prefix.length).number();
        next.accumulateAndGet(last + 1, Math::max);
      }
    }
    tables.background("kinesis", key.scope(), () -> deliver(table));
  }

  /// Has the delivery look at the table's destinations again.
  void wake(TableKey key) {
    tables.cloud.signals().signal(signal(key));
  }

  void close() {
    closed = true;
    running.forEach(this::wake);
  }

  private void deliver(Table table) {
    var clock = tables.cloud.clock();
    try (var watch = tables.cloud.signals().watch(signal(table.key))) {
      while (!closed && !table.isDeleted() && isOn(table.layout())) {
        var parcels = parcels(table);
        if (parcels.isEmpty()) {
          watch.await(clock.now().plus(FOREVER));
        } else if (!send(table, parcels)) {
          watch.await(clock.now().plus(RETRY));
        } else {
          var batch = new Batch();
          parcels.forEach(parcel -> batch.delete(parcel.key));
          tables.store.commit(batch);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.remove(table.key);
    }
    // Switched on again while this was ending: whoever did so saw it still running.
    if (!closed && !table.isDeleted() && isOn(table.layout())) {
      start(table.key);
    }
  }

  private List<Parcel> parcels(Table table) {
    var prefix = prefix(table);
    var parcels = new ArrayList<Parcel>();
    try (var cursor = tables.store.scan(prefix, Key.after(prefix), false)) {
      while (parcels.size() < AT_ONCE && cursor.next()) {
        parcels.add(new Parcel(cursor.key(), ChangeRecord.CODEC.decode(cursor.value())));
      }
    }
    return parcels;
  }

  private boolean send(Table table, List<Parcel> parcels) {
    try {
      var kinesis = tables.cloud.client(KinesisClient.class);
      for (var setting : table.layout().config().settings().entrySet()) {
        if (setting.getKey().startsWith(SETTING)) {
          var arn = setting.getKey().substring(SETTING.length());
          var entries =
              parcels.stream().map(p -> entry(table, p.change, setting.getValue())).toList();
          var answer = kinesis.putRecords(r -> r.streamARN(arn).records(entries));
          if (answer.failedRecordCount() != null && answer.failedRecordCount() > 0) {
            return false;
          }
        }
      }
      return true;
    } catch (AwsServiceException | IllegalArgumentException e) {
      // The stream is not there or does not take it now; it is tried again until it does, or until
      // the destination is switched off.
      System.getLogger(Outbox.class.getName())
          .log(System.Logger.Level.DEBUG, "Delivery to Kinesis is tried again", e);
      return false;
    }
  }

  private static PutRecordsRequestEntry entry(Table table, ChangeRecord change, String precision) {
    var micros = precision.equals("MICROSECOND");
    var dynamodb =
        Json.object().put("ApproximateCreationDateTime", change.millis() * (micros ? 1000 : 1));
    dynamodb.set("Keys", DynamoJson.of(change.keys()));
    var size = Sizes.of(change.keys());
    var after = change.after();
    if (after != null) {
      dynamodb.set("NewImage", DynamoJson.of(after));
      size += Sizes.of(after);
    }
    var before = change.before();
    if (before != null) {
      dynamodb.set("OldImage", DynamoJson.of(before));
      size += Sizes.of(before);
    }
    dynamodb.put("SizeBytes", size);
    if (micros) {
      dynamodb.put("ApproximateCreationDateTimePrecision", "MICROSECOND");
    }
    var record =
        Json.object()
            .put("awsRegion", table.key.region())
            .put("eventID", change.eventId())
            .put("eventName", change.kind().name());
    record.set(
        "userIdentity",
        change.expired()
            ? Json.tree(Map.of("principalId", "dynamodb.amazonaws.com", "type", "Service"))
            : null);
    record.put("recordFormat", "application/json").put("tableName", table.key.name());
    record.set("dynamodb", dynamodb);
    record.put("eventSource", "aws:dynamodb");
    var key = ItemKey.of(table.layout().schema(), change.keys());
    return PutRecordsRequestEntry.builder()
        .partitionKey(Integer.toHexString(key.spread()))
        .data(SdkBytes.fromByteArrayUnsafe(Json.write(record).getBytes(StandardCharsets.UTF_8)))
        .build();
  }
}
