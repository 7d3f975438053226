package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.CancelUpdateStackRequest;
import software.amazon.awssdk.services.cloudformation.model.CancelUpdateStackResponse;
import software.amazon.awssdk.services.cloudformation.model.ContinueUpdateRollbackRequest;
import software.amazon.awssdk.services.cloudformation.model.ContinueUpdateRollbackResponse;
import software.amazon.awssdk.services.cloudformation.model.ResourceSignalStatus;
import software.amazon.awssdk.services.cloudformation.model.RollbackStackRequest;
import software.amazon.awssdk.services.cloudformation.model.RollbackStackResponse;
import software.amazon.awssdk.services.cloudformation.model.SignalResourceRequest;
import software.amazon.awssdk.services.cloudformation.model.SignalResourceResponse;

/// Intervening in what is being done to a stack: cancelling, going back, signalling.
final class StackRecovery implements StackPart {
  private final StackStore store;
  private final Engine engine;
  private final StackOperations stacks;
  private final WaitSignals signals;

  StackRecovery(StackStore store, Engine engine, StackOperations stacks) {
    this.store = store;
    this.engine = engine;
    this.stacks = stacks;
    this.signals = new WaitSignals(store.cloud);
  }

  @Override
  public CancelUpdateStackResponse cancelUpdateStack(CancelUpdateStackRequest request) {
    var found = existing(request.stackName());
    store.locked(
        found.id(),
        batch -> {
          var record = store.existing(found.id());
          var operation = record.operation();
          if (!record.status().equals("UPDATE_IN_PROGRESS") || operation == null) {
            throw StackErrors.validation(
                "CancelUpdateStack cannot be called from current stack status");
          }
          store.put(batch, record.with(operation.cancelled()));
          return record;
        });
    engine.cancel(found.id());
    return CancelUpdateStackResponse.builder().build();
  }

  @Override
  public RollbackStackResponse rollbackStack(RollbackStackRequest request) {
    var record = existing(request.stackName());
    var creating = record.status().equals("CREATE_FAILED");
    var before = record.operation();
    if (!creating && (!record.status().equals("UPDATE_FAILED") || before == null)) {
      throw StackErrors.validation(
          "Stack:%s is in %s state and can not be rolled back."
              .formatted(record.id(), record.status()));
    }
    StackOperations.refuse(
        Boolean.TRUE.equals(request.retainExceptOnCreate()), "RetainExceptOnCreate");
    var token = Objects.requireNonNullElse(request.clientRequestToken(), "");
    var operation =
        before == null
            ? new Operation(
                    store.cloud.ids().uuid(), Operation.Kind.CREATE, token, record.version())
                .at(Operation.Phase.ROLLBACK)
            : before.at(Operation.Phase.ROLLBACK);
    stacks.begin(
        record, operation, creating ? "ROLLBACK_IN_PROGRESS" : "UPDATE_ROLLBACK_IN_PROGRESS");
    return RollbackStackResponse.builder().stackId(record.id()).build();
  }

  @Override
  public ContinueUpdateRollbackResponse continueUpdateRollback(
      ContinueUpdateRollbackRequest request) {
    var record = existing(request.stackName());
    var operation = record.operation();
    if (!record.status().equals("UPDATE_ROLLBACK_FAILED") || operation == null) {
      throw StackErrors.validation(
          "Stack:%s is in %s state and can not continue rolling back."
              .formatted(record.id(), record.status()));
    }
    StackOperations.refuse(request.hasResourcesToSkip(), "ResourcesToSkip");
    stacks.begin(record, operation, "UPDATE_ROLLBACK_IN_PROGRESS");
    return ContinueUpdateRollbackResponse.builder().build();
  }

  @Override
  public SignalResourceResponse signalResource(SignalResourceRequest request) {
    var record = existing(request.stackName());
    var name = Objects.requireNonNullElse(request.logicalResourceId(), "");
    if (request.status() == null
        || request.status() == ResourceSignalStatus.UNKNOWN_TO_SDK_VERSION) {
      throw StackErrors.validation(
          "1 validation error detected: Value '%s' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [SUCCESS, FAILURE]"
              .formatted(request.statusAsString()));
    }
    var resource = store.resource(record.id(), name);
    if (resource == null) {
      throw StackErrors.validation(
          "Resource " + name + " does not exist for stack " + record.name());
    }
    var place = WaitSignals.place(record.id(), name);
    if (!Set.of("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS").contains(resource.status())
        || !signals.isOpen(place)) {
      throw StackErrors.validation(
          "Resource %s is in %s state and cannot be signaled".formatted(name, resource.status()));
    }
    var signal = Json.object().put("Status", request.statusAsString());
    signal.put("UniqueId", Objects.requireNonNullElse(request.uniqueId(), ""));
    signal.put("Reason", "Signaled by SignalResource");
    var operation = record.operation();
    if (signals.put(place, signal)
        && operation != null
        && operation.target().template().resource(name).has("CreationPolicy")) {
      new ResourceLog(engine, store, record, operation)
          .event(
              name,
              resource.actual(),
              resource.status(),
              "Received %s signal with UniqueId %s"
                  .formatted(request.statusAsString(), request.uniqueId()));
    }
    return SignalResourceResponse.builder().build();
  }

  private StackRecord existing(@Nullable String name) {
    var record = name == null ? null : store.find(Call.current().scope(), name);
    if (record == null || record.isDeleted()) {
      throw StackErrors.validation("Stack [" + name + "] does not exist");
    }
    return record;
  }
}
