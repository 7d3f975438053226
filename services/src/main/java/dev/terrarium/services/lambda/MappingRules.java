package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Arn;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.FilterCriteria;
import software.amazon.awssdk.services.lambda.model.ProvisionedPollerConfig;
import software.amazon.awssdk.services.lambda.model.ScalingConfig;

/// What AWS demands of event source mappings, for each kind of source.
final class MappingRules {
  private static final int RECORD_AGE_MIN = 60;

  private MappingRules() {}

  /// The source that a request names.
  static Arn source(@Nullable String given) {
    if (given == null) {
      throw LambdaErrors.invalid("Please specify an event source ARN.");
    }
    var arn = Arn.of(given).orElse(null);
    if (arn == null) {
      throw LambdaErrors.constraint(
          "eventSourceArn",
          given,
          "satisfy regular expression pattern: arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}(-gov)?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)");
    }
    var known =
        switch (arn.service()) {
          case "sqs" -> true;
          case "kinesis" -> arn.resource().startsWith("stream/");
          case "dynamodb" -> arn.resource().matches("table/[^/]+/stream/.+");
          case "kafka", "mq", "rds", "docdb" ->
              throw LambdaErrors.invalid(
                  "Terrarium does not implement event source mappings of " + arn.service() + ".");
          default -> false;
        };
    if (!known) {
      throw LambdaErrors.invalid(
          "Unrecognized event source, must be kinesis, dynamodb stream or sqs. Unsupported source"
              + " arn : "
              + given);
    }
    return arn;
  }

  static boolean isQueue(Arn source) {
    return source.service().equals("sqs");
  }

  /// Checks the members that a request may have for its source, and their ranges.
  static void check(EventSourceMappingConfiguration wanted, Arn source) {
    var queue = isQueue(source);
    range("batchSize", wanted.batchSize(), 1, 10_000);
    range("maximumBatchingWindowInSeconds", wanted.maximumBatchingWindowInSeconds(), 0, 300);
    range("parallelizationFactor", wanted.parallelizationFactor(), 1, 10);
    range("maximumRecordAgeInSeconds", wanted.maximumRecordAgeInSeconds(), -1, 604_800);
    range("maximumRetryAttempts", wanted.maximumRetryAttempts(), -1, 10_000);
    range("tumblingWindowInSeconds", wanted.tumblingWindowInSeconds(), 0, 900);
    if (queue) {
      absent("StartingPosition", wanted.startingPositionAsString());
      absent("StartingPositionTimestamp", wanted.startingPositionTimestamp());
      absent("ParallelizationFactor", wanted.parallelizationFactor());
      absent("MaximumRecordAgeInSeconds", wanted.maximumRecordAgeInSeconds());
      absent("BisectBatchOnFunctionError", wanted.bisectBatchOnFunctionError());
      absent("MaximumRetryAttempts", wanted.maximumRetryAttempts());
      absent("TumblingWindowInSeconds", wanted.tumblingWindowInSeconds());
      absent("DestinationConfig", wanted.destinationConfig());
      scaling(wanted.scalingConfig(), wanted.provisionedPollerConfig(), source);
    } else {
      absent("ScalingConfig", wanted.scalingConfig());
      absent("ProvisionedPollerConfig", wanted.provisionedPollerConfig());
      age(wanted.maximumRecordAgeInSeconds());
      destinations(wanted);
    }
    absent("Queues", wanted.hasQueues() ? wanted.queues() : null);
    absent("Topics", wanted.hasTopics() ? wanted.topics() : null);
    absent("SelfManagedEventSource", wanted.selfManagedEventSource());
    absent("SelfManagedKafkaEventSourceConfig", wanted.selfManagedKafkaEventSourceConfig());
    absent("AmazonManagedKafkaEventSourceConfig", wanted.amazonManagedKafkaEventSourceConfig());
    absent("DocumentDBEventSourceConfig", wanted.documentDBEventSourceConfig());
    absent(
        "SourceAccessConfigurations",
        wanted.hasSourceAccessConfigurations() ? wanted.sourceAccessConfigurations() : null);
    criteria(wanted.filterCriteria());
    for (var type : wanted.functionResponseTypesAsStrings()) {
      if (!type.equals("ReportBatchItemFailures")) {
        throw LambdaErrors.constraint(
            "functionResponseTypes",
            wanted.functionResponseTypesAsStrings(),
            "satisfy constraint: [Member must satisfy enum value set: [ReportBatchItemFailures]]");
      }
    }
  }

  /// Checks where a new mapping of a stream is to begin.
  static void position(EventSourceMappingConfiguration wanted, Arn source, Instant now) {
    var position = wanted.startingPositionAsString();
    if (position == null) {
      throw missing("startingPosition");
    }
    switch (position) {
      case "TRIM_HORIZON", "LATEST" -> {
        if (wanted.startingPositionTimestamp() != null) {
          throw LambdaErrors.invalid(
              "StartingPositionTimestamp is only valid for StartingPosition AT_TIMESTAMP.");
        }
      }
      case "AT_TIMESTAMP" -> {
        if (source.service().equals("dynamodb")) {
          throw LambdaErrors.invalid("Unsupported starting position for arn type: " + source);
        } else if (wanted.startingPositionTimestamp() == null) {
          throw missing("startingPositionTimestamp");
        } else if (wanted.startingPositionTimestamp().isAfter(now)) {
          throw LambdaErrors.invalid("StartingPositionTimestamp cannot be in the future.");
        }
      }
      default ->
          throw LambdaErrors.constraint(
              "startingPosition",
              position,
              "satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]");
    }
  }

  /// Checks what depends on several members of the mapping as it will be.
  static void whole(EventSourceMappingConfiguration mapping, Arn source) {
    if (!isQueue(source)) {
      return;
    }
    var fifo = source.resource().endsWith(".fifo");
    if (fifo && mapping.maximumBatchingWindowInSeconds() > 0) {
      throw LambdaErrors.invalid("Batching window is not supported for FIFO queues.");
    }
    if (mapping.batchSize() > 10 && fifo) {
      throw LambdaErrors.invalid("BatchSize must be less than or equal to 10 for FIFO queues.");
    }
    if (mapping.batchSize() > 10 && mapping.maximumBatchingWindowInSeconds() < 1) {
      throw LambdaErrors.invalid(
          "Maximum batch window in seconds must be greater than 0 if maximum batch size is"
              + " greater than 10");
    }
    if (mapping.scalingConfig() != null && mapping.provisionedPollerConfig() != null) {
      throw LambdaErrors.invalid(
          "ScalingConfig and ProvisionedPollerConfig cannot both be set for an event source"
              + " mapping.");
    }
  }

  private static RuntimeException missing(String member) {
    return LambdaErrors.invalid(
        "1 validation error detected: Value null at '"
            + member
            + "' failed to satisfy constraint: Member must not be null.");
  }

  private static void age(@Nullable Integer seconds) {
    if (seconds != null && seconds != -1 && seconds < RECORD_AGE_MIN) {
      throw LambdaErrors.invalid("MaximumRecordAgeInSeconds must be -1 or between 60 and 604800.");
    }
  }

  private static void destinations(EventSourceMappingConfiguration wanted) {
    var config = wanted.destinationConfig();
    if (config == null) {
      return;
    }
    if (config.onSuccess() != null && config.onSuccess().destination() != null) {
      throw LambdaErrors.invalid(
          "Unsupported OnSuccess destination for given event source mapping type.");
    }
    var destination = config.onFailure() == null ? null : config.onFailure().destination();
    if (destination != null
        && !destination.isEmpty()
        && !destination.matches("arn:[^:]+:(sqs|sns):[^:]+:\\d{12}:.+|arn:[^:]+:s3:::.+")) {
      throw LambdaErrors.invalid("The provided destination config DestinationConfig is invalid.");
    }
  }

  private static void scaling(
      @Nullable ScalingConfig config, @Nullable ProvisionedPollerConfig pollers, Arn queue) {
    range(
        "scalingConfig.maximumConcurrency",
        config == null ? null : config.maximumConcurrency(),
        2,
        1000);
    if (pollers == null) {
      return;
    }
    if (queue.resource().endsWith(".fifo")) {
      throw LambdaErrors.invalid("ProvisionedPollerConfig is not supported for FIFO queues.");
    }
    if (pollers.pollerGroupName() != null) {
      throw LambdaErrors.invalid("PollerGroupName is not supported for this event source type.");
    }
    range("provisionedPollerConfig.minimumPollers", pollers.minimumPollers(), 2, 200);
    range("provisionedPollerConfig.maximumPollers", pollers.maximumPollers(), 2, 2000);
    if (pollers.minimumPollers() != null
        && pollers.maximumPollers() != null
        && pollers.minimumPollers() > pollers.maximumPollers()) {
      throw LambdaErrors.invalid("MinimumPollers must be less than or equal to MaximumPollers.");
    }
  }

  private static void criteria(@Nullable FilterCriteria criteria) {
    if (criteria == null) {
      return;
    }
    if (criteria.filters().size() > 10) {
      throw LambdaErrors.invalid("The number of filters exceeds the maximum of 10.");
    }
    RecordFilter.of(criteria);
  }

  private static void absent(String property, @Nullable Object value) {
    if (value != null) {
      throw LambdaErrors.invalid(
          "Unsupported " + property + " parameter for given event source mapping type.");
    }
  }

  private static void range(String member, @Nullable Integer value, int min, int max) {
    if (value != null && value < min) {
      throw LambdaErrors.constraint(member, value, "have value greater than or equal to " + min);
    }
    if (value != null && value > max) {
      throw LambdaErrors.constraint(member, value, "have value less than or equal to " + max);
    }
  }
}
