package dev.terrarium.bench;

import dev.terrarium.engines.rocksdb.RocksStore;
import dev.terrarium.kernel.Cloud;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/// A million items in one partition, and over many; then queries from the middle of them, and
/// transactions.
final class BulkLoads implements Bench {
  private static final int ITEMS = 1_000_000;
  private static final int PARTITIONS = 100_000;
  private static final int SLICES = 10;
  private static final int BATCH = 25;
  private static final int CALLERS = 16;
  private static final int QUERIES = 5000;
  private static final int TRANSACTIONS = 20_000;
  private static final AttributeValue TEXT = AttributeValue.fromS("x".repeat(100));

  @Override
  public String name() {
    return "bulk";
  }

  @Override
  public String about() {
    return "a million items into one partition and over 100,000, queries from their middle, transactions of 10, on disk";
  }

  @Override
  public void run(Output out) throws IOException, InterruptedException {
    out.section("A million items, on disk");
    var columns = new ArrayList<>(List.of("items/s"));
    for (int i = 1; i <= SLICES; i++) {
      columns.add(ITEMS / SLICES * i / 1000 + "k");
    }
    columns.addAll(
        List.of(
            "CPU per batch, second tenth",
            "last tenth",
            "100 from the middle p50",
            "p99",
            "heap after 100k",
            "after all"));
    out.head(columns.toArray(String[]::new));
    for (var partitions : new int[] {1, PARTITIONS}) {
      try (var folder = Folder.create();
          var cloud = Cloud.builder().store(new RocksStore(folder.path())).build()) {
        load(cloud.client(DynamoDbClient.class), partitions, out);
      }
    }
    out.text(
        CALLERS
            + " callers in process, BatchWriteItem of "
            + BATCH
            + " items of about 130 bytes; each column is the rate within its tenth. The CPU includes"
            + " what the store does behind. Then "
            + QUERIES
            + " queries one after the other, of 100 items (of 10, where a partition has no more).");
    out.section("TransactWriteItems of 10");
    out.head("store", "transactions/s", "p50", "p99");
    try (var cloud = Cloud.inMemory()) {
      transact("memory", cloud.client(DynamoDbClient.class), out);
    }
    try (var folder = Folder.create();
        var cloud = Cloud.builder().store(new RocksStore(folder.path())).build()) {
      transact("disk", cloud.client(DynamoDbClient.class), out);
    }
    out.text(CALLERS + " callers in process; each transaction puts ten items of a thousand.");
  }

  private static void table(DynamoDbClient dynamo) {
    dynamo.createTable(t ->
        t.tableName("bench")
            .billingMode("PAY_PER_REQUEST")
            .attributeDefinitions(
                AttributeDefinition.builder().attributeName("pk").attributeType("S").build(),
                AttributeDefinition.builder().attributeName("sk").attributeType("N").build())
            .keySchema(
                KeySchemaElement.builder().attributeName("pk").keyType("HASH").build(),
                KeySchemaElement.builder().attributeName("sk").keyType("RANGE").build()));
  }

  private static Map<String, AttributeValue> item(int number, int partitions) {
    return Map.of(
        "pk",
        AttributeValue.fromS("p" + number % partitions),
        "sk",
        AttributeValue.fromN(Integer.toString(number / partitions)),
        "text",
        TEXT);
  }

  private static void load(DynamoDbClient dynamo, int partitions, Output out)
      throws InterruptedException {
    var name = partitions == 1 ? "one partition" : String.format("%,d partitions", partitions);
    table(dynamo);
    var next = new AtomicInteger();
    var cells = new ArrayList<>(List.of(name));
    var cpu = new double[SLICES];
    long early = 0;
    for (int slice = 0; slice < SLICES; slice++) {
      var end = ITEMS / SLICES * (slice + 1);
      var start = System.nanoTime();
      var cpuBefore = cpuNanos();
      callers(() -> {
        for (int from = next.getAndAdd(BATCH); from < end; from = next.getAndAdd(BATCH)) {
          write(dynamo, from, partitions);
        }
      });
      next.set(end);
      var rate = ITEMS / SLICES * 1e9 / (System.nanoTime() - start);
      cpu[slice] = (cpuNanos() - cpuBefore) / (double) (ITEMS / SLICES / BATCH);
      cells.add(String.format(Locale.ROOT, "%,.0f", rate));
      out.progress(
          String.format(Locale.ROOT, "%s: %,.0f/s, %.0f µs", name, rate, cpu[slice] / 1e3));
      early = slice == 0 ? heap() : early;
    }
    cells.add(Output.micros(cpu[1]));
    cells.add(Output.micros(cpu[SLICES - 1]));
    var late = heap();
    var latencies = query(dynamo, partitions);
    cells.add(Output.percentile(latencies, 50));
    cells.add(Output.percentile(latencies, 99));
    cells.add(early / 1024 / 1024 + " MB");
    cells.add(late / 1024 / 1024 + " MB");
    out.row(cells.toArray(String[]::new));
  }

  private static void write(DynamoDbClient dynamo, int from, int partitions) {
    var writes = new ArrayList<WriteRequest>(BATCH);
    for (int i = from; i < from + BATCH; i++) {
      var item = item(i, partitions);
      writes.add(WriteRequest.builder().putRequest(p -> p.item(item)).build());
    }
    dynamo.batchWriteItem(b -> b.requestItems(Map.of("bench", writes)));
  }

  private static Histogram query(DynamoDbClient dynamo, int partitions) {
    var latencies = new Histogram(60_000_000_000L, 3);
    var random = new Random(1);
    var wanted = Math.min(100, ITEMS / partitions);
    for (int i = 0; i < QUERIES; i++) {
      var partition = AttributeValue.fromS("p" + random.nextInt(partitions));
      var first = partitions == 1 ? ITEMS / 4 + random.nextInt(ITEMS / 2) : 0;
      var from = AttributeValue.fromN(Integer.toString(first));
      var start = System.nanoTime();
      var found =
          dynamo.query(q ->
              q.tableName("bench")
                  .keyConditionExpression("pk = :p AND sk >= :f")
                  .expressionAttributeValues(Map.of(":p", partition, ":f", from))
                  .limit(100));
      latencies.recordValue(System.nanoTime() - start);
      if (found.count() != wanted) {
        throw new IllegalStateException("Found " + found.count() + " items");
      }
    }
    return latencies;
  }

  /// What this process has used of the processors, the threads of its store included.
  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  /// The heap that is left when everything that can go has gone.
  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void transact(String store, DynamoDbClient dynamo, Output out)
      throws InterruptedException {
    table(dynamo);
    var warm = run(dynamo, new ConcurrentHistogram(60_000_000_000L, 3));
    out.progress(String.format(Locale.ROOT, "%s: %,.0f/s", store, warm));
    var latencies = new ConcurrentHistogram(60_000_000_000L, 3);
    var rate = run(dynamo, latencies);
    out.row(
        store,
        Output.rate(rate),
        Output.percentile(latencies, 50),
        Output.percentile(latencies, 99));
  }

  private static double run(DynamoDbClient dynamo, Histogram latencies)
      throws InterruptedException {
    var next = new AtomicInteger();
    var start = System.nanoTime();
    callers(() -> {
      for (int n = next.getAndIncrement(); n < TRANSACTIONS; n = next.getAndIncrement()) {
        var writes = new ArrayList<TransactWriteItem>(10);
        for (int i = 0; i < 10; i++) {
          var item = item((n * 10 + i) % 1000, 100);
          writes.add(TransactWriteItem.builder().put(p -> p.tableName("bench").item(item)).build());
        }
        var began = System.nanoTime();
        dynamo.transactWriteItems(t -> t.transactItems(writes));
        latencies.recordValue(System.nanoTime() - began);
      }
    });
    return TRANSACTIONS * 1e9 / (System.nanoTime() - start);
  }

  private static void callers(Runnable work) throws InterruptedException {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Object>>();
      for (int i = 0; i < CALLERS; i++) {
        tasks.add(Executors.callable(work));
      }
      for (var task : callers.invokeAll(tasks)) {
        task.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
