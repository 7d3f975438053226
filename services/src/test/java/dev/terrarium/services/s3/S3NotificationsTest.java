package dev.terrarium.services.s3;

import static dev.terrarium.services.s3.S3ObjectsTest.codeOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Faults;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.MemoryStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Event;
import software.amazon.awssdk.services.s3.model.FilterRule;
import software.amazon.awssdk.services.s3.model.QueueConfiguration;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

class S3NotificationsTest {
  private static final String ARN = "arn:aws:sqs:us-east-1:000000000000:events";
  private final MemoryStore store = new MemoryStore();
  private final Cloud cloud = Cloud.builder().store(store).build();
  private final S3Client s3 = cloud.client(S3Client.class);
  private final SqsClient sqs = cloud.client(SqsClient.class);
  private String url = "";

  @BeforeEach
  void connect() {
    s3.createBucket(b -> b.bucket("box"));
    url = sqs.createQueue(q -> q.queueName("events")).queueUrl();
    s3.putBucketNotificationConfiguration(
        b -> b.bucket("box").notificationConfiguration(c -> c.queueConfigurations(rule())));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aDestinationIsTestedAndToldWhatHappens() {
    var test = receive(sqs, 1).getFirst();
    assertThat(Json.parse(test.body()).path("Event").asText()).isEqualTo("s3:TestEvent");
    s3.putObject(b -> b.bucket("box").key("in/no.txt"), RequestBody.fromString("x"));
    s3.putObject(b -> b.bucket("box").key("in/a b+c.jpg"), RequestBody.fromString("x"));
    var record = Json.parse(receive(sqs, 1).getFirst().body()).path("Records").get(0);
    assertThat(record.path("eventVersion").asText()).isEqualTo("2.1");
    assertThat(record.path("eventName").asText()).isEqualTo("ObjectCreated:Put");
    assertThat(record.at("/s3/configurationId").asText()).isEqualTo("rule");
    assertThat(record.at("/s3/object/key").asText()).isEqualTo("in/a+b%2Bc.jpg");
    assertThat(record.at("/s3/object/size").asInt()).isEqualTo(1);
    assertThat(record.at("/s3/object/versionId").isMissingNode()).isTrue();
    assertThat(record.at("/s3/object/sequencer").asText()).hasSize(18);
    s3.deleteObject(b -> b.bucket("box").key("in/a b+c.jpg"));
    var removed = Json.parse(receive(sqs, 1).getFirst().body()).path("Records").get(0);
    assertThat(removed.path("eventName").asText()).isEqualTo("ObjectRemoved:Delete");
    assertThat(removed.at("/s3/object/sequencer").asText())
        .isGreaterThan(record.at("/s3/object/sequencer").asText());
  }

  @Test
  void anEventIsDeliveredAgainUntilTheDestinationTakesIt() {
    receive(sqs, 1);
    cloud
        .faults()
        .plan(1, List.of(new Faults.Rule("deliver:s3:sqs", Faults.Kind.FAIL, 1, 2, Duration.ZERO)));
    s3.putObject(b -> b.bucket("box").key("in/a.jpg"), RequestBody.fromString("x"));
    cloud.timers().advance(Duration.ofSeconds(10));
    assertThat(receive(sqs, 1)).hasSize(1);
  }

  @Test
  void anEventThatWasNotDeliveredSurvivesARestart() {
    receive(sqs, 1);
    cloud
        .faults()
        .plan(
            1, List.of(new Faults.Rule("deliver:s3:*", Faults.Kind.FAIL, 1, 1000, Duration.ZERO)));
    s3.putObject(b -> b.bucket("box").key("in/a.jpg"), RequestBody.fromString("x"));
    try (var next = Cloud.builder().store(store.fork()).build()) {
      next.resume();
      var body = receive(next.client(SqsClient.class), 1).getFirst().body();
      assertThat(body).contains("in/a.jpg");
    }
  }

  @Test
  void whatCannotBeToldIsRefused() {
    var nowhere = rule().toBuilder().queueArn(ARN + "2").build();
    assertThat(codeOf(() -> configure(nowhere))).isEqualTo("400 InvalidArgument");
    var unknown = rule().toBuilder().eventsWithStrings("s3:ObjectEaten:*").build();
    assertThat(codeOf(() -> configure(unknown))).isEqualTo("400 InvalidArgument");
    var twice = rule().toBuilder().id("other").build();
    assertThat(
            codeOf(() ->
                s3.putBucketNotificationConfiguration(b ->
                    b.bucket("box")
                        .notificationConfiguration(c -> c.queueConfigurations(rule(), twice)))))
        .isEqualTo("400 InvalidArgument");
  }

  private void configure(QueueConfiguration rule) {
    s3.putBucketNotificationConfiguration(
        b -> b.bucket("box").notificationConfiguration(c -> c.queueConfigurations(rule)));
  }

  private static QueueConfiguration rule() {
    return QueueConfiguration.builder()
        .id("rule")
        .queueArn(ARN)
        .events(Event.S3_OBJECT_CREATED, Event.S3_OBJECT_REMOVED)
        .filter(f ->
            f.key(k ->
                k.filterRules(
                    FilterRule.builder().name("prefix").value("in/").build(),
                    FilterRule.builder().name("suffix").value(".jpg").build())))
        .build();
  }

  private List<Message> receive(SqsClient client, int count) {
    var messages =
        client
            .receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(count).waitTimeSeconds(10))
            .messages();
    messages.forEach(
        m -> client.deleteMessage(d -> d.queueUrl(url).receiptHandle(m.receiptHandle())));
    return messages;
  }
}
