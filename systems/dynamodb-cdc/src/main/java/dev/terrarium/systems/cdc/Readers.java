package dev.terrarium.systems.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.systems.Report;
import dev.terrarium.systems.Run;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;

/// Programs that read the table's stream by themselves, from its beginning.
final class Readers {
  private static final Duration PERIOD = Duration.ofMillis(200);

  private final Run run;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, List<Record>> read = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  Readers(Run run) {
    this.run = run;
  }

  /// Starts so many readers of each shard.
  void start(int count) {
    var streams = run.clients.streams;
    var stream =
        run.clients
            .dynamo
            .describeTable(d -> d.tableName(run.output("Catalogue")))
            .table()
            .latestStreamArn();
    for (var shard :
        streams.describeStream(d -> d.streamArn(stream)).streamDescription().shards()) {
      for (int i = 0; i < count; i++) {
        var into = new ArrayList<Record>();
        read.put(shard.shardId() + ", reader " + i, into);
        threads.add(Thread.startVirtualThread(() -> read(stream, shard.shardId(), into)));
      }
    }
  }

  private void read(String stream, String shard, List<Record> into) {
    var iterator = iterator(stream, shard, into);
    for (var isLast = false; iterator != null && !isLast; ) {
      isLast = stopping;
      var from = iterator;
      try {
        var page = run.clients.streams.getRecords(g -> g.shardIterator(from));
        into.addAll(page.records());
        iterator = page.nextShardIterator();
        isLast &= page.records().isEmpty();
        run.await(PERIOD, () -> stopping);
      } catch (ExpiredIteratorException _) {
        iterator = iterator(stream, shard, into); // it has stood still for a quarter of an hour
        isLast = false;
      }
    }
  }

  /// An iterator behind what has been read.
  private String iterator(String stream, String shard, List<Record> read) {
    return run.clients
        .streams
        .getShardIterator(get -> {
          get.streamArn(stream).shardId(shard);
          if (read.isEmpty()) {
            get.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
          } else {
            get.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                .sequenceNumber(read.getLast().dynamodb().sequenceNumber());
          }
        })
        .shardIterator();
  }

  /// Has them read to the end.
  void stop() {
    stopping = true;
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted", e);
      }
    }
  }

  /// Each shard's readers have read the same, in order, and together everything.
  void verify(JsonNode truth, Report report) {
    var byReader = new HashMap<String, Long>();
    read.forEach((name, records) -> {
      byReader.merge(name.replaceFirst(".*, ", ""), (long) records.size(), Long::sum);
      var numbers =
          records.stream().map(r -> new BigInteger(r.dynamodb().sequenceNumber())).toList();
      report.equal("readers read in order", name, numbers.stream().sorted().toList(), numbers);
    });
    byReader.forEach((reader, count) ->
        report.equal("readers read every change", reader, Verifier.changes(truth), count));
    report.hold(
        "there were readers",
        byReader.size() == (run.suffers("many-readers") ? 3 : 0),
        Objects.toString(byReader.keySet()));
  }
}
