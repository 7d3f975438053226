package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.model.JsonShapes;
import dev.terrarium.kernel.store.Batch;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.ApplicationRevisionSortBy;
import software.amazon.awssdk.services.codedeploy.model.BatchGetApplicationRevisionsRequest;
import software.amazon.awssdk.services.codedeploy.model.BatchGetApplicationRevisionsResponse;
import software.amazon.awssdk.services.codedeploy.model.BucketNameFilterRequiredException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.GenericRevisionInfo;
import software.amazon.awssdk.services.codedeploy.model.GetApplicationRevisionRequest;
import software.amazon.awssdk.services.codedeploy.model.GetApplicationRevisionResponse;
import software.amazon.awssdk.services.codedeploy.model.InvalidDeployedStateFilterException;
import software.amazon.awssdk.services.codedeploy.model.InvalidSortByException;
import software.amazon.awssdk.services.codedeploy.model.InvalidSortOrderException;
import software.amazon.awssdk.services.codedeploy.model.ListApplicationRevisionsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListApplicationRevisionsResponse;
import software.amazon.awssdk.services.codedeploy.model.ListStateFilterAction;
import software.amazon.awssdk.services.codedeploy.model.RegisterApplicationRevisionRequest;
import software.amazon.awssdk.services.codedeploy.model.RegisterApplicationRevisionResponse;
import software.amazon.awssdk.services.codedeploy.model.RevisionDoesNotExistException;
import software.amazon.awssdk.services.codedeploy.model.RevisionInfo;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocation;
import software.amazon.awssdk.services.codedeploy.model.SortOrder;

/// Revisions: what can be deployed. A deployment registers its own.
final class Revisions extends DeployPart {
  Revisions(DeployStore store) {
    super(store);
  }

  private static DeployKey key(String application, RevisionLocation revision) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var text = Json.write(JsonShapes.tree(revision));
      return DeployStore.key(
          application,
          HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /// Notes that a deployment uses its revision, when the batch commits.
  static void used(DeployStore store, Batch batch, DeploymentInfo deployment) {
    var key = key(deployment.applicationName(), deployment.revision());
    var before = store.revisions.get(key);
    var now = deployment.createTime();
    var info =
        before == null
            ? GenericRevisionInfo.builder().registerTime(now)
            : before.genericRevisionInfo().toBuilder();
    if (before == null || before.genericRevisionInfo().firstUsedTime() == null) {
      info.firstUsedTime(now);
    }
    store.revisions.put(
        batch,
        key,
        RevisionInfo.builder()
            .revisionLocation(deployment.revision())
            .genericRevisionInfo(info.lastUsedTime(now).build())
            .build());
  }

  @Override
  public RegisterApplicationRevisionResponse registerApplicationRevision(
      RegisterApplicationRevisionRequest request) {
    var application = DeployErrors.applicationName(request.applicationName());
    var revision = RevisionReader.named(request.revision());
    store.change(batch -> {
      var _ = store.application(application);
      var key = key(application, revision);
      var before = store.revisions.get(key);
      var info =
          before == null
              ? GenericRevisionInfo.builder().registerTime(store.cloud.clock().now())
              : before.genericRevisionInfo().toBuilder();
      store.revisions.put(
          batch,
          key,
          RevisionInfo.builder()
              .revisionLocation(revision)
              .genericRevisionInfo(info.description(request.description()).build())
              .build());
    });
    return RegisterApplicationRevisionResponse.builder().build();
  }

  /// A revision, with the groups that it is deployed to.
  private @Nullable RevisionInfo find(String application, RevisionLocation revision) {
    var found = store.revisions.get(key(application, RevisionReader.named(revision)));
    return found == null
        ? null
        : found.toBuilder()
            .genericRevisionInfo(
                found.genericRevisionInfo().toBuilder()
                    .deploymentGroups(groups(application, revision))
                    .build())
            .build();
  }

  private List<String> groups(String application, RevisionLocation revision) {
    return store.list(store.groups, application).stream()
        .filter(group -> revision.equals(group.targetRevision()))
        .map(group -> group.deploymentGroupName())
        .toList();
  }

  @Override
  public GetApplicationRevisionResponse getApplicationRevision(
      GetApplicationRevisionRequest request) {
    var application = DeployErrors.applicationName(request.applicationName());
    var _ = store.application(application);
    var found = find(application, request.revision());
    if (found == null) {
      throw DeployErrors.of(
          RevisionDoesNotExistException.builder(),
          "No revision found for the application " + application);
    }
    return GetApplicationRevisionResponse.builder()
        .applicationName(application)
        .revision(found.revisionLocation())
        .revisionInfo(found.genericRevisionInfo())
        .build();
  }

  @Override
  public BatchGetApplicationRevisionsResponse batchGetApplicationRevisions(
      BatchGetApplicationRevisionsRequest request) {
    var application = DeployErrors.applicationName(request.applicationName());
    var _ = store.application(application);
    return BatchGetApplicationRevisionsResponse.builder()
        .applicationName(application)
        .revisions(
            request.revisions().stream()
                .map(revision -> find(application, revision))
                .filter(found -> found != null)
                .toList())
        .build();
  }

  @Override
  public ListApplicationRevisionsResponse listApplicationRevisions(
      ListApplicationRevisionsRequest request) {
    var application = DeployErrors.applicationName(request.applicationName());
    var _ = store.application(application);
    check(request);
    var all =
        store.list(store.revisions, application).stream()
            .filter(one -> isWanted(application, one.revisionLocation(), request))
            .sorted(order(request))
            .map(RevisionInfo::revisionLocation)
            .toList();
    var names = IntStream.range(0, all.size()).boxed().toList();
    var page = DeployErrors.page(names, at -> "%09d".formatted(at), request.nextToken());
    return ListApplicationRevisionsResponse.builder()
        .revisions(page.items().stream().map(all::get).toList())
        .nextToken(page.token())
        .build();
  }

  private static void check(ListApplicationRevisionsRequest request) {
    if (request.sortBy() == ApplicationRevisionSortBy.UNKNOWN_TO_SDK_VERSION) {
      throw DeployErrors.of(
          InvalidSortByException.builder(), "Invalid sort by: " + request.sortByAsString());
    }
    if (request.sortOrder() == SortOrder.UNKNOWN_TO_SDK_VERSION) {
      throw DeployErrors.of(
          InvalidSortOrderException.builder(),
          "Invalid sort order: " + request.sortOrderAsString());
    }
    if (request.deployed() == ListStateFilterAction.UNKNOWN_TO_SDK_VERSION) {
      throw DeployErrors.of(
          InvalidDeployedStateFilterException.builder(),
          "Invalid deployed state filter: " + request.deployedAsString());
    }
    if (request.s3KeyPrefix() != null && request.s3Bucket() == null) {
      throw DeployErrors.of(
          BucketNameFilterRequiredException.builder(),
          "A bucket name is required for a key prefix");
    }
  }

  private boolean isWanted(
      String application, RevisionLocation revision, ListApplicationRevisionsRequest request) {
    var place = revision.s3Location();
    if (request.s3Bucket() != null
        && (place == null || !request.s3Bucket().equals(place.bucket()))) {
      return false;
    }
    if (request.s3KeyPrefix() != null
        && (place == null || !place.key().startsWith(request.s3KeyPrefix()))) {
      return false;
    }
    return switch (request.deployed() == null ? ListStateFilterAction.IGNORE : request.deployed()) {
      case INCLUDE -> !groups(application, revision).isEmpty();
      case EXCLUDE -> groups(application, revision).isEmpty();
      default -> true;
    };
  }

  private static Comparator<RevisionInfo> order(ListApplicationRevisionsRequest request) {
    Comparator<RevisionInfo> order =
        Comparator.comparing(one -> time(one.genericRevisionInfo(), request.sortBy()));
    return request.sortOrder() == SortOrder.DESCENDING ? order.reversed() : order;
  }

  private static Instant time(
      GenericRevisionInfo info, @Nullable ApplicationRevisionSortBy sortBy) {
    var time =
        switch (sortBy == null ? ApplicationRevisionSortBy.REGISTER_TIME : sortBy) {
          case FIRST_USED_TIME -> info.firstUsedTime();
          case LAST_USED_TIME -> info.lastUsedTime();
          default -> info.registerTime();
        };
    return time == null ? Instant.EPOCH : time;
  }
}
