package dev.terrarium.services.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Json;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.DestinationStatus;
import software.amazon.awssdk.services.kinesis.KinesisClient;

final class KinesisDestinationTest extends TableFixture {
  private static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/changes";
  private final KinesisClient kinesis = cloud.client(KinesisClient.class);

  private List<String> changes() {
    var iterator =
        kinesis
            .getShardIterator(r ->
                r.streamName("changes")
                    .shardId("shardId-000000000000")
                    .shardIteratorType("TRIM_HORIZON"))
            .shardIterator();
    return kinesis.getRecords(r -> r.shardIterator(iterator)).records().stream()
        .map(record -> record.data().asUtf8String())
        .toList();
  }

  private DestinationStatus status() {
    return dynamo
        .describeKinesisStreamingDestination(r -> r.tableName("ttt"))
        .kinesisDataStreamDestinations()
        .getFirst()
        .destinationStatus();
  }

  @Test
  void changesOfATableGoToAStream() {
    kinesis.createStream(r -> r.streamName("changes").shardCount(1));
    simpleTable("ttt", "S");
    dynamo.enableKinesisStreamingDestination(r -> r.tableName("ttt").streamArn(ARN));
    assertThat(status()).isEqualTo(DestinationStatus.ACTIVE);
    put("ttt", "pk", "x", "n", 1);
    put("ttt", "pk", "x", "n", 2);
    dynamo.deleteItem(r -> r.tableName("ttt").key(item("pk", "x")));
    pass(Duration.ofSeconds(2));
    var records = changes().stream().map(Json::parse).toList();
    assertThat(records)
        .extracting(record -> record.path("eventName").asText())
        .containsExactly("INSERT", "MODIFY", "REMOVE");
    var modified = records.get(1);
    assertThat(modified.path("tableName").asText()).isEqualTo("ttt");
    assertThat(modified.path("dynamodb").path("NewImage").path("n").path("N").asText())
        .isEqualTo("2");
    assertThat(modified.path("dynamodb").path("OldImage").path("n").path("N").asText())
        .isEqualTo("1");
    dynamo.disableKinesisStreamingDestination(r -> r.tableName("ttt").streamArn(ARN));
    assertThat(status()).isEqualTo(DestinationStatus.DISABLED);
    put("ttt", "pk", "y");
    pass(Duration.ofSeconds(2));
    assertThat(changes()).hasSize(3);
    dynamo.enableKinesisStreamingDestination(r -> r.tableName("ttt").streamArn(ARN));
    put("ttt", "pk", "z");
    pass(Duration.ofSeconds(2));
    assertThat(changes()).hasSize(4);
  }

  @Test
  void changesWaitForAStreamThatIsAway() {
    kinesis.createStream(r -> r.streamName("changes").shardCount(1));
    simpleTable("ttt", "S");
    dynamo.enableKinesisStreamingDestination(r -> r.tableName("ttt").streamArn(ARN));
    kinesis.deleteStream(d -> d.streamName("changes"));
    put("ttt", "pk", "x");
    pass(Duration.ofSeconds(5));
    kinesis.createStream(r -> r.streamName("changes").shardCount(1));
    pass(Duration.ofSeconds(5));
    assertThat(changes()).hasSize(1);
  }

  @Test
  void aStreamThatIsNotThereGetsNothingUntilItIsSwitchedOnAgain() {
    simpleTable("ttt", "S");
    dynamo.enableKinesisStreamingDestination(r -> r.tableName("ttt").streamArn(ARN));
    assertThat(status()).isEqualTo(DestinationStatus.ENABLE_FAILED);
    kinesis.createStream(r -> r.streamName("changes").shardCount(1));
    put("ttt", "pk", "x");
    pass(Duration.ofSeconds(5));
    assertThat(changes()).isEmpty();
    dynamo.enableKinesisStreamingDestination(r -> r.tableName("ttt").streamArn(ARN));
    assertThat(status()).isEqualTo(DestinationStatus.ACTIVE);
  }

  @Test
  void aTableHasOneStreamAtATime() {
    kinesis.createStream(r -> r.streamName("changes").shardCount(1));
    kinesis.createStream(r -> r.streamName("others").shardCount(1));
    simpleTable("ttt", "S");
    dynamo.enableKinesisStreamingDestination(r -> r.tableName("ttt").streamArn(ARN));
    assertThat(
            invalid(() ->
                dynamo.enableKinesisStreamingDestination(
                    r -> r.tableName("ttt").streamArn(ARN.replace("changes", "others")))))
        .endsWith("must be DISABLED or ENABLE_FAILED to perform ENABLE operation.");
  }
}
