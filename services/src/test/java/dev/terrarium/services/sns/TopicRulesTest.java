package dev.terrarium.services.sns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.Tag;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

@Timeout(60)
@SuppressWarnings("unchecked") // Variable arguments of generic types.
final class TopicRulesTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final SnsClient sns = cloud.client(SnsClient.class);
  private final SqsClient sqs = cloud.client(SqsClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  private String topic() {
    return sns.createTopic(t -> t.name("t")).topicArn();
  }

  private static void refused(ThrowingCallable call, String code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
            });
  }

  @Test
  void mistakesAreAnsweredInAwsWords() {
    var topic = topic();
    refused(
        () -> sns.createTopic(t -> t.name("not good")),
        "InvalidParameter",
        "Invalid parameter: Topic Name");
    refused(
        () -> sns.getTopicAttributes(t -> t.topicArn("nonsense")),
        "InvalidParameter",
        "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1");
    refused(
        () -> sns.publish(p -> p.topicArn(topic + "x").message("m")),
        "NotFound",
        "Topic does not exist");
    refused(
        () -> sns.publish(p -> p.topicArn(topic).message("")),
        "InvalidParameter",
        "Invalid parameter: Empty message");
    refused(
        () -> sns.subscribe(s -> s.topicArn(topic).protocol("pigeon").endpoint("roof")),
        "InvalidParameter",
        "Invalid parameter: Amazon SNS does not support this protocol string: pigeon");
    refused(
        () -> sns.listTagsForResource(l -> l.resourceArn(topic + "x")),
        "ResourceNotFound",
        "Resource does not exist");
    refused(
        () ->
            sns.tagResource(t ->
                t.resourceArn(topic)
                    .tags(
                        IntStream.range(0, 51)
                            .mapToObj(i -> Tag.builder().key("k" + i).value("v").build())
                            .toList())),
        "TagLimitExceeded",
        "Could not complete request: tag quota of per resource exceeded");
  }

  @Test
  void whoeverChangesATopicAtTheSameTimeLosesNothing() throws InterruptedException {
    var topic = topic();
    var threads =
        IntStream.range(0, 40)
            .mapToObj(i ->
                Thread.ofVirtual()
                    .start(() -> {
                      sns.tagResource(t ->
                          t.resourceArn(topic).tags(Tag.builder().key("k" + i).value("v").build()));
                      sns.addPermission(p ->
                          p.topicArn(topic)
                              .label("p" + i)
                              .awsAccountIds("111111111111")
                              .actionNames("Publish"));
                      sns.subscribe(s ->
                          s.topicArn(topic)
                              .protocol("sqs")
                              .endpoint("arn:aws:sqs:us-east-1:000000000000:q"));
                    }))
            .toList();
    for (var thread : threads) {
      thread.join();
    }
    assertThat(sns.listTagsForResource(l -> l.resourceArn(topic)).tags()).hasSize(40);
    var policy = sns.getTopicAttributes(t -> t.topicArn(topic)).attributes().get("Policy");
    assertThat(Json.parse(String.valueOf(policy)).path("Statement")).hasSize(41);
    assertThat(sns.listSubscriptionsByTopic(l -> l.topicArn(topic)).subscriptions()).hasSize(1);
  }

  @Test
  void aFilterPolicyIsRefusedBeforeItIsStored() {
    var arn =
        sns.subscribe(s ->
                s.topicArn(topic())
                    .protocol("sqs")
                    .endpoint("arn:aws:sqs:us-east-1:000000000000:q"))
            .subscriptionArn();
    refused(
        () -> filter(arn, "{\"a\":\"b\"}"),
        "InvalidParameter",
        "Invalid parameter: FilterPolicy: \"a\" must be an object or an array");
    refused(
        () -> filter(arn, "{\"a\":{\"b\":[\"c\"]}}"),
        "InvalidParameter",
        "Invalid parameter: FilterPolicy: Filter policy scope MessageAttributes does not support"
            + " nested filter policy");
    refused(
        () -> filter(arn, "{\"a\":[1],\"b\":[1],\"c\":[1],\"d\":[1],\"e\":[1],\"f\":[1]}"),
        "InvalidParameter",
        "Invalid parameter: FilterPolicy: Filter policy can not have more than 5 keys");
  }

  private void filter(String arn, String policy) {
    sns.setSubscriptionAttributes(
        s -> s.subscriptionArn(arn).attributeName("FilterPolicy").attributeValue(policy));
  }

  @Test
  void listsOfSubscriptionsComeInPagesOfAHundred() {
    var topic = topic();
    for (int i = 0; i < 101; i++) {
      var queue = "arn:aws:sqs:us-east-1:000000000000:q" + i;
      sns.subscribe(s -> s.topicArn(topic).protocol("sqs").endpoint(queue));
    }
    var first = sns.listSubscriptions();
    assertThat(first.subscriptions()).hasSize(100);
    var second = sns.listSubscriptions(l -> l.nextToken(first.nextToken()));
    assertThat(second.subscriptions()).hasSize(1);
    assertThat(second.nextToken()).isNull();
  }

  @Test
  void anArchiveIsReplayedToWhoAsks() {
    var topic =
        sns.createTopic(t ->
                t.name("a.fifo")
                    .attributes(
                        Map.of(
                            "FifoTopic", "true",
                            "ContentBasedDeduplication", "true",
                            "ArchivePolicy", "{\"MessageRetentionPeriod\":\"30\"}")))
            .topicArn();
    assertThat(sns.getTopicAttributes(g -> g.topicArn(topic)).attributes())
        .containsEntry("BeginningArchiveTime", "2026-01-01T00:00:00.000Z");
    for (var text : List.of("one", "two", "three")) {
      sns.publish(p -> p.topicArn(topic).message(text).messageGroupId("g"));
      cloud.timers().advance(Duration.ofMinutes(1));
    }
    var url =
        sqs.createQueue(
                q -> q.queueName("late.fifo").attributesWithStrings(Map.of("FifoQueue", "true")))
            .queueUrl();
    sns.subscribe(s ->
        s.topicArn(topic)
            .protocol("sqs")
            .endpoint("arn:aws:sqs:us-east-1:000000000000:late.fifo")
            .attributes(
                Map.of(
                    "RawMessageDelivery",
                    "true",
                    "ReplayPolicy",
                    "{\"PointType\":\"Timestamp\",\"StartingPoint\":\"2026-01-01T00:00:30Z\"}")));
    cloud.timers().advance(Duration.ofSeconds(1));
    var received =
        sqs.receiveMessage(
                r -> r.queueUrl(url).maxNumberOfMessages(10).messageAttributeNames("All"))
            .messages();
    assertThat(received).extracting(Message::body).containsExactly("two", "three");
    assertThat(received.getFirst().messageAttributes()).containsKey("Replayed");
    refused(
        () -> sns.deleteTopic(d -> d.topicArn(topic)),
        "InvalidState",
        "Topic cannot be deleted while it has an ArchivePolicy");
    sns.setTopicAttributes(
        t -> t.topicArn(topic).attributeName("ArchivePolicy").attributeValue("{ }"));
    assertThat(sns.getTopicAttributes(g -> g.topicArn(topic)).attributes())
        .doesNotContainKeys("ArchivePolicy", "BeginningArchiveTime");
    sns.deleteTopic(d -> d.topicArn(topic));
  }

  @Test
  void deliveriesAreLoggedWhereTheTopicWishesIt() {
    var role = "arn:aws:iam::000000000000:role/feedback";
    var topic =
        sns.createTopic(t ->
                t.name("t")
                    .attributes(
                        Map.of(
                            "SQSSuccessFeedbackRoleArn",
                            role,
                            "SQSSuccessFeedbackSampleRate",
                            "100")))
            .topicArn();
    sqs.createQueue(q -> q.queueName("q"));
    sns.subscribe(
        s -> s.topicArn(topic).protocol("sqs").endpoint("arn:aws:sqs:us-east-1:000000000000:q"));
    var id = sns.publish(p -> p.topicArn(topic).message("m")).messageId();
    var entries =
        cloud
            .client(CloudWatchLogsClient.class)
            .filterLogEvents(f -> f.logGroupName("sns/us-east-1/000000000000/t"))
            .events();
    assertThat(entries).hasSize(1);
    var entry = Json.parse(entries.getFirst().message());
    assertThat(entry.at("/notification/messageId").asText()).isEqualTo(id);
    assertThat(entry.at("/status").asText()).isEqualTo("SUCCESS");
  }

  @Test
  void attributesOfMessagesAreNamedAndTypedAsAwsDemands() {
    var topic = topic();
    attributeRefused(
        topic,
        "a b",
        a -> a.dataType("String").stringValue("x"),
        "Invalid non-alphanumeric character '#x20' was found in the message attribute name. Can"
            + " only include alphanumeric characters, hyphens, underscores, or dots.");
    attributeRefused(
        topic,
        ".a",
        a -> a.dataType("String").stringValue("x"),
        "Invalid message attribute name starting character '.' was found.");
    attributeRefused(
        topic,
        "a..b",
        a -> a.dataType("String").stringValue("x"),
        "Message attribute name can not have successive '.' character.");
    attributeRefused(
        topic,
        "a",
        a -> a.dataType("Binary").stringValue("x"),
        "The message attribute 'a' with type 'Binary' must use field 'Binary'.");
    attributeRefused(
        topic,
        "a",
        a -> a.dataType("String").stringValue(""),
        "The message attribute 'a' must contain non-empty message attribute value for message"
            + " attribute type 'String'.");
    var untyped = MessageAttributeValue.builder().stringValue("x").build();
    refused(
        () ->
            sns.publish(
                p -> p.topicArn(topic).message("m").messageAttributes(Map.of("a", untyped))),
        "ValidationError",
        "1 validation error detected: Value null at 'messageAttributes.a.member.dataType' failed to"
            + " satisfy constraint: Member must not be null");
  }

  private void attributeRefused(
      String topic, String name, Consumer<MessageAttributeValue.Builder> value, String message) {
    var attributes = Map.of(name, MessageAttributeValue.builder().applyMutation(value).build());
    refused(
        () -> sns.publish(p -> p.topicArn(topic).message("m").messageAttributes(attributes)),
        "ParameterValueInvalid",
        message);
    refused(
        () ->
            sns.publishBatch(b ->
                b.topicArn(topic)
                    .publishBatchRequestEntries(
                        e -> e.id("good").message("m"),
                        e -> e.id("bad").message("m").messageAttributes(attributes))),
        "ParameterValueInvalid",
        message);
  }

  @Test
  void aBatchForAFifoTopicIsRefusedAsAWholeIfOneLacksItsGroup() {
    var topic =
        sns.createTopic(t -> t.name("t.fifo").attributes(Map.of("FifoTopic", "true"))).topicArn();
    refused(
        () ->
            sns.publishBatch(
                b -> b.topicArn(topic).publishBatchRequestEntries(e -> e.id("a").message("m"))),
        "InvalidParameter",
        "Invalid parameter: The MessageGroupId parameter is required for FIFO topics");
    refused(
        () ->
            sns.publishBatch(b ->
                b.topicArn(topic)
                    .publishBatchRequestEntries(e -> e.id("a").message("m").messageGroupId("g"))),
        "InvalidParameter",
        "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or"
            + " MessageDeduplicationId provided explicitly");
  }

  @Test
  void aTopicIsKnownInItsRegionOnly() {
    var elsewhere = topic().replace("us-east-1", "eu-west-1");
    refused(
        () -> sns.publish(p -> p.topicArn(elsewhere).message("m")),
        "InvalidParameter",
        "Invalid parameter: TopicArn");
  }

  @Test
  void subscriptionsKeepBooleansSmallAndNumbersWellSeparated() {
    var topic = topic();
    var queue = sqs.createQueue(q -> q.queueName("q")).queueUrl();
    var arn =
        sns.subscribe(s ->
                s.topicArn(topic)
                    .protocol("sqs")
                    .endpoint("arn:aws:sqs:us-east-1:000000000000:q")
                    .attributes(Map.of("RawMessageDelivery", "True")))
            .subscriptionArn();
    assertThat(
            sns.getSubscriptionAttributes(s -> s.subscriptionArn(arn))
                .attributes()
                .get("RawMessageDelivery"))
        .isEqualTo("true");
    sns.publish(p -> p.topicArn(topic).message("plain"));
    assertThat(sqs.receiveMessage(r -> r.queueUrl(queue)).messages().getFirst().body())
        .isEqualTo("plain");
    for (var number : List.of("+1555--5550100", "+15555550100-", "/+15555550100")) {
      refused(
          () -> sns.subscribe(s -> s.topicArn(topic).protocol("sms").endpoint(number)),
          "InvalidParameter",
          "Invalid parameter: Invalid SMS endpoint: " + number);
    }
  }
}
