package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindow;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.ScheduleState;
import software.amazon.awssdk.services.scheduler.model.Target;

/// Checks what schedules are to be, and fills in what was not said.
final class ScheduleChecks {
  private static final Duration START_AGE_MAX = Duration.ofMinutes(5);
  private static final int EVENT_AGE_SECONDS = 86_400;
  private static final int RETRIES = 185;
  private static final Pattern KEY =
      Pattern.compile("^arn:aws(-[a-z]+)?:kms:[a-z0-9\\-]+:\\d{12}:(key|alias)\\/[0-9a-zA-Z-_]*$");
  private static final Pattern ROLE =
      Pattern.compile("^arn:aws(-[a-z]+)?:iam::\\d{12}:role\\/[\\w+=,.@\\/-]+$");
  private static final Pattern QUEUE =
      Pattern.compile("^arn:aws(-[a-z]+)?:sqs:[a-z0-9\\-]+:\\d{12}:[a-zA-Z0-9\\-_]+$");
  private static final Pattern SOURCE =
      Pattern.compile(
          "^(?=[/\\.\\-_A-Za-z0-9]+)((?!aws\\.).*)|(\\$(\\.[\\w_-]+(\\[(\\d+|\\*)\\])*)*)$");

  private final TargetChecks targets;

  ScheduleChecks(Cloud cloud) {
    this.targets = new TargetChecks(cloud);
  }

  /// @param before what is changed, or null if it is new
  GetScheduleResponse checked(
      GetScheduleResponse.Builder given, @Nullable GetScheduleResponse before, Instant now) {
    var config = given.build();
    var constraints = new SchedulerConstraints();
    members(constraints, config);
    window(constraints, config.flexibleTimeWindow());
    target(constraints, config.target());
    constraints.check();
    var zone = config.scheduleExpressionTimezone();
    if (Schedule.of(config.scheduleExpression()).isEmpty()) {
      throw SchedulerErrors.validation(
          "Invalid Schedule Expression " + config.scheduleExpression() + ".");
    }
    if (zone != null && !ZoneId.getAvailableZoneIds().contains(zone)) {
      throw SchedulerErrors.validation("Invalid ScheduleExpressionTimezone " + zone + ".");
    }
    dates(config, before, now);
    windowFits(config.flexibleTimeWindow());
    targets.check(config.target());
    return completed(config);
  }

  private static void members(SchedulerConstraints constraints, GetScheduleResponse config) {
    constraints
        .required("scheduleExpression", config.scheduleExpression())
        .length("scheduleExpression", config.scheduleExpression(), 1, 256)
        .length("scheduleExpressionTimezone", config.scheduleExpressionTimezone(), 1, 50)
        .length("description", config.description(), 0, 512)
        .oneOf("state", config.stateAsString(), "ENABLED", "DISABLED")
        .oneOf("actionAfterCompletion", config.actionAfterCompletionAsString(), "NONE", "DELETE")
        .text("kmsKeyArn", config.kmsKeyArn(), 1, 2048, KEY);
  }

  private static void window(
      SchedulerConstraints constraints, @Nullable FlexibleTimeWindow window) {
    constraints.required("flexibleTimeWindow", window);
    if (window != null) {
      constraints
          .required("flexibleTimeWindow.mode", window.modeAsString())
          .oneOf("flexibleTimeWindow.mode", window.modeAsString(), "OFF", "FLEXIBLE")
          .range(
              "flexibleTimeWindow.maximumWindowInMinutes",
              window.maximumWindowInMinutes(),
              1,
              1440);
    }
  }

  private static void target(SchedulerConstraints constraints, @Nullable Target target) {
    constraints.required("target", target);
    if (target == null) {
      return;
    }
    constraints
        .required("target.arn", target.arn())
        .length("target.arn", target.arn(), 1, 1600)
        .required("target.roleArn", target.roleArn())
        .text("target.roleArn", target.roleArn(), 1, 1600, ROLE)
        .length("target.input", target.input(), 1, Integer.MAX_VALUE);
    if (target.deadLetterConfig() != null) {
      constraints.text(
          "target.deadLetterConfig.arn", target.deadLetterConfig().arn(), 1, 1600, QUEUE);
    }
    var retry = target.retryPolicy();
    if (retry != null) {
      constraints
          .range(
              "target.retryPolicy.maximumEventAgeInSeconds",
              retry.maximumEventAgeInSeconds(),
              60,
              EVENT_AGE_SECONDS)
          .range(
              "target.retryPolicy.maximumRetryAttempts", retry.maximumRetryAttempts(), 0, RETRIES);
    }
    parameters(constraints, target);
  }

  private static void parameters(SchedulerConstraints constraints, Target target) {
    if (target.sqsParameters() != null) {
      constraints.length(
          "target.sqsParameters.messageGroupId", target.sqsParameters().messageGroupId(), 1, 128);
    }
    if (target.kinesisParameters() != null) {
      var key = target.kinesisParameters().partitionKey();
      constraints
          .required("target.kinesisParameters.partitionKey", key)
          .length("target.kinesisParameters.partitionKey", key, 1, 256);
    }
    var events = target.eventBridgeParameters();
    if (events != null) {
      constraints
          .required("target.eventBridgeParameters.detailType", events.detailType())
          .length("target.eventBridgeParameters.detailType", events.detailType(), 1, 128)
          .required("target.eventBridgeParameters.source", events.source())
          .text("target.eventBridgeParameters.source", events.source(), 1, 256, SOURCE);
    }
    var tasks = target.ecsParameters();
    if (tasks != null) {
      constraints
          .required("target.ecsParameters.taskDefinitionArn", tasks.taskDefinitionArn())
          .range("target.ecsParameters.taskCount", tasks.taskCount(), 1, 10);
    }
  }

  /// What is once has neither start nor end, and does not look at them.
  private static void dates(
      GetScheduleResponse config, @Nullable GetScheduleResponse before, Instant now) {
    var start = config.startDate();
    var end = config.endDate();
    var isOld = before != null && start != null && start.equals(before.startDate());
    if (start != null && !isOld && start.isBefore(now.minus(START_AGE_MAX))) {
      throw SchedulerErrors.validation(
          "The StartDate you specify cannot be earlier than 5 minutes ago.");
    }
    if (end != null && !end.isAfter(now)) {
      throw SchedulerErrors.validation("The EndDate you specify cannot be in the past.");
    }
    if (start != null && end != null && !end.isAfter(start)) {
      throw SchedulerErrors.validation("The EndDate you specify must be later than the StartDate.");
    }
  }

  private static void windowFits(FlexibleTimeWindow window) {
    var flexible = window.mode() == FlexibleTimeWindowMode.FLEXIBLE;
    if (flexible && window.maximumWindowInMinutes() == null) {
      throw SchedulerErrors.validation(
          "MaximumWindowInMinutes must be set when the mode of FlexibleTimeWindow is FLEXIBLE.");
    }
    if (!flexible && window.maximumWindowInMinutes() != null) {
      throw SchedulerErrors.validation(
          "MaximumWindowInMinutes can only be set when the mode of FlexibleTimeWindow is FLEXIBLE.");
    }
  }

  private static GetScheduleResponse completed(GetScheduleResponse config) {
    var retry = config.target().retryPolicy();
    var age = retry == null ? null : retry.maximumEventAgeInSeconds();
    var attempts = retry == null ? null : retry.maximumRetryAttempts();
    var target =
        config.target().toBuilder()
            .retryPolicy(r ->
                r.maximumEventAgeInSeconds(age == null ? EVENT_AGE_SECONDS : age)
                    .maximumRetryAttempts(attempts == null ? RETRIES : attempts))
            .build();
    var zone = config.scheduleExpressionTimezone();
    return config.toBuilder()
        .target(target)
        .scheduleExpressionTimezone(zone == null ? "UTC" : zone)
        .state(config.state() == null ? ScheduleState.ENABLED : config.state())
        .actionAfterCompletion(
            config.actionAfterCompletion() == null
                ? ActionAfterCompletion.NONE
                : config.actionAfterCompletion())
        .build();
  }
}
