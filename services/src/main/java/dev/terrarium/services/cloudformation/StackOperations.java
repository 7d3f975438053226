package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Scope;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.CreateStackRequest;
import software.amazon.awssdk.services.cloudformation.model.CreateStackResponse;
import software.amazon.awssdk.services.cloudformation.model.DeleteStackRequest;
import software.amazon.awssdk.services.cloudformation.model.DeleteStackResponse;
import software.amazon.awssdk.services.cloudformation.model.DeletionMode;
import software.amazon.awssdk.services.cloudformation.model.GetStackPolicyRequest;
import software.amazon.awssdk.services.cloudformation.model.GetStackPolicyResponse;
import software.amazon.awssdk.services.cloudformation.model.OnFailure;
import software.amazon.awssdk.services.cloudformation.model.RollbackConfiguration;
import software.amazon.awssdk.services.cloudformation.model.SetStackPolicyRequest;
import software.amazon.awssdk.services.cloudformation.model.SetStackPolicyResponse;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.Tag;
import software.amazon.awssdk.services.cloudformation.model.UpdateStackRequest;
import software.amazon.awssdk.services.cloudformation.model.UpdateStackResponse;
import software.amazon.awssdk.services.cloudformation.model.UpdateTerminationProtectionRequest;
import software.amazon.awssdk.services.cloudformation.model.UpdateTerminationProtectionResponse;

/// Making, changing and removing stacks.
final class StackOperations implements StackPart {
  /// Bound while a stack makes another one as its resource: the id of the former.
  static final ScopedValue<String> PARENT = ScopedValue.newInstance();

  private final Cloud cloud;
  private final StackStore store;
  private final Engine engine;
  private final Preparer preparer;
  private final Planner planner;

  StackOperations(
      Cloud cloud, StackStore store, Engine engine, Preparer preparer, Planner planner) {
    this.cloud = cloud;
    this.store = store;
    this.engine = engine;
    this.preparer = preparer;
    this.planner = planner;
  }

  @Override
  public CreateStackResponse createStack(CreateStackRequest request) {
    new RequestChecks()
        .name("stackName", request.stackName())
        .atLeast("timeoutInMinutes", request.timeoutInMinutes(), 1)
        .stack(
            request.capabilitiesAsStrings(),
            request.roleARN(),
            request.clientRequestToken(),
            request.tags())
        .check();
    var name = request.stackName();
    refuseRollbackTriggers(request.rollbackConfiguration());
    refuse(request.stackPolicyURL() != null, "StackPolicyURL");
    refuse(request.hasResourceTypes(), "ResourceTypes");
    refuse(Boolean.TRUE.equals(request.retainExceptOnCreate()), "RetainExceptOnCreate");
    store.notifications.check(request.notificationARNs());
    if (request.onFailure() != null && request.disableRollback() != null) {
      throw StackErrors.validation(
          "You can specify either DisableRollback or OnFailure, but not both.");
    }
    if (request.onFailure() == OnFailure.UNKNOWN_TO_SDK_VERSION) {
      throw StackErrors.validation(
          "1 validation error detected: Value '"
              + request.onFailureAsString()
              + "' at 'onFailure' failed to satisfy constraint: Member must satisfy enum value set:"
              + " [DO_NOTHING, ROLLBACK, DELETE]");
    }
    var body = preparer.body(request.templateBody(), request.templateURL());
    var version =
        preparer.prepare(
            body,
            request.parameters(),
            Map.of(),
            request.tags(),
            request.capabilitiesAsStrings(),
            true);
    var rollback =
        Boolean.TRUE.equals(request.disableRollback())
            ? "DO_NOTHING"
            : request.onFailure() == null ? "ROLLBACK" : request.onFailureAsString();
    var minutes = request.timeoutInMinutes();
    var deadline =
        minutes == null ? 0 : cloud.clock().now().plus(Duration.ofMinutes(minutes)).toEpochMilli();
    var scope = Call.current().scope();
    var record =
        newStack(
            scope,
            name,
            stack ->
                stack
                    .capabilitiesWithStrings(request.capabilitiesAsStrings())
                    .disableRollback(rollback.equals("DO_NOTHING"))
                    .timeoutInMinutes(minutes)
                    .notificationARNs(request.notificationARNs())
                    .roleARN(request.roleARN())
                    .enableTerminationProtection(
                        Boolean.TRUE.equals(request.enableTerminationProtection())));
    var operation =
        new Operation(
                NestedChangeSets.execute(store, record.id(), cloud.ids().uuid()),
                Operation.Kind.CREATE,
                Objects.requireNonNullElse(request.clientRequestToken(), ""),
                version)
            .onFailure(rollback)
            .until(deadline);
    var policy = Objects.requireNonNullElse(request.stackPolicyBody(), "");
    begin(record.withPolicy(policy), operation, "CREATE_IN_PROGRESS");
    return CreateStackResponse.builder().stackId(record.id()).build();
  }

  /// A stack that does not exist yet, its name free.
  StackRecord newStack(Scope scope, String name, UnaryOperator<Stack.Builder> change) {
    var taken = store.find(scope, name);
    if (taken != null && NestedChangeSets.awaits(taken)) {
      return taken.with(change);
    }
    if (taken != null) {
      throw StackErrors.alreadyExists("Stack [" + name + "] already exists");
    }
    var id = scope.arn("cloudformation", "stack/" + name + "/" + cloud.ids().uuid());
    var parent = PARENT.isBound() ? store.existing(PARENT.get()) : null;
    var stack =
        Stack.builder()
            .stackId(id)
            .stackName(name)
            .creationTime(cloud.clock().now())
            .driftInformation(drift -> drift.stackDriftStatus("NOT_CHECKED"));
    if (parent != null) {
      var root = parent.stack().rootId();
      stack.parentId(parent.id()).rootId(root == null ? parent.id() : root);
    }
    return new StackRecord(
        change.apply(stack).build(), Version.NONE, "", List.of(), Map.of(), null);
  }

  /// Stores that an operation has begun, and begins it.
  void begin(StackRecord record, Operation operation, String status) {
    var started =
        store.locked(
            record.id(),
            batch -> {
              var taken = store.find(record.scope(), record.name());
              if (taken != null && !taken.id().equals(record.id())) {
                throw StackErrors.alreadyExists("Stack [" + record.name() + "] already exists");
              }
              if (taken != null && taken.isBusy()) {
                throw busy(taken);
              }
              return store.status(batch, record.with(operation), status, "User Initiated");
            });
    engine.start(started);
  }

  @Override
  public UpdateStackResponse updateStack(UpdateStackRequest request) {
    new RequestChecks()
        .required("stackName", request.stackName())
        .stack(
            request.capabilitiesAsStrings(),
            request.roleARN(),
            request.clientRequestToken(),
            request.tags())
        .check();
    var name = request.stackName();
    refuseRollbackTriggers(request.rollbackConfiguration());
    refuse(request.stackPolicyURL() != null, "StackPolicyURL");
    refuse(request.stackPolicyDuringUpdateURL() != null, "StackPolicyDuringUpdateURL");
    refuse(request.hasResourceTypes(), "ResourceTypes");
    refuse(Boolean.TRUE.equals(request.retainExceptOnCreate()), "RetainExceptOnCreate");
    store.notifications.check(request.notificationARNs());
    var record = store.find(Call.current().scope(), name);
    if (record == null || record.isDeleted()) {
      throw StackErrors.validation("Stack [" + name + "] does not exist");
    }
    checkUpdatable(record);
    var body =
        Boolean.TRUE.equals(request.usePreviousTemplate())
            ? record.version().body()
            : preparer.body(request.templateBody(), request.templateURL());
    var version =
        preparer.prepare(
            body,
            request.parameters(),
            record.version().parameters(),
            request.hasTags() ? request.tags() : tags(record.version().tags()),
            request.capabilitiesAsStrings(),
            true);
    if (version.failure().isEmpty()) {
      var plan = plan(record, version);
      if (plan.isEmpty()) {
        throw StackErrors.validation("No updates are to be performed.");
      }
      StackPolicy.check(
          request.stackPolicyDuringUpdateBody() == null
              ? record.policy()
              : request.stackPolicyDuringUpdateBody(),
          plan.changes());
    }
    var changed =
        record.with(stack ->
            stack
                .capabilitiesWithStrings(request.capabilitiesAsStrings())
                .disableRollback(Boolean.TRUE.equals(request.disableRollback()))
                .notificationARNs(
                    request.hasNotificationARNs()
                        ? request.notificationARNs()
                        : record.stack().notificationARNs())
                .roleARN(request.roleARN() == null ? record.stack().roleARN() : request.roleARN()));
    if (request.stackPolicyBody() != null) {
      changed = changed.withPolicy(request.stackPolicyBody());
    }
    update(
        changed,
        new Operation(
                NestedChangeSets.execute(store, record.id(), cloud.ids().uuid()),
                Operation.Kind.UPDATE,
                Objects.requireNonNullElse(request.clientRequestToken(), ""),
                version)
            .onFailure(Boolean.TRUE.equals(request.disableRollback()) ? "DO_NOTHING" : "ROLLBACK"));
    return UpdateStackResponse.builder().stackId(record.id()).build();
  }

  void update(StackRecord record, Operation operation) {
    var now = cloud.clock().now();
    begin(record.with(stack -> stack.lastUpdatedTime(now)), operation, "UPDATE_IN_PROGRESS");
  }

  Planner.Plan plan(StackRecord record, Version version) {
    try {
      return planner.plan(record, version);
    } catch (TemplateException e) {
      throw StackErrors.validation(e);
    }
  }

  static void checkUpdatable(StackRecord record) {
    var status = record.status();
    if (record.isBusy()
        || Set.of(
                "CREATE_FAILED",
                "ROLLBACK_COMPLETE",
                "ROLLBACK_FAILED",
                "DELETE_FAILED",
                "REVIEW_IN_PROGRESS",
                "IMPORT_ROLLBACK_FAILED",
                "UPDATE_ROLLBACK_FAILED")
            .contains(status)) {
      throw busy(record);
    }
  }

  private static CloudFormationException busy(StackRecord record) {
    return StackErrors.validation(
        "Stack:%s is in %s state and can not be updated.".formatted(record.id(), record.status()));
  }

  @Override
  public DeleteStackResponse deleteStack(DeleteStackRequest request) {
    var name = Objects.requireNonNullElse(request.stackName(), "");
    var record = store.find(Call.current().scope(), name);
    if (record == null || record.isDeleted() || record.status().equals("DELETE_IN_PROGRESS")) {
      return DeleteStackResponse.builder().build();
    }
    refuse(request.deletionMode() == DeletionMode.FORCE_DELETE_STACK, "FORCE_DELETE_STACK");
    if (Boolean.TRUE.equals(record.stack().enableTerminationProtection())) {
      throw StackErrors.validation(
          "Stack [%s] cannot be deleted while TerminationProtection is enabled"
              .formatted(record.name()));
    }
    if (request.hasRetainResources() && !record.status().equals("DELETE_FAILED")) {
      throw StackErrors.validation(
          "Invalid operation on stack [%s]. Cannot specify resources to retain for a stack that is not in the DELETE_FAILED state."
              .formatted(record.id()));
    }
    var operation =
        new Operation(
                cloud.ids().uuid(),
                Operation.Kind.DELETE,
                Objects.requireNonNullElse(request.clientRequestToken(), ""),
                record.version())
            .onFailure("DO_NOTHING")
            .retaining(request.retainResources());
    begin(record, operation, "DELETE_IN_PROGRESS");
    return DeleteStackResponse.builder().build();
  }

  @Override
  public UpdateTerminationProtectionResponse updateTerminationProtection(
      UpdateTerminationProtectionRequest request) {
    var record = existing(request.stackName());
    change(
        record.id(),
        now ->
            now.with(
                stack -> stack.enableTerminationProtection(request.enableTerminationProtection())));
    return UpdateTerminationProtectionResponse.builder().stackId(record.id()).build();
  }

  @Override
  public SetStackPolicyResponse setStackPolicy(SetStackPolicyRequest request) {
    var record = existing(request.stackName());
    if (request.stackPolicyBody() == null) {
      throw StackErrors.validation(
          "You must specify either StackPolicyBody or StackPolicyURL, but not both");
    }
    StackPolicy.parse(request.stackPolicyBody());
    change(record.id(), now -> now.withPolicy(request.stackPolicyBody()));
    return SetStackPolicyResponse.builder().build();
  }

  @Override
  public GetStackPolicyResponse getStackPolicy(GetStackPolicyRequest request) {
    var policy = existing(request.stackName()).policy();
    return GetStackPolicyResponse.builder()
        .stackPolicyBody(policy.isEmpty() ? null : policy)
        .build();
  }

  private void change(String stackId, UnaryOperator<StackRecord> change) {
    store.locked(
        stackId,
        batch -> {
          var changed = change.apply(store.existing(stackId));
          store.put(batch, changed);
          return changed;
        });
  }

  private StackRecord existing(@Nullable String name) {
    var record = name == null ? null : store.find(Call.current().scope(), name);
    if (record == null || record.isDeleted()) {
      throw StackErrors.validation("Stack [" + name + "] does not exist");
    }
    return record;
  }

  static String checkName(@Nullable String name) {
    new RequestChecks().name("stackName", name).check();
    return Objects.requireNonNull(name);
  }

  static List<Tag> tags(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  static void refuse(boolean given, String parameter) {
    if (given) {
      throw Errors.of(501, "NotImplemented", "Terrarium does not implement " + parameter + ".");
    }
  }

  static void refuseRollbackTriggers(@Nullable RollbackConfiguration configuration) {
    refuse(
        configuration != null && !configuration.rollbackTriggers().isEmpty(), "RollbackTriggers");
  }
}
