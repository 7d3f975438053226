package dev.terrarium.services.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.AddKeyEntry;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.MetricTransformation;
import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;
import software.amazon.awssdk.services.cloudwatchlogs.model.RenameKeyEntry;
import software.amazon.awssdk.services.cloudwatchlogs.model.SubstituteStringEntry;
import software.amazon.awssdk.services.cloudwatchlogs.model.TypeConverterEntry;

/// Transformers: what their processors do, and where their outcome is seen.
class TransformersTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

  private final Cloud cloud = Cloud.builder().clock(Clock.stoppedAt(NOW)).build();
  private final CloudWatchLogsClient logs = cloud.client(CloudWatchLogsClient.class);

  @BeforeEach
  void setUp() {
    logs.createLogGroup(g -> g.logGroupName("app"));
    logs.createLogStream(s -> s.logGroupName("app").logStreamName("s"));
  }

  @AfterEach
  void tearDown() {
    cloud.close();
  }

  private static Processor processor(Consumer<Processor.Builder> kind) {
    return Processor.builder().applyMutation(kind).build();
  }

  private String transformed(String message, Processor... processors) {
    return logs.testTransformer(t -> t.transformerConfig(processors).logEventMessages(message))
        .transformedLogs()
        .getFirst()
        .transformedEventMessage();
  }

  private static final Processor JSON = processor(p -> p.parseJSON(j -> {}));

  @Test
  void parsersReadFields() {
    assertThat(transformed("{\"a\":{\"b\":1}}", JSON)).isEqualTo("{\"a\":{\"b\":1}}");
    assertThat(
            transformed("a=1&b=x y&c", processor(p -> p.parseKeyValue(k -> k.nonMatchValue("-")))))
        .isEqualTo("{\"a\":\"1\",\"b\":\"x y\",\"c\":\"-\"}");
    assertThat(
            transformed(
                "1,\"two, too\",3", processor(p -> p.csv(c -> c.columns("first", "second")))))
        .isEqualTo("{\"first\":\"1\",\"second\":\"two, too\",\"column_3\":\"3\"}");
    assertThat(
            transformed(
                "10.0.0.1 GET /a/b 12",
                processor(p ->
                    p.grok(g ->
                        g.match("%{IP:client} %{WORD:verb} %{URIPATH:path} %{NUMBER:took:INT}")))))
        .isEqualTo("{\"client\":\"10.0.0.1\",\"verb\":\"GET\",\"path\":\"/a/b\",\"took\":12}");
  }

  @Test
  void mutatorsChangeFields() {
    var message = "{\"name\":\" Ann \",\"n\":\"7\",\"when\":\"2026-01-02 03:04:05\",\"old\":1}";
    assertThat(
            transformed(
                message,
                JSON,
                processor(p -> p.trimString(t -> t.withKeys("name"))),
                processor(p -> p.upperCaseString(t -> t.withKeys("name"))),
                processor(p ->
                    p.typeConverter(t ->
                        t.entries(TypeConverterEntry.builder().key("n").type("integer").build()))),
                processor(p ->
                    p.renameKeys(r ->
                        r.entries(RenameKeyEntry.builder().key("old").renameTo("new.x").build()))),
                processor(p ->
                    p.addKeys(
                        a -> a.entries(AddKeyEntry.builder().key("new.y").value("v").build()))),
                processor(p ->
                    p.substituteString(s ->
                        s.entries(
                            SubstituteStringEntry.builder()
                                .source("name")
                                .from("N+")
                                .to("-")
                                .build()))),
                processor(p ->
                    p.dateTimeConverter(d ->
                        d.source("when")
                            .target("at")
                            .matchPatterns("yyyy-MM-dd HH:mm:ss")
                            .sourceTimezone("Europe/Berlin"))),
                processor(p -> p.deleteKeys(d -> d.withKeys("when")))))
        .isEqualTo(
            "{\"name\":\"A-\",\"n\":7,\"new\":{\"x\":1,\"y\":\"v\"},"
                + "\"at\":\"2026-01-02T02:04:05.000Z\"}");
  }

  @Test
  void aTransformerBeginsWithAParserAndKnowsItsFormats() {
    assertThatThrownBy(() -> transformed("x", processor(p -> p.deleteKeys(d -> d.withKeys("a")))))
        .hasMessageContaining("must be a parser");
    assertThatThrownBy(() -> transformed("x", processor(p -> p.grok(g -> g.match("%{NOPE:a}")))))
        .hasMessageContaining("Unknown grok pattern NOPE");
    assertThatThrownBy(() -> transformed("x", processor(p -> p.parseVPC(v -> {}))))
        .hasMessageContaining("parseVPC");
  }

  @Test
  void queriesAndFiltersSeeWhatTheTransformerMade() {
    logs.putTransformer(t ->
        t.logGroupIdentifier("app").transformerConfig(processor(p -> p.parseKeyValue(k -> {}))));
    assertThat(logs.getTransformer(t -> t.logGroupIdentifier("app")).transformerConfig())
        .hasSize(1);
    logs.putMetricFilter(f ->
        f.logGroupName("app")
            .filterName("f")
            .filterPattern("{ $.level = \"high\" }")
            .applyOnTransformedLogs(true)
            .metricTransformations(
                MetricTransformation.builder()
                    .metricName("m")
                    .metricNamespace("n")
                    .metricValue("$.took")
                    .build()));
    logs.putLogEvents(p ->
        p.logGroupName("app")
            .logStreamName("s")
            .logEvents(
                InputLogEvent.builder()
                    .timestamp(NOW.toEpochMilli())
                    .message("level=high&took=12")
                    .build()));
    cloud.timers().advance(Duration.ofMillis(1));
    var id =
        logs.startQuery(q ->
                q.logGroupName("app")
                    .startTime(NOW.minusSeconds(60).getEpochSecond())
                    .endTime(NOW.plusSeconds(60).getEpochSecond())
                    .queryString("filter level = 'high' | stats sum(took) as total"))
            .queryId();
    assertThat(logs.getQueryResults(r -> r.queryId(id)).results().getFirst().getFirst().value())
        .isEqualTo("12");
    assertThat(
            cloud
                .client(CloudWatchClient.class)
                .getMetricStatistics(g ->
                    g.namespace("n")
                        .metricName("m")
                        .startTime(NOW.minusSeconds(600))
                        .endTime(NOW.plusSeconds(600))
                        .period(60)
                        .statistics(Statistic.SUM))
                .datapoints())
        .singleElement()
        .satisfies(point -> assertThat(point.sum()).isEqualTo(12));
    logs.deleteTransformer(t -> t.logGroupIdentifier("app"));
    assertThatThrownBy(() -> logs.getTransformer(t -> t.logGroupIdentifier("app")))
        .hasMessageContaining("does not exist");
    assertThat(
            logs.describeMetricFilters(d -> d.logGroupName("app"))
                .metricFilters()
                .getFirst()
                .applyOnTransformedLogs())
        .isTrue();
  }
}
