package dev.terrarium.bench;

import dev.terrarium.systems.Clients;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/// How much goes into a Kinesis stream.
final class StreamRates implements Bench {
  private static final int CONNECTIONS = 16;
  private static final int RECORDS = 100;
  private static final int RECORD_BYTES = 1024;
  private static final int ROUNDS = 3;
  private static final Duration ROUND = Duration.ofSeconds(4);
  private static final Duration WARM_UP = Duration.ofSeconds(8);

  @Override
  public String name() {
    return "putrecords";
  }

  @Override
  public String about() {
    return "Kinesis PutRecords of 100 records of 1 KB, in MB/s, against a constant answer";
  }

  @Override
  public void run(Output out) throws IOException, InterruptedException {
    out.section(
        "Kinesis PutRecords, " + RECORDS + " records of 1 KB, " + CONNECTIONS + " connections");
    out.head("store", "MB/s", "of ceiling", "p50", "p99", "CPU per MB");
    // An answer names a shard and a number for each record.
    try (var folder = Folder.create();
        var ceiling = Child.ceiling(RECORDS * 125, folder.path());
        var memory = Child.memory();
        var disk = Child.disk(folder.path().resolve("data"))) {
      var children = List.of(ceiling, memory, disk);
      var names = List.of("ceiling", "memory", "disk");
      var ofMemory = request(memory);
      var requests = List.of(ofMemory, ofMemory, request(disk));
      for (int i = 0; i < 3; i++) {
        out.progress(names.get(i) + ": warming up");
        Load.of(children.get(i).port(), CONNECTIONS, requests.get(i), WARM_UP);
      }
      var rates = new double[3][ROUNDS];
      var ratios = new double[3][ROUNDS];
      var cpu = new double[3][ROUNDS];
      var seen = new Load.Seen[3];
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 3; i++) {
          var before = children.get(i).cpu();
          seen[i] = Load.of(children.get(i).port(), CONNECTIONS, requests.get(i), ROUND);
          var megabytes = seen[i].count() * (double) RECORDS * RECORD_BYTES / 1e6;
          rates[i][round] = megabytes * 1e9 / seen[i].nanos();
          ratios[i][round] = rates[i][round] / rates[0][round];
          cpu[i][round] = children.get(i).cpu().minus(before).toNanos() / 1e6 / megabytes;
          out.progress(String.format("%s: %.1f MB/s", names.get(i), rates[i][round]));
        }
      }
      for (int i = 0; i < 3; i++) {
        out.row(
            names.get(i),
            String.format("%.1f", Output.median(rates[i])),
            Output.percent(Output.median(ratios[i])),
            Output.percentile(seen[i].latencies(), 50),
            Output.percentile(seen[i].latencies(), 99),
            String.format("%.1f ms", Output.median(cpu[i])));
      }
    }
    out.text(
        "Megabytes of data, without Base64. Four shards; on disk every answer waits for its sync.");
  }

  private static Request request(Child child) {
    var kinesis = new Clients(child.endpoint()).kinesis;
    kinesis.createStream(s -> s.streamName("bench").shardCount(4));
    kinesis.waiter().waitUntilStreamExists(d -> d.streamName("bench"));
    var data =
        Base64.getEncoder()
            .encodeToString("x".repeat(RECORD_BYTES).getBytes(StandardCharsets.US_ASCII));
    var body = new StringBuilder("{\"StreamName\":\"bench\",\"Records\":[");
    for (int i = 0; i < RECORDS; i++) {
      body.append(i == 0 ? "" : ",")
          .append("{\"PartitionKey\":\"key-")
          .append(i == 0 ? "########" : Integer.toString(i))
          .append("\",\"Data\":\"")
          .append(data)
          .append("\"}");
    }
    return HttpRates.json("kinesis", "Kinesis_20131202.PutRecords", body + "]}", 10_000);
  }
}
