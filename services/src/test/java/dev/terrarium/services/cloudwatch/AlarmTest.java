package dev.terrarium.services.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

@Timeout(60)
final class AlarmTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudWatchClient watch = cloud.client(CloudWatchClient.class);
  private final SqsClient sqs = cloud.client(SqsClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void anAlarmGoesOffOnceAndComesBack() {
    var url = sqs.createQueue(q -> q.queueName("told")).queueUrl();
    var sns = cloud.client(SnsClient.class);
    var topic = sns.createTopic(t -> t.name("t")).topicArn();
    sns.subscribe(s ->
        s.topicArn(topic)
            .protocol("sqs")
            .endpoint("arn:aws:sqs:us-east-1:000000000000:told")
            .attributes(Map.of("RawMessageDelivery", "true")));
    watch.putMetricAlarm(a ->
        a.alarmName("hot")
            .namespace("n")
            .metricName("m")
            .statistic(Statistic.MAXIMUM)
            .period(60)
            .evaluationPeriods(1)
            .threshold(10.0)
            .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
            .treatMissingData("notBreaching")
            .alarmActions(topic)
            .okActions(topic));
    for (int minute = 0; minute < 6; minute++) {
      put(minute == 2 || minute == 3 ? 20 : 1);
      cloud.timers().advance(Duration.ofMinutes(1));
      if (minute == 3) {
        assertThat(state()).isEqualTo(StateValue.ALARM);
      }
    }
    assertThat(state()).isEqualTo(StateValue.OK);
    var told = new ArrayList<String>();
    for (var message :
        sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10)).messages()) {
      told.add(Json.parse(message.body()).path("NewStateValue").asText());
    }
    // The first OK is the way out of INSUFFICIENT_DATA.
    assertThat(told).containsExactly("OK", "ALARM", "OK");
  }

  @Test
  void wordsThatAreNoneAreRefused() {
    assertThatThrownBy(() -> watch.describeAlarms(d -> d.stateValue("FOO")))
        .hasMessageContaining("enum value set: [INSUFFICIENT_DATA, ALARM, OK]");
    assertThatThrownBy(() -> watch.describeAlarmHistory(d -> d.historyItemType("FOO")))
        .hasMessageContaining("at 'historyItemType'");
    assertThatThrownBy(() -> watch.listMetrics(l -> l.recentlyActive("PT4H")))
        .hasMessageContaining("PT4H");
    assertThatThrownBy(() -> watch.putMetricData(p -> p.namespace("n")))
        .hasMessageContaining("The parameter MetricData is required.");
  }

  private void put(double value) {
    var datum = MetricDatum.builder().metricName("m").value(value).build();
    watch.putMetricData(d -> d.namespace("n").metricData(datum));
  }

  private StateValue state() {
    return watch.describeAlarms(d -> d.alarmNames("hot")).metricAlarms().getFirst().stateValue();
  }
}
