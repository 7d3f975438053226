package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.Store;
import dev.terrarium.kernel.time.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/// The change streams of all tables, those of deleted tables included: where they are stored, who
/// forgets what is older than 24 hours.
final class Streams {
  private static final String TRIM = "dynamodb.trim";
  private static final Duration TRIM_EVERY = Duration.ofHours(4);
  private static final int TRIM_AT_ONCE = 1000;

  /// On demand tables begin with the partitions of 4,000 write units.
  private static final int ON_DEMAND_SHARDS = 4;

  final Store store;
  final Keyspace<StreamConfig.Place, StreamConfig> configs;
  private final Cloud cloud;

  Streams(Cloud cloud) {
    this.cloud = cloud;
    this.store = cloud.store();
    this.configs =
        new Keyspace<>(store, "dynamodb.streams", StreamConfig.Place.CODEC, StreamConfig.CODEC);
  }

  void start() {
    cloud.timers().handle(TRIM, this::trim);
  }

  /// A new stream; its label is its moment, which [#label] shows.
  StreamConfig make(
      TableKey table, StreamSpecification wanted, KeySchema schema, @Nullable Long writeUnits) {
    var now = cloud.clock().millis();
    while (configs.contains(new StreamConfig.Place(table, label(now)))) {
      now++;
    }
    var shards =
        writeUnits == null ? ON_DEMAND_SHARDS : (int) Math.max(1, (writeUnits + 999) / 1000);
    var shardIds = new ArrayList<String>();
    for (int i = 0; i < shards; i++) {
      shardIds.add(String.format(Locale.ROOT, "shardId-%020d-%s", now + i, cloud.ids().hex(8)));
    }
    var range = schema.range();
    return new StreamConfig(
        cloud.ids().alphanumeric(12),
        wanted.streamViewTypeAsString(),
        schema.hash().name(),
        range == null ? "" : range.name(),
        shardIds,
        now,
        0,
        List.of());
  }

  /// A stream's label as of now.
  static String label(long millis) {
    var text = Instant.ofEpochMilli(millis).toString();
    var plain = text.substring(0, text.length() - 1);
    return plain.contains(".") ? plain : plain + ".000";
  }

  void put(Batch batch, TableKey table, String label, StreamConfig stream) {
    var place = new StreamConfig.Place(table, label);
    configs.put(batch, place, stream);
    cloud.timers().schedule(batch, timer(place, cloud.clock().now().plus(TRIM_EVERY)));
  }

  /// The log of a table's open stream, or null.
  @Nullable StreamLog log(TableKey table, TableDescription description) {
    var wanted = description.streamSpecification();
    if (wanted == null || !Boolean.TRUE.equals(wanted.streamEnabled())) {
      return null;
    }
    var place = new StreamConfig.Place(table, description.latestStreamLabel());
    return new StreamLog(store, place, Objects.requireNonNull(configs.get(place)));
  }

  /// Closes a stream; its records can be read for another day. Called when nobody writes.
  void disable(Batch batch, @Nullable StreamLog log) {
    if (log != null) {
      var ended = log.config.disabled(cloud.clock().millis(), log.lastSequences());
      configs.put(batch, log.place, ended);
      batch.afterCommit(() -> cloud.signals().signal(log.arn));
    }
  }

  private static Timer timer(StreamConfig.Place place, Instant due) {
    var writer = new BinaryWriter(1);
    var table = place.table();
    writer.string(table.account()).string(table.region()).string(table.name());
    writer.string(place.label());
    return new Timer(due, TRIM, place.arn(), writer.toBytes());
  }

  private void trim(Timer timer) {
    var reader = new BinaryReader(timer.payload());
    var table = new TableKey(reader.string(), reader.string(), reader.string());
    var place = new StreamConfig.Place(table, reader.string());
    var config = configs.get(place);
    if (config == null) {
      return;
    }
    var now = cloud.clock().now();
    var oldest = now.toEpochMilli() - StreamConfig.RETENTION_MILLIS;
    var isOver = !config.isEnabled() && config.disabledMillis() <= oldest;
    var batch = new Batch();
    if (isOver) {
      configs.delete(batch, place);
      for (int i = 0; i < config.shardIds().size(); i++) {
        batch.delete(StreamLog.trimmedKey(table, config.id(), i));
      }
    } else {
      cloud.timers().schedule(batch, timer(place, now.plus(TRIM_EVERY)));
    }
    store.commit(batch);
    cloud.background(
        "dynamodb",
        "trim",
        table.scope(),
        () -> {
          for (int i = 0; i < config.shardIds().size(); i++) {
            trim(table, config, i, isOver ? Long.MAX_VALUE : oldest, !isOver);
          }
        });
  }

  private void trim(TableKey table, StreamConfig config, int shard, long before, boolean note) {
    boolean more = true;
    while (more) {
      more = trimSome(table, config, shard, before, note);
    }
  }

  private boolean trimSome(
      TableKey table, StreamConfig config, int shard, long before, boolean note) {
    var prefix = StreamLog.prefix(table, config.id(), shard);
    var batch = new Batch();
    long last = 0;
    try (var cursor = store.scan(prefix, Key.after(prefix), false)) {
      while (batch.changes().size() < TRIM_AT_ONCE
          && cursor.next()
          && ChangeRecord.CODEC.decode(cursor.value()).millis() < before) {
        batch.delete(cursor.key());
        last = new Key.Reader(cursor.key(), prefix.length).number();
      }
    }
    var full = batch.changes().size() == TRIM_AT_ONCE;
    if (last > 0 && note) {
      batch.put(
          StreamLog.trimmedKey(table, config.id(), shard), new Key.Writer().number(last).toBytes());
    }
    store.commit(batch);
    return full;
  }
}
