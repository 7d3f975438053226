package dev.terrarium.services.cloudwatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sns.SnsClient;

/// What is done when alarms change their state.
///
/// An action is noted in the same batch as the change and forgotten when it is done, so that a
/// crash between the two loses none; it may be done twice.
final class AlarmActions {
  private static final System.Logger LOG = System.getLogger(AlarmActions.class.getName());

  /// A state that has changed.
  record Change(Alarm alarm, StateValue before) {}

  /// One action of one change, in the order in which they are to be done.
  record DueKey(AlarmKey alarm, long millis, String action) {
    static final KeyCodec<DueKey> CODEC =
        KeyCodec.of(
            (key, writer) -> {
              AlarmKey.CODEC.write(key.alarm, writer);
              writer.number(key.millis).string(key.action);
            },
            reader -> new DueKey(AlarmKey.CODEC.read(reader), reader.number(), reader.string()));
  }

  private final Cloud cloud;
  private final Keyspace<DueKey, String> due;
  private final AlarmHistory history;
  private final ReentrantLock working = new ReentrantLock();

  AlarmActions(Cloud cloud, AlarmHistory history) {
    this.cloud = cloud;
    this.history = history;
    this.due = new Keyspace<>(cloud.store(), "cloudwatch.actions", DueKey.CODEC, Codec.STRING);
  }

  /// Does what a former process did not come to do.
  void resume() {
    cloud.background("cloudwatch", "actions", cloud.defaultScope(), this::carryOut);
  }

  /// Notes what is to be done about a change.
  void note(Batch batch, Change change) {
    var model = change.alarm.model();
    if (!Boolean.TRUE.equals(model.actionsEnabled())) {
      return;
    }
    var actions =
        switch (model.stateValue()) {
          case ALARM -> model.alarmActions();
          case OK -> model.okActions();
          default -> model.insufficientDataActions();
        };
    var message = Json.write(message(change));
    var millis = model.stateUpdatedTimestamp().toEpochMilli();
    for (var action : actions) {
      due.put(batch, new DueKey(change.alarm.key(), millis, action), message);
    }
  }

  /// Does what is noted of an alarm.
  void carryOut(AlarmKey alarm) {
    carryOut(alarm.account(), alarm.region(), alarm.name());
  }

  private void carryOut(Object... parts) {
    working.lock();
    try {
      var found = new LinkedHashMap<DueKey, String>();
      due.scan(
          (key, message) -> {
            found.put(key, message);
            return true;
          },
          parts);
      found.forEach(this::carryOut);
    } finally {
      working.unlock();
    }
  }

  private void carryOut(DueKey key, String message) {
    var batch = new Batch();
    try {
      act(key, message);
      history.acted(batch, key, true);
    } catch (AwsServiceException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "The alarm action " + key.action + " failed", e);
      history.acted(batch, key, false);
    }
    due.delete(batch, key);
    cloud.store().commit(batch);
  }

  private void act(DueKey key, String message) {
    var arn = Arn.of(key.action).orElseThrow(() -> new IllegalArgumentException(key.action));
    switch (arn.service()) {
      case "sns" -> {
        var state = Json.parse(message).path("NewStateValue").asText();
        var subject = state + ": \"" + key.alarm.name() + "\" in " + key.alarm.region();
        cloud
            .client(SnsClient.class, arn.scope())
            .publish(r ->
                r.topicArn(key.action)
                    .subject(subject.substring(0, Math.min(100, subject.length())))
                    .message(message));
      }
      case "lambda" ->
          cloud
              .client(LambdaClient.class, arn.scope())
              .invoke(r ->
                  r.functionName(key.action)
                      .invocationType(InvocationType.EVENT)
                      .payload(SdkBytes.fromUtf8String(message)));
      default -> throw new IllegalArgumentException("No action for " + arn.service());
    }
  }

  private static ObjectNode message(Change change) {
    var alarm = change.alarm;
    var model = alarm.model();
    var message =
        Json.object()
            .put("AlarmName", alarm.key().name())
            .put("AlarmDescription", model.alarmDescription())
            .put("AWSAccountId", alarm.key().account())
            .put(
                "AlarmConfigurationUpdatedTimestamp",
                time(model.alarmConfigurationUpdatedTimestamp()))
            .put("NewStateValue", model.stateValueAsString())
            .put("NewStateReason", model.stateReason())
            .put("StateChangeTime", time(model.stateUpdatedTimestamp()))
            .put("Region", alarm.key().region())
            .put("AlarmArn", alarm.key().arn())
            .put("OldStateValue", change.before.toString());
    list(message, "OKActions", model.okActions());
    list(message, "AlarmActions", model.alarmActions());
    list(message, "InsufficientDataActions", model.insufficientDataActions());
    var trigger = message.putObject("Trigger");
    trigger.put("MetricName", model.metricName()).put("Namespace", model.namespace());
    trigger.put("StatisticType", model.statistic() == null ? "ExtendedStatistic" : "Statistic");
    trigger.put("Statistic", alarm.statistic().toUpperCase(Locale.ROOT));
    trigger.put("Unit", model.unitAsString());
    var dimensions = trigger.putArray("Dimensions");
    for (var dimension : model.dimensions()) {
      dimensions.addObject().put("value", dimension.value()).put("name", dimension.name());
    }
    trigger.put("Period", model.period()).put("EvaluationPeriods", model.evaluationPeriods());
    trigger.put("ComparisonOperator", model.comparisonOperatorAsString());
    trigger.put("Threshold", model.threshold());
    trigger.put(
        "TreatMissingData", model.treatMissingData() == null ? "" : model.treatMissingData());
    trigger.put("EvaluateLowSampleCountPercentile", "");
    return message;
  }

  private static void list(ObjectNode node, String name, List<String> values) {
    var list = node.putArray(name);
    values.forEach(list::add);
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString().replace("Z", "+0000");
  }
}
