package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Arn;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.CreateEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.FilterCriteria;
import software.amazon.awssdk.services.lambda.model.ScalingConfig;
import software.amazon.awssdk.services.lambda.model.UpdateEventSourceMappingRequest;

/// What AWS demands of an event source mapping of a queue.
final class MappingRules {
  private MappingRules() {}

  static void check(CreateEventSourceMappingRequest request, Arn queue) {
    batch(request.batchSize(), request.maximumBatchingWindowInSeconds(), queue);
    scaling(request.scalingConfig());
    criteria(request.filterCriteria());
    absent("StartingPosition", request.startingPositionAsString());
    absent("ParallelizationFactor", request.parallelizationFactor());
    absent("MaximumRecordAgeInSeconds", request.maximumRecordAgeInSeconds());
    absent("BisectBatchOnFunctionError", request.bisectBatchOnFunctionError());
    absent("MaximumRetryAttempts", request.maximumRetryAttempts());
    absent("TumblingWindowInSeconds", request.tumblingWindowInSeconds());
    absent("DestinationConfig", request.destinationConfig());
    refuse("KMSKeyArn", request.kmsKeyArn());
    refuse("ProvisionedPollerConfig", request.provisionedPollerConfig());
    refuse("MetricsConfig", request.metricsConfig());
  }

  static void check(UpdateEventSourceMappingRequest request, Arn queue) {
    batch(request.batchSize(), request.maximumBatchingWindowInSeconds(), queue);
    scaling(request.scalingConfig());
    criteria(request.filterCriteria());
    absent("ParallelizationFactor", request.parallelizationFactor());
    absent("MaximumRecordAgeInSeconds", request.maximumRecordAgeInSeconds());
    absent("BisectBatchOnFunctionError", request.bisectBatchOnFunctionError());
    absent("MaximumRetryAttempts", request.maximumRetryAttempts());
    absent("TumblingWindowInSeconds", request.tumblingWindowInSeconds());
    absent("DestinationConfig", request.destinationConfig());
    refuse("KMSKeyArn", request.kmsKeyArn());
    refuse("ProvisionedPollerConfig", request.provisionedPollerConfig());
    refuse("MetricsConfig", request.metricsConfig());
  }

  private static void batch(@Nullable Integer size, @Nullable Integer window, Arn queue) {
    var fifo = queue.resource().endsWith(".fifo");
    if (window != null && (window < 0 || window > 300)) {
      throw LambdaErrors.constraint(
          "maximumBatchingWindowInSeconds",
          window,
          window < 0
              ? "have value greater than or equal to 0"
              : "have value less than or equal to 300");
    }
    if (fifo && window != null && window > 0) {
      throw LambdaErrors.invalid("Batching window is not supported for FIFO queues.");
    }
    if (size == null) {
      return;
    }
    if (size < 1 || size > 10_000) {
      throw LambdaErrors.constraint(
          "batchSize",
          size,
          size < 1
              ? "have value greater than or equal to 1"
              : "have value less than or equal to 10000");
    }
    if (size > 10 && fifo) {
      throw LambdaErrors.invalid("BatchSize must be less than or equal to 10 for FIFO queues.");
    }
    if (size > 10 && (window == null || window < 1)) {
      throw LambdaErrors.invalid(
          "Maximum batch window in seconds must be greater than 0 if maximum batch size is"
              + " greater than 10");
    }
  }

  private static void scaling(@Nullable ScalingConfig config) {
    var most = config == null ? null : config.maximumConcurrency();
    if (most != null && (most < 2 || most > 1000)) {
      throw LambdaErrors.constraint(
          "scalingConfig.maximumConcurrency",
          most,
          most < 2
              ? "have value greater than or equal to 2"
              : "have value less than or equal to 1000");
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

  private static void refuse(String property, @Nullable Object value) {
    if (value != null) {
      throw LambdaErrors.invalid(
          "Terrarium does not implement " + property + " of event source mappings.");
    }
  }
}
