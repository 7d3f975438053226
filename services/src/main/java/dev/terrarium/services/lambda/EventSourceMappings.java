package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.lambda.LambdaState.Mapping;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.services.lambda.model.*;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Event source mappings: making, changing, showing, removing them. [MappingPollers] runs them.
final class EventSourceMappings implements LambdaPart, AutoCloseable {
  private static final int QUEUE_BATCH_DEFAULT = 10;
  private static final int STREAM_BATCH_DEFAULT = 100;
  private static final int POLLERS_MIN_DEFAULT = 2;
  private static final int POLLERS_MAX_DEFAULT = 200;

  private static final String PREFIX = "event-source-mapping:";

  private final Cloud cloud;
  private final LambdaState state;
  private final MappingPollers pollers;
  private final Tags tags;

  EventSourceMappings(Cloud cloud, LambdaState state, MappingPollers pollers, Tags tags) {
    this.cloud = cloud;
    this.state = state;
    this.pollers = pollers;
    this.tags = tags;
    tags.known(
        PREFIX,
        arn -> state.mapping(arn.scope(), arn.resource().substring(PREFIX.length())) != null);
  }

  @Override
  public void close() {
    pollers.close();
  }

  @Override
  public CreateEventSourceMappingResponse createEventSourceMapping(
      CreateEventSourceMappingRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    state.require(reference);
    var version = state.requireVersion(reference);
    if (request.selfManagedEventSource() != null) {
      throw LambdaErrors.invalid(
          "Terrarium does not implement event source mappings of self-managed Apache Kafka.");
    }
    var source = MappingRules.source(request.eventSourceArn());
    var wanted = Shapes.copy(request, EventSourceMappingConfiguration.builder());
    MappingRules.check(wanted, source);
    Tags.check(request.tags());
    var uuid = cloud.ids().uuid();
    var key = new QualifiedKey(reference.function(), uuid);
    var mapping = complete(wanted, source, reference, uuid, request.enabled());
    MappingRules.whole(mapping, source);
    if (MappingRules.isQueue(source)) {
      checkQueue(source, version.configuration().timeout());
    } else {
      MappingRules.position(wanted, source, cloud.clock().now());
      checkStream(source, key, mapping);
    }
    state.locks.with(
        "mappings",
        () -> {
          checkUnique(reference, source);
          var batch = new Batch();
          state.mappings.put(batch, key, mapping);
          tags.put(batch, mapping.eventSourceMappingArn(), request.tags());
          state.store.commit(batch);
          return key;
        });
    pollers.run(key, mapping);
    return Shapes.copy(
        mapping.toBuilder().state("Creating").build(), CreateEventSourceMappingResponse.builder());
  }

  private EventSourceMappingConfiguration complete(
      EventSourceMappingConfiguration wanted,
      Arn source,
      FunctionReference reference,
      String uuid,
      @Nullable Boolean enabled) {
    var queue = MappingRules.isQueue(source);
    var builder =
        wanted.toBuilder()
            .uuid(uuid)
            .functionArn(reference.arn())
            .eventSourceMappingArn(reference.function().scope().arn("lambda", PREFIX + uuid))
            .batchSize(or(wanted.batchSize(), queue ? QUEUE_BATCH_DEFAULT : STREAM_BATCH_DEFAULT))
            .maximumBatchingWindowInSeconds(or(wanted.maximumBatchingWindowInSeconds(), 0))
            .lastModified(cloud.clock().now())
            .state(Boolean.FALSE.equals(enabled) ? "Disabled" : "Enabled")
            .stateTransitionReason(queue ? "USER_INITIATED" : "User action");
    if (!queue) {
      builder
          .parallelizationFactor(or(wanted.parallelizationFactor(), 1))
          .maximumRecordAgeInSeconds(or(wanted.maximumRecordAgeInSeconds(), -1))
          .maximumRetryAttempts(or(wanted.maximumRetryAttempts(), -1))
          .tumblingWindowInSeconds(or(wanted.tumblingWindowInSeconds(), 0))
          .bisectBatchOnFunctionError(Boolean.TRUE.equals(wanted.bisectBatchOnFunctionError()))
          .lastProcessingResult("No records processed");
    }
    return tidied(builder.build(), queue);
  }

  /// Empty structures say that there is nothing of the kind.
  private static EventSourceMappingConfiguration tidied(
      EventSourceMappingConfiguration mapping, boolean queue) {
    var builder = mapping.toBuilder();
    var criteria = mapping.filterCriteria();
    builder.filterCriteria(criteria == null || criteria.filters().isEmpty() ? null : criteria);
    var scaling = mapping.scalingConfig();
    builder.scalingConfig(scaling == null || scaling.maximumConcurrency() == null ? null : scaling);
    builder.functionResponseTypes(List.copyOf(mapping.functionResponseTypes()));
    var metrics = mapping.metricsConfig();
    builder.metricsConfig(metrics == null || metrics.metrics().isEmpty() ? null : metrics);
    var kms = mapping.kmsKeyArn();
    builder.kmsKeyArn(kms == null || kms.isEmpty() ? null : kms);
    var pollers = mapping.provisionedPollerConfig();
    if (pollers != null && pollers.minimumPollers() == null && pollers.maximumPollers() == null) {
      builder.provisionedPollerConfig((ProvisionedPollerConfig) null);
    } else if (pollers != null) {
      var least = or(pollers.minimumPollers(), POLLERS_MIN_DEFAULT);
      var most = or(pollers.maximumPollers(), Math.max(least, POLLERS_MAX_DEFAULT));
      builder.provisionedPollerConfig(p -> p.minimumPollers(least).maximumPollers(most));
    }
    if (!queue) {
      var config = mapping.destinationConfig();
      var failure = config == null || config.onFailure() == null ? null : config.onFailure();
      var destination = failure == null ? null : failure.destination();
      builder.destinationConfig(d ->
          d.onFailure(f ->
              f.destination(destination == null || destination.isEmpty() ? null : destination)));
    }
    return builder.build();
  }

  @Override
  public GetEventSourceMappingResponse getEventSourceMapping(GetEventSourceMappingRequest request) {
    return Shapes.copy(
        require(request.uuid(), true).mapping(), GetEventSourceMappingResponse.builder());
  }

  @Override
  public UpdateEventSourceMappingResponse updateEventSourceMapping(
      UpdateEventSourceMappingRequest request) {
    var old = require(request.uuid(), false);
    var source = Arn.of(old.mapping().eventSourceArn()).orElseThrow();
    var wanted = Shapes.copy(request, EventSourceMappingConfiguration.builder());
    MappingRules.check(wanted, source);
    var function = old.key().function();
    if (request.functionName() != null) {
      var reference = FunctionReference.of(request.functionName(), null);
      state.require(reference);
      state.requireVersion(reference);
      function = reference.function();
      wanted = wanted.toBuilder().functionArn(reference.arn()).build();
    }
    var key = new QualifiedKey(function, request.uuid());
    var change = wanted;
    var changed =
        state.locks.with(
            "mappings",
            () -> {
              var current = require(request.uuid(), false);
              var mapping = merge(current.mapping(), change, request.enabled(), source);
              MappingRules.whole(mapping, source);
              var batch = new Batch();
              state.mappings.delete(batch, current.key());
              state.mappings.put(batch, key, mapping);
              state.store.commit(batch);
              return mapping;
            });
    var before = old.mapping().state();
    var shown =
        changed.toBuilder()
            .state(
                before.equals(changed.state())
                    ? "Updating"
                    : changed.state().equals("Enabled") ? "Enabling" : "Disabling")
            .build();
    pollers.change(key.function().scope(), shown);
    return Shapes.copy(shown, UpdateEventSourceMappingResponse.builder());
  }

  @SuppressWarnings("unchecked")
  private EventSourceMappingConfiguration merge(
      EventSourceMappingConfiguration current,
      EventSourceMappingConfiguration change,
      @Nullable Boolean enabled,
      Arn source) {
    var builder = current.toBuilder();
    for (var field : change.sdkFields()) {
      var value = field.getValueOrDefault(change);
      if (value != null && !(value instanceof SdkAutoConstructList)) {
        ((SdkField<Object>) field).set(builder, value);
      }
    }
    if (enabled != null) {
      builder.state(enabled ? "Enabled" : "Disabled");
    }
    return tidied(builder.lastModified(cloud.clock().now()).build(), MappingRules.isQueue(source));
  }

  @Override
  public DeleteEventSourceMappingResponse deleteEventSourceMapping(
      DeleteEventSourceMappingRequest request) {
    var found =
        state.locks.with(
            "mappings",
            () -> {
              var current = require(request.uuid(), false);
              var batch = new Batch();
              state.mappings.delete(batch, current.key());
              tags.delete(batch, current.mapping().eventSourceMappingArn());
              state.store.commit(batch);
              return current;
            });
    var shown = found.mapping().toBuilder().state("Deleting").build();
    pollers.change(found.key().function().scope(), shown);
    return Shapes.copy(shown, DeleteEventSourceMappingResponse.builder());
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
            all.add(shown(mapping));
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

  private EventSourceMappingConfiguration shown(EventSourceMappingConfiguration mapping) {
    var changing = pollers.changing(mapping.uuid());
    return changing == null ? mapping : mapping.toBuilder().state(changing.state()).build();
  }

  /// @param leaving whether one that is being removed is still there
  private Mapping require(String uuid, boolean leaving) {
    var found = state.mapping(Call.current().scope(), uuid);
    if (found != null) {
      return new Mapping(found.key(), leaving ? shown(found.mapping()) : found.mapping());
    }
    var changing = leaving ? pollers.changing(uuid) : null;
    if (changing == null) {
      throw LambdaErrors.noResource();
    }
    var function = FunctionReference.of(changing.functionArn(), null).function();
    return new Mapping(new QualifiedKey(function, uuid), changing);
  }

  private void checkUnique(FunctionReference reference, Arn source) {
    var arn = source.toString();
    state.mappings.scan(
        (key, mapping) -> {
          if (mapping.eventSourceArn().equals(arn)
              && mapping.functionArn().equals(reference.arn())) {
            var function = " (\" " + reference.function().name() + " \")";
            throw LambdaErrors.conflict(
                (MappingRules.isQueue(source)
                        ? "An event source mapping with SQS arn (\" "
                            + arn
                            + " \") and function"
                            + function
                            + " already exists."
                        : "The event source arn (\" "
                            + arn
                            + " \") and function"
                            + function
                            + " provided mapping already exists.")
                    + " Please update or delete the existing mapping with UUID "
                    + mapping.uuid());
          }
          return true;
        },
        reference.function().parts());
  }

  private void checkStream(Arn source, QualifiedKey key, EventSourceMappingConfiguration mapping) {
    if (!pollers.isThere(mapping.eventSourceArn())) {
      throw LambdaErrors.invalid("Stream not found: " + source);
    }
    try {
      pollers.source(source, key, mapping).shards();
    } catch (AwsServiceException e) {
      throw Errors.code(e).equals("ResourceNotFoundException")
          ? LambdaErrors.invalid("Stream not found: " + source)
          : LambdaErrors.invalid(Errors.message(e));
    }
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
      // Lambda names the code by which queries know it.
      throw LambdaErrors.invalid(
          "Error occurred while ReceiveMessage. SQS Error Code: "
              + Errors.code(e)
                  .replace("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")
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

  private static int or(@Nullable Integer value, int otherwise) {
    return Objects.requireNonNullElse(value, otherwise);
  }
}
