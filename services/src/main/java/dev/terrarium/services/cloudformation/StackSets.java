package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.services.cloudformation.template.TemplateException;
import dev.terrarium.services.cloudformation.template.TemplateReader;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.cloudformation.model.*;

/// Stack sets themselves: templates that are to be stacks in many accounts and regions.
///
/// Those that organisations manage are refused, for Terrarium has no organisations.
final class StackSets implements StackPart {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][-a-zA-Z0-9]{0,127}");

  private final Cloud cloud;
  private final StackSetStore store;
  private final StackSetInstances instances;
  private final Preparer preparer;

  StackSets(Cloud cloud, StackSetStore store, StackSetInstances instances, Preparer preparer) {
    this.cloud = cloud;
    this.store = store;
    this.instances = instances;
    this.preparer = preparer;
  }

  @Override
  public CreateStackSetResponse createStackSet(CreateStackSetRequest request) {
    var name = Objects.requireNonNullElse(request.stackSetName(), "");
    if (!NAME.matcher(name).matches()) {
      throw StackErrors.validation(
          "1 validation error detected: Value '%s' at 'stackSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*(?::[a-zA-Z0-9]{8}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{4}-[a-zA-Z0-9]{12})?"
              .formatted(name));
    }
    if (request.permissionModel() == PermissionModels.SERVICE_MANAGED) {
      throw StackErrors.validation(
          "You must enable organizations access to operate a service managed stack set");
    }
    StackOperations.refuse(request.stackId() != null, "StackId of stack sets");
    var scope = Call.current().scope();
    var body = preparer.body(request.templateBody(), request.templateURL());
    var id = name + ":" + cloud.ids().uuid();
    var set =
        StackSet.builder()
            .stackSetName(name)
            .stackSetId(id)
            .stackSetARN(scope.arn("cloudformation", "stackset/" + id))
            .description(request.description())
            .status(StackSetStatus.ACTIVE)
            .templateBody(body)
            .parameters(request.parameters())
            .capabilitiesWithStrings(request.capabilitiesAsStrings())
            .tags(request.tags())
            .administrationRoleARN(request.administrationRoleARN())
            .executionRoleName(
                Objects.requireNonNullElse(
                    request.executionRoleName(), "AWSCloudFormationStackSetExecutionRole"))
            .permissionModel(PermissionModels.SELF_MANAGED)
            .managedExecution(
                request.managedExecution() == null
                    ? ManagedExecution.builder().active(false).build()
                    : request.managedExecution())
            .organizationalUnitIds(List.of())
            .build();
    check(set);
    store.locks.with(
        name,
        () -> {
          if (store.sets.contains(StackStore.Named.of(scope, name))) {
            throw Errors.<NameAlreadyExistsException>of(
                NameAlreadyExistsException.builder(),
                409,
                "NameAlreadyExistsException",
                "StackSet with name " + name + " already exists");
          }
          store.put(set);
          return set;
        });
    return CreateStackSetResponse.builder().stackSetId(id).build();
  }

  /// What every instance would be refused for is refused at once.
  private void check(StackSet set) {
    try {
      var capabilities = set.capabilitiesAsStrings();
      var raw = TemplateReader.read(set.templateBody());
      if (Transforms.names(raw).isEmpty()) {
        preparer.prepare(
            set.templateBody(),
            set.parameters(),
            java.util.Map.of(),
            set.tags(),
            capabilities,
            true);
      }
    } catch (TemplateException e) {
      throw StackErrors.validation(e);
    }
  }

  @Override
  public UpdateStackSetResponse updateStackSet(UpdateStackSetRequest request) {
    var old = store.existing(request.stackSetName());
    var body =
        Boolean.TRUE.equals(request.usePreviousTemplate())
            ? old.templateBody()
            : preparer.body(request.templateBody(), request.templateURL());
    var changed =
        old.toBuilder()
            .templateBody(body)
            .description(request.description() == null ? old.description() : request.description())
            .parameters(parameters(old, request.parameters()))
            .capabilitiesWithStrings(request.capabilitiesAsStrings())
            .tags(request.hasTags() ? request.tags() : old.tags())
            .administrationRoleARN(
                request.administrationRoleARN() == null
                    ? old.administrationRoleARN()
                    : request.administrationRoleARN())
            .executionRoleName(
                request.executionRoleName() == null
                    ? old.executionRoleName()
                    : request.executionRoleName())
            .build();
    check(changed);
    var named = request.hasAccounts() && request.hasRegions();
    var id =
        instances.begin(
            changed,
            StackSetOperationAction.UPDATE,
            request.operationId(),
            request.operationPreferences(),
            named ? instances.targets(request.accounts(), request.regions()) : null,
            false,
            () -> store.put(changed));
    return UpdateStackSetResponse.builder().operationId(id).build();
  }

  private static List<Parameter> parameters(StackSet old, List<Parameter> given) {
    return given.stream()
        .map(p ->
            Boolean.TRUE.equals(p.usePreviousValue())
                ? old.parameters().stream()
                    .filter(o -> o.parameterKey().equals(p.parameterKey()))
                    .findFirst()
                    .orElse(p)
                : p)
        .toList();
  }

  @Override
  public DeleteStackSetResponse deleteStackSet(DeleteStackSetRequest request) {
    StackSet set;
    try {
      set = store.existing(request.stackSetName());
    } catch (StackSetNotFoundException e) {
      return DeleteStackSetResponse.builder().build(); // As on AWS, no error.
    }
    if (!store.instances.list(set.stackSetId()).isEmpty()) {
      throw Errors.<StackSetNotEmptyException>of(
          StackSetNotEmptyException.builder(),
          409,
          "StackSetNotEmptyException",
          "StackSet is not empty");
    }
    instances.refuseBusy(set);
    store.sets.delete(StackStore.Named.of(Call.current().scope(), set.stackSetName()));
    return DeleteStackSetResponse.builder().build();
  }

  @Override
  public DescribeStackSetResponse describeStackSet(DescribeStackSetRequest request) {
    var set = store.existing(request.stackSetName());
    var regions =
        store.instances.list(set.stackSetId()).stream()
            .map(StackInstance::region)
            .distinct()
            .sorted()
            .toList();
    return DescribeStackSetResponse.builder()
        .stackSet(
            set.toBuilder()
                .regions(regions)
                .stackSetDriftDetectionDetails(StackSetDrifts.shown(store, set))
                .build())
        .build();
  }

  @Override
  public ListStackSetsResponse listStackSets(ListStackSetsRequest request) {
    var status = request.status();
    var all =
        store.all().stream()
            .filter(set -> status == null || set.status() == status)
            .map(set ->
                StackSetSummary.builder()
                    .stackSetName(set.stackSetName())
                    .stackSetId(set.stackSetId())
                    .description(set.description())
                    .status(set.status())
                    .permissionModel(set.permissionModel())
                    .managedExecution(set.managedExecution())
                    .driftStatus(StackSetDrifts.shown(store, set).driftStatusAsString())
                    .lastDriftCheckTimestamp(
                        StackSetDrifts.shown(store, set).lastDriftCheckTimestamp())
                    .build())
            .toList();
    var page = Page.of(all, request.nextToken());
    return ListStackSetsResponse.builder().summaries(page.items()).nextToken(page.next()).build();
  }
}
