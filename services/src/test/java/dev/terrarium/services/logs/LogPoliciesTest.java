package dev.terrarium.services.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.ExportTaskStatusCode;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupSummary;
import software.amazon.awssdk.services.cloudwatchlogs.model.PolicyType;
import software.amazon.awssdk.services.cloudwatchlogs.model.QueryDefinition;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

@Timeout(60)
final class LogPoliciesTest {
  private static final String PROTECTION =
      """
      {"Name":"p","Version":"2021-06-01","Statement":[
        {"DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/EmailAddress",
          "arn:aws:dataprotection::aws:data-identifier/CreditCardNumber"],
         "Operation":{"Audit":{"FindingsDestination":{}}}},
        {"DataIdentifier":["arn:aws:dataprotection::aws:data-identifier/EmailAddress",
          "arn:aws:dataprotection::aws:data-identifier/CreditCardNumber"],
         "Operation":{"Deidentify":{"MaskConfig":{}}}}]}\
      """;

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudWatchLogsClient logs = cloud.client(CloudWatchLogsClient.class);

  @BeforeEach
  void group() {
    logs.createLogGroup(g -> g.logGroupName("g"));
    logs.createLogStream(s -> s.logGroupName("g").logStreamName("s"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private void put(String message) {
    var event = InputLogEvent.builder().timestamp(cloud.clock().millis()).message(message).build();
    logs.putLogEvents(p -> p.logGroupName("g").logStreamName("s").logEvents(event));
  }

  @Test
  void whatAPolicyProtectsIsMaskedForThoseWhoRead() {
    put("mail to a@example.com, card 4111 1111 1111 1111, order 4111 1111 1111 1112");
    logs.putDataProtectionPolicy(p -> p.logGroupIdentifier("g").policyDocument(PROTECTION));
    assertThat(logs.filterLogEvents(f -> f.logGroupName("g")).events().getFirst().message())
        .isEqualTo("mail to *************, card *******************, order 4111 1111 1111 1112");
    assertThat(
            logs.getLogEvents(g -> g.logGroupName("g").logStreamName("s").unmask(true))
                .events()
                .getFirst()
                .message())
        .contains("a@example.com");
    logs.deleteDataProtectionPolicy(d -> d.logGroupIdentifier("g"));
    assertThat(logs.filterLogEvents(f -> f.logGroupName("g")).events().getFirst().message())
        .contains("a@example.com");
  }

  @Test
  void anExportIsZippedLinesInABucket() throws IOException {
    var s3 = cloud.client(S3Client.class);
    s3.createBucket(b -> b.bucket("exports"));
    put("one");
    put("two");
    var id =
        logs.createExportTask(e ->
                e.logGroupName("g")
                    .from(0L)
                    .to(cloud.clock().millis() + 1)
                    .destination("exports")
                    .destinationPrefix("x"))
            .taskId();
    cloud.timers().advance(Duration.ofSeconds(1));
    assertThat(logs.describeExportTasks(d -> d.taskId(id)).exportTasks().getFirst().status().code())
        .isEqualTo(ExportTaskStatusCode.COMPLETED);
    var key = "x/" + id + "/s/000000.gz";
    assertThat(s3.listObjectsV2(l -> l.bucket("exports")).contents())
        .extracting(S3Object::key)
        .contains(key, "x/aws-logs-write-test");
    var zipped = s3.getObjectAsBytes(g -> g.bucket("exports").key(key)).asByteArray();
    try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo("2026-01-01T00:00:00Z one\n2026-01-01T00:00:00Z two\n");
    }
    assertThatThrownBy(() ->
            logs.createExportTask(e -> e.logGroupName("g").from(0L).to(1L).destination("nowhere")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("GetBucketAcl call on the given bucket failed.");
  }

  @Test
  void whatHasAnArnHasTags() {
    var destination =
        logs.putDestination(d ->
                d.destinationName("d")
                    .targetArn("arn:aws:kinesis:us-east-1:000000000000:stream/s")
                    .roleArn("arn:aws:iam::000000000000:role/r"))
            .destination()
            .arn();
    var group = "arn:aws:logs:us-east-1:000000000000:log-group:g";
    var detector =
        logs.createLogAnomalyDetector(d -> d.logGroupArnList(group).tags(Map.of("a", "0")))
            .anomalyDetectorArn();
    var vended =
        logs.putDeliveryDestination(d ->
                d.name("v").deliveryDestinationConfiguration(c -> c.destinationResourceArn(group)))
            .deliveryDestination()
            .arn();
    for (var arn : List.of(group, destination, detector, vended)) {
      logs.tagResource(t -> t.resourceArn(arn).tags(Map.of("a", "1", "b", "2")));
      logs.untagResource(t -> t.resourceArn(arn).tagKeys("b"));
      assertThat(logs.listTagsForResource(t -> t.resourceArn(arn)).tags())
          .as(arn)
          .containsExactly(Map.entry("a", "1"));
    }
    logs.deleteDestination(d -> d.destinationName("d"));
    assertThatThrownBy(() -> logs.listTagsForResource(t -> t.resourceArn(destination)))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void policiesDestinationsAndQueriesAreKeptByName() {
    var policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}";
    logs.putResourcePolicy(p -> p.policyName("p").policyDocument(policy));
    assertThat(logs.describeResourcePolicies().resourcePolicies())
        .singleElement()
        .satisfies(p -> assertThat(p.policyDocument()).isEqualTo(policy));
    logs.deleteResourcePolicy(d -> d.policyName("p"));
    assertThatThrownBy(() -> logs.deleteResourcePolicy(d -> d.policyName("p")))
        .isInstanceOf(ResourceNotFoundException.class);
    var arn =
        logs.putDestination(d ->
                d.destinationName("d")
                    .targetArn("arn:aws:kinesis:us-east-1:000000000000:stream/s")
                    .roleArn("arn:aws:iam::000000000000:role/r"))
            .destination()
            .arn();
    assertThat(arn).isEqualTo("arn:aws:logs:us-east-1:000000000000:destination:d");
    logs.putDestinationPolicy(d -> d.destinationName("d").accessPolicy(policy));
    assertThat(logs.describeDestinations().destinations().getFirst().accessPolicy())
        .isEqualTo(policy);
    var id =
        logs.putQueryDefinition(q -> q.name("errors/all").queryString("fields @message"))
            .queryDefinitionId();
    assertThat(
            logs.describeQueryDefinitions(d -> d.queryDefinitionNamePrefix("err"))
                .queryDefinitions())
        .extracting(QueryDefinition::queryDefinitionId)
        .containsExactly(id);
    logs.putAccountPolicy(p ->
        p.policyName("a")
            .policyType(PolicyType.FIELD_INDEX_POLICY)
            .policyDocument("{\"Fields\":[\"requestId\"]}")
            .selectionCriteria("LogGroupNamePrefix IN [\"g\"]"));
    assertThat(logs.describeFieldIndexes(d -> d.logGroupIdentifiers("g")).fieldIndexes())
        .singleElement()
        .satisfies(index -> assertThat(index.fieldIndexName()).isEqualTo("requestId"));
    assertThat(logs.listLogGroups(l -> l.logGroupNamePattern("^g$")).logGroups())
        .extracting(LogGroupSummary::logGroupName)
        .containsExactly("g");
  }

  @Test
  void aSubscriptionIsTriedBeforeItIsKept() {
    assertThatThrownBy(() ->
            logs.putSubscriptionFilter(s ->
                s.logGroupName("g")
                    .filterName("f")
                    .filterPattern("")
                    .destinationArn("arn:aws:lambda:us-east-1:000000000000:function:nobody")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("Could not execute the lambda function.");
    assertThat(logs.describeSubscriptionFilters(d -> d.logGroupName("g")).subscriptionFilters())
        .isEmpty();
  }

  @Test
  void aRecordOfAQueryIsFoundAgainByItsPointer() {
    put("{\"level\":\"INFO\",\"n\":1}");
    var query =
        logs.startQuery(q ->
                q.logGroupName("g")
                    .startTime(0L)
                    .endTime(cloud.clock().millis() / 1000)
                    .queryString("fields level, @ptr"))
            .queryId();
    var row = logs.getQueryResults(g -> g.queryId(query)).results().getFirst();
    var pointer =
        row.stream().filter(f -> f.field().equals("@ptr")).findFirst().orElseThrow().value();
    assertThat(logs.getLogRecord(g -> g.logRecordPointer(pointer)).logRecord())
        .containsEntry("level", "INFO")
        .containsEntry("@logStream", "s");
    assertThat(logs.getLogGroupFields(g -> g.logGroupName("g")).logGroupFields())
        .anySatisfy(field -> {
          assertThat(field.name()).isEqualTo("level");
          assertThat(field.percent()).isEqualTo(100);
        });
  }
}
