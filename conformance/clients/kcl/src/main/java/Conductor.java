import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.kinesis.common.KinesisClientUtil;

/// Has two workers, of version 3 with enhanced fan-out or by polling or of version 1, read a stream
/// that is resharded before and while they do, kills one of them, and checks that each record was
/// processed at least once and those of a key in order.
public final class Conductor {
  private static final int KEYS = 20;

  /// The lock of the worker that assigns leases lasts two minutes after it was killed.
  private static final long PATIENCE_MILLIS = 300_000;

  private final String endpoint;
  private final String mode;
  private final String stream;
  private final KinesisAsyncClient kinesis;
  private final DynamoDbAsyncClient dynamo;
  private final CloudWatchAsyncClient cloudwatch;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> put = new HashMap<>();
  private int passed;
  private int failed;

  private Conductor(String endpoint, String mode) {
    this.endpoint = endpoint;
    this.mode = mode;
    this.stream = "kcl-" + mode + "-" + Long.toHexString(System.nanoTime());
    var uri = URI.create(endpoint);
    var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
    this.kinesis =
        KinesisClientUtil.createKinesisAsyncClient(
            KinesisAsyncClient.builder()
                .endpointOverride(uri)
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials));
    this.dynamo =
        DynamoDbAsyncClient.builder()
            .endpointOverride(uri)
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials)
            .build();
    this.cloudwatch =
        CloudWatchAsyncClient.builder()
            .endpointOverride(uri)
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials)
            .build();
  }

  public static void main(String[] args) throws Exception {
    Logger.getLogger("").setLevel(Level.SEVERE);
    int passed = 0;
    int failed = 0;
    for (var mode : args.length > 1 ? List.of(args[1]) : List.of("fanout", "polling", "old")) {
      var conductor = new Conductor(args[0], mode);
      conductor.run();
      passed += conductor.passed;
      failed += conductor.failed;
    }
    System.out.println("passed " + passed + ", failed " + failed);
    System.exit(failed == 0 ? 0 : 1);
  }

  private void run() throws Exception {
    kinesis.createStream(r -> r.streamName(stream).shardCount(2)).join();
    kinesis.waiter().waitUntilStreamExists(r -> r.streamName(stream)).join();
    putSome(10);
    scale(3); // Before anybody looks: the first leases are those at the trim horizon.
    putSome(10);
    var first = start("first");
    var second = start("second");
    try {
      check("all records from before are processed", this::allProcessed);
      check("both workers have shards", () -> owners().size() == 2);
      scale(4);
      putSome(10);
      check("records after a resharding are processed", this::allProcessed);
      check(
          "the old shards were read to their ends",
          () -> lines.stream().filter(l -> l.contains(" end ")).count() >= 5);
      first.destroyForcibly();
      putSome(10);
      check("records after a worker was killed are processed", this::allProcessed);
      check("the records of a key were processed in order", this::inOrder);
      check("one worker has all leases", () -> owners().equals(Set.of("second")));
      check("metrics arrived", this::metricsArrived);
    } finally {
      first.destroyForcibly();
      second.destroyForcibly();
    }
  }

  private void scale(int shards) {
    kinesis
        .updateShardCount(r ->
            r.streamName(stream).targetShardCount(shards).scalingType(ScalingType.UNIFORM_SCALING))
        .join();
    kinesis.waiter().waitUntilStreamExists(r -> r.streamName(stream)).join();
  }

  private void putSome(int rounds) {
    for (int round = 0; round < rounds; round++) {
      var entries = new ArrayList<PutRecordsRequestEntry>();
      for (int key = 0; key < KEYS; key++) {
        var number = put.merge("key-" + key, 1, Integer::sum);
        entries.add(
            PutRecordsRequestEntry.builder()
                .partitionKey("key-" + key)
                .data(SdkBytes.fromUtf8String(Integer.toString(number)))
                .build());
      }
      var answer = kinesis.putRecords(r -> r.streamName(stream).records(entries)).join();
      if (answer.failedRecordCount() != 0) {
        throw new IllegalStateException("Records were refused: " + answer);
      }
    }
  }

  private Process start(String name) throws IOException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dverbose=" + Boolean.getBoolean("verbose"),
                "-cp",
                System.getProperty(mode.equals("old") ? "old.class.path" : "java.class.path"),
                mode.equals("old") ? "OldWorker" : "Worker",
                endpoint,
                stream,
                mode,
                name)
            .redirectError(
                Boolean.getBoolean("verbose")
                    ? ProcessBuilder.Redirect.INHERIT
                    : ProcessBuilder.Redirect.DISCARD)
            .start();
    var reader =
        new Thread(() -> {
          try (var out =
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = out.readLine(); line != null; line = out.readLine()) {
              lines.add(name + " " + line);
            }
          } catch (IOException e) {
            // The worker was killed.
          }
        });
    reader.setDaemon(true);
    reader.start();
    return process;
  }

  private boolean allProcessed() {
    var seen = new HashSet<String>();
    for (var line : lines) {
      var words = line.split(" ");
      if (words[1].equals("record")) {
        seen.add(words[3] + " " + words[4]);
      }
    }
    return put.entrySet().stream()
        .allMatch(key -> {
          for (int number = 1; number <= key.getValue(); number++) {
            if (!seen.contains(key.getKey() + " " + number)) {
              return false;
            }
          }
          return true;
        });
  }

  /// What was seen again does not count: only a record that comes before an earlier one of its key
  /// was ever seen.
  private boolean inOrder() {
    var last = new HashMap<String, Integer>();
    for (var line : lines) {
      var words = line.split(" ");
      if (words[1].equals("record")) {
        var number = Integer.parseInt(words[4]);
        var before = last.getOrDefault(words[3], 0);
        if (number > before + 1) {
          return false;
        }
        last.put(words[3], Math.max(before, number));
      }
    }
    return true;
  }

  private Set<String> owners() {
    var owners = new HashSet<String>();
    for (var lease : dynamo.scan(r -> r.tableName(stream + "-app")).join().items()) {
      if (lease.containsKey("leaseOwner") && !"SHARD_END".equals(lease.get("checkpoint").s())) {
        owners.add(lease.get("leaseOwner").s());
      }
    }
    return owners;
  }

  private boolean metricsArrived() {
    return cloudwatch.listMetrics(r -> r.namespace(stream + "-app")).join().metrics().stream()
        .anyMatch(metric -> metric.metricName().equals("RecordsProcessed"));
  }

  private void check(String what, BooleanSupplier holds) throws InterruptedException {
    var end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    var good = holds.getAsBoolean();
    while (!good && System.nanoTime() < end) {
      Thread.sleep(200);
      good = holds.getAsBoolean();
    }
    System.out.println((good ? "ok      " : "FAILED  ") + mode + ": " + what);
    if (good) {
      passed++;
    } else {
      failed++;
    }
  }
}
