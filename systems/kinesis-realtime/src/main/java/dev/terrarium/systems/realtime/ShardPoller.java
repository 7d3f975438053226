package dev.terrarium.systems.realtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.terrarium.systems.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/// A poller of one's own, as it was built before there were mappings: a thread for each shard reads
/// five times a second and invokes the function with what it got, synchronously. It goes on to the
/// children of a shard when their parents are read to the end.
final class ShardPoller {
  /// Five reads a second are what a shard allows.
  private static final Duration PERIOD = Duration.ofMillis(200);

  private static final int BATCH = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Run run;
  private final Set<String> begun = new HashSet<>();
  private final Set<String> ended = ConcurrentHashMap.newKeySet();
  private final Map<String, String> checkpoints = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> rejected = new ArrayList<>();
  private volatile boolean closed;

  ShardPoller(Run run) {
    this.run = run;
  }

  void start() {
    threads.add(Thread.startVirtualThread(this::watch));
  }

  /// The sequence numbers of the records that the function could not take.
  synchronized List<String> rejected() {
    return List.copyOf(rejected);
  }

  /// Ends after the batches at hand.
  void stop() throws InterruptedException {
    closed = true;
    List<Thread> all;
    synchronized (this) {
      all = List.copyOf(threads);
    }
    for (var thread : all) {
      thread.join();
    }
  }

  /// Looks for shards whose parents have ended.
  private void watch() {
    while (!closed) {
      try {
        var shards =
            run.clients.kinesis.listShards(list -> list.streamName(run.output("Stream"))).shards();
        var ids = new HashSet<String>();
        shards.forEach(shard -> ids.add(shard.shardId()));
        for (var shard : shards) {
          if (!begun.contains(shard.shardId())
              && isOver(shard.parentShardId(), ids)
              && isOver(shard.adjacentParentShardId(), ids)) {
            begun.add(shard.shardId());
            synchronized (this) {
              threads.add(Thread.startVirtualThread(() -> poll(shard)));
            }
          }
        }
      } catch (SdkException _) {
        // The cloud is being started again; the next look will tell.
      }
      pause();
    }
  }

  private boolean isOver(@Nullable String parent, Set<String> there) {
    return parent == null || ended.contains(parent) || !there.contains(parent);
  }

  private void poll(Shard shard) {
    String iterator = null;
    while (!closed) {
      try {
        if (iterator == null) {
          iterator = iterator(shard);
        }
        var from = iterator;
        var answer = run.clients.kinesis.getRecords(get -> get.shardIterator(from).limit(BATCH));
        take(shard, answer.records());
        iterator = answer.nextShardIterator();
        if (iterator == null) {
          ended.add(shard.shardId());
          return;
        }
      } catch (ExpiredIteratorException _) {
        iterator = null;
      } catch (SdkException _) {
        iterator = null; // Nothing was lost: it goes on behind the last checkpoint.
      }
      pause();
    }
  }

  private String iterator(Shard shard) {
    var checkpoint = checkpoints.get(shard.shardId());
    return run.clients
        .kinesis
        .getShardIterator(get -> {
          get.streamName(run.output("Stream")).shardId(shard.shardId());
          if (checkpoint == null) {
            get.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
          } else {
            get.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                .startingSequenceNumber(checkpoint);
          }
        })
        .shardIterator();
  }

  /// Has the function take records; those that it cannot take are found by halving.
  private void take(Shard shard, List<Record> records) {
    if (records.isEmpty()) {
      return;
    }
    if (isTaken(shard, records)) {
      checkpoints.put(shard.shardId(), records.getLast().sequenceNumber());
    } else if (records.size() == 1) {
      synchronized (this) {
        rejected.add(records.getFirst().sequenceNumber());
      }
      checkpoints.put(shard.shardId(), records.getFirst().sequenceNumber());
    } else {
      take(shard, records.subList(0, records.size() / 2));
      take(shard, records.subList(records.size() / 2, records.size()));
    }
  }

  private boolean isTaken(Shard shard, List<Record> records) {
    var event = JSON.createObjectNode();
    var list = event.putArray("Records");
    for (var record : records) {
      list.addObject()
          .put("eventID", shard.shardId() + ":" + record.sequenceNumber())
          .put("eventSource", "aws:kinesis")
          .putObject("kinesis")
          .put("partitionKey", record.partitionKey())
          .put("sequenceNumber", record.sequenceNumber())
          .put("data", Base64.getEncoder().encodeToString(record.data().asByteArrayUnsafe()));
    }
    var answer =
        run.clients.lambda.invoke(invoke ->
            invoke
                .functionName(run.output("PolledFunction"))
                .payload(SdkBytes.fromUtf8String(event.toString())));
    return answer.functionError() == null;
  }

  private static void pause() {
    try {
      Thread.sleep(PERIOD);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
