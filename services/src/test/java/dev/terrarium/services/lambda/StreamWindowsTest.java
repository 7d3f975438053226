package dev.terrarium.services.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Json;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingMetric;
import software.amazon.awssdk.services.lambda.model.Filter;

class StreamWindowsTest {
  private static final String PRINT = TableFixture.printing("");

  private final TableFixture table = new TableFixture(1);

  @AfterEach
  void close() {
    table.close();
  }

  private void put(int from, int to) {
    IntStream.range(from, to).forEach(n -> table.put("i" + n, n));
  }

  @Test
  void aBatchingWindowGathersRecords() {
    table.lambda.python("f", PRINT);
    table.map("f", b -> b.maximumBatchingWindowInSeconds(10).batchSize(5));
    put(0, 7);
    table.advance(Duration.ofSeconds(9));
    assertThat(table.batches("f")).containsExactly(List.of(0, 1, 2, 3, 4));
    table.advance(Duration.ofSeconds(2));
    assertThat(table.batches("f")).containsExactly(List.of(0, 1, 2, 3, 4), List.of(5, 6));
  }

  @Test
  void aTumblingWindowCarriesItsStateToItsEnd() {
    table.lambda.python(
        "f",
        TableFixture.printing(
            """
                s = e['state'].get('sum', 0)
                s += sum(int(r['dynamodb']['NewImage']['n']['N']) for r in e['Records'])
                return {'state': {'sum': s}}
            """));
    table.map("f", b -> b.tumblingWindowInSeconds(60));
    table.put("a", 1);
    table.lambda.settle();
    table.advance(Duration.ofSeconds(30));
    table.put("b", 2);
    table.advance(Duration.ofSeconds(31));
    table.put("c", 4);
    var events = table.events("f");
    assertThat(events).hasSize(4);
    assertThat(Json.write(events.get(0).path("window")))
        .isEqualTo("{\"start\":\"2026-05-01T12:00:00Z\",\"end\":\"2026-05-01T12:01:00Z\"}");
    assertThat(Json.write(events.get(0).path("state"))).isEqualTo("{}");
    assertThat(events.get(0).path("isFinalInvokeForWindow").asBoolean()).isFalse();
    assertThat(Json.write(events.get(1).path("state"))).isEqualTo("{\"sum\":1}");
    assertThat(events.get(2).path("isFinalInvokeForWindow").asBoolean()).isTrue();
    assertThat(events.get(2).path("isWindowTerminatedEarly").asBoolean()).isFalse();
    assertThat(events.get(2).path("Records")).isEmpty();
    assertThat(Json.write(events.get(2).path("state"))).isEqualTo("{\"sum\":3}");
    assertThat(Json.write(events.get(3).path("state"))).isEqualTo("{}");
    assertThat(events.get(3).path("window").path("start").asText())
        .isEqualTo("2026-05-01T12:01:00Z");
  }

  @Test
  void aWindowIsNotOverBeforeAllOfItIsRead() {
    table.lambda.python(
        "f",
        TableFixture.printing(
            """
                s = e['state'].get('sum', 0)
                s += sum(int(r['dynamodb']['NewImage']['n']['N']) for r in e['Records'])
                return {'state': {'sum': s}}
            """));
    var uuid = table.map("f", b -> b.tumblingWindowInSeconds(60));
    table.put("a", 1);
    table.lambda.settle();
    table.lambda.lambda.updateEventSourceMapping(b -> b.uuid(uuid).enabled(false));
    table.lambda.settle();
    table.put("b", 2);
    table.advance(Duration.ofMinutes(5));
    table.lambda.lambda.updateEventSourceMapping(b -> b.uuid(uuid).enabled(true));
    var events = table.events("f");
    assertThat(events).hasSize(3);
    assertThat(Json.write(events.get(1).path("state"))).isEqualTo("{\"sum\":1}");
    assertThat(events.get(1).path("isFinalInvokeForWindow").asBoolean()).isFalse();
    assertThat(Json.write(events.get(2).path("state"))).isEqualTo("{\"sum\":3}");
    assertThat(events.get(2).path("isFinalInvokeForWindow").asBoolean()).isTrue();
    assertThat(events.get(2).path("window").path("start").asText())
        .isEqualTo("2026-05-01T12:00:00Z");
  }

  private double sum(String metric, String dimension, String value) {
    var now = table.lambda.cloud.clock().now();
    return table
        .lambda
        .cloud
        .client(CloudWatchClient.class)
        .getMetricStatistics(b ->
            b.namespace("AWS/Lambda")
                .metricName(metric)
                .dimensions(Dimension.builder().name(dimension).value(value).build())
                .startTime(now.minusSeconds(3600))
                .endTime(now.plusSeconds(60))
                .period(3600 * 24)
                .statistics(Statistic.SUM))
        .datapoints()
        .stream()
        .mapToDouble(d -> d.sum())
        .sum();
  }

  @Test
  void whatComesThroughAMappingIsCountedIfAskedFor() {
    table.lambda.python("f", PRINT);
    table.put("i0", 7);
    table.advance(Duration.ofSeconds(30));
    put(0, 3);
    var uuid =
        table.map(
            "f",
            b ->
                b.metricsConfig(m -> m.metrics(EventSourceMappingMetric.EVENT_COUNT))
                    .filterCriteria(c ->
                        c.filters(
                            Filter.builder().pattern("{\"eventName\":[\"INSERT\"]}").build())));
    table.advance(Duration.ofSeconds(10));
    assertThat(sum("PolledEventCount", "EventSourceMappingUUID", uuid)).isEqualTo(4);
    assertThat(sum("FilteredOutEventCount", "EventSourceMappingUUID", uuid)).isEqualTo(1);
    assertThat(sum("InvokedEventCount", "EventSourceMappingUUID", uuid)).isEqualTo(3);
    assertThat(sum("IteratorAge", "FunctionName", "f")).isZero();
    assertThat(sum("Invocations", "FunctionName", "f")).isEqualTo(1);
  }
}
