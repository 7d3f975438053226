package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamStatus;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

final class StreamsTest extends TableFixture {
  private final DynamoDbStreamsClient streams = cloud.client(DynamoDbStreamsClient.class);

  private String streamedTable(StreamViewType type) {
    return dynamo
        .createTable(t ->
            t.tableName("things")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(defined("pk", "S"))
                .keySchema(hash("pk"))
                .streamSpecification(s -> s.streamEnabled(true).streamViewType(type)))
        .tableDescription()
        .latestStreamArn();
  }

  private String iterator(String arn, String shard, ShardIteratorType type) {
    return streams
        .getShardIterator(i -> i.streamArn(arn).shardId(shard).shardIteratorType(type))
        .shardIterator();
  }

  /// All records of all shards.
  private List<Record> records(String arn) {
    var records = new ArrayList<Record>();
    var shards = streams.describeStream(d -> d.streamArn(arn)).streamDescription().shards();
    for (var shard : shards) {
      var iterator = iterator(arn, shard.shardId(), ShardIteratorType.TRIM_HORIZON);
      var page = streams.getRecords(g -> g.shardIterator(iterator));
      records.addAll(page.records());
    }
    return records;
  }

  @Test
  void aStreamTellsWhatHasChanged() {
    var arn = streamedTable(StreamViewType.NEW_AND_OLD_IMAGES);
    put("things", "pk", "a", "v", 1);
    put("things", "pk", "a", "v", 1);
    put("things", "pk", "a", "v", 2);
    dynamo.deleteItem(d -> d.tableName("things").key(item("pk", "a")));
    dynamo.deleteItem(d -> d.tableName("things").key(item("pk", "a")));
    var records = records(arn);
    assertThat(records)
        .extracting(Record::eventNameAsString)
        .containsExactly("INSERT", "MODIFY", "REMOVE");
    assertThat(records.get(1).dynamodb().oldImage()).isEqualTo(item("pk", "a", "v", 1));
    assertThat(records.get(1).dynamodb().newImage()).isEqualTo(item("pk", "a", "v", 2));
    assertThat(records.get(2).dynamodb().keys()).isEqualTo(item("pk", "a"));
    assertThat(records)
        .extracting(r -> r.dynamodb().sequenceNumber())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(streams.listStreams(l -> l.tableName("things")).streams())
        .extracting(s -> s.streamArn())
        .containsExactly(arn);
  }

  @Test
  void whatExpiresIsRemovedByTheService() {
    var arn = streamedTable(StreamViewType.OLD_IMAGE);
    var now = cloud.clock().millis() / 1000;
    put("things", "pk", "before", "ttl", (int) now + 60);
    dynamo.updateTimeToLive(t ->
        t.tableName("things").timeToLiveSpecification(s -> s.enabled(true).attributeName("ttl")));
    put("things", "pk", "after", "ttl", (int) now + 100);
    put("things", "pk", "moved", "ttl", (int) now + 50);
    put("things", "pk", "moved", "ttl", (int) now + 5000);
    pass(Duration.ofSeconds(99));
    assertThat(get("things", "pk", "before")).isEmpty();
    assertThat(get("things", "pk", "after")).isNotEmpty();
    pass(Duration.ofSeconds(2));
    assertThat(get("things", "pk", "after")).isEmpty();
    assertThat(get("things", "pk", "moved")).isNotEmpty();
    var removed =
        records(arn).stream().filter(r -> r.eventNameAsString().equals("REMOVE")).toList();
    assertThat(removed).hasSize(2);
    assertThat(removed)
        .extracting(r -> r.userIdentity().principalId())
        .containsOnly("dynamodb.amazonaws.com");
    assertThat(Objects.requireNonNull(removed.getFirst().dynamodb().oldImage())).containsKey("ttl");
  }

  @Test
  void recordsAndClosedStreamsStayForADay() {
    var arn = streamedTable(StreamViewType.KEYS_ONLY);
    put("things", "pk", "a");
    pass(Duration.ofHours(23));
    put("things", "pk", "a", "v", 2);
    dynamo.updateTable(u -> u.tableName("things").streamSpecification(s -> s.streamEnabled(false)));
    put("things", "pk", "a", "v", 3);
    assertThat(records(arn)).hasSize(2);
    pass(Duration.ofHours(2));
    assertThat(records(arn)).hasSize(1);
    var closed = streams.describeStream(d -> d.streamArn(arn)).streamDescription();
    assertThat(closed.streamStatus()).isEqualTo(StreamStatus.DISABLED);
    var shard =
        closed.shards().stream()
            .filter(s -> s.sequenceNumberRange().endingSequenceNumber() != null)
            .findFirst()
            .orElseThrow();
    var iterator = iterator(arn, shard.shardId(), ShardIteratorType.LATEST);
    assertThat(streams.getRecords(g -> g.shardIterator(iterator)).nextShardIterator()).isNull();
    pass(Duration.ofHours(23));
    assertThat(error(() -> streams.describeStream(d -> d.streamArn(arn))))
        .startsWith("ResourceNotFoundException: Requested resource not found: Stream: ");
  }

  @Test
  void anIteratorEndsAfterFifteenMinutes() {
    var arn = streamedTable(StreamViewType.KEYS_ONLY);
    var shard =
        streams.describeStream(d -> d.streamArn(arn)).streamDescription().shards().getFirst();
    var iterator = iterator(arn, shard.shardId(), ShardIteratorType.LATEST);
    pass(Duration.ofMinutes(16));
    assertThat(error(() -> streams.getRecords(g -> g.shardIterator(iterator))))
        .startsWith("ExpiredIteratorException: ");
  }
}
