package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.time.Clock;
import dev.terrarium.testkit.Seed;
import dev.terrarium.testkit.Seeded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalSecondaryIndexAction;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ReplicaStatus;
import software.amazon.awssdk.services.dynamodb.model.ReplicationGroupUpdate;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/// Tables that replicate each other across regions.
final class GlobalTablesTest extends GlobalTablesFixture {
  @Test
  void aReplicaGetsWhatIsThereAndWhatComes() {
    simpleTable("things", "S");
    for (int i = 0; i < 300; i++) {
      put("things", "pk", "old" + i, "v", i);
    }
    replicate(dynamo, "things", EUROPE);
    put("things", "pk", "new", "v", 1);
    settle();
    assertThat(all(europe)).hasSize(301).isEqualTo(all(dynamo));
    var shown = dynamo.describeTable(d -> d.tableName("things")).table();
    assertThat(shown.globalTableVersion()).isEqualTo("2019.11.21");
    assertThat(shown.replicas())
        .extracting(r -> r.regionName() + " " + r.replicaStatus())
        .containsExactly("eu-west-1 ACTIVE");
    var there = europe.describeTable(d -> d.tableName("things")).table();
    assertThat(there.tableStatus()).isEqualTo(TableStatus.ACTIVE);
    assertThat(there.tableArn()).isEqualTo("arn:aws:dynamodb:eu-west-1:000000000000:table/things");
    assertThat(there.replicas()).extracting(r -> r.regionName()).containsExactly("us-east-1");
    assertThat(there.latestStreamArn()).startsWith(there.tableArn() + "/stream/");
    europe.deleteItem(d -> d.tableName("things").key(item("pk", "new")));
    settle();
    assertThat(get("things", "pk", "new")).isEmpty();
  }

  @Test
  void theLastWriterWinsEverywhere() {
    simpleTable("things", "S");
    replicate(dynamo, "things", EUROPE);
    settle();
    put("things", "pk", "a", "v", 1);
    settle();
    europe.putItem(p -> p.tableName("things").item(item("pk", "a", "v", 2)));
    put("things", "pk", "a", "v", 3); // At the same moment, and in the later region.
    settle();
    assertThat(all(europe)).containsExactly(item("pk", "a", "v", 3)).isEqualTo(all(dynamo));
    pass(Duration.ofSeconds(1));
    europe.deleteItem(d -> d.tableName("things").key(item("pk", "a")));
    settle();
    assertThat(all(dynamo)).isEmpty();
  }

  @Seeded(tries = 40)
  void replicasComeToTheSameWhateverTheOrder(Seed seed) throws InterruptedException {
    var random = seed.random();
    simpleTable("things", "S");
    replicate(dynamo, "things", EUROPE);
    var clients = List.of(dynamo, europe, asia);
    var writers = new ArrayList<Thread>();
    for (int i = 0; i < 2; i++) {
      var client = clients.get(i);
      var own = new Random(random.nextLong());
      writers.add(Thread.startVirtualThread(() -> write(client, own, 150)));
    }
    replicate(europe, "things", ASIA); // While the others write.
    write(asia, new Random(random.nextLong()), 150);
    for (var writer : writers) {
      writer.join();
    }
    settle();
    assertThat(all(europe)).isEqualTo(all(dynamo)).isEqualTo(all(asia));
    for (var client : clients) {
      var shown = client.describeTable(d -> d.tableName("things")).table();
      assertThat(shown.itemCount()).isEqualTo(all(client).size());
      assertThat(shown.replicas())
          .extracting(r -> r.replicaStatus())
          .containsExactly(ReplicaStatus.ACTIVE, ReplicaStatus.ACTIVE);
    }
  }

  @Test
  void aNewReplicaKnowsWhatWasDeletedBefore() {
    simpleTable("things", "S");
    replicate(dynamo, "things", EUROPE);
    settle();
    for (int i = 0; i < 5; i++) {
      put("things", "pk", "a", "v", i);
      dynamo.deleteItem(d -> d.tableName("things").key(item("pk", "a")));
    }
    replicate(dynamo, "things", ASIA);
    asia.putItem(p -> p.tableName("things").item(item("pk", "a", "v", 9)));
    settle();
    assertThat(all(asia)).isEqualTo(all(dynamo)).isEqualTo(all(europe));
  }

  private static void write(DynamoDbClient client, Random random, int times) {
    for (int i = 0; i < times; i++) {
      var key = item("pk", "k" + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> client.deleteItem(d -> d.tableName("things").key(key));
        case 1 -> {
          var value = item("v", random.nextInt(100)).get("v");
          client.updateItem(u ->
              u.tableName("things")
                  .key(key)
                  .updateExpression("ADD n :v")
                  .expressionAttributeValues(Map.of(":v", value)));
        }
        default -> {
          var put = item("pk", "k" + random.nextInt(12), "v", random.nextInt(100));
          client.putItem(p -> p.tableName("things").item(put));
        }
      }
    }
  }

  @Test
  void whatWasOnItsWayArrivesAfterARestart() {
    simpleTable("things", "S");
    for (int i = 0; i < 500; i++) {
      put("things", "pk", "old" + i);
    }
    replicate(dynamo, "things", EUROPE);
    for (int i = 0; i < 200; i++) {
      put("things", "pk", "new" + i);
    }
    cloud.close();
    var clock = Clock.stoppedAt(Instant.parse("2026-01-01T00:01:00Z"));
    try (var again = Cloud.builder().store(store).clock(clock).build()) {
      again.resume();
      again.timers().advance(Duration.ofMillis(1));
      assertThat(all(in(again, EUROPE)))
          .hasSize(700)
          .isEqualTo(all(again.client(DynamoDbClient.class)));
      var there = in(again, EUROPE).describeTable(d -> d.tableName("things")).table();
      assertThat(there.tableStatus()).isEqualTo(TableStatus.ACTIVE);
    }
  }

  @Test
  void timeToLiveEndsAnItemInOneRegionAndTheOthersGetItsDeletion() {
    simpleTable("things", "S");
    dynamo.updateTimeToLive(u ->
        u.tableName("things").timeToLiveSpecification(t -> t.enabled(true).attributeName("ttl")));
    replicate(dynamo, "things", EUROPE);
    settle();
    assertThat(
            europe
                .describeTimeToLive(d -> d.tableName("things"))
                .timeToLiveDescription()
                .attributeName())
        .isEqualTo("ttl");
    var due = (int) cloud.clock().now().getEpochSecond() + 60;
    europe.putItem(p -> p.tableName("things").item(item("pk", "a", "ttl", due)));
    pass(Duration.ofMinutes(2));
    assertThat(all(dynamo)).isEmpty();
    assertThat(all(europe)).isEmpty();
    assertThat(removals("eu-west-1"))
        .extracting(r -> r.userIdentity() != null)
        .containsExactly(true);
    assertThat(removals("us-east-1"))
        .extracting(r -> r.userIdentity() != null)
        .containsExactly(false);
  }

  private List<Record> removals(String region) {
    var scope = new Scope("000000000000", region);
    var streams = cloud.client(DynamoDbStreamsClient.class, scope);
    var arn = in(cloud, region).describeTable(d -> d.tableName("things")).table().latestStreamArn();
    var removals = new ArrayList<Record>();
    for (var shard : streams.describeStream(d -> d.streamArn(arn)).streamDescription().shards()) {
      var iterator =
          streams
              .getShardIterator(g ->
                  g.streamArn(arn)
                      .shardId(shard.shardId())
                      .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      for (var record : streams.getRecords(g -> g.shardIterator(iterator)).records()) {
        if (record.eventNameAsString().equals("REMOVE")) {
          removals.add(record);
        }
      }
    }
    return removals;
  }

  @Test
  void indexesComeToAllReplicas() {
    simpleTable("things", "S");
    replicate(dynamo, "things", EUROPE);
    put("things", "pk", "a", "g", "x");
    settle();
    var index =
        CreateGlobalSecondaryIndexAction.builder()
            .indexName("by-g")
            .keySchema(hash("g"))
            .projection(p -> p.projectionType("ALL"))
            .build();
    europe.updateTable(u ->
        u.tableName("things")
            .attributeDefinitions(defined("g", "S"))
            .globalSecondaryIndexUpdates(
                GlobalSecondaryIndexUpdate.builder().create(index).build()));
    settle();
    for (var client : List.of(dynamo, europe)) {
      assertThat(client.scan(s -> s.tableName("things").indexName("by-g")).items())
          .containsExactly(item("pk", "a", "g", "x"));
    }
  }

  @Test
  void replicasGoAndTheOthersGoOn() {
    simpleTable("things", "S");
    replicate(dynamo, "things", EUROPE);
    replicate(dynamo, "things", ASIA);
    settle();
    put("things", "pk", "a");
    settle();
    var away = ReplicationGroupUpdate.builder().delete(d -> d.regionName(EUROPE)).build();
    dynamo.updateTable(u -> u.tableName("things").replicaUpdates(away));
    assertThat(error(() -> europe.describeTable(d -> d.tableName("things"))))
        .startsWith("ResourceNotFoundException");
    put("things", "pk", "b");
    settle();
    assertThat(all(asia)).hasSize(2);
    asia.deleteTable(d -> d.tableName("things"));
    var left = dynamo.describeTable(d -> d.tableName("things")).table();
    assertThat(left.hasReplicas()).isFalse();
    assertThat(left.globalTableVersion()).isNull();
    put("things", "pk", "c");
    assertThat(all(dynamo)).hasSize(3);
  }

  @Test
  void whatCannotBeAReplicaIsRefused() {
    simpleTable("things", "S");
    assertThat(invalid(() -> replicate(dynamo, "things", "us-east-1")))
        .isEqualTo(
            "Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable,"
                + " DeleteTable, or UpdateTable as required.");
    replicate(dynamo, "things", EUROPE);
    assertThat(invalid(() -> replicate(dynamo, "things", EUROPE)))
        .isEqualTo(
            "Failed to create a the new replica of table with name: ‘things’ because one or more"
                + " replicas already existed as tables.");
    assertThat(
            error(() ->
                dynamo.updateTable(u -> u.tableName("things").multiRegionConsistency("STRONG"))))
        .isEqualTo(
            "NotImplemented: Terrarium does not implement dynamodb:UpdateTable with multi-Region"
                + " strong consistency.");
  }
}
