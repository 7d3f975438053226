package dev.terrarium.services.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.InvalidParameterException;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;

class LogEventsTest {
  private static final long NOW = Instant.parse("2026-05-01T12:00:00Z").toEpochMilli();

  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.ofEpochMilli(NOW))).build();
  private final CloudWatchLogsClient logs = cloud.client(CloudWatchLogsClient.class);

  @BeforeEach
  void createGroup() {
    logs.createLogGroup(b -> b.logGroupName("g"));
    logs.createLogStream(b -> b.logGroupName("g").logStreamName("s"));
    logs.createLogStream(b -> b.logGroupName("g").logStreamName("t"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private static InputLogEvent event(long timestamp, String message) {
    return InputLogEvent.builder().timestamp(timestamp).message(message).build();
  }

  private void put(String stream, InputLogEvent... events) {
    logs.putLogEvents(
        b -> b.logGroupName("g").logStreamName(stream).logEvents(Arrays.asList(events)));
  }

  @Test
  void aStreamIsReadForwardsAndItsTokenFollowsIt() {
    put("s", event(NOW, "a"), event(NOW, "b"), event(NOW + 1, "c"));
    var first =
        logs.getLogEvents(b -> b.logGroupName("g").logStreamName("s").startFromHead(true).limit(2));
    assertThat(first.events()).extracting(OutputLogEvent::message).containsExactly("a", "b");
    var second =
        logs.getLogEvents(
            b -> b.logGroupName("g").logStreamName("s").nextToken(first.nextForwardToken()));
    assertThat(second.events()).extracting(OutputLogEvent::message).containsExactly("c");
    var end =
        logs.getLogEvents(
            b -> b.logGroupName("g").logStreamName("s").nextToken(second.nextForwardToken()));
    assertThat(end.events()).isEmpty();
    assertThat(end.nextForwardToken()).isEqualTo(second.nextForwardToken());
    put("s", event(NOW + 2, "d"));
    var more =
        logs.getLogEvents(
            b -> b.logGroupName("g").logStreamName("s").nextToken(end.nextForwardToken()));
    assertThat(more.events()).extracting(OutputLogEvent::message).containsExactly("d");
  }

  @Test
  void withoutStartFromHeadTheLatestEventsComeAndTheBackwardTokenGoesOn() {
    put("s", event(NOW, "a"), event(NOW + 1, "b"), event(NOW + 2, "c"));
    var latest = logs.getLogEvents(b -> b.logGroupName("g").logStreamName("s").limit(2));
    assertThat(latest.events()).extracting(OutputLogEvent::message).containsExactly("b", "c");
    var earlier =
        logs.getLogEvents(
            b -> b.logGroupName("g").logStreamName("s").nextToken(latest.nextBackwardToken()));
    assertThat(earlier.events()).extracting(OutputLogEvent::message).containsExactly("a");
  }

  @Test
  void filteringMergesStreamsByTimeAndPagesThroughThem() {
    put("s", event(NOW, "one"), event(NOW + 2, "three"), event(NOW + 4, "five"));
    put("t", event(NOW + 1, "two"), event(NOW + 3, "four"));
    var first = logs.filterLogEvents(b -> b.logGroupName("g").limit(3));
    assertThat(first.events())
        .extracting(FilteredLogEvent::message)
        .containsExactly("one", "two", "three");
    var second =
        logs.filterLogEvents(b -> b.logGroupName("g").limit(3).nextToken(first.nextToken()));
    assertThat(second.events())
        .extracting(FilteredLogEvent::message)
        .containsExactly("four", "five");
    assertThat(second.nextToken()).isNull();
  }

  @Test
  void filteringHeedsStreamsTimesAndPattern() {
    put("s", event(NOW, "ERROR one"), event(NOW + 2, "fine"));
    put("t", event(NOW + 1, "ERROR two"));
    assertThat(logs.filterLogEvents(b -> b.logGroupName("g").filterPattern("ERROR")).events())
        .hasSize(2);
    assertThat(logs.filterLogEvents(b -> b.logGroupName("g").logStreamNames("t")).events())
        .extracting(FilteredLogEvent::message)
        .containsExactly("ERROR two");
    assertThat(
            logs.filterLogEvents(b -> b.logGroupName("g").startTime(NOW + 1).endTime(NOW + 1))
                .events())
        .extracting(FilteredLogEvent::message)
        .containsExactly("ERROR two");
  }

  @Test
  void eventsOutOfTheirTimeAreRejectedAndTheOthersKept() {
    var response =
        logs.putLogEvents(b ->
            b.logGroupName("g")
                .logStreamName("s")
                .logEvents(
                    event(NOW + Duration.ofHours(1).toMillis(), "soon"),
                    event(NOW + Duration.ofHours(3).toMillis(), "too new")));
    assertThat(response.rejectedLogEventsInfo().tooNewLogEventStartIndex()).isEqualTo(1);
    assertThat(
            logs.putLogEvents(b ->
                    b.logGroupName("g")
                        .logStreamName("s")
                        .logEvents(event(NOW - Duration.ofDays(15).toMillis(), "old")))
                .rejectedLogEventsInfo()
                .tooOldLogEventEndIndex())
        .isEqualTo(1);
    assertThat(logs.filterLogEvents(b -> b.logGroupName("g")).events())
        .extracting(FilteredLogEvent::message)
        .containsExactly("soon");
  }

  @Test
  void aBatchOutOfOrderIsRefused() {
    assertThatThrownBy(() -> put("s", event(NOW + 1, "b"), event(NOW, "a")))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("must be in chronological order");
  }

  private static String refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return Errors.message(
        org.assertj.core.api.Assertions.catchThrowableOfType(
            InvalidParameterException.class, call));
  }

  @Test
  void whatCannotBeIsRefusedInTheWordsOfTheModel() {
    assertThat(refused(() -> logs.createLogGroup(g -> {})))
        .isEqualTo(
            "1 validation error detected: Value null at 'logGroupName' failed to satisfy"
                + " constraint: Member must not be null");
    assertThat(refused(() -> logs.createLogGroup(g -> g.logGroupName("x").logGroupClass("FOO"))))
        .contains("Member must satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY]");
    assertThat(refused(() -> logs.createLogGroup(g -> g.logGroupName("x").kmsKeyId("none"))))
        .isEqualTo(
            "The specified KMS key does not exist or is not allowed to be used with LogGroup"
                + " 'arn:aws:logs:us-east-1:000000000000:log-group:x'");
    logs.createLogGroup(g -> g.logGroupName("x"));
    assertThat(refused(() -> logs.describeLogStreams(d -> d.logGroupName("x").orderBy("FOO"))))
        .contains("[LogStreamName, LastEventTime]");
    assertThat(
            refused(() ->
                logs.putLogEvents(p ->
                    p.logGroupName("x")
                        .logStreamName("s")
                        .logEvents(InputLogEvent.builder().timestamp(1L).message("").build()))))
        .contains("at 'logEvents.1.member.message' failed");
    assertThat(
            refused(() ->
                logs.putMetricFilter(f ->
                    f.logGroupName("x")
                        .filterName("f")
                        .filterPattern("")
                        .metricTransformations(
                            MetricTransformation.builder()
                                .metricName("m")
                                .metricNamespace("n")
                                .metricValue("foo")
                                .build()))))
        .startsWith("Invalid metric transformation:");
  }

  @Test
  void whatIsThereOrNotThereIsSaid() {
    assertThatThrownBy(() -> logs.createLogGroup(b -> b.logGroupName("g")))
        .isInstanceOf(ResourceAlreadyExistsException.class)
        .hasMessageContaining("The specified log group already exists");
    assertThatThrownBy(() -> put("nope", event(NOW, "x")))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("The specified log stream does not exist.");
  }

  @Test
  void eventsAreRemovedWhenTheirRetentionEnds() {
    logs.putRetentionPolicy(b -> b.logGroupName("g").retentionInDays(3));
    put("s", event(NOW, "a"));
    cloud.timers().advance(Duration.ofDays(2));
    assertThat(logs.filterLogEvents(b -> b.logGroupName("g")).events()).hasSize(1);
    cloud.timers().advance(Duration.ofDays(2));
    assertThat(logs.filterLogEvents(b -> b.logGroupName("g")).events()).isEmpty();
  }

  @Test
  void deletingAGroupRemovesItsEvents() {
    put("s", event(NOW, "a"));
    logs.deleteLogGroup(b -> b.logGroupName("g"));
    createGroup();
    assertThat(logs.filterLogEvents(b -> b.logGroupName("g")).events()).isEmpty();
  }

  @Test
  void streamsAreListedByNameOrByTheirLastEvent() {
    put("s", event(NOW + 5, "late"));
    put("t", event(NOW, "early"));
    assertThat(logs.describeLogStreams(b -> b.logGroupName("g")).logStreams())
        .extracting(s -> s.logStreamName())
        .containsExactly("s", "t");
    assertThat(
            logs.describeLogStreams(b -> b.logGroupName("g").orderBy("LastEventTime")).logStreams())
        .extracting(s -> s.logStreamName())
        .containsExactly("t", "s");
  }

  @Test
  void manyGroupsComeInPages() {
    IntStream.range(0, 60).forEach(i -> logs.createLogGroup(b -> b.logGroupName("many/" + i)));
    assertThat(logs.describeLogGroupsPaginator(b -> b.logGroupNamePrefix("many/")).logGroups())
        .hasSize(60);
  }

  @Test
  void metricsThatAreWrittenIntoEventsAreReported() {
    put(
        "s",
        event(
            NOW,
            """
            {"_aws":{"Timestamp":%d,"CloudWatchMetrics":[{"Namespace":"shop","Dimensions":[["Stage"],[]],\
            "Metrics":[{"Name":"Orders","Unit":"Count"},{"Name":"Took"}]}]},\
            "Stage":"test","Orders":3,"Took":[10,20],"text":"x"}\
            """
                .formatted(NOW)),
        event(NOW, "{\"_aws\" is not JSON"));
    cloud.timers().advance(Duration.ofMillis(1));
    var watch = cloud.client(CloudWatchClient.class);
    assertThat(watch.listMetrics(m -> m.namespace("shop")).metrics()).hasSize(4);
    var took =
        watch
            .getMetricStatistics(g ->
                g.namespace("shop")
                    .metricName("Took")
                    .dimensions(Dimension.builder().name("Stage").value("test").build())
                    .startTime(Instant.ofEpochMilli(NOW - 60_000))
                    .endTime(Instant.ofEpochMilli(NOW + 60_000))
                    .period(60)
                    .statistics(Statistic.SUM, Statistic.SAMPLE_COUNT))
            .datapoints()
            .getFirst();
    assertThat(took.sum()).isEqualTo(30);
    assertThat(took.sampleCount()).isEqualTo(2);
  }
}
