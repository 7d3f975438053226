package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Announcement;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.services.cloudwatch.MetricStore.AlarmKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sns.SnsClient;

/// What is done when alarms change their state.
///
/// An action is noted in the same batch as the change and forgotten when it is done, so that a
/// crash between the two loses none; it may be done twice.
final class AlarmActions {
  private static final System.Logger LOG = System.getLogger(AlarmActions.class.getName());

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

  /// Notes what is to be done about a change, and tells whoever hears of alarms.
  void note(Batch batch, Change change) {
    noteActions(batch, change, change.at());
    cloud.announce(
        batch,
        () ->
            new Announcement(
                change.key().scope(),
                "aws.cloudwatch",
                "CloudWatch Alarm State Change",
                List.of(change.key().arn()),
                Change.alarmData(Json.parse(change.message()))));
  }

  /// Notes only the actions, for a change that was made before.
  void noteActions(Batch batch, Change change, Instant now) {
    for (var action : change.actions()) {
      due.put(batch, new DueKey(change.key(), now.toEpochMilli(), action), change.message());
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
    var type =
        Json.parse(message).has("AlarmRule") ? AlarmType.COMPOSITE_ALARM : AlarmType.METRIC_ALARM;
    try {
      act(key, message);
      history.acted(batch, key, type, true);
    } catch (AwsServiceException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "The alarm action " + key.action + " failed", e);
      history.acted(batch, key, type, false);
    }
    due.delete(batch, key);
    cloud.store().commit(batch);
  }

  private void act(DueKey key, String message) {
    var arn = Arn.of(key.action).orElseThrow(() -> new IllegalArgumentException(key.action));
    var principal = Principal.service(key.alarm.account(), "cloudwatch.amazonaws.com");
    switch (arn.service()) {
      case "sns" -> {
        var state = Json.parse(message).path("NewStateValue").asText();
        var subject = state + ": \"" + key.alarm.name() + "\" in " + key.alarm.region();
        cloud
            .client(SnsClient.class, arn.scope(), principal)
            .publish(r ->
                r.topicArn(key.action)
                    .subject(subject.substring(0, Math.min(100, subject.length())))
                    .message(message));
      }
      case "lambda" -> {
        var told = Json.parse(message);
        var event =
            Json.object()
                .put("source", "aws.cloudwatch")
                .put("alarmArn", key.alarm.arn())
                .put("accountId", key.alarm.account())
                .put("time", told.path("StateChangeTime").asText())
                .put("region", key.alarm.region());
        event.set("alarmData", Change.alarmData(told));
        cloud
            .client(LambdaClient.class, arn.scope(), principal)
            .invoke(r ->
                r.functionName(key.action)
                    .invocationType(InvocationType.EVENT)
                    .payload(SdkBytes.fromUtf8String(Json.write(event))));
      }
      default -> throw new IllegalArgumentException("No action for " + arn.service());
    }
  }
}
