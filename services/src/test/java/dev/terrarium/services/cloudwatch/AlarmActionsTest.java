package dev.terrarium.services.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Faults;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// What is done about alarms and told of them afterwards, and dashboards.
@Timeout(60)
final class AlarmActionsTest {
  private static void alarm(CloudWatchClient watch, String... actions) {
    watch.putMetricAlarm(a ->
        a.alarmName("hot")
            .namespace("n")
            .metricName("m")
            .statistic("Maximum")
            .period(60)
            .evaluationPeriods(1)
            .threshold(1.0)
            .comparisonOperator("GreaterThanThreshold")
            .alarmActions(actions));
  }

  @Test
  void anActionThatACrashPreventedIsDoneAfterTheRestart() {
    var store = new MemoryStore();
    String queue;
    try (var cloud = Cloud.builder().store(store).build()) {
      var sqs = cloud.client(SqsClient.class);
      var sns = cloud.client(SnsClient.class);
      queue = sqs.createQueue(q -> q.queueName("told")).queueUrl();
      var topic = sns.createTopic(t -> t.name("t")).topicArn();
      sns.subscribe(s ->
          s.topicArn(topic)
              .protocol("sqs")
              .endpoint("arn:aws:sqs:us-east-1:000000000000:told")
              .attributes(Map.of("RawMessageDelivery", "true")));
      alarm(cloud.client(CloudWatchClient.class), topic);
      // The change is committed, and the process ends before it acts.
      var stored = new MetricStore(cloud);
      var alarm = stored.alarms.list("000000000000", "us-east-1").getFirst();
      var changed =
          new Alarm(
              alarm.key(),
              alarm.model().toBuilder()
                  .stateValue(StateValue.ALARM)
                  .stateReason("hot")
                  .stateUpdatedTimestamp(Instant.EPOCH)
                  .build());
      var batch = new Batch();
      stored.alarms.put(batch, alarm.key(), changed);
      new AlarmActions(cloud, new AlarmHistory(cloud))
          .note(batch, Change.of(changed, StateValue.OK));
      store.commit(batch);
    }
    try (var cloud = Cloud.builder().store(store).build()) {
      cloud.resume();
      var sqs = cloud.client(SqsClient.class);
      var told = sqs.receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(20)).messages();
      assertThat(told).singleElement().satisfies(m -> assertThat(m.body()).contains("\"hot\""));
    }
  }

  @Test
  void theHistoryTellsOfConfigurationStateAndActions() {
    try (var cloud = Cloud.inMemory()) {
      var watch = cloud.client(CloudWatchClient.class);
      alarm(watch, "arn:aws:sns:us-east-1:000000000000:none");
      watch.setAlarmState(s -> s.alarmName("hot").stateValue("ALARM").stateReason("by hand"));
      assertThat(
              watch
                  .describeAlarmHistory(h -> h.alarmName("hot").scanBy("TimestampAscending"))
                  .alarmHistoryItems())
          .extracting(AlarmHistoryItem::historySummary)
          .containsExactlyInAnyOrder(
              "Alarm \"hot\" created",
              "Alarm updated from INSUFFICIENT_DATA to ALARM",
              "Failed to execute action arn:aws:sns:us-east-1:000000000000:none");
      assertThat(watch.describeAlarms(d -> d.alarmNames("hot")).metricAlarms())
          .extracting(MetricAlarm::stateValue)
          .containsExactly(StateValue.ALARM);
    }
  }

  @Test
  void dashboardsAreKeptAndCheckedForBeingJson() {
    try (var cloud = Cloud.inMemory()) {
      var watch = cloud.client(CloudWatchClient.class);
      watch.putDashboard(d -> d.dashboardName("d").dashboardBody("{\"widgets\":[]}"));
      assertThat(watch.getDashboard(d -> d.dashboardName("d")).dashboardBody())
          .isEqualTo("{\"widgets\":[]}");
      assertThat(watch.listDashboards().dashboardEntries())
          .singleElement()
          .satisfies(e -> assertThat(e.size()).isEqualTo(14));
      assertThatThrownBy(() -> watch.putDashboard(d -> d.dashboardName("d").dashboardBody("x")))
          .hasMessageContaining("valid JSON");
      watch.deleteDashboards(d -> d.dashboardNames("d"));
      assertThatThrownBy(() -> watch.getDashboard(d -> d.dashboardName("d")))
          .hasMessageContaining("does not exist");
    }
  }

  @Test
  void aRuleOfAPlanDisturbsAsOftenAsItSays() {
    try (var cloud = Cloud.inMemory()) {
      var rule = new Faults.Rule("call:cloudwatch:*", Faults.Kind.THROTTLE, 1, 2, Duration.ZERO);
      cloud.faults().plan(1, java.util.List.of(rule));
      var watch = cloud.client(CloudWatchClient.class);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(watch::listDashboards).hasMessageContaining("Rate exceeded");
      }
      assertThat(watch.listDashboards().dashboardEntries()).isEmpty();
    }
  }
}
