package dev.terrarium.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

class TestCloudTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void aForkHasWhatWasThereAndGoesItsOwnWay() {
    try (var base = TestCloud.startAt(START)) {
      var url = base.client(SqsClient.class).createQueue(q -> q.queueName("q")).queueUrl();
      send(base, url, "before");
      var large = new byte[100_000];
      large[77] = 7;
      base.client(S3Client.class).createBucket(b -> b.bucket("bucket"));
      base.client(S3Client.class)
          .putObject(o -> o.bucket("bucket").key("k"), RequestBody.fromBytes(large));
      base.clock().advance(Duration.ofHours(1));
      try (var fork = base.fork()) {
        send(base, url, "base only");
        send(fork, url, "fork only");
        base.client(S3Client.class).deleteObject(o -> o.bucket("bucket").key("k"));
        fork.clock().advance(Duration.ofHours(1));

        assertThat(fork.clock().now()).isEqualTo(START.plus(Duration.ofHours(2)));
        assertThat(base.clock().now()).isEqualTo(START.plus(Duration.ofHours(1)));
        assertThat(bodies(fork, url)).containsExactlyInAnyOrder("before", "fork only");
        assertThat(bodies(base, url)).containsExactlyInAnyOrder("before", "base only");
        assertThat(
                fork.client(S3Client.class)
                    .getObjectAsBytes(o -> o.bucket("bucket").key("k"))
                    .asByteArray())
            .isEqualTo(large);
      }
    }
  }

  @Test
  void whatWaitsInTheBaseHappensInTheForkAsWell() {
    try (var base = TestCloud.startAt(START)) {
      var url = base.client(SqsClient.class).createQueue(q -> q.queueName("q")).queueUrl();
      base.client(SqsClient.class)
          .sendMessage(m -> m.queueUrl(url).messageBody("late").delaySeconds(60));
      try (var fork = base.fork()) {
        assertThat(bodies(fork, url)).isEmpty();
        fork.clock().advance(Duration.ofMinutes(1));
        assertThat(bodies(fork, url)).containsExactly("late");
        assertThat(bodies(base, url)).isEmpty();
      }
    }
  }

  @Test
  void aClientWithASocketSeesTheSameCloud() {
    try (var cloud = TestCloud.start();
        var sqs =
            SqsClient.builder()
                .endpointOverride(cloud.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
      sqs.createQueue(q -> q.queueName("q"));
      assertThat(cloud.client(SqsClient.class).listQueues().queueUrls())
          .containsExactly(cloud.endpoint() + "/000000000000/q");
    }
  }

  @Test
  void historyKnowsWhatLedToWhat() {
    try (var cloud = TestCloud.start()) {
      var sqs = cloud.client(SqsClient.class);
      var sns = cloud.client(SnsClient.class);
      sqs.createQueue(q -> q.queueName("q"));
      var topic = sns.createTopic(t -> t.name("t")).topicArn();
      sns.subscribe(
          s -> s.topicArn(topic).protocol("sqs").endpoint("arn:aws:sqs:us-east-1:000000000000:q"));
      sns.publish(p -> p.topicArn(topic).message("hello"));
      cloud.clock().settle();
      var history = cloud.history();

      history.assertCalled("sns:Publish", 1);
      history.assertLed("sns:Publish", "sqs:SendMessage");
      history.assertNoErrors();
      assertThat(history.toString()).contains("sns:Publish\n  sqs:SendMessage\n");
      assertThatThrownBy(() -> history.assertCalled("sns:Publish", 2))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("there were 1");
      assertThatThrownBy(() -> history.assertLed("sqs:SendMessage", "sns:Publish"))
          .isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> history.assertLed("sns:CreateTopic", "sqs:SendMessage"))
          .isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> sqs.getQueueUrl(q -> q.queueName("none")));
      assertThatThrownBy(history::assertNoErrors).hasMessageContaining("sqs:GetQueueUrl failed");
    }
  }

  @Test
  void aStackThatFailsTellsWhyAndLeavesNothing() {
    try (var cloud = TestCloud.start()) {
      assertThatThrownBy(
              () -> cloud.deploy(Path.of("src/test/resources/broken.yaml"), "broken", Map.of()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Orders");
      assertThat(cloud.client(SqsClient.class).listQueues().queueUrls()).isEmpty();
      assertThat(
              cloud
                  .client(CloudFormationClient.class)
                  .describeStacks()
                  .stacks()
                  .getFirst()
                  .stackStatusAsString())
          .isEqualTo("ROLLBACK_COMPLETE");
    }
  }

  private static void send(TestCloud cloud, String url, String body) {
    cloud.client(SqsClient.class).sendMessage(m -> m.queueUrl(url).messageBody(body));
  }

  private static java.util.List<String> bodies(TestCloud cloud, String url) {
    return cloud
        .client(SqsClient.class)
        .receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10))
        .messages()
        .stream()
        .map(message -> message.body())
        .toList();
  }
}
