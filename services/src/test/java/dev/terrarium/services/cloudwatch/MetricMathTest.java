package dev.terrarium.services.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;

@Timeout(60)
@SuppressWarnings("unchecked")
final class MetricMathTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Cloud cloud = Cloud.builder().clock(Clock.stoppedAt(START)).build();
  private final CloudWatchClient watch = cloud.client(CloudWatchClient.class);

  @BeforeEach
  void report() {
    // a: 1 2 . 4; b: 10 20 30 40
    put("a", "x", 1, 2, Double.NaN, 4);
    put("b", "y", 10, 20, 30, 40);
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private void put(String name, String dimension, double... values) {
    for (int i = 0; i < values.length; i++) {
      var at = START.plusSeconds(60L * i);
      var value = values[i];
      if (!Double.isNaN(value)) {
        watch.putMetricData(p ->
            p.namespace("n")
                .metricData(d ->
                    d.metricName(name)
                        .timestamp(at)
                        .value(value)
                        .dimensions(Dimension.builder().name("d").value(dimension).build())));
      }
    }
  }

  private static MetricDataQuery metric(String id, String name, String dimension) {
    return MetricDataQuery.builder()
        .id(id)
        .returnData(false)
        .metricStat(s ->
            s.metric(m ->
                    m.namespace("n")
                        .metricName(name)
                        .dimensions(Dimension.builder().name("d").value(dimension).build()))
                .period(60)
                .stat("Sum"))
        .build();
  }

  private List<MetricDataResult> query(String expression, String... more) {
    var queries = new ArrayList<MetricDataQuery>();
    queries.add(metric("a", "a", "x"));
    queries.add(metric("b", "b", "y"));
    for (int i = 0; i < more.length; i++) {
      var id = "e" + i;
      var text = more[i];
      queries.add(MetricDataQuery.builder().id(id).expression(text).returnData(false).build());
    }
    queries.add(MetricDataQuery.builder().id("q").expression(expression).build());
    return watch
        .getMetricData(g ->
            g.startTime(START)
                .endTime(START.plus(Duration.ofMinutes(4)))
                .scanBy(ScanBy.TIMESTAMP_ASCENDING)
                .metricDataQueries(queries))
        .metricDataResults();
  }

  private List<Double> values(String expression, String... more) {
    return query(expression, more).getFirst().values();
  }

  @Test
  void operatorsJoinWhereBothHaveValues() {
    assertThat(values("a + b")).containsExactly(11.0, 22.0, 44.0);
    assertThat(values("100 * (b - 2 ^ 2 * a) / b")).containsExactly(60.0, 60.0, 60.0);
    assertThat(values("-a + 1")).containsExactly(0.0, -1.0, -3.0);
    assertThat(values("b >= 20 AND b < 40")).containsExactly(0.0, 1.0, 1.0, 0.0);
    assertThat(values("e0 * 2", "a / b")).containsExactly(0.2, 0.2, 0.2);
  }

  @Test
  void functionsReduceFillAndShift() {
    assertThat(values("SUM([a, b])")).containsExactly(11.0, 22.0, 30.0, 44.0);
    assertThat(values("MAX(METRICS())")).containsExactly(10.0, 20.0, 30.0, 40.0);
    assertThat(values("b / SUM(b)")).containsExactly(0.1, 0.2, 0.3, 0.4);
    assertThat(values("FILL(a, 0)")).containsExactly(1.0, 2.0, 0.0, 4.0);
    assertThat(values("FILL(a, REPEAT)")).containsExactly(1.0, 2.0, 2.0, 4.0);
    assertThat(values("FILL(a, LINEAR)")).containsExactly(1.0, 2.0, 3.0, 4.0);
    assertThat(values("DIFF(b)")).containsExactly(10.0, 10.0, 10.0);
    assertThat(values("RATE(b) * PERIOD(b)")).containsExactly(10.0, 10.0, 10.0);
    assertThat(values("RUNNING_SUM(a)")).containsExactly(1.0, 3.0, 7.0);
    assertThat(values("IF(b > 15, b, 0)")).containsExactly(0.0, 20.0, 30.0, 40.0);
    assertThat(values("MINUTE(b)")).containsExactly(0.0, 1.0, 2.0, 3.0);
    assertThat(values("METRIC_COUNT(METRICS())")).containsExactly(2.0, 2.0, 2.0, 2.0);
  }

  @Test
  void aSearchFindsWhatHasItsDimensionsAndWords() {
    var found = query("SEARCH('{n,d} MetricName=\"a\" OR y', 'Sum', 60)");
    assertThat(found).extracting(MetricDataResult::label).containsExactly("a x", "b y");
    assertThat(query("SORT(SEARCH('{n,d}', 'Sum', 60), SUM, DESC, 1)"))
        .singleElement()
        .satisfies(series -> assertThat(series.values()).containsExactly(10.0, 20.0, 30.0, 40.0));
  }

  @Test
  void whatIsWrongIsToldWithTheQuerysId() {
    assertThatThrownBy(() -> query("a +"))
        .hasMessageContaining("Error in expression 'q': Unexpected token: end of expression");
    assertThatThrownBy(() -> query("a + nobody"))
        .hasMessageContaining("Undefined variable: nobody");
    assertThatThrownBy(() -> query("e0", "e1", "e0")).hasMessageContaining("Circular reference");
    assertThatThrownBy(() -> query("DB_PERF_INSIGHTS('x')"))
        .hasMessageContaining("does not implement");
  }

  @Test
  void partsOfTheValuesHaveStatisticsOfTheirOwn() {
    for (int i = 1; i <= 10; i++) {
      var value = (double) i;
      watch.putMetricData(p -> p.namespace("s").metricData(d -> d.metricName("m").value(value)));
    }
    var points =
        watch
            .getMetricStatistics(g ->
                g.namespace("s")
                    .metricName("m")
                    .period(60)
                    .startTime(START)
                    .endTime(START.plusSeconds(60))
                    .extendedStatistics("p90", "tm90", "TM(10%:90%)", "PR(2:4)", "TC(:3)", "IQM"))
            .datapoints();
    assertThat(points).hasSize(1);
    var extended = points.getFirst().extendedStatistics();
    assertThat(extended)
        .containsEntry("p90", 9.0)
        .containsEntry("tm90", 5.0)
        .containsEntry("TM(10%:90%)", 5.5)
        .containsEntry("PR(2:4)", 20.0)
        .containsEntry("TC(:3)", 3.0)
        .containsEntry("IQM", 5.5);
  }

  @Test
  void whatAwsWouldNotTakeIsRefused() {
    assertThatThrownBy(() ->
            watch.putMetricData(p ->
                p.namespace("n")
                    .metricData(d -> d.metricName("m").value(1.0).values(2.0).unit("Count"))))
        .hasMessageContaining(
            "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually"
                + " exclusive and you have specified both.");
    assertThatThrownBy(() ->
            watch.putMetricData(
                p -> p.namespace("AWS/Mine").metricData(d -> d.metricName("m").value(1.0))))
        .hasMessageContaining("The value AWS/ for parameter Namespace is invalid.");
    assertThatThrownBy(() ->
            watch.putMetricData(p ->
                p.namespace("n")
                    .metricData(d ->
                        d.metricName("m").value(1.0).timestamp(START.minus(Duration.ofDays(15))))))
        .hasMessageContaining("must specify a time within the past two weeks.");
  }

  private List<MetricDataResult> select(String query) {
    return watch
        .getMetricData(g ->
            g.startTime(START)
                .endTime(START.plusSeconds(600))
                .metricDataQueries(
                    MetricDataQuery.builder().id("q").expression(query).period(60).build()))
        .metricDataResults();
  }

  @Test
  void metricsInsightsSelectsGroupsAndOrders() {
    put("a", "z", 5, 6);
    var grouped = select("SELECT SUM(a) FROM SCHEMA(\"n\", d) GROUP BY d ORDER BY SUM() DESC");
    assertThat(grouped).extracting(MetricDataResult::label).containsExactly("z", "x");
    assertThat(grouped.getFirst().values()).containsExactly(6.0, 5.0);
    assertThat(select("SELECT MAX(a) FROM n").getFirst().values()).containsExactly(4.0, 6.0, 5.0);
    assertThat(select("SELECT AVG(a) FROM n WHERE d = 'x' AND d != 'z'").getFirst().values())
        .containsExactly(4.0, 2.0, 1.0);
    assertThat(select("SELECT COUNT(a) FROM n GROUP BY d ORDER BY COUNT() ASC LIMIT 1"))
        .extracting(MetricDataResult::label)
        .containsExactly("z");
    assertThat(select("SELECT SUM(a) FROM SCHEMA(n, other)")).isEmpty();
    assertThatThrownBy(() -> select("SELECT MEDIAN(a) FROM n"))
        .hasMessageContaining("unexpected 'MEDIAN'");
  }

  private static MetricDataQuery shown() {
    return metric("m", "c", "x").toBuilder().returnData(true).build();
  }

  private static MetricDataQuery band() {
    return MetricDataQuery.builder().id("band").expression("ANOMALY_DETECTION_BAND(m, 2)").build();
  }

  @Test
  void aBandIsWhatWasSoFarGiveOrTakeDeviations() {
    put("c", "x", 10, 12, 10, 12, 50);
    var found =
        watch
            .getMetricData(g ->
                g.startTime(START.plusSeconds(240))
                    .endTime(START.plusSeconds(300))
                    .metricDataQueries(shown(), band()))
            .metricDataResults();
    assertThat(found).extracting(MetricDataResult::id).containsExactly("m", "band", "band");
    assertThat(found.get(1).values()).containsExactly(13.0);
    assertThat(found.get(2).values()).containsExactly(9.0);
  }

  @Test
  void anAlarmOnABandTellsWhatLeavesIt() {
    put("c", "x", 10, 12, 10, 12);
    watch.putMetricAlarm(a ->
        a.alarmName("odd")
            .comparisonOperator("LessThanLowerOrGreaterThanUpperThreshold")
            .evaluationPeriods(1)
            .thresholdMetricId("band")
            .metrics(shown(), band()));
    cloud.timers().advance(Duration.ofSeconds(245));
    watch.putMetricData(p ->
        p.namespace("n")
            .metricData(d ->
                d.metricName("c")
                    .value(50.0)
                    .dimensions(Dimension.builder().name("d").value("x").build())));
    var alarm = watch.describeAlarms(d -> d.alarmNames("odd")).metricAlarms().getFirst();
    assertThat(alarm.stateValueAsString()).isEqualTo("ALARM");
    assertThat(alarm.thresholdMetricId()).isEqualTo("band");
    assertThat(alarm.stateReason()).contains("greater than the upper thresholds");
    assertThatThrownBy(() ->
            watch.putMetricAlarm(a ->
                a.alarmName("bad")
                    .comparisonOperator("GreaterThanUpperThreshold")
                    .evaluationPeriods(1)
                    .threshold(1.0)
                    .metrics(shown())))
        .hasMessageContaining("ThresholdMetricId must be set");
  }
}
