package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.*;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Event source mappings: making, changing, removing them, and running a poller for each that is
/// enabled. SQS queues are the sources that there are.
final class EventSourceMappings implements LambdaClient, AutoCloseable {
  private static final int QUEUE_BATCH_DEFAULT = 10;

  private final Cloud cloud;
  private final LambdaState state;
  private final QueuePoller.Target target;
  private final Map<QualifiedKey, QueuePoller> pollers = new ConcurrentHashMap<>();

  EventSourceMappings(Cloud cloud, LambdaState state, QueuePoller.Target target) {
    this.cloud = cloud;
    this.state = state;
    this.target = target;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {
    pollers.values().forEach(QueuePoller::stop);
    pollers.clear();
  }

  /// Starts the pollers of all enabled mappings.
  void resume() {
    state.mappings.scan((key, mapping) -> {
      run(key, mapping);
      return true;
    });
  }

  @Override
  public CreateEventSourceMappingResponse createEventSourceMapping(
      CreateEventSourceMappingRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    state.require(reference);
    state.requireVersion(reference);
    var queue = queue(request.eventSourceArn());
    MappingRules.check(request, queue);
    checkQueue(queue, state.requireVersion(reference).configuration().timeout());
    var uuid = cloud.ids().uuid();
    var key = new QualifiedKey(reference.function(), uuid);
    var enabled = !Boolean.FALSE.equals(request.enabled());
    var builder =
        EventSourceMappingConfiguration.builder()
            .uuid(uuid)
            .eventSourceArn(request.eventSourceArn())
            .functionArn(reference.arn())
            .eventSourceMappingArn(
                reference.function().scope().arn("lambda", "event-source-mapping:" + uuid))
            .batchSize(request.batchSize() == null ? QUEUE_BATCH_DEFAULT : request.batchSize())
            .maximumBatchingWindowInSeconds(
                request.maximumBatchingWindowInSeconds() == null
                    ? 0
                    : request.maximumBatchingWindowInSeconds())
            .filterCriteria(criteria(request.filterCriteria()))
            .functionResponseTypes(request.functionResponseTypes())
            .scalingConfig(scaling(request.scalingConfig()))
            .lastModified(cloud.clock().now())
            .state(enabled ? "Enabled" : "Disabled")
            .stateTransitionReason("USER_INITIATED");
    var mapping = builder.build();
    state.locks.with(
        "mappings",
        () -> {
          checkUnique(reference, request.eventSourceArn());
          state.mappings.put(key, mapping);
          return key;
        });
    run(key, mapping);
    return Shapes.copy(
        mapping.toBuilder().state("Creating").build(), CreateEventSourceMappingResponse.builder());
  }

  @Override
  public GetEventSourceMappingResponse getEventSourceMapping(GetEventSourceMappingRequest request) {
    return Shapes.copy(require(request.uuid()).mapping, GetEventSourceMappingResponse.builder());
  }

  @Override
  public UpdateEventSourceMappingResponse updateEventSourceMapping(
      UpdateEventSourceMappingRequest request) {
    var old = require(request.uuid());
    MappingRules.check(request, queue(old.mapping.eventSourceArn()));
    var function = old.key.function();
    FunctionReference reference = null;
    if (request.functionName() != null) {
      reference = FunctionReference.of(request.functionName(), null);
      state.require(reference);
      state.requireVersion(reference);
      function = reference.function();
    }
    var renamed = reference;
    var key = new QualifiedKey(function, request.uuid());
    var changed =
        state.locks.with(
            "mappings",
            () -> {
              var current = require(request.uuid());
              var mapping = change(current.mapping, renamed, request);
              var batch = new dev.terrarium.kernel.store.Batch();
              state.mappings.delete(batch, current.key);
              state.mappings.put(batch, key, mapping);
              state.store.commit(batch);
              return mapping;
            });
    halt(old.key);
    run(key, changed);
    return Shapes.copy(
        changed.toBuilder().state("Updating").build(), UpdateEventSourceMappingResponse.builder());
  }

  private EventSourceMappingConfiguration change(
      EventSourceMappingConfiguration mapping,
      @Nullable FunctionReference function,
      UpdateEventSourceMappingRequest request) {
    var builder = mapping.toBuilder().lastModified(cloud.clock().now());
    if (function != null) {
      builder.functionArn(function.arn());
    }
    if (request.enabled() != null) {
      builder.state(request.enabled() ? "Enabled" : "Disabled");
    }
    if (request.batchSize() != null) {
      builder.batchSize(request.batchSize());
    }
    if (request.maximumBatchingWindowInSeconds() != null) {
      builder.maximumBatchingWindowInSeconds(request.maximumBatchingWindowInSeconds());
    }
    if (request.filterCriteria() != null) {
      builder.filterCriteria(criteria(request.filterCriteria()));
    }
    if (request.hasFunctionResponseTypes()) {
      builder.functionResponseTypes(request.functionResponseTypes());
    }
    if (request.scalingConfig() != null) {
      builder.scalingConfig(scaling(request.scalingConfig()));
    }
    return builder.build();
  }

  @Override
  public DeleteEventSourceMappingResponse deleteEventSourceMapping(
      DeleteEventSourceMappingRequest request) {
    var found = require(request.uuid());
    state.mappings.delete(found.key);
    halt(found.key);
    return Shapes.copy(
        found.mapping.toBuilder().state("Deleting").build(),
        DeleteEventSourceMappingResponse.builder());
  }

  @Override
  public ListEventSourceMappingsResponse listEventSourceMappings(
      ListEventSourceMappingsRequest request) {
    var scope = Call.current().scope();
    var function =
        request.functionName() == null ? null : FunctionReference.of(request.functionName(), null);
    var all = new ArrayList<EventSourceMappingConfiguration>();
    state.mappings.scan(
        (key, mapping) -> {
          if ((function == null || mapping.functionArn().equals(function.arn()))
              && (request.eventSourceArn() == null
                  || mapping.eventSourceArn().equals(request.eventSourceArn()))) {
            all.add(mapping);
          }
          return true;
        },
        scope.account(),
        scope.region());
    var page = Pages.of(all, request.marker(), request.maxItems(), 100);
    return ListEventSourceMappingsResponse.builder()
        .eventSourceMappings(page.items())
        .nextMarker(page.next())
        .build();
  }

  private void run(QualifiedKey key, EventSourceMappingConfiguration mapping) {
    if (mapping.state().equals("Enabled")) {
      var poller = new QueuePoller(cloud, state, target, key, mapping);
      var before = pollers.put(key, poller);
      if (before != null) {
        before.stop();
      }
      poller.start();
    }
  }

  private void halt(QualifiedKey key) {
    var poller = pollers.remove(key);
    if (poller != null) {
      poller.stop();
    }
  }

  private record Found(QualifiedKey key, EventSourceMappingConfiguration mapping) {}

  private Found require(String uuid) {
    var scope = Call.current().scope();
    var found = new Found[1];
    state.mappings.scan(
        (key, mapping) -> {
          if (key.qualifier().equals(uuid)) {
            found[0] = new Found(key, mapping);
          }
          return found[0] == null;
        },
        scope.account(),
        scope.region());
    if (found[0] == null) {
      throw LambdaErrors.noResource();
    }
    return found[0];
  }

  private void checkUnique(FunctionReference reference, String source) {
    state.mappings.scan(
        (key, mapping) -> {
          if (mapping.eventSourceArn().equals(source)
              && mapping.functionArn().equals(reference.arn())) {
            throw LambdaErrors.conflict(
                "An event source mapping with SQS arn (\" "
                    + source
                    + " \") and function (\" "
                    + reference.function().name()
                    + " \") already exists. Please update or delete the existing mapping with"
                    + " UUID "
                    + mapping.uuid());
          }
          return true;
        },
        reference.function().parts());
  }

  private static Arn queue(@Nullable String source) {
    if (source == null) {
      throw LambdaErrors.invalid("Please specify an event source ARN.");
    }
    var arn = Arn.of(source).orElse(null);
    if (arn == null) {
      throw LambdaErrors.constraint(
          "eventSourceArn",
          source,
          "satisfy regular expression pattern: arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:([a-z]{2}(-gov)?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)");
    }
    if (!arn.service().equals("sqs")) {
      throw LambdaErrors.invalid(
          "Terrarium does not implement event source mappings of " + arn.service() + ".");
    }
    return arn;
  }

  private void checkQueue(Arn queue, int functionTimeout) {
    String visibility;
    try {
      var sqs = cloud.client(SqsClient.class, queue.scope());
      var url = sqs.getQueueUrl(b -> b.queueName(queue.resource())).queueUrl();
      visibility =
          sqs.getQueueAttributes(
                  b -> b.queueUrl(url).attributeNames(QueueAttributeName.VISIBILITY_TIMEOUT))
              .attributes()
              .get(QueueAttributeName.VISIBILITY_TIMEOUT);
    } catch (AwsServiceException e) {
      throw LambdaErrors.invalid(
          "Error occurred while ReceiveMessage. SQS Error Code: "
              + Errors.code(e)
              + ". SQS Error Message: "
              + Errors.message(e));
    }
    if (visibility != null && Integer.parseInt(visibility) < functionTimeout) {
      throw LambdaErrors.invalid(
          "Queue visibility timeout: "
              + visibility
              + " seconds is less than Function timeout: "
              + functionTimeout
              + " seconds");
    }
  }

  private static @Nullable FilterCriteria criteria(@Nullable FilterCriteria given) {
    return given == null || given.filters().isEmpty() ? null : given;
  }

  private static @Nullable ScalingConfig scaling(@Nullable ScalingConfig given) {
    return given == null || given.maximumConcurrency() == null ? null : given;
  }
}
