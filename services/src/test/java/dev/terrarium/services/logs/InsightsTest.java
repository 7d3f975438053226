package dev.terrarium.services.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.MalformedQueryException;

/// Queries of CloudWatch Logs Insights.
class InsightsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

  private final Cloud cloud = Cloud.builder().clock(Clock.stoppedAt(NOW)).build();
  private final CloudWatchLogsClient logs = cloud.client(CloudWatchLogsClient.class);

  @BeforeEach
  void setUp() {
    logs.createLogGroup(g -> g.logGroupName("app"));
    logs.createLogStream(s -> s.logGroupName("app").logStreamName("s"));
    var messages =
        List.of(
            "{\"level\":\"INFO\",\"took\":10,\"user\":{\"name\":\"ann\"}}",
            "{\"level\":\"ERROR\",\"took\":30,\"user\":{\"name\":\"bob\"}}",
            "{\"level\":\"INFO\",\"took\":20,\"user\":{\"name\":\"bob\"}}",
            "plain user=cy, took 5 ms");
    var events = new ArrayList<InputLogEvent>();
    for (int i = 0; i < messages.size(); i++) {
      var at = NOW.minusSeconds(240 - 60L * i).toEpochMilli();
      events.add(InputLogEvent.builder().timestamp(at).message(messages.get(i)).build());
    }
    logs.putLogEvents(p -> p.logGroupName("app").logStreamName("s").logEvents(events));
  }

  @AfterEach
  void tearDown() {
    cloud.close();
  }

  /// The rows as `field=value`, without pointers.
  private List<String> rows(String query) {
    var id =
        logs.startQuery(q ->
                q.logGroupName("app")
                    .startTime(NOW.minusSeconds(600).getEpochSecond())
                    .endTime(NOW.getEpochSecond())
                    .queryString(query))
            .queryId();
    return logs.getQueryResults(r -> r.queryId(id)).results().stream()
        .map(row ->
            row.stream()
                .filter(field -> !field.field().equals("@ptr"))
                .map(field -> field.field() + "=" + field.value())
                .collect(Collectors.joining(" ")))
        .toList();
  }

  @Test
  void theNewestComeFirstWithTheFieldsThatAreAskedFor() {
    assertThat(rows("fields @timestamp, level | filter ispresent(level) | limit 2"))
        .containsExactly(
            "@timestamp=2026-01-01 00:08:00.000 level=INFO",
            "@timestamp=2026-01-01 00:07:00.000 level=ERROR");
  }

  @Test
  void filtersCompareAndMatch() {
    assertThat(rows("fields took | filter took >= 20 and level = 'INFO'"))
        .containsExactly("took=20");
    assertThat(rows("fields user.name | filter @message like /\"level\":\"E/"))
        .containsExactly("user.name=bob");
    assertThat(rows("fields took | filter user.name in ['ann', 'cy']")).containsExactly("took=10");
    assertThat(rows("fields took | filter not (level like 'INFO') and took * 2 + 1 > 60"))
        .containsExactly("took=30");
  }

  @Test
  void statsSumUpByFieldsAndPeriods() {
    assertThat(
            rows(
                "filter took > 0 | stats count(*) as n, avg(took), max(took) by user.name"
                    + " | sort n desc, user.name asc"))
        .containsExactly(
            "user.name=bob n=2 avg(took)=25 max(took)=30",
            "user.name=ann n=1 avg(took)=10 max(took)=10");
    assertThat(rows("stats count() by bin(5m) as period | sort period"))
        .containsExactly("period=2026-01-01 00:05:00.000 count()=4");
    assertThat(rows("stats pct(took, 50), count_distinct(level)"))
        .containsExactly("pct(took, 50)=20 count_distinct(level)=2");
  }

  @Test
  void statsCalculateWithTheirFunctionsAndWithWhatTheyNamed() {
    assertThat(
            rows(
                """
                filter took > 0 # Lines that are JSON.
                # Nothing but a comment, "with a quote.
                | stats max(took / 10) as most, sum(took)/count(*) as mean, most - mean as over,
                    ceil(avg(took) / 7) as weeks, 2 ^ 3 * count(*) as n
                """))
        .containsExactly("most=3 mean=20 over=-17 weeks=3 n=24");
    assertThatThrownBy(() -> rows("stats took")).isInstanceOf(MalformedQueryException.class);
  }

  @Test
  void partsOfParsedJsonAreFields() {
    assertThat(rows("fields jsonParse(@message) as j | filter j.took = 30 | display j.user.name"))
        .containsExactly("j.user.name=bob");
  }

  @Test
  void commandsThatAreNotThereAreRefusedByName() {
    assertThatThrownBy(() -> rows("fields @message | pattern @message"))
        .hasMessageContaining("StartQuery with the command pattern");
  }

  @Test
  void whatFiltersLetThroughIsCountedAsMatched() {
    var id =
        logs.startQuery(q ->
                q.logGroupName("app")
                    .startTime(NOW.minusSeconds(600).getEpochSecond())
                    .endTime(NOW.getEpochSecond())
                    .queryString("filter ispresent(took) | stats count(*)"))
            .queryId();
    var statistics = logs.getQueryResults(r -> r.queryId(id)).statistics();
    assertThat(statistics.recordsScanned()).isEqualTo(4);
    assertThat(statistics.recordsMatched()).isEqualTo(3);
  }

  @Test
  void parseTakesMessagesApart() {
    assertThat(
            rows(
                "parse @message 'user=*, took * ms' as who, millis | filter ispresent(who)"
                    + " | display who, millis"))
        .containsExactly("who=cy millis=5");
    assertThat(rows("parse @message /took (?<t>\\d+)/ | filter t = 5 | display t"))
        .containsExactly("t=5");
  }

  @Test
  void whatIsNoQueryIsRefused() {
    for (var query : List.of("frobnicate x", "fields a b", "filter (a", "stats magic(x)")) {
      assertThatThrownBy(() -> rows(query)).isInstanceOf(MalformedQueryException.class);
    }
  }

  @Test
  void addressesMomentsAndJsonHaveFunctions() {
    assertThat(
            rows(
                "filter level = 'ERROR' | fields datefloor(@timestamp, 1h) as hour,"
                    + " tomillis(@timestamp) as ms, isIpInSubnet('10.1.2.3', '10.1.0.0/16') as near,"
                    + " isValidIpv4('10.1.2') as four, substr(level, 1, 2) as part,"
                    + " greatest(took, 7, 31) as most, urldecode('a%20b') as plain"
                    + " | display hour, ms, near, four, part, most, plain"))
        .containsExactly(
            "hour=2026-01-01 00:00:00.000 ms=1767226020000 near=1 four=0 part=RR most=31"
                + " plain=a b");
    assertThat(rows("filterIndex level = 'ERROR' | fields took")).hasSize(1);
  }
}
