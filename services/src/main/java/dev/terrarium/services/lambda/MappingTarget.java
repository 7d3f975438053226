package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingConfiguration;
import software.amazon.awssdk.services.lambda.model.EventSourceMappingMetric;
import software.amazon.awssdk.services.lambda.model.FunctionResponseType;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/// The function that an event source mapping delivers to, and what is noted of how that goes.
final class MappingTarget {
  /// What came of an invocation.
  sealed interface Result {}

  /// The function ran.
  record Ran(Outcome outcome, String version) implements Result {
    boolean failed() {
      return outcome.error() != null;
    }
  }

  /// The batch did not reach the function.
  record Refused() implements Result {}

  final QualifiedKey key;
  final EventSourceMappingConfiguration mapping;
  private final Cloud cloud;
  private final LambdaState state;
  private final VersionRouter router;
  private final Dispatcher dispatcher;
  private final FunctionReference reference;
  private final boolean counted;

  MappingTarget(
      Cloud cloud,
      LambdaState state,
      VersionRouter router,
      Dispatcher dispatcher,
      QualifiedKey key,
      EventSourceMappingConfiguration mapping) {
    this.cloud = cloud;
    this.state = state;
    this.router = router;
    this.dispatcher = dispatcher;
    this.key = key;
    this.mapping = mapping;
    var arn = mapping.functionArn();
    var qualifier =
        arn.equals(key.function().arn()) ? null : arn.substring(arn.lastIndexOf(':') + 1);
    this.reference = new FunctionReference(key.function(), qualifier);
    this.counted =
        mapping.metricsConfig() != null
            && mapping.metricsConfig().metrics().contains(EventSourceMappingMetric.EVENT_COUNT);
  }

  /// Invokes the function and waits for its answer. What it is told must not be taken back by a
  /// crash: after that other records would have the same sequence numbers.
  Result invoke(byte[] event) {
    cloud.awaitDurable();
    return cloud.hop("lambda", "Invoke", () -> invokeNow(event));
  }

  private Result invokeNow(byte[] event) {
    try {
      var trace = Lineage.enter(state, key.function());
      var invocation = new Invocation(cloud.ids().uuid(), reference.arn(), event, trace, "");
      var version = router.route(reference);
      var outcome = dispatcher.invoke(key.function(), version, invocation).outcome();
      return new Ran(outcome, version.configuration().version());
    } catch (TooManyRequestsException _) {
      result("PROBLEM: Function call was throttled");
    } catch (ResourceNotFoundException _) {
      result("PROBLEM: Function not found");
    } catch (AwsServiceException e) {
      System.getLogger(MappingTarget.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "A batch of " + mapping.eventSourceArn() + " could not be handled",
              e);
      result("PROBLEM: Function call failed. " + Errors.message(e));
    }
    return new Refused();
  }

  /// How many invocations may run for the mapping, if it may have `most`.
  int concurrencyMax(int most) {
    var function = state.functions.get(key.function());
    return function == null || function.reserved() < 1 ? most : Math.min(most, function.reserved());
  }

  /// Whether answers may name the records that failed.
  boolean reportsFailures() {
    return mapping
        .functionResponseTypes()
        .contains(FunctionResponseType.REPORT_BATCH_ITEM_FAILURES);
  }

  /// Notes how the last batch went, if that has changed.
  void result(String text) {
    state.locks.with(
        "mappings",
        () -> {
          var current = state.mappings.get(key);
          if (current != null && !text.equals(current.lastProcessingResult())) {
            state.mappings.put(key, current.toBuilder().lastProcessingResult(text).build());
          }
          return text;
        });
  }

  /// Counts events in one of the mapping's own metrics, if it is to have them.
  void count(String metric, int events) {
    if (counted && events > 0) {
      dispatcher.metrics().mapping(key.function().scope(), mapping.uuid(), metric, events);
    }
  }

  /// Notes how old the last record of a batch was when the function had it.
  void age(long millis) {
    dispatcher.metrics().count(key.function(), "IteratorAge", (double) Math.max(0, millis));
  }
}
