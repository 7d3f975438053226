package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.cloudformation.RefactorPlan.Member;
import dev.terrarium.services.cloudformation.StackStore.Named;
import dev.terrarium.services.cloudformation.StackStore.Owned;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.CreateStackRefactorRequest;
import software.amazon.awssdk.services.cloudformation.model.CreateStackRefactorResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackRefactorRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackRefactorResponse;
import software.amazon.awssdk.services.cloudformation.model.ExecuteStackRefactorRequest;
import software.amazon.awssdk.services.cloudformation.model.ExecuteStackRefactorResponse;
import software.amazon.awssdk.services.cloudformation.model.ListStackRefactorActionsRequest;
import software.amazon.awssdk.services.cloudformation.model.ListStackRefactorActionsResponse;
import software.amazon.awssdk.services.cloudformation.model.ListStackRefactorsRequest;
import software.amazon.awssdk.services.cloudformation.model.ListStackRefactorsResponse;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.StackDefinition;
import software.amazon.awssdk.services.cloudformation.model.StackRefactorAction;
import software.amazon.awssdk.services.cloudformation.model.StackRefactorExecutionStatus;
import software.amazon.awssdk.services.cloudformation.model.StackRefactorNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.StackRefactorSummary;

/// Refactors: resources go from one stack to another, or get another name, and stay what they are.
/// Nothing outside of CloudFormation is touched, so one is executed in a single commit.
final class StackRefactors implements StackPart {
  private static final List<String> CAPABILITIES =
      List.of("CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND");
  private static final PojoCodec<CreateStackRefactorRequest> REQUEST =
      new PojoCodec<>(CreateStackRefactorRequest::builder);
  private static final PojoCodec<DescribeStackRefactorResponse> SHOWN =
      new PojoCodec<>(DescribeStackRefactorResponse::builder);
  private static final PojoCodec<ListStackRefactorActionsResponse> ACTIONS =
      new PojoCodec<>(ListStackRefactorActionsResponse::builder);

  /// A refactor.
  private record Stored(
      CreateStackRefactorRequest request,
      DescribeStackRefactorResponse shown,
      ListStackRefactorActionsResponse actions,
      String madeMillis) {
    Stored with(DescribeStackRefactorResponse next) {
      return new Stored(request, next, actions, madeMillis);
    }
  }

  private final StackStore store;
  private final StackOperations stacks;
  private final Preparer preparer;

  /// By id.
  private final Keyspace<Named, Stored> refactors;

  StackRefactors(StackStore store, StackOperations stacks, Preparer preparer) {
    this.store = store;
    this.stacks = stacks;
    this.preparer = preparer;
    this.refactors =
        new Keyspace<>(
            store.cloud.store(),
            "cloudformation.refactors",
            StackStore.NAMED,
            Codec.of(
                1,
                (value, writer) -> {
                  REQUEST.write(writer, value.request);
                  SHOWN.write(writer, value.shown);
                  ACTIONS.write(writer, value.actions);
                  writer.string(value.madeMillis);
                },
                reader ->
                    new Stored(
                        REQUEST.read(reader),
                        SHOWN.read(reader),
                        ACTIONS.read(reader),
                        reader.string())));
  }

  @Override
  public CreateStackRefactorResponse createStackRefactor(CreateStackRefactorRequest request) {
    if (request.stackDefinitions().isEmpty()) {
      throw StackErrors.validation("StackDefinitions must be specified");
    }
    var scope = Call.current().scope();
    var id = store.cloud.ids().uuid();
    var shown =
        DescribeStackRefactorResponse.builder()
            .stackRefactorId(id)
            .description(request.description())
            .status("CREATE_COMPLETE")
            .executionStatus("AVAILABLE");
    var actions = new ArrayList<StackRefactorAction>();
    try {
      var members = members(request);
      var plan = new RefactorPlan(store, members);
      plan.work(request.resourceMappings());
      actions.addAll(actions(plan));
      shown.stackIds(members.stream().map(member -> member.record().id()).toList());
      if (actions.isEmpty()) {
        throw new TemplateException("Stack Refactor has no changes");
      }
    } catch (TemplateException | CloudFormationException e) {
      shown.status("CREATE_FAILED").statusReason(reason(e)).executionStatus("UNAVAILABLE");
    }
    refactors.put(
        Named.of(scope, id),
        new Stored(
            request,
            shown.build(),
            ListStackRefactorActionsResponse.builder().stackRefactorActions(actions).build(),
            Long.toString(store.cloud.clock().millis())));
    return CreateStackRefactorResponse.builder().stackRefactorId(id).build();
  }

  private static String reason(RuntimeException failure) {
    return failure instanceof CloudFormationException error
        ? Errors.message(error)
        : String.valueOf(failure.getMessage());
  }

  private List<Member> members(CreateStackRefactorRequest request) {
    var members = new ArrayList<Member>();
    for (var definition : request.stackDefinitions()) {
      members.add(member(definition, Boolean.TRUE.equals(request.enableStackCreation())));
    }
    return members;
  }

  private Member member(StackDefinition definition, boolean creates) {
    var scope = Call.current().scope();
    var name = String.valueOf(definition.stackName());
    var there = store.find(scope, name);
    var fresh = there == null || there.isDeleted();
    if (fresh && !creates) {
      throw new TemplateException("Stack [" + name + "] does not exist");
    }
    var record =
        fresh || there == null
            ? stacks.newStack(scope, StackOperations.checkName(name), stack -> stack)
            : there;
    if (!fresh) {
      StackOperations.checkUpdatable(record);
    }
    var before = record.version();
    var body = preparer.body(definition.templateBody(), definition.templateURL());
    var kept = new ArrayList<Parameter>();
    var declared = preparer.process(body, before.parameters()).path("Parameters");
    before
        .parameters()
        .forEach((parameter, value) -> {
          if (declared.has(parameter)) {
            kept.add(Parameter.builder().parameterKey(parameter).parameterValue(value).build());
          }
        });
    var target =
        preparer.prepare(
            body,
            kept,
            before.parameters(),
            StackOperations.tags(before.tags()),
            CAPABILITIES,
            true);
    if (!target.failure().isEmpty()) {
      throw new TemplateException(target.failure());
    }
    return new Member(record, target, fresh);
  }

  private static List<StackRefactorAction> actions(RefactorPlan plan) {
    var actions = new ArrayList<StackRefactorAction>();
    plan.origins()
        .forEach((member, found) -> {
          if (member.fresh()) {
            actions.add(
                StackRefactorAction.builder()
                    .action("CREATE")
                    .entity("STACK")
                    .description("Stack " + member.record().id() + " created.")
                    .build());
          }
          found.forEach((name, origin) -> {
            if (origin.moves(member, name)) {
              actions.add(move(member, name, origin));
            }
          });
        });
    return actions;
  }

  private static StackRefactorAction move(Member member, String name, RefactorPlan.Origin origin) {
    return StackRefactorAction.builder()
        .action("MOVE")
        .entity("RESOURCE")
        .physicalResourceId(origin.resource().actual().physicalId())
        .description("Resource configuration changes will be validated during refactor execution.")
        .detection(origin.manual() ? "MANUAL" : "AUTO")
        .tagResources(List.of())
        .untagResources(List.of())
        .resourceMapping(m ->
            m.source(s ->
                    s.stackName(origin.from().record().id())
                        .logicalResourceId(origin.resource().logicalId()))
                .destination(d -> d.stackName(member.record().id()).logicalResourceId(name)))
        .build();
  }

  @Override
  public ExecuteStackRefactorResponse executeStackRefactor(ExecuteStackRefactorRequest request) {
    var stored = existing(request.stackRefactorId());
    if (stored.shown.executionStatus() != StackRefactorExecutionStatus.AVAILABLE) {
      throw StackErrors.validation(
          "StackRefactor [%s] cannot be executed in its current execution status of [%s]"
              .formatted(stored.shown.stackRefactorId(), stored.shown.executionStatusAsString()));
    }
    var scope = Call.current().scope();
    var key = Named.of(scope, stored.shown.stackRefactorId());
    try {
      var members = members(stored.request);
      var plan = new RefactorPlan(store, members);
      plan.work(stored.request.resourceMappings());
      var names = members.stream().map(m -> m.record().id()).sorted().toList();
      locked(
          names,
          batch -> {
            place(batch, plan, key.name());
            var ids = members.stream().map(member -> member.record().id()).toList();
            var done =
                stored.shown.toBuilder().stackIds(ids).executionStatus("EXECUTE_COMPLETE").build();
            refactors.put(batch, key, stored.with(done));
          });
    } catch (TemplateException | CloudFormationException e) {
      refactors.put(
          key,
          stored.with(
              stored.shown.toBuilder()
                  .executionStatus("EXECUTE_FAILED")
                  .executionStatusReason(reason(e))
                  .build()));
    }
    return ExecuteStackRefactorResponse.builder().build();
  }

  private interface Change {
    void make(Batch batch);
  }

  /// Holds all stacks; the innermost batch is committed while all are held.
  private void locked(List<String> stackIds, Change change) {
    store.locked(
        stackIds.getFirst(),
        batch -> {
          if (stackIds.size() == 1) {
            change.make(batch);
          } else {
            locked(stackIds.subList(1, stackIds.size()), change);
          }
          return stackIds;
        });
  }

  private void place(Batch batch, RefactorPlan plan, String token) {
    var now = store.cloud.clock().now();
    var told = new HashMap<String, Integer>();
    for (var member : plan.origins().keySet()) {
      if (!member.fresh()) {
        if (store.existing(member.record().id()).isBusy()) {
          throw new TemplateException("Stack " + member.record().name() + " is being changed");
        }
        for (var record : store.resourcesOf(member.record().id())) {
          store.resources.delete(batch, new Owned(member.record().id(), record.logicalId()));
        }
      }
    }
    plan.origins()
        .forEach((member, found) -> {
          var world = plan.evaluated(member);
          var outputs = StackOutputs.of(world);
          var status = member.fresh() ? "CREATE_COMPLETE" : "UPDATE_COMPLETE";
          var stack =
              new StackRecord(
                  member.record().stack().toBuilder()
                      .outputs(outputs.outputs())
                      .stackStatus(status)
                      .stackStatusReason(null)
                      .lastUpdatedTime(member.fresh() ? null : now)
                      .build(),
                  member.target(),
                  member.record().policy(),
                  List.copyOf(world.imports()),
                  outputs.exports(),
                  null);
          store.put(batch, stack);
          found.forEach((name, origin) -> {
            var actual = plan.placed(member, name, origin);
            var moved = origin.moves(member, name);
            var state = moved ? "IMPORT_COMPLETE" : origin.resource().status();
            store.resources.put(
                batch,
                new Owned(stack.id(), name),
                new ResourceRecord(
                    name, actual, moved ? "UPDATE_COMPLETE" : state, "", now, token, false, null));
            if (moved) {
              var from = origin.from().record();
              tell(batch, told, from, origin.resource().logicalId(), actual, "EXPORT_COMPLETE");
              tell(batch, told, stack, name, actual, "IMPORT_COMPLETE");
            }
          });
          tell(batch, told, stack, stack.name(), null, status);
        });
  }

  private void tell(
      Batch batch,
      Map<String, Integer> told,
      StackRecord stack,
      String name,
      ResourceRecord.@Nullable Actual actual,
      String status) {
    var ahead = told.merge(stack.id(), 1, Integer::sum) - 1;
    var id = store.cloud.ids().uuid();
    store.event(
        batch, stack, ahead, event -> ResourceLog.of(event, id, stack, name, actual, status));
  }

  private Stored existing(@Nullable String id) {
    var found = refactors.get(Named.of(Call.current().scope(), String.valueOf(id)));
    if (found == null) {
      throw Errors.<StackRefactorNotFoundException>of(
          StackRefactorNotFoundException.builder(),
          404,
          "StackRefactorNotFoundException",
          "Stack refactor " + id + " not found");
    }
    return found;
  }

  @Override
  public DescribeStackRefactorResponse describeStackRefactor(DescribeStackRefactorRequest request) {
    return existing(request.stackRefactorId()).shown;
  }

  @Override
  public ListStackRefactorsResponse listStackRefactors(ListStackRefactorsRequest request) {
    var scope = Call.current().scope();
    var wanted = request.executionStatusFilter();
    var all =
        refactors.list(scope.account(), scope.region()).stream()
            .sorted(Comparator.comparing(Stored::madeMillis).reversed())
            .map(Stored::shown)
            .filter(shown -> wanted.isEmpty() || wanted.contains(shown.executionStatus()))
            .map(shown ->
                StackRefactorSummary.builder()
                    .stackRefactorId(shown.stackRefactorId())
                    .description(shown.description())
                    .status(shown.status())
                    .statusReason(shown.statusReason())
                    .executionStatus(shown.executionStatus())
                    .executionStatusReason(shown.executionStatusReason())
                    .build())
            .toList();
    var page = Page.of(all, request.nextToken());
    return ListStackRefactorsResponse.builder()
        .stackRefactorSummaries(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public ListStackRefactorActionsResponse listStackRefactorActions(
      ListStackRefactorActionsRequest request) {
    var all = existing(request.stackRefactorId()).actions.stackRefactorActions();
    var page = Page.of(all, request.nextToken());
    return ListStackRefactorActionsResponse.builder()
        .stackRefactorActions(page.items())
        .nextToken(page.next())
        .build();
  }
}
