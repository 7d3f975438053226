package dev.terrarium.services.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Faults;
import dev.terrarium.kernel.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.ScheduleState;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

final class InvocationsTest extends SchedulerFixture {
  private static final String ABSENT = "arn:aws:sqs:us-east-1:000000000000:absent";

  /// Messages do not last: they are received every day.
  private List<String> receivedIn(int days) {
    var all = new ArrayList<String>();
    for (int day = 0; day < days; day++) {
      advance(Duration.ofDays(1));
      all.addAll(received("q"));
    }
    return all;
  }

  @Test
  void aRateBeginsAtOnceAndGoesOn() {
    create(schedule("s", "rate(5 minutes)"));
    advance(Duration.ofMinutes(11));
    assertThat(received("q"))
        .containsExactly("2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z", "2026-01-01T00:10:00Z");
  }

  @Test
  void aRateWithAStartBeginsThereAndEndsAtItsEnd() {
    create(
        schedule("s", "rate(1 day)")
            .startDate(NOW.plus(Duration.ofHours(6)))
            .endDate(NOW.plus(Duration.ofHours(60))));
    assertThat(receivedIn(10))
        .containsExactly("2026-01-01T06:00:00Z", "2026-01-02T06:00:00Z", "2026-01-03T06:00:00Z");
  }

  @Test
  void aCronIsReadInItsTimeZone() {
    create(schedule("s", "cron(30 2 ? * SUN *)").scheduleExpressionTimezone("America/New_York"));
    var all = receivedIn(80);
    assertThat(all).hasSize(10).startsWith("2026-01-04T07:30:00Z");
    // On March 8 there is no half past two.
    assertThat(all).contains("2026-03-01T07:30:00Z", "2026-03-15T06:30:00Z");
    assertThat(all).noneMatch(time -> time.startsWith("2026-03-08"));
  }

  @Test
  void whatIsOnceIsDeletedAfterwardsIfThatIsWished() {
    create(
        schedule("gone", "at(2026-01-01T01:00:00)")
            .actionAfterCompletion(ActionAfterCompletion.DELETE));
    create(schedule("kept", "at(2026-01-01T01:00:00)"));
    create(schedule("late", "at(2025-01-01T01:00:00)"));
    advance(Duration.ofDays(1));
    assertThat(received("q")).containsExactly("2026-01-01T01:00:00Z", "2026-01-01T01:00:00Z");
    assertThat(scheduler.listSchedules(l -> {}).schedules())
        .extracting(s -> s.name())
        .containsExactly("kept", "late");
  }

  @Test
  void aDisabledScheduleRestsUntilItIsEnabled() {
    create(schedule("s", "cron(0 * * * ? *)").state(ScheduleState.DISABLED));
    advance(Duration.ofHours(3));
    assertThat(received("q")).isEmpty();
    var s = scheduler.getSchedule(g -> g.name("s"));
    scheduler.updateSchedule(
        UpdateScheduleRequest.builder()
            .name("s")
            .scheduleExpression(s.scheduleExpression())
            .flexibleTimeWindow(s.flexibleTimeWindow())
            .target(s.target())
            .build());
    advance(Duration.ofMinutes(61));
    assertThat(received("q")).containsExactly("2026-01-01T03:00:00Z", "2026-01-01T04:00:00Z");
    scheduler.deleteSchedule(d -> d.name("s"));
    advance(Duration.ofHours(3));
    assertThat(received("q")).isEmpty();
  }

  @Test
  void aFlexibleWindowDelaysTheInvocationNotItsTime() {
    create(
        schedule("s", "cron(0 1 * * ? *)")
            .flexibleTimeWindow(
                w -> w.mode(FlexibleTimeWindowMode.FLEXIBLE).maximumWindowInMinutes(60)));
    advance(Duration.ofHours(2));
    assertThat(received("q")).containsExactly("2026-01-01T01:00:00Z");
    var sent = new TreeSet<Instant>();
    for (int day = 0; day < 5; day++) {
      advance(Duration.ofDays(1));
      messages("q").forEach(m -> sent.add(Instant.parse(m.body())));
    }
    assertThat(sent).hasSize(5);
  }

  @Test
  void theContextIsFilledIn() {
    create(
        schedule("s", "at(2026-01-01T00:00:00)")
            .target(
                target(QUEUE)
                    .input(
                        "<aws.scheduler.schedule-arn> <aws.scheduler.execution-id>"
                            + " <aws.scheduler.attempt-number> <aws.scheduler.other>")
                    .build()));
    advance(Duration.ofSeconds(1));
    assertThat(received("q"))
        .singleElement()
        .asString()
        .matches(
            "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s [0-9a-f]{16} 1"
                + " <aws.scheduler.other>");
  }

  @Test
  void aTargetWithoutInputIsTold() {
    create(schedule("s", "at(2026-01-01T00:00:00)").target(target(QUEUE).build()));
    advance(Duration.ofSeconds(1));
    var event = Json.parse(received("q").getFirst());
    assertThat(event.path("detail-type").asText()).isEqualTo("Scheduled Event");
    assertThat(event.path("source").asText()).isEqualTo("aws.scheduler");
    assertThat(event.path("detail").asText()).isEqualTo("{}");
    assertThat(event.path("resources").path(0).asText()).endsWith("schedule/default/s");
  }

  @Test
  void whatCannotSucceedGoesToTheDeadLetters() {
    create(
        schedule("s", "at(2026-01-01T00:00:00)")
            .target(target(ABSENT).input("hello").deadLetterConfig(d -> d.arn(QUEUE)).build()));
    advance(Duration.ofSeconds(1));
    var letter = messages("q").getFirst();
    assertThat(letter.body()).isEqualTo("hello");
    var told = new TreeMap<String, String>();
    letter.messageAttributes().forEach((name, value) -> told.put(name, value.stringValue()));
    assertThat(told)
        .containsEntry("RETRY_ATTEMPTS", "0")
        .containsEntry("TARGET_ARN", ABSENT)
        .containsEntry("SCHEDULED_TIME", "2026-01-01T00:00:00Z")
        .containsEntry(
            "SCHEDULE_ARN", "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s")
        .containsKeys("EXECUTION_ID", "ERROR_MESSAGE");
    assertThat(told.get("ERROR_CODE")).isEqualTo("QueueDoesNotExist");
  }

  @Test
  void whatMayPassIsTriedAgainAsLongAsItsPolicySays() {
    var rule = new Faults.Rule("call:sqs:SendMessage", Faults.Kind.THROTTLE, 1, 3, Duration.ZERO);
    cloud.faults().plan(1, List.of(rule));
    create(
        schedule("s", "at(2026-01-01T00:00:00)")
            .target(target(QUEUE).input("<aws.scheduler.attempt-number>").build()));
    advance(Duration.ofSeconds(2));
    assertThat(received("q")).isEmpty();
    advance(Duration.ofMinutes(1));
    assertThat(received("q")).containsExactly("4");
  }

  @Test
  void aUniversalTargetIsAnyOperation() {
    var dynamo = cloud.client(DynamoDbClient.class);
    dynamo.createTable(t ->
        t.tableName("table")
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .keySchema(KeySchemaElement.builder().attributeName("k").keyType(KeyType.HASH).build())
            .attributeDefinitions(
                AttributeDefinition.builder()
                    .attributeName("k")
                    .attributeType(ScalarAttributeType.S)
                    .build()));
    create(
        schedule("s", "at(2026-01-01T01:00:00)")
            .target(
                target("arn:aws:scheduler:::aws-sdk:dynamodb:putItem")
                    .input(
                        """
                        {"TableName": "table", "Item": {"k": {"S": "<aws.scheduler.scheduled-time>"},
                         "n": {"N": "1"}, "m": {"M": {"l": {"L": [{"BOOL": true}]}}}}}\
                        """)
                    .build()));
    advance(Duration.ofHours(1));
    var key = AttributeValue.fromS("2026-01-01T01:00:00Z");
    var item = dynamo.getItem(g -> g.tableName("table").key(Map.of("k", key))).item();
    assertThat(item)
        .containsEntry("n", AttributeValue.fromN("1"))
        .containsEntry(
            "m",
            AttributeValue.fromM(
                Map.of("l", AttributeValue.fromL(List.of(AttributeValue.fromBool(true))))));
  }

  @Test
  void aStreamIsToldUnderItsKeyAndAQueueInItsGroup() {
    var kinesis = cloud.client(KinesisClient.class);
    kinesis.createStream(s -> s.streamName("s").shardCount(1));
    advance(Duration.ofMinutes(1));
    sqs.createQueue(q ->
        q.queueName("q.fifo")
            .attributes(
                Map.of(
                    QueueAttributeName.FIFO_QUEUE, "true",
                    QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true")));
    create(
        schedule("k", "at(2026-01-01T01:00:00)")
            .target(
                target("arn:aws:kinesis:us-east-1:000000000000:stream/s")
                    .input("data")
                    .kinesisParameters(p -> p.partitionKey("key"))
                    .build()));
    create(
        schedule("q", "at(2026-01-01T01:00:00)")
            .target(
                target(QUEUE + ".fifo")
                    .input("body")
                    .sqsParameters(p -> p.messageGroupId("g"))
                    .build()));
    advance(Duration.ofHours(2));
    var shard = kinesis.listShards(l -> l.streamName("s")).shards().getFirst().shardId();
    var iterator =
        kinesis
            .getShardIterator(
                g -> g.streamName("s").shardId(shard).shardIteratorType("TRIM_HORIZON"))
            .shardIterator();
    assertThat(kinesis.getRecords(g -> g.shardIterator(iterator)).records())
        .extracting(r -> r.partitionKey() + "=" + r.data().asUtf8String())
        .containsExactly("key=data");
    assertThat(received("q.fifo")).containsExactly("body");
  }

  @Test
  void whatFellDueWhileTheProcessWasDownHappensOnceWhenItIsUp() {
    create(schedule("s", "cron(0 * * * ? *)"));
    create(schedule("once", "at(2026-01-01T02:00:00)"));
    advance(Duration.ofMinutes(30));
    assertThat(received("q")).containsExactly("2026-01-01T00:00:00Z");
    cloud.close();
    clock.jump(NOW.plus(Duration.ofMinutes(330)));
    cloud = Cloud.builder().clock(clock).store(store).build();
    sqs = cloud.client(SqsClient.class);
    cloud.resume();
    advance(Duration.ofMinutes(31));
    assertThat(received("q"))
        .containsExactlyInAnyOrder(
            "2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z", "2026-01-01T06:00:00Z");
  }

  @Test
  void manySchedulesAreDueAtOnce() {
    for (int i = 0; i < 1000; i++) {
      create(schedule("s" + i, "at(2026-01-01T01:00:00)"));
    }
    advance(Duration.ofHours(1));
    assertThat(received("q")).hasSize(1000).containsOnly("2026-01-01T01:00:00Z");
  }
}
