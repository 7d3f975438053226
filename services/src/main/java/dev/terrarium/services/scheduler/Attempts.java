package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.NamedOperation;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import dev.terrarium.services.scheduler.Invocation.InvocationKey;
import dev.terrarium.services.scheduler.SchedulerMetrics.Metric;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;

/// Attempts at invocations: what is made of each, and what follows from its end.
///
/// What may pass, such as a throttled or broken target, is tried again after 1, 2, 4 … seconds, at
/// most 8 minutes, as long as the schedule's retry policy allows and the schedule is there. What is
/// given up goes to the dead-letter queue.
final class Attempts {
  private static final System.Logger LOG = System.getLogger(Attempts.class.getName());
  private static final long PAUSE_SECONDS_MAX = 480;

  private final SchedulerStore store;
  private final Cloud cloud;
  private final SchedulerMetrics metrics;

  Attempts(SchedulerStore store, SchedulerMetrics metrics) {
    this.store = store;
    this.cloud = store.cloud;
    this.metrics = metrics;
  }

  /// Why an attempt failed.
  ///
  /// @param passing whether another may succeed
  private record Failure(String code, String message, boolean passing) {
    static Failure of(AwsServiceException e) {
      var code = Errors.code(e);
      var throttled = e.statusCode() == 429 || code.contains("Thrott") || code.contains("TooMany");
      var broken = e.statusCode() >= 500 && e.statusCode() != 501;
      return new Failure(code, Errors.message(e), throttled || broken);
    }
  }

  /// Makes one attempt, and tells when the next is, or [Long#MAX_VALUE] if there is none.
  long make(InvocationKey key, Invocation invocation) {
    if (invocation.failures() > 0 && !store.schedules.contains(invocation.schedule())) {
      store.invocations.delete(key);
      return Long.MAX_VALUE;
    }
    var group = invocation.schedule().group();
    var input = input(key, invocation);
    metrics.count(group, Metric.INVOCATION_ATTEMPT);
    var failure = invoke(key, invocation, input);
    if (failure == null) {
      ended(key, invocation);
      return Long.MAX_VALUE;
    }
    metrics.count(group, Metric.TARGET_ERROR);
    LOG.log(
        System.Logger.Level.DEBUG,
        "{0} failed: {1}: {2}",
        invocation.schedule().arn(),
        failure.code,
        failure.message);
    return failed(key, invocation.failedAgain(), input, failure);
  }

  private @Nullable Failure invoke(InvocationKey key, Invocation invocation, String input) {
    try {
      var target = invocation.target();
      boolean _ =
          cloud.hop(
              "scheduler",
              "Invoke",
              () -> {
                var call = TargetCall.of(target, input, key.scope(), cloud.endpoint());
                call(call, target.roleArn());
                return true;
              });
      return null;
    } catch (AwsServiceException e) {
      return Failure.of(e);
    } catch (IllegalArgumentException e) {
      return new Failure("ValidationException", String.valueOf(e.getMessage()), false);
    }
  }

  private void call(TargetCall call, String role) {
    var service = NamedOperation.service(cloud, call.service()).orElse(null);
    var operation =
        service == null ? null : NamedOperation.of(service, call.operation()).orElse(null);
    if (operation == null) {
      throw Errors.notImplemented(call.service(), call.operation());
    }
    var answer = operation.call(cloud, call.scope(), caller(call, role), call.parameters());
    if (answer.path("FailedEntryCount").asInt() > 0) {
      var entry = answer.path("Entries").path(0);
      throw Errors.of(
          400, entry.path("ErrorCode").asText("Failed"), entry.path("ErrorMessage").asText());
    }
  }

  /// Where callers must prove who they are, a call is allowed what the schedule's role is.
  private Principal caller(TargetCall call, String role) {
    if (!cloud.enforcing()) {
      return Principal.service(call.scope().account(), "scheduler.amazonaws.com");
    }
    var arn = Arn.of(role).orElseThrow();
    var name = role.substring(role.lastIndexOf('/') + 1);
    var session =
        "arn:%s:sts::%s:assumed-role/%s/scheduler".formatted(arn.partition(), arn.account(), name);
    return new Principal(arn.account(), session, name + ":scheduler", "");
  }

  /// What the target is told, in which the attributes of the context have their values.
  private String input(InvocationKey key, Invocation invocation) {
    var given = invocation.target().input();
    if (given == null) {
      return notification(invocation);
    }
    return given
        .replace("<aws.scheduler.schedule-arn>", invocation.schedule().arn())
        .replace("<aws.scheduler.scheduled-time>", time(invocation))
        .replace("<aws.scheduler.execution-id>", key.id())
        .replace("<aws.scheduler.attempt-number>", String.valueOf(invocation.failures() + 1));
  }

  private static String time(Invocation invocation) {
    return Instant.ofEpochMilli(invocation.scheduled()).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /// What a target is told that has no input.
  private String notification(Invocation invocation) {
    var group = invocation.schedule().group();
    var event =
        Json.object()
            .put("version", "0")
            .put("id", cloud.ids().uuid())
            .put("detail-type", "Scheduled Event")
            .put("source", "aws.scheduler")
            .put("account", group.account())
            .put("time", time(invocation))
            .put("region", group.region());
    event.putArray("resources").add(invocation.schedule().arn());
    return Json.write(event.put("detail", "{}"));
  }

  private long failed(InvocationKey key, Invocation invocation, String input, Failure failure) {
    var policy = invocation.target().retryPolicy();
    var pause = Math.min(PAUSE_SECONDS_MAX, 1L << Math.min(invocation.failures() - 1, 30));
    var next = cloud.clock().millis() + pause * 1000;
    var exhausted = "";
    if (failure.passing && invocation.failures() > policy.maximumRetryAttempts()
        || !failure.passing && policy.maximumRetryAttempts() == 0) {
      exhausted = "MaximumRetryAttempts";
    } else if (next > invocation.began() + policy.maximumEventAgeInSeconds() * 1000L) {
      exhausted = "MaximumEventAgeInSeconds";
    }
    if (failure.passing && exhausted.isEmpty()) {
      boolean _ =
          store.change(
              invocation.schedule().group(),
              batch -> {
                store.invocations.delete(batch, key);
                var later = new InvocationKey(next, key.account(), key.region(), key.id());
                store.invocations.put(batch, later, invocation);
                return true;
              });
      return next;
    }
    metrics.count(invocation.schedule().group(), Metric.INVOCATION_DROPPED);
    bury(key, invocation, input, failure, exhausted);
    ended(key, invocation);
    return Long.MAX_VALUE;
  }

  /// Tells the dead-letter queue, if there is one.
  private void bury(
      InvocationKey key, Invocation invocation, String input, Failure failure, String exhausted) {
    var letters = invocation.target().deadLetterConfig();
    var queue = letters == null ? null : letters.arn();
    if (queue == null) {
      return;
    }
    var attributes = new TreeMap<String, String>();
    attributes.put("ERROR_CODE", failure.code);
    attributes.put("ERROR_MESSAGE", failure.message);
    attributes.put("EXECUTION_ID", key.id());
    attributes.put("EXHAUSTED_RETRY_CONDITION", exhausted);
    attributes.put("IS_PAYLOAD_TRUNCATED", "false");
    attributes.put("RETRY_ATTEMPTS", String.valueOf(invocation.failures() - 1));
    attributes.put("SCHEDULED_TIME", time(invocation));
    attributes.put("SCHEDULE_ARN", invocation.schedule().arn());
    attributes.put("TARGET_ARN", invocation.target().arn());
    attributes.values().removeIf(String::isEmpty);
    var group = invocation.schedule().group();
    try {
      var letter = letter(Arn.of(queue).orElseThrow(), input, attributes);
      call(letter, invocation.target().roleArn());
      metrics.count(group, Metric.SENT_TO_DEAD_LETTERS);
    } catch (AwsServiceException e) {
      LOG.log(System.Logger.Level.WARNING, "The dead-letter queue " + queue + " fails", e);
      metrics.count(group, Metric.NOT_SENT_TO_DEAD_LETTERS);
    }
  }

  private TargetCall letter(Arn queue, String body, Map<String, String> attributes) {
    var p = Json.object();
    p.put("QueueUrl", cloud.endpoint() + "/" + queue.account() + "/" + queue.resource());
    p.put("MessageBody", body);
    var all = p.putObject("MessageAttributes");
    attributes.forEach(
        (name, value) -> all.putObject(name).put("DataType", "String").put("StringValue", value));
    return new TargetCall("sqs", "SendMessage", new Scope(queue.account(), queue.region()), p);
  }

  /// The invocation is over, and with the last one the schedule, if it is not to be kept.
  private void ended(InvocationKey key, Invocation invocation) {
    boolean _ =
        store.change(
            invocation.schedule().group(),
            batch -> {
              store.invocations.delete(batch, key);
              var schedule = store.schedules.get(invocation.schedule());
              if (invocation.last()
                  && schedule != null
                  && !schedule.isDue()
                  && schedule.last() == invocation.scheduled()
                  && schedule.config().actionAfterCompletion() == ActionAfterCompletion.DELETE) {
                store.delete(batch, invocation.schedule(), schedule);
              }
              return true;
            });
  }
}
