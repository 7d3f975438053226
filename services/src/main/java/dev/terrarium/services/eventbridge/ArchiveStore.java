package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.kernel.time.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import software.amazon.awssdk.services.eventbridge.model.DescribeArchiveResponse;

/// The archives and what is in them, in the order of the events' own times. What is too old is
/// removed once a day.
final class ArchiveStore {
  /// What AWS shows as the owner of the rules that feed archives.
  static final String OWNER = "prod.vhs.events.aws.internal";

  static final String RULE_PREFIX = "Events-Archive-";
  private static final String HANDLER = "events.retention";
  private static final Duration SWEEP = Duration.ofDays(1);
  private static final int SWEPT_AT_ONCE = 1000;

  /// Where an event lies.
  record At(BusKey archive, long millis, long number) {
    static final KeyCodec<At> CODEC =
        KeyCodec.of(
            (at, writer) -> {
              BusKey.CODEC.write(at.archive, writer);
              writer.number(at.millis).number(at.number);
            },
            reader -> new At(BusKey.CODEC.read(reader), reader.number(), reader.number()));

    /// The parts of the keys of one archive's events, for scans.
    static Object[] parts(BusKey archive) {
      return new Object[] {archive.scope().account(), archive.scope().region(), archive.name()};
    }
  }

  /// How much is in an archive.
  record Contents(long events, long bytes) {}

  final Keyspace<BusKey, DescribeArchiveResponse> archives;
  final Keyspace<At, String> archived;
  private final Cloud cloud;
  private final AtomicLong lastNumber = new AtomicLong();

  ArchiveStore(EventStore store) {
    this.cloud = store.cloud;
    this.archives =
        store.keyspace("archives", BusKey.CODEC, new PojoCodec<>(DescribeArchiveResponse::builder));
    this.archived = store.keyspace("archived", At.CODEC, Codec.STRING);
    cloud.timers().handle(HANDLER, this::sweep);
  }

  /// Keeps an event in an archive, if that is still there.
  void add(Batch batch, BusKey archive, ObjectNode event, String text) {
    if (!archives.contains(archive)) {
      return;
    }
    var now = cloud.clock().millis() << 20;
    var number = lastNumber.updateAndGet(last -> Math.max(last + 1, now));
    var time = Instant.parse(event.path("time").asText()).toEpochMilli();
    archived.put(batch, new At(archive, time, number), text);
  }

  Contents contents(BusKey archive) {
    var sum = new long[2];
    archived.scan(
        (at, text) -> {
          sum[0]++;
          sum[1] += text.getBytes(StandardCharsets.UTF_8).length;
          return true;
        },
        At.parts(archive));
    return new Contents(sum[0], sum[1]);
  }

  /// Visits the events of an archive from a place on.
  void from(At start, BiPredicate<At, String> visitor) {
    archived.scanFrom(start, visitor, At.parts(start.archive));
  }

  /// Has an archive swept every day from now on, until it is gone.
  void keepSwept(Batch batch, BusKey archive) {
    var due = cloud.clock().now().plus(SWEEP);
    cloud.timers().schedule(batch, new Timer(due, HANDLER, id(archive)));
  }

  private static String id(BusKey archive) {
    return archive.scope().account() + " " + archive.scope().region() + " " + archive.name();
  }

  private void sweep(Timer timer) {
    var parts = timer.id().split(" ", 3);
    var key = new BusKey(new dev.terrarium.kernel.Scope(parts[0], parts[1]), parts[2]);
    var archive = archives.get(key);
    if (archive == null) {
      return;
    }
    var days = archive.retentionDays();
    while (days != null && days > 0 && sweep(key, days)) {
      // What is left is as old, and is removed next.
    }
    var batch = new Batch();
    keepSwept(batch, key);
    cloud.store().commit(batch);
  }

  /// Removes some of what is too old; tells whether there may be more.
  private boolean sweep(BusKey archive, int days) {
    var oldest = cloud.clock().now().minus(Duration.ofDays(days)).toEpochMilli();
    var batch = new Batch();
    archived.scan(
        (at, text) -> {
          if (at.millis >= oldest) {
            return false;
          }
          archived.delete(batch, at);
          return batch.changes().size() < SWEPT_AT_ONCE;
        },
        At.parts(archive));
    cloud.store().commit(batch);
    return batch.changes().size() == SWEPT_AT_ONCE;
  }

  /// The pattern of the rule that feeds an archive: what the archive wants, but no replays.
  static String pattern(String wanted) {
    var pattern = wanted.isEmpty() ? Json.object() : (ObjectNode) Json.parse(wanted);
    pattern.putArray("replay-name").addObject().put("exists", false);
    return Json.write(pattern);
  }
}
