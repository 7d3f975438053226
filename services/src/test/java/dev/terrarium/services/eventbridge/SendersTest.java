package dev.terrarium.services.eventbridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/// What other services send to the default bus, as far as a rule hears it.
@Timeout(60)
final class SendersTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final EventBridgeClient events = cloud.client(EventBridgeClient.class);
  private final SqsClient sqs = cloud.client(SqsClient.class);
  private String url = "";

  @BeforeEach
  void listen() {
    url = sqs.createQueue(q -> q.queueName("heard")).queueUrl();
    events.putRule(r -> r.name("all").eventPattern("{\"source\":[{\"prefix\":\"aws.\"}]}"));
    events.putTargets(p ->
        p.rule("all")
            .targets(
                Target.builder().id("q").arn("arn:aws:sqs:us-east-1:000000000000:heard").build()));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private List<JsonNode> heard() {
    cloud.timers().advance(Duration.ofSeconds(1));
    var found = new ArrayList<JsonNode>();
    while (true) {
      var some = sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10)).messages();
      if (some.isEmpty()) {
        return found;
      }
      some.forEach(message -> {
        found.add(Json.parse(message.body()));
        sqs.deleteMessage(d -> d.queueUrl(url).receiptHandle(message.receiptHandle()));
      });
    }
  }

  @Test
  void aBucketTellsOfItsObjects() {
    var s3 = cloud.client(S3Client.class);
    s3.createBucket(b -> b.bucket("photos"));
    s3.putBucketNotificationConfiguration(n ->
        n.bucket("photos").notificationConfiguration(c -> c.eventBridgeConfiguration(e -> {})));
    s3.putObject(p -> p.bucket("photos").key("a b.jpg"), RequestBody.fromString("x"));
    var event = heard().getFirst();
    assertThat(event.path("source").asText()).isEqualTo("aws.s3");
    assertThat(event.path("detail-type").asText()).isEqualTo("Object Created");
    assertThat(event.path("resources").toString()).isEqualTo("[\"arn:aws:s3:::photos\"]");
    assertThat(event.path("account").asText()).isEqualTo("000000000000");
    var detail = event.path("detail");
    assertThat(detail.path("version").asText()).isEqualTo("0");
    assertThat(detail.path("object").path("key").asText()).isEqualTo("a b.jpg");
    assertThat(detail.path("reason").asText()).isEqualTo("PutObject");
    assertThat(detail.path("requester").asText()).isEqualTo("000000000000");
  }

  @Test
  void anAlarmTellsOfItsState() {
    var watch = cloud.client(CloudWatchClient.class);
    watch.putMetricAlarm(a ->
        a.alarmName("hot")
            .namespace("n")
            .metricName("m")
            .statistic("Sum")
            .period(60)
            .evaluationPeriods(1)
            .threshold(1.0)
            .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD));
    watch.setAlarmState(s -> s.alarmName("hot").stateValue("ALARM").stateReason("so"));
    var event = heard().getLast();
    assertThat(event.path("detail-type").asText()).isEqualTo("CloudWatch Alarm State Change");
    assertThat(event.path("detail").path("state").path("value").asText()).isEqualTo("ALARM");
    assertThat(event.path("resources").get(0).asText()).endsWith(":alarm:hot");
  }

  @Test
  void parametersKeysAndStacksTellOfTheirChanges() {
    var ssm = cloud.client(SsmClient.class);
    ssm.putParameter(p -> p.name("/a").value("1").type("String"));
    ssm.putParameter(p -> p.name("/a").value("2").type("String").overwrite(true));
    ssm.deleteParameter(p -> p.name("/a"));
    assertThat(heard())
        .extracting(event -> event.path("detail").toString())
        .containsExactly(
            "{\"name\":\"/a\",\"type\":\"String\",\"operation\":\"Create\"}",
            "{\"name\":\"/a\",\"type\":\"String\",\"operation\":\"Update\"}",
            "{\"name\":\"/a\",\"type\":\"String\",\"operation\":\"Delete\"}");

    var kms = cloud.client(KmsClient.class);
    var key = kms.createKey(k -> {}).keyMetadata();
    kms.rotateKeyOnDemand(r -> r.keyId(key.keyId()));
    var rotation = heard().getFirst();
    assertThat(rotation.path("detail-type").asText()).isEqualTo("KMS CMK Rotation");
    assertThat(rotation.path("resources").get(0).asText()).isEqualTo(key.arn());

    var glue = cloud.client(GlueClient.class);
    glue.createDatabase(d -> d.databaseInput(i -> i.name("d")));
    glue.createTable(t -> t.databaseName("d").tableInput(i -> i.name("t")));
    assertThat(heard().getFirst().path("detail").toString())
        .isEqualTo(
            "{\"databaseName\":\"d\",\"typeOfChange\":\"CreateTable\",\"changedTables\":[\"t\"]}");

    cloud
        .client(CloudFormationClient.class)
        .createStack(s ->
            s.stackName("s")
                .clientRequestToken("mine")
                .templateBody("Resources: {T: {Type: 'AWS::SNS::Topic'}}"));
    var told = heard();
    var stacks =
        told.stream()
            .filter(event ->
                event.path("detail-type").asText().equals("CloudFormation Stack Status Change"))
            .toList();
    assertThat(stacks)
        .extracting(event -> event.path("detail").path("status-details").path("status").asText())
        .containsExactly("CREATE_IN_PROGRESS", "CREATE_COMPLETE");
    assertThat(stacks.getLast().path("detail").path("client-request-token").asText())
        .isEqualTo("mine");
    assertThat(told)
        .anySatisfy(event -> {
          assertThat(event.path("detail").path("resource-type").asText())
              .isEqualTo("AWS::SNS::Topic");
          assertThat(event.path("detail-type").asText())
              .isEqualTo("CloudFormation Resource Status Change");
        });
  }
}
