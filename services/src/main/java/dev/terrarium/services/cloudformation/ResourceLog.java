package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.cloudformation.ResourceRecord.Actual;
import dev.terrarium.services.cloudformation.StackStore.Owned;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudformation.model.GetHookResultResponse;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;

/// Stores what happens to resources, together with the events that tell of it.
final class ResourceLog {
  private static final System.Logger LOG = System.getLogger(ResourceLog.class.getName());

  static final String BEGUN = "Resource creation Initiated";

  private final Engine engine;
  private final StackStore store;
  private final StackRecord stack;
  private final Operation operation;

  ResourceLog(Engine engine, StackStore store, StackRecord stack, Operation operation) {
    this.engine = engine;
    this.store = store;
    this.stack = stack;
    this.operation = operation;
  }

  void put(
      String name,
      Actual actual,
      String status,
      String reason,
      boolean replacing,
      @Nullable Actual prior) {
    store(
        name,
        actual,
        status,
        reason,
        new ResourceRecord(
            name, actual, status, reason, now(), operation.token(), replacing, prior));
  }

  /// A new resource: that it has begun to be is told together with its being complete.
  void created(String name, Actual actual) {
    locked(batch -> {
      event(batch, 0, name, actual, "CREATE_IN_PROGRESS", BEGUN);
      event(batch, 1, name, actual, "CREATE_COMPLETE", "");
      store.resources.put(
          batch,
          new Owned(stack.id(), name),
          new ResourceRecord(
              name, actual, "CREATE_COMPLETE", "", now(), operation.token(), false, null));
    });
  }

  /// What was before the operation is again.
  ///
  /// @param doomed what was made instead, to be cleaned up, or null
  void restored(ResourceRecord record, Actual prior, @Nullable Actual doomed, String token) {
    store(
        record.logicalId(),
        prior,
        "UPDATE_COMPLETE",
        "",
        new ResourceRecord(
            record.logicalId(), prior, "UPDATE_COMPLETE", "", now(), token, false, doomed));
  }

  /// Stores without an event.
  void quietly(ResourceRecord record) {
    locked(batch -> store.resources.put(batch, new Owned(stack.id(), record.logicalId()), record));
  }

  ResourceRecord without(ResourceRecord record) {
    return new ResourceRecord(
        record.logicalId(),
        record.actual(),
        record.status(),
        record.reason(),
        record.updated(),
        record.operation(),
        false,
        null);
  }

  /// What never came to be is gone without a word.
  void gone(ResourceRecord record) {
    quietly(
        new ResourceRecord(
            record.logicalId(),
            record.actual(),
            "DELETE_COMPLETE",
            "",
            now(),
            operation.token(),
            false,
            null));
  }

  void event(String name, Actual actual, String status, String reason) {
    locked(batch -> event(batch, 0, name, actual, status, reason));
  }

  /// What a hook of a resource says.
  void hook(String name, Actual actual, String status, GetHookResultResponse result) {
    locked(batch -> {
      var id = name + "-" + status + "-" + engine.cloud().ids().uuid();
      store.event(
          batch,
          stack,
          0,
          event ->
              of(hook(event, result), id, stack, name, actual, status)
                  .operationId(operation.token())
                  .resourceProperties(actual.properties()));
    });
  }

  /// The members that the event of a resource has in any case.
  ///
  /// @param actual null for the stack itself
  static StackEvent.Builder of(
      StackEvent.Builder event,
      String id,
      StackRecord stack,
      String name,
      @Nullable Actual actual,
      String status) {
    return event
        .eventId(id)
        .stackName(stack.name())
        .logicalResourceId(name)
        .physicalResourceId(actual == null ? stack.id() : actual.physicalId())
        .resourceType(actual == null ? NestedStackType.NAME : actual.type())
        .resourceStatus(status);
  }

  /// The members of an event that tell of a hook.
  static StackEvent.Builder hook(StackEvent.Builder event, GetHookResultResponse result) {
    return event
        .hookType(result.typeName())
        .hookStatus(result.status())
        .hookStatusReason(result.hookStatusReason())
        .hookInvocationPoint(result.invocationPoint())
        .hookInvocationId(result.hookResultId())
        .hookFailureMode(result.failureMode());
  }

  private void store(
      String name, Actual actual, String status, String reason, ResourceRecord record) {
    locked(batch -> {
      event(batch, 0, name, actual, status, reason);
      store.resources.put(batch, new Owned(stack.id(), name), record);
    });
  }

  private void locked(Consumer<Batch> work) {
    if (engine.isClosed()) {
      throw new IllegalStateException("The cloud is closed");
    }
    store.locked(
        stack.id(),
        batch -> {
          work.accept(batch);
          return true;
        });
  }

  private void event(
      Batch batch, int ahead, String name, Actual actual, String status, String reason) {
    var id = name + "-" + status + "-" + now().toString().replace(":", "");
    store.event(
        batch,
        stack,
        ahead,
        event ->
            of(event, id, stack, name, actual, status)
                .resourceStatusReason(reason.isEmpty() ? null : reason)
                .resourceProperties(actual.properties())
                .operationId(operation.token())
                .clientRequestToken(
                    operation.clientToken().isEmpty() ? null : operation.clientToken()));
  }

  private Instant now() {
    return engine.cloud().clock().now();
  }

  /// What an event says about a failure.
  String reason(RuntimeException failure) {
    return switch (failure) {
      case TemplateException wrong -> String.valueOf(wrong.getMessage());
      case AwsServiceException error -> {
        var code = Errors.code(error);
        var handlerCode =
            code.contains("AlreadyExist") || error.statusCode() == 409
                ? "AlreadyExists"
                : code.contains("NotFound") || code.contains("NoSuch")
                    ? "NotFound"
                    : code.contains("AccessDenied")
                        ? "AccessDenied"
                        : error.statusCode() < 500 ? "InvalidRequest" : "GeneralServiceException";
        yield "Resource handler returned message: \"%s (Status Code: %d, Error Code: %s)\" (RequestToken: %s, HandlerErrorCode: %s)"
            .formatted(
                Errors.message(error), error.statusCode(), code, operation.token(), handlerCode);
      }
      default -> {
        if (!engine.isClosed()) {
          LOG.log(System.Logger.Level.ERROR, "A resource of " + stack.name() + " failed", failure);
        }
        yield "Internal Failure";
      }
    };
  }
}
