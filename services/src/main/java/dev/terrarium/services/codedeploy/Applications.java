package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codedeploy.model.ApplicationAlreadyExistsException;
import software.amazon.awssdk.services.codedeploy.model.ApplicationInfo;
import software.amazon.awssdk.services.codedeploy.model.ApplicationNameRequiredException;
import software.amazon.awssdk.services.codedeploy.model.BatchGetApplicationsRequest;
import software.amazon.awssdk.services.codedeploy.model.BatchGetApplicationsResponse;
import software.amazon.awssdk.services.codedeploy.model.ComputePlatform;
import software.amazon.awssdk.services.codedeploy.model.CreateApplicationRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateApplicationResponse;
import software.amazon.awssdk.services.codedeploy.model.DeleteApplicationRequest;
import software.amazon.awssdk.services.codedeploy.model.DeleteApplicationResponse;
import software.amazon.awssdk.services.codedeploy.model.GetApplicationRequest;
import software.amazon.awssdk.services.codedeploy.model.GetApplicationResponse;
import software.amazon.awssdk.services.codedeploy.model.InvalidComputePlatformException;
import software.amazon.awssdk.services.codedeploy.model.ListApplicationsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListApplicationsResponse;
import software.amazon.awssdk.services.codedeploy.model.UpdateApplicationRequest;
import software.amazon.awssdk.services.codedeploy.model.UpdateApplicationResponse;

/// Applications: what groups and revisions belong to, on one platform.
final class Applications extends DeployPart {
  Applications(DeployStore store) {
    super(store);
  }

  @Override
  public CreateApplicationResponse createApplication(CreateApplicationRequest request) {
    var name = DeployErrors.applicationName(request.applicationName());
    var platform = platform(request.computePlatform(), request.computePlatformAsString());
    var tags = DeployTags.map(request.tags());
    var made =
        ApplicationInfo.builder()
            .applicationId(store.cloud.ids().uuid())
            .applicationName(name)
            .createTime(store.cloud.clock().now())
            .linkedToGitHub(false)
            .computePlatform(platform)
            .build();
    store.change(batch -> {
      refuseTaken(name);
      store.applications.put(batch, DeployStore.key(name), made);
      if (!tags.isEmpty()) {
        store.tags.put(batch, DeployKey.application(DeployStore.scope(), name), tags);
      }
    });
    return CreateApplicationResponse.builder().applicationId(made.applicationId()).build();
  }

  /// The platform that is asked for: Server, if none is.
  static ComputePlatform platform(@Nullable ComputePlatform asked, @Nullable String text) {
    if (asked == ComputePlatform.UNKNOWN_TO_SDK_VERSION) {
      throw DeployErrors.of(
          InvalidComputePlatformException.builder(),
          "The computePlatform " + text + " is invalid. It should be Lambda, Server, or ECS");
    }
    return asked == null ? ComputePlatform.SERVER : asked;
  }

  private void refuseTaken(String name) {
    if (store.applications.contains(DeployStore.key(name))) {
      throw taken(name);
    }
  }

  private static AwsServiceException taken(String name) {
    return DeployErrors.of(
        ApplicationAlreadyExistsException.builder(),
        "An application with the name " + name + " already exists");
  }

  @Override
  public GetApplicationResponse getApplication(GetApplicationRequest request) {
    var name = DeployErrors.applicationName(request.applicationName());
    return GetApplicationResponse.builder().application(store.application(name)).build();
  }

  @Override
  public BatchGetApplicationsResponse batchGetApplications(BatchGetApplicationsRequest request) {
    if (request.applicationNames().isEmpty()) {
      throw DeployErrors.of(
          ApplicationNameRequiredException.builder(), "The application name is required");
    }
    return BatchGetApplicationsResponse.builder()
        .applicationsInfo(
            DeployErrors.batch(request.applicationNames()).stream()
                .map(name -> store.application(DeployErrors.applicationName(name)))
                .toList())
        .build();
  }

  @Override
  public ListApplicationsResponse listApplications(ListApplicationsRequest request) {
    var names =
        store.list(store.applications, "").stream().map(ApplicationInfo::applicationName).toList();
    var page = DeployErrors.page(names, name -> name, request.nextToken());
    return ListApplicationsResponse.builder()
        .applications(page.items())
        .nextToken(page.token())
        .build();
  }

  @Override
  public UpdateApplicationResponse updateApplication(UpdateApplicationRequest request) {
    var name = DeployErrors.applicationName(request.applicationName());
    var next = request.newApplicationName();
    store.change(batch -> {
      var found = store.application(name);
      if (next != null && !next.equals(name)) {
        refuseTaken(DeployErrors.applicationName(next));
        store.applications.delete(batch, DeployStore.key(name));
        store.applications.put(
            batch, DeployStore.key(next), found.toBuilder().applicationName(next).build());
        rename(batch, name, next);
      }
    });
    return UpdateApplicationResponse.builder().build();
  }

  /// Takes along what belongs to an application.
  private void rename(Batch batch, String name, String next) {
    var scope = DeployStore.scope();
    for (var group : store.list(store.groups, name)) {
      var own = group.deploymentGroupName();
      store.groups.delete(batch, DeployStore.key(name, own));
      store.groups.put(
          batch, DeployStore.key(next, own), group.toBuilder().applicationName(next).build());
      move(batch, DeployKey.group(scope, name, own), DeployKey.group(scope, next, own));
      var active = store.active.get(DeployStore.key(name, own));
      if (active != null) {
        store.active.delete(batch, DeployStore.key(name, own));
        store.active.put(batch, DeployStore.key(next, own), active);
      }
    }
    move(batch, DeployKey.application(scope, name), DeployKey.application(scope, next));
    store.revisions.scan(
        (key, revision) -> {
          store.revisions.delete(batch, key);
          store.revisions.put(batch, DeployStore.key(next, key.name()), revision);
          return true;
        },
        scope.account(),
        scope.region(),
        name);
    for (var deployment : store.list(store.deployments, "")) {
      if (deployment.info().applicationName().equals(name)) {
        var info = deployment.info().toBuilder().applicationName(next).build();
        store.put(batch, DeployStore.key(deployment.id()), deployment.with(info));
      }
    }
  }

  private void move(Batch batch, String from, String to) {
    var tags = store.tags.get(from);
    if (tags != null) {
      store.tags.delete(batch, from);
      store.tags.put(batch, to, tags);
    }
  }

  @Override
  public DeleteApplicationResponse deleteApplication(DeleteApplicationRequest request) {
    var name = DeployErrors.applicationName(request.applicationName());
    var scope = DeployStore.scope();
    store.change(batch -> {
      var arns = new ArrayList<String>();
      arns.add(DeployKey.application(scope, name));
      for (var group : store.list(store.groups, name)) {
        arns.add(DeployKey.group(scope, name, group.deploymentGroupName()));
      }
      arns.forEach(arn -> store.tags.delete(batch, arn));
      store.groups.deleteAll(batch, scope.account(), scope.region(), name);
      store.revisions.deleteAll(batch, scope.account(), scope.region(), name);
      store.applications.delete(batch, DeployStore.key(name));
    });
    return DeleteApplicationResponse.builder().build();
  }
}
