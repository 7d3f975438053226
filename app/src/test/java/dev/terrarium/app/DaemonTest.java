package dev.terrarium.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

@Timeout(90)
final class DaemonTest {
  @TempDir Path folder = Path.of("");

  private Daemon daemon() {
    return new Daemon(
        new Daemon.Settings(folder.resolve("data"), "127.0.0.1", 0, false, Cloud.DEFAULT_SCOPE));
  }

  private static SqsClient remote(Daemon daemon) {
    return SqsClient.builder()
        .endpointOverride(URI.create("http://localhost:" + daemon.port()))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
        .build();
  }

  @Test
  void itEndsWithinSecondsWhateverIsInFlight() throws InterruptedException {
    var daemon = daemon();
    var local = daemon.cloud().client(SqsClient.class);
    var url = local.createQueue(q -> q.queueName("q")).queueUrl();
    var s3 = daemon.cloud().client(S3Client.class);
    s3.createBucket(b -> b.bucket("bucket"));
    s3.putObject(b -> b.bucket("bucket").key("k"), RequestBody.fromString("x".repeat(40_000)));
    var sns = daemon.cloud().client(SnsClient.class);
    var topic = sns.createTopic(t -> t.name("t")).topicArn();
    // A refused connection is tried again: work that waits for the clock.
    sns.subscribe(s -> s.topicArn(topic).protocol("http").endpoint("http://localhost:1/"));
    try (var remote = remote(daemon)) {
      var polls = new Thread[] {poll(local, url), poll(remote, url), poll(remote, url)};
      for (var poll : polls) {
        while (poll.isAlive()
            && poll.getState() != Thread.State.WAITING
            && poll.getState() != Thread.State.TIMED_WAITING) {
          Thread.onSpinWait();
        }
      }
      local.sendMessage(m -> m.queueUrl(url).messageBody("one").delaySeconds(900));
      var began = System.nanoTime();
      daemon.close();
      var took = Duration.ofNanos(System.nanoTime() - began);
      assertThat(took).isLessThan(Duration.ofSeconds(10));
      for (var poll : polls) {
        assertThat(poll.join(Duration.ofSeconds(10))).as("the long poll has ended").isTrue();
      }
    }
    var next = daemon();
    try {
      assertThat(
              next.cloud()
                  .client(SqsClient.class)
                  .getQueueAttributes(q ->
                      q.queueUrl(url)
                          .attributeNamesWithStrings("ApproximateNumberOfMessagesDelayed"))
                  .attributesAsStrings())
          .containsEntry("ApproximateNumberOfMessagesDelayed", "1");
    } finally {
      next.close();
    }
  }

  private static Thread poll(SqsClient sqs, String url) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            sqs.receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(20));
          } catch (SdkException e) {
            assertThat(e).isNotNull();
          }
        });
  }
}
