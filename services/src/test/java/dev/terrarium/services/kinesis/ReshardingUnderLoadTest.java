package dev.terrarium.services.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;

/// Records that come while shards are split and merged.
final class ReshardingUnderLoadTest extends KinesisFixture {
  private static final int WRITERS = 4;
  private static final int KEYS = 8;

  /// What each writer was told: the sequence number of each record.
  private final ConcurrentHashMap<String, String> acknowledged = new ConcurrentHashMap<>();

  private final AtomicBoolean done = new AtomicBoolean();

  @Test
  void noneIsLostAndThoseOfAKeyStayInOrder() throws InterruptedException {
    stream("s", 2);
    var writers = new ArrayList<Thread>();
    for (int i = 0; i < WRITERS; i++) {
      var writer = i;
      writers.add(Thread.ofVirtual().start(() -> write(writer)));
    }
    for (int count : new int[] {3, 5, 4, 2, 3, 4, 6, 3, 2}) {
      var seen = acknowledged.size();
      while (acknowledged.size() < seen + 100) {
        Thread.onSpinWait();
      }
      scale(count);
    }
    done.set(true);
    for (var writer : writers) {
      writer.join();
    }
    assertThat(readAll()).isEqualTo(acknowledged);
  }

  private void write(int writer) {
    for (int number = 0; !done.get(); number++) {
      var entries = new ArrayList<PutRecordsRequestEntry>();
      for (int key = 0; key < KEYS; key++) {
        entries.add(
            PutRecordsRequestEntry.builder()
                .partitionKey(writer + "-" + key)
                .data(SdkBytes.fromUtf8String(Integer.toString(number)))
                .build());
      }
      var answer = kinesis.putRecords(r -> r.streamName("s").records(entries));
      assertThat(answer.failedRecordCount()).isZero();
      for (int key = 0; key < KEYS; key++) {
        acknowledged.put(
            writer + "-" + key + " " + number, answer.records().get(key).sequenceNumber());
      }
    }
  }

  private void scale(int count) {
    kinesis.updateShardCount(
        r -> r.streamName("s").targetShardCount(count).scalingType(ScalingType.UNIFORM_SCALING));
  }

  /// All records, parents before children as a consumer must read them, with their numbers.
  private Map<String, String> readAll() {
    var found = new HashMap<String, String>();
    var last = new HashMap<String, Integer>();
    var read = new HashSet<String>();
    var left = new ArrayList<>(shards("s"));
    var there = left.stream().map(Shard::shardId).toList();
    while (!left.isEmpty()) {
      var shard =
          left.stream()
              .filter(
                  s -> parents(s).stream().allMatch(p -> read.contains(p) || !there.contains(p)))
              .findFirst()
              .orElseThrow();
      var index = Integer.parseInt(shard.shardId().substring("shardId-".length()));
      String next = iterator("s", index, "TRIM_HORIZON");
      while (next != null) {
        var page = read(next);
        for (var record : page.records()) {
          var number = Integer.parseInt(record.data().asUtf8String());
          var before = last.put(record.partitionKey(), number);
          assertThat(number).as(record.partitionKey()).isEqualTo(before == null ? 0 : before + 1);
          found.put(record.partitionKey() + " " + number, record.sequenceNumber());
        }
        next = page.records().isEmpty() ? null : page.nextShardIterator();
      }
      read.add(shard.shardId());
      left.remove(shard);
    }
    return found;
  }

  private static List<String> parents(Shard shard) {
    return java.util.stream.Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
        .filter(Objects::nonNull)
        .toList();
  }
}
