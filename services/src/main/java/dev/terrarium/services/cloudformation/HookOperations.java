package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.services.cloudformation.Hook.Target;
import dev.terrarium.services.cloudformation.StackStore.Named;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetHook;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetHooksRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetHooksResponse;
import software.amazon.awssdk.services.cloudformation.model.GetHookResultRequest;
import software.amazon.awssdk.services.cloudformation.model.GetHookResultResponse;
import software.amazon.awssdk.services.cloudformation.model.HookResultNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.HookResultSummary;
import software.amazon.awssdk.services.cloudformation.model.ListHookResultsRequest;
import software.amazon.awssdk.services.cloudformation.model.ListHookResultsResponse;

/// What hooks said, and which are to be asked about a change set.
final class HookOperations implements StackPart {
  private final ChangeSetOperations changeSets;
  private final StackStore store;
  private final Hooks hooks;

  HookOperations(ChangeSetOperations changeSets, StackStore store) {
    this.changeSets = changeSets;
    this.store = store;
    this.hooks = new Hooks(store.cloud);
  }

  @Override
  public GetHookResultResponse getHookResult(GetHookResultRequest request) {
    var id = String.valueOf(request.hookResultId());
    var found = hooks.results.get(Named.of(Call.current().scope(), id));
    if (found == null) {
      throw Errors.<HookResultNotFoundException>of(
          HookResultNotFoundException.builder(),
          404,
          "HookResultNotFound",
          "Hook result " + id + " does not exist");
    }
    return found.shown();
  }

  @Override
  public ListHookResultsResponse listHookResults(ListHookResultsRequest request) {
    if ((request.targetType() == null) != (request.targetId() == null)) {
      throw StackErrors.validation("TargetType and TargetId must be specified together");
    }
    var scope = Call.current().scope();
    var found = new ArrayList<HookResultSummary>();
    for (var result : hooks.results.list(scope.account(), scope.region())) {
      var shown = result.shown();
      if (isWanted(request, result)
          && (request.typeArn() == null || request.typeArn().equals(shown.typeArn()))
          && (request.status() == null || request.status() == shown.status())) {
        found.add(summary(result));
      }
    }
    found.sort(Comparator.comparing(HookResultSummary::invokedAt).reversed());
    var page = Page.of(found, request.nextToken());
    return ListHookResultsResponse.builder()
        .targetType(request.targetTypeAsString())
        .targetId(request.targetId())
        .hookResults(page.items())
        .nextToken(page.next())
        .build();
  }

  private static boolean isWanted(ListHookResultsRequest request, Hooks.Result result) {
    var id = request.targetId();
    return id == null
        || result.shown().target().targetTypeAsString().equals(request.targetTypeAsString())
            && (id.equals(result.owner())
                || id.equals(result.shown().target().targetId())
                || id.equals(result.shown().hookResultId()));
  }

  private static HookResultSummary summary(Hooks.Result result) {
    var shown = result.shown();
    return HookResultSummary.builder()
        .hookResultId(shown.hookResultId())
        .invocationPoint(shown.invocationPoint())
        .failureMode(shown.failureMode())
        .typeName(shown.typeName())
        .typeVersionId(shown.typeVersionId())
        .typeConfigurationVersionId(shown.typeConfigurationVersionId())
        .status(shown.status())
        .hookStatusReason(shown.hookStatusReason())
        .invokedAt(shown.invokedAt())
        .targetType(shown.target().targetTypeAsString())
        .targetId(shown.target().targetId())
        .typeArn(shown.typeArn())
        .hookExecutionTarget(result.owner())
        .build();
  }

  @Override
  public DescribeChangeSetHooksResponse describeChangeSetHooks(
      DescribeChangeSetHooksRequest request) {
    var set =
        changeSets.describeChangeSet(
            d -> d.changeSetName(request.changeSetName()).stackName(request.stackName()));
    var stack = store.existing(set.stackId());
    var found = new ArrayList<ChangeSetHook>();
    for (var change : set.changes()) {
      var resource = change.resourceChange();
      var name = resource.logicalResourceId();
      if (request.logicalResourceId() != null && !request.logicalResourceId().equals(name)) {
        continue;
      }
      var action =
          switch (resource.actionAsString().toUpperCase(Locale.ROOT)) {
            case "ADD" -> "CREATE";
            case "REMOVE" -> "DELETE";
            case "IMPORT" -> "IMPORT";
            default -> "UPDATE";
          };
      for (var hook :
          hooks.of(stack, new Target("RESOURCE", action, resource.resourceType(), name))) {
        found.add(
            ChangeSetHook.builder()
                .invocationPoint("PRE_PROVISION")
                .failureMode(hook.mode())
                .typeName(hook.alias())
                .typeVersionId(Hook.VERSION)
                .typeConfigurationVersionId("1")
                .targetDetails(t ->
                    t.targetType("RESOURCE")
                        .resourceTargetDetails(r ->
                            r.logicalResourceId(name)
                                .resourceType(resource.resourceType())
                                .resourceAction(resource.action())))
                .build());
      }
    }
    var page = Page.of(found, request.nextToken());
    return DescribeChangeSetHooksResponse.builder()
        .changeSetId(set.changeSetId())
        .changeSetName(set.changeSetName())
        .stackId(set.stackId())
        .stackName(set.stackName())
        .status(Objects.equals(set.statusAsString(), "FAILED") ? "UNAVAILABLE" : "PLANNED")
        .hooks(page.items())
        .nextToken(page.next())
        .build();
  }
}
