package dev.terrarium.app.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/// A table with an index and a change stream, which is mapped to a function that writes down what
/// it is given.
///
/// The index is always the table, the stream its history, and every acknowledged change is
/// delivered at least once, the changes of an item in their order.
final class TableLoad implements Load {
  private static final String TABLE = "ledger";
  private static final String INDEX = "by-group";
  private static final int ITEMS = 8;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final String FUNCTION =
      """
      import os
      out = open(os.environ['DELIVERIES'], 'a')
      def handler(event, context):
          for record in event['Records']:
              change = record['dynamodb']
              out.write('%s %s\\n' % (change['Keys']['id']['S'], change['NewImage']['n']['N']))
          out.flush()
      """;

  private final Path deliveries;
  private final AtomicInteger number = new AtomicInteger();
  private final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
  private final Map<String, Integer> last = new ConcurrentHashMap<>();
  private String stream = "";

  TableLoad(Path deliveries) {
    this.deliveries = deliveries;
  }

  @Override
  public void prepare(Clients clients) {
    var throughput =
        ProvisionedThroughput.builder().readCapacityUnits(3000L).writeCapacityUnits(3000L).build();
    stream =
        clients
            .dynamo()
            .createTable(t ->
                t.tableName(TABLE)
                    .attributeDefinitions(attribute("id"), attribute("g"))
                    .keySchema(key("id"))
                    .provisionedThroughput(throughput)
                    .globalSecondaryIndexes(
                        GlobalSecondaryIndex.builder()
                            .indexName(INDEX)
                            .keySchema(key("g"))
                            .projection(p -> p.projectionType(ProjectionType.ALL))
                            .provisionedThroughput(throughput)
                            .build())
                    .streamSpecification(
                        s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_IMAGE)))
            .tableDescription()
            .latestStreamArn();
    clients
        .lambda()
        .createFunction(f ->
            f.functionName("scribe")
                .runtime("python3.12")
                .handler("app.handler")
                .role("arn:aws:iam::000000000000:role/scribe")
                .timeout(30)
                .environment(e -> e.variables(Map.of("DELIVERIES", deliveries.toString())))
                .code(c -> c.zipFile(zip())));
    clients
        .lambda()
        .createEventSourceMapping(m ->
            m.functionName("scribe")
                .eventSourceArn(stream)
                .startingPosition("TRIM_HORIZON")
                .parallelizationFactor(2)
                .batchSize(10));
  }

  private static AttributeDefinition attribute(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  private static KeySchemaElement key(String name) {
    return KeySchemaElement.builder().attributeName(name).keyType(KeyType.HASH).build();
  }

  private static SdkBytes zip() {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("app.py"));
      zip.write(FUNCTION.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return SdkBytes.fromByteArray(bytes.toByteArray());
  }

  @Override
  public void run(Clients clients, BooleanSupplier goesOn) {
    while (goesOn.getAsBoolean()) {
      var n = number.incrementAndGet();
      var id = "i" + n % ITEMS;
      var values =
          Map.of(":n", AttributeValue.fromN("" + n), ":g", AttributeValue.fromS("g" + n % 3));
      if (n % 2 == 0) {
        clients
            .dynamo()
            .updateItem(u ->
                u.tableName(TABLE)
                    .key(Map.of("id", AttributeValue.fromS(id)))
                    .updateExpression("SET n = :n, g = :g")
                    .expressionAttributeValues(values));
      } else {
        clients
            .dynamo()
            .putItem(p ->
                p.tableName(TABLE)
                    .item(
                        Map.of(
                            "id", AttributeValue.fromS(id),
                            "n", values.get(":n"),
                            "g", values.get(":g"))));
      }
      acknowledged.add(n);
      last.put(id, n);
    }
  }

  @Override
  public int acknowledged() {
    return acknowledged.size();
  }

  @Override
  public void check(Clients clients) {
    var table = items(clients, false);
    last.forEach((id, n) -> assertThat(table.get(id)).as(id).isBetween(n, number.get()));
    assertThat(items(clients, true)).as("the index is the table").isEqualTo(table);
    var history = history(clients);
    var all = new LinkedHashSet<Integer>();
    history.forEach((id, changes) -> {
      assertThat(changes).as("the history of " + id).isSorted().doesNotHaveDuplicates();
      assertThat(changes.getLast())
          .as("where the history of " + id + " ends")
          .isEqualTo(table.get(id));
      all.addAll(changes);
    });
    assertThat(all).as("the stream has every acknowledged change").containsAll(acknowledged);
    var delivered = delivered(all);
    history.forEach((id, changes) ->
        assertThat(delivered.get(id))
            .as("the changes of %s as they were first delivered", id)
            .containsExactlyElementsOf(changes));
  }

  private static Map<String, Integer> items(Clients clients, boolean ofIndex) {
    var found = new TreeMap<String, Integer>();
    clients
        .dynamo()
        .scanPaginator(s -> s.tableName(TABLE).indexName(ofIndex ? INDEX : null))
        .items()
        .forEach(item -> found.put(id(item), n(item)));
    return found;
  }

  private static String id(Map<String, AttributeValue> item) {
    return Objects.requireNonNull(item.get("id")).s();
  }

  private static int n(Map<String, AttributeValue> item) {
    return Integer.parseInt(Objects.requireNonNull(item.get("n")).n());
  }

  /// What the stream tells of each item.
  private Map<String, List<Integer>> history(Clients clients) {
    var history = new HashMap<String, List<Integer>>();
    var shards =
        clients.streams().describeStream(d -> d.streamArn(stream)).streamDescription().shards();
    for (var shard : shards) {
      var iterator =
          clients
              .streams()
              .getShardIterator(i ->
                  i.streamArn(stream)
                      .shardId(shard.shardId())
                      .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      var more = true;
      while (more) {
        var from = iterator;
        var page = clients.streams().getRecords(r -> r.shardIterator(from));
        for (var record : page.records()) {
          var image = record.dynamodb().newImage();
          history.computeIfAbsent(id(image), id -> new ArrayList<>()).add(n(image));
        }
        iterator = page.nextShardIterator();
        more = !page.records().isEmpty();
      }
    }
    return history;
  }

  /// What was delivered of each item, without repetitions, once everything has been.
  private Map<String, List<Integer>> delivered(Set<Integer> wanted) {
    var end = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      var seen = new LinkedHashSet<Integer>();
      var delivered = new HashMap<String, List<Integer>>();
      for (var line : lines()) {
        var parts = line.split(" ");
        var n = Integer.parseInt(parts[1]);
        if (seen.add(n)) {
          delivered.computeIfAbsent(parts[0], id -> new ArrayList<>()).add(n);
        }
      }
      if (seen.containsAll(wanted) || System.nanoTime() > end) {
        assertThat(seen).as("every change is delivered").containsAll(wanted);
        return delivered;
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  private List<String> lines() {
    try {
      return Files.exists(deliveries) ? Files.readAllLines(deliveries) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "table " + acknowledged.size() + " changed, all delivered in order";
  }
}
