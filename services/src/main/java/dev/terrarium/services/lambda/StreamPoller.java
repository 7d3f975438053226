package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.lambda.StreamPosition.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;

/// Carries a stream's records to a function: one event source mapping at work.
///
/// Each shard has a [ShardReader]; a shard begins when all of its parents are done, so that a key's
/// records keep their order through a resharding. A source is read when it signals, never by a
/// timer.
final class StreamPoller implements Poller {
  final PollerWork work;
  final MappingTarget target;
  final StreamSource source;
  private final Cloud cloud;
  private final LambdaState state;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> reading = new HashSet<>();
  private volatile Duration retention = Duration.ofHours(24);

  /// Iterators behind what was there when the mapping was made.
  private final Map<String, String> latest = new ConcurrentHashMap<>();

  StreamPoller(Cloud cloud, LambdaState state, MappingTarget target, StreamSource source) {
    this.cloud = cloud;
    this.state = state;
    this.target = target;
    this.source = source;
    this.work = new PollerWork(cloud, target.key.function().scope(), target.mapping.uuid());
  }

  /// Fixes where every shard begins. Called before whoever wants the mapping is answered: what is
  /// written after that is delivered.
  void begin() {
    var mapping = target.mapping;
    var position = mapping.startingPositionAsString();
    var batch = new Batch();
    var now = cloud.clock().millis();
    for (var shard : source.shards()) {
      var from =
          position.equals("LATEST")
              ? new StreamPosition(Kind.LATEST, "", now)
              : new StreamPosition(Kind.TIMESTAMP, "", timestamp(mapping));
      var passedOver = from.kind() == Kind.LATEST && shard.closed();
      if (from.kind() == Kind.LATEST && !passedOver) {
        latest.put(shard.id(), source.latest(shard.id()));
      }
      state.progress.put(batch, place(shard.id()), new ShardProgress(from, List.of(), passedOver));
    }
    state.store.commit(batch);
  }

  /// As [#begin]; if the stream cannot be asked now, that is done again later.
  void tryToBegin() {
    try {
      begin();
    } catch (SdkException | IllegalArgumentException e) {
      failed(e);
    }
  }

  private static long timestamp(EventSourceMappingConfiguration mapping) {
    return Objects.requireNonNullElse(mapping.startingPositionTimestamp(), Instant.EPOCH)
        .toEpochMilli();
  }

  /// Whether it is still to be fixed where every shard begins.
  boolean isNew() {
    return !target.mapping.startingPositionAsString().equals("TRIM_HORIZON")
        && progress().isEmpty();
  }

  @Override
  public void start() {
    look();
  }

  @Override
  public void stop(Runnable whenEnded) {
    work.stop(whenEnded);
  }

  @Override
  public void abandon() {
    work.abandon();
  }

  /// How long records can be read, and so can be tried again.
  Duration retention() {
    return retention;
  }

  /// An iterator behind everything that was there at the beginning, if that was just now.
  @Nullable String latest(String shard) {
    return latest.remove(shard);
  }

  /// How far the mapping has come in a shard.
  ShardProgress progress(String shard) {
    var progress = state.progress.get(place(shard));
    return progress == null ? ShardProgress.at(StreamPosition.HORIZON) : progress;
  }

  /// Makes durable how far it has come.
  void progress(String shard, ShardProgress progress) {
    if (!work.abandoned()) {
      state.progress.put(place(shard), progress);
    }
  }

  /// A shard is closed and all of it handled: its children may begin.
  void done(String shard) {
    lock.lock();
    try {
      reading.remove(shard);
    } finally {
      lock.unlock();
    }
    look();
  }

  private void look() {
    work.start("lambda-shards-" + target.mapping.uuid(), this::lookAgainAndAgain);
  }

  private void lookAgainAndAgain() {
    try (var watch = work.watch(source.signal())) {
      for (int errors = 0; !work.stopped(); errors++) {
        try {
          if (isNew()) {
            begin();
          }
          retention = source.retention();
          beginShards(source.shards());
          return;
        } catch (SdkException | IllegalArgumentException e) {
          failed(e);
        }
        work.backOff(watch, errors, Instant.MAX);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// A read has failed.
  void failed(RuntimeException error) {
    if (!work.stopped()) {
      System.getLogger(StreamPoller.class.getName())
          .log(
              System.Logger.Level.DEBUG,
              "Reading " + target.mapping.eventSourceArn() + " failed",
              error);
      target.result(
          error instanceof AwsServiceException e
              ? "PROBLEM: " + Errors.code(e) + ": " + Errors.message(e)
              : "PROBLEM: " + error.getMessage());
    }
  }

  /// Begins every shard that is not done and whose parents are, and forgets those that are gone.
  private void beginShards(List<StreamSource.Shard> shards) {
    var known = progress();
    var listed = new HashSet<String>();
    shards.forEach(shard -> listed.add(shard.id()));
    known.forEach((shard, progress) -> {
      if (progress.done() && !listed.contains(shard)) {
        state.progress.delete(place(shard));
      }
    });
    for (var shard : shards) {
      var waits = shard.parents().stream().anyMatch(p -> listed.contains(p) && !isDone(known, p));
      if (waits || isDone(known, shard.id())) {
        continue;
      }
      boolean fresh;
      lock.lock();
      try {
        fresh = reading.add(shard.id());
      } finally {
        lock.unlock();
      }
      if (fresh) {
        var reader = new ShardReader(cloud, this, shard.id());
        work.start("lambda-shard-" + shard.id(), reader::run);
      }
    }
  }

  private static boolean isDone(Map<String, ShardProgress> known, String shard) {
    var progress = known.get(shard);
    return progress != null && progress.done();
  }

  private Map<String, ShardProgress> progress() {
    var found = new HashMap<String, ShardProgress>();
    var scope = target.key.function().scope();
    state.progress.scan(
        (place, progress) -> found.put(place.shard(), progress) == null,
        ShardProgress.Place.parts(scope, target.mapping.uuid()));
    return found;
  }

  private ShardProgress.Place place(String shard) {
    return new ShardProgress.Place(target.key.function().scope(), target.mapping.uuid(), shard);
  }
}
