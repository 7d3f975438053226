import com.amazonaws.services.dynamodbv2.AcquireLockOptions;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDBLockClient;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDBLockClientOptions;
import com.amazonaws.services.dynamodbv2.CreateDynamoDBTableOptions;
import com.amazonaws.services.dynamodbv2.model.LockNotGrantedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;

/// The lock client: leases that are kept alive, and taken over when they are not.
final class Locking {
  private final DynamoDbClient dynamo;
  private final String table;
  private final Checks checks;

  Locking(DynamoDbClient dynamo, String suffix, Checks checks) {
    this.dynamo = dynamo;
    this.table = "locks-" + suffix;
    this.checks = checks;
  }

  private AmazonDynamoDBLockClient client(String owner, boolean beats) {
    return new AmazonDynamoDBLockClient(
        AmazonDynamoDBLockClientOptions.builder(dynamo, table)
            .withTimeUnit(TimeUnit.MILLISECONDS)
            .withLeaseDuration(1500L)
            .withHeartbeatPeriod(300L)
            .withCreateHeartbeatBackgroundThread(beats)
            .withOwnerName(owner)
            .build());
  }

  private static AcquireLockOptions wanted(String key, long waitMillis) {
    return AcquireLockOptions.builder(key)
        .withRefreshPeriod(100L)
        .withAdditionalTimeToWaitForLock(waitMillis)
        .withTimeUnit(TimeUnit.MILLISECONDS)
        .withDeleteLockOnRelease(false)
        .withReplaceData(true)
        .withData(ByteBuffer.wrap("data".getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  void run() throws Exception {
    AmazonDynamoDBLockClient.createLockTableInDynamoDB(
        CreateDynamoDBTableOptions.builder(
                dynamo,
                ProvisionedThroughput.builder()
                    .readCapacityUnits(5L)
                    .writeCapacityUnits(5L)
                    .build(),
                table)
            .build());
    dynamo.waiter().waitUntilTableExists(t -> t.tableName(table));
    try (var alive = client("alive", true);
        var dead = client("dead", false);
        var other = client("other", true)) {
      checks.that(other.lockTableExists(), "the table is there");
      var held = alive.acquireLock(wanted("one", 0));
      checks.same("alive", held.getOwnerName(), "who holds it");
      checks.refused(
          LockNotGrantedException.class,
          () -> other.acquireLock(wanted("one", 3000)),
          "a lock that is kept alive");
      checks.that(!held.isExpired(), "it is still held");
      checks.that(alive.releaseLock(held), "released");
      var second = other.acquireLock(wanted("one", 100));
      checks.same("other", second.getOwnerName(), "taken after the release");
      checks.that(!alive.releaseLock(held), "it cannot be released twice");
      dead.acquireLock(wanted("two", 0));
      var start = System.nanoTime();
      var taken = other.acquireLock(wanted("two", 5000));
      var waited = (System.nanoTime() - start) / 1_000_000;
      checks.same("other", taken.getOwnerName(), "taken over after its lease");
      checks.that(waited > 1400, "not before: " + waited + " ms");
      checks.same(
          "other",
          alive.getLock("two", java.util.Optional.empty()).orElseThrow().getOwnerName(),
          "what others see");
      checks.that(
          alive.tryAcquireLock(wanted("two", 0)).isEmpty(), "an attempt at what another holds");
      checks.same(2L, other.getAllLocksFromDynamoDB(false).count(), "all locks");
      taken.close();
      checks.that(
          alive.tryAcquireLock(wanted("two", 0)).isPresent(), "closed is released for others");
    }
    dynamo.deleteTable(t -> t.tableName(table));
  }
}
