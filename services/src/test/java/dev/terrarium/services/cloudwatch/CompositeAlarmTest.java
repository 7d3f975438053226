package dev.terrarium.services.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.CompositeAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Tag;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

@Timeout(60)
@SuppressWarnings("unchecked")
final class CompositeAlarmTest {
  private final Cloud cloud =
      Cloud.builder().clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"))).build();
  private final CloudWatchClient watch = cloud.client(CloudWatchClient.class);
  private final SqsClient sqs = cloud.client(SqsClient.class);
  private final String topic =
      cloud.client(SnsClient.class).createTopic(t -> t.name("t")).topicArn();
  private final String queue = sqs.createQueue(q -> q.queueName("told")).queueUrl();

  @BeforeEach
  void subscribe() {
    cloud
        .client(SnsClient.class)
        .subscribe(s ->
            s.topicArn(topic)
                .protocol("sqs")
                .endpoint("arn:aws:sqs:us-east-1:000000000000:told")
                .attributes(Map.of("RawMessageDelivery", "true")));
    for (var name : List.of("a", "b", "quiet")) {
      watch.putMetricAlarm(p ->
          p.alarmName(name)
              .namespace("n")
              .metricName(name)
              .statistic("Sum")
              .period(60)
              .evaluationPeriods(1)
              .threshold(1.0)
              .treatMissingData("ignore")
              .comparisonOperator("GreaterThanThreshold"));
    }
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private void set(String name, StateValue state) {
    watch.setAlarmState(s -> s.alarmName(name).stateValue(state).stateReason("by hand"));
  }

  private CompositeAlarm composite() {
    return watch
        .describeAlarms(d -> d.alarmNames("all").alarmTypes(AlarmType.COMPOSITE_ALARM))
        .compositeAlarms()
        .getFirst();
  }

  private List<String> told() {
    var told = new ArrayList<String>();
    for (var message :
        sqs.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(10)).messages()) {
      told.add(Json.parse(message.body()).path("NewStateValue").asText());
    }
    return told;
  }

  @Test
  void itFollowsItsChildrenAndTellsOnce() {
    watch.putCompositeAlarm(p ->
        p.alarmName("all")
            .alarmRule("ALARM(a) AND NOT (OK(\"b\") OR INSUFFICIENT_DATA(b))")
            .alarmActions(topic)
            .tags(Tag.builder().key("k").value("v").build()));
    assertThat(composite().stateValue()).isEqualTo(StateValue.OK);
    set("a", StateValue.ALARM);
    assertThat(composite().stateValue()).isEqualTo(StateValue.OK);
    set("b", StateValue.ALARM);
    assertThat(composite().stateValue()).isEqualTo(StateValue.ALARM);
    assertThat(told()).containsExactly("ALARM");
    assertThat(watch.listTagsForResource(l -> l.resourceARN(composite().alarmArn())).tags())
        .extracting(Tag::value)
        .containsExactly("v");
    assertThat(watch.describeAlarms(d -> d.childrenOfAlarmName("all")).metricAlarms())
        .extracting(alarm -> alarm.alarmName())
        .containsExactly("a", "b");
    assertThat(watch.describeAlarms().compositeAlarms()).isEmpty();
  }

  @Test
  void aSuppressorHoldsItsActionsBackUntilItsExtensionEnds() {
    watch.putCompositeAlarm(p ->
        p.alarmName("all")
            .alarmRule("ALARM(a)")
            .alarmActions(topic)
            .actionsSuppressor("quiet")
            .actionsSuppressorWaitPeriod(60)
            .actionsSuppressorExtensionPeriod(30));
    set("quiet", StateValue.ALARM);
    set("a", StateValue.ALARM);
    assertThat(composite().actionsSuppressedByAsString()).isEqualTo("Alarm");
    assertThat(told()).isEmpty();
    set("quiet", StateValue.OK);
    assertThat(composite().actionsSuppressedByAsString()).isEqualTo("ExtensionPeriod");
    cloud.timers().advance(Duration.ofSeconds(31));
    assertThat(told()).containsExactly("ALARM");
    assertThat(composite().actionsSuppressedBy()).isNull();
  }

  @Test
  void rulesThatAreNoneOrLeadBackAreRefused() {
    assertThatThrownBy(() -> watch.putCompositeAlarm(p -> p.alarmName("all").alarmRule("ALARM(")))
        .hasMessageContaining("Invalid AlarmRule");
    assertThatThrownBy(
            () -> watch.putCompositeAlarm(p -> p.alarmName("all").alarmRule("ALARM(nobody)")))
        .hasMessageContaining("do not exist");
    watch.putCompositeAlarm(p -> p.alarmName("all").alarmRule("ALARM(a)"));
    watch.putCompositeAlarm(p -> p.alarmName("more").alarmRule("OK(all)"));
    assertThatThrownBy(
            () -> watch.putCompositeAlarm(p -> p.alarmName("all").alarmRule("ALARM(more)")))
        .hasMessageContaining("circular");
  }

  @Test
  void anAlarmOnAnExpressionGoesOff() {
    watch.putMetricAlarm(p ->
        p.alarmName("share")
            .evaluationPeriods(1)
            .threshold(50.0)
            .comparisonOperator("GreaterThanThreshold")
            .metrics(
                q -> q.id("e").expression("100 * x / y"),
                q ->
                    q.id("x")
                        .returnData(false)
                        .metricStat(s ->
                            s.stat("Sum")
                                .period(60)
                                .metric(m -> m.namespace("n").metricName("errors"))),
                q ->
                    q.id("y")
                        .returnData(false)
                        .metricStat(s ->
                            s.stat("Sum")
                                .period(60)
                                .metric(m -> m.namespace("n").metricName("all")))));
    watch.putMetricData(p ->
        p.namespace("n")
            .metricData(
                d -> d.metricName("errors").value(6.0), d -> d.metricName("all").value(10.0)));
    var alarm = watch.describeAlarms(d -> d.alarmNames("share")).metricAlarms().getFirst();
    assertThat(alarm.stateValue()).isEqualTo(StateValue.ALARM);
    assertThat(alarm.metrics()).hasSize(3);
  }
}
