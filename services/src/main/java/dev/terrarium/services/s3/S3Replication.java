package dev.terrarium.services.s3;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.*;

/// Replication configuration of buckets, and noticing what is to be replicated.
final class S3Replication implements S3Part, Hooks.Hook {
  private final Cloud cloud;
  private final Buckets buckets;
  private final ObjectTable objects;
  private final Deliveries deliveries;

  S3Replication(Cloud cloud, Buckets buckets, ObjectTable objects, Deliveries deliveries) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.objects = objects;
    this.deliveries = deliveries;
  }

  @Override
  public GetBucketReplicationResponse getBucketReplication(GetBucketReplicationRequest request) {
    return buckets.serve(
        request,
        state ->
            GetBucketReplicationResponse.builder()
                .replicationConfiguration(
                    S3BucketSettings.present(
                        state,
                        Setting.REPLICATION,
                        "ReplicationConfigurationNotFoundError",
                        "The replication configuration was not found"))
                .build());
  }

  @Override
  public PutBucketReplicationResponse putBucketReplication(PutBucketReplicationRequest request) {
    return buckets.serve(
        request,
        state -> {
          var configuration = request.replicationConfiguration();
          if (configuration == null
              || configuration.role() == null
              || configuration.rules().isEmpty()
              || configuration.rules().size() > 1000) {
            throw S3Errors.malformedXml();
          }
          if (state.bucket().versioning() != Bucket.Versioning.ENABLED) {
            throw S3Errors.invalidRequest(
                "Versioning must be 'Enabled' on the bucket to apply a replication configuration");
          }
          var ids = new java.util.HashSet<String>();
          var rules =
              configuration.rules().stream()
                  .map(r -> r.id() == null ? r.toBuilder().id(cloud.ids().uuid()).build() : r)
                  .toList();
          for (var rule : rules) {
            check(rule);
            if (!ids.add(rule.id())) {
              throw S3Errors.invalidArgument(
                  "Rule ID must be unique. Found same ID for more than one rule", "ID", rule.id());
            }
          }
          buckets.set(
              state.name(), Setting.REPLICATION, configuration.toBuilder().rules(rules).build());
          return PutBucketReplicationResponse.builder().build();
        });
  }

  @Override
  public DeleteBucketReplicationResponse deleteBucketReplication(
      DeleteBucketReplicationRequest request) {
    return buckets.serve(
        request,
        state -> {
          buckets.set(state.name(), Setting.REPLICATION, null);
          return DeleteBucketReplicationResponse.builder().build();
        });
  }

  private void check(ReplicationRule rule) {
    if (rule.status() == null
        || rule.status() == ReplicationRuleStatus.UNKNOWN_TO_SDK_VERSION
        || rule.destination() == null
        || rule.destination().bucket() == null) {
      throw S3Errors.malformedXml();
    }
    if (rule.filter() != null
        && (rule.priority() == null || rule.deleteMarkerReplication() == null)) {
      throw S3Errors.malformedXml();
    }
    var arn = Arn.of(rule.destination().bucket());
    if (arn.isEmpty() || !arn.get().service().equals("s3")) {
      throw S3Errors.invalidArgument(
          "Invalid bucket ARN", "Destination", rule.destination().bucket());
    }
    var destination = buckets.find(arn.get().resource());
    if (destination == null) {
      throw S3Errors.invalidRequest("Destination bucket must exist.");
    }
    if (destination.bucket().versioning() != Bucket.Versioning.ENABLED) {
      throw S3Errors.invalidRequest("Destination bucket must have versioning enabled.");
    }
  }

  @Override
  public void changed(Batch batch, BucketState state, String key, Hooks.Change change) {
    var configuration = state.get(Setting.REPLICATION);
    if (configuration == null) {
      return;
    }
    var marker = change.event().equals("ObjectRemoved:DeleteMarkerCreated");
    var object = change.object();
    var created = change.event().startsWith("ObjectCreated") && object != null;
    if (!marker && !created || object != null && object.details().replication().equals("REPLICA")) {
      return;
    }
    var destinations = new java.util.HashSet<String>();
    var tags = object == null ? Map.<String, String>of() : object.details().tags();
    for (var rule : byPriority(configuration)) {
      if (applies(rule, key, tags, marker) && destinations.add(rule.destination().bucket())) {
        enqueue(batch, state, key, change, rule);
      }
    }
    if (object != null && created && !destinations.isEmpty()) {
      objects.replaceCurrent(
          batch,
          state.name(),
          key,
          object.withDetails(object.details().withReplication("PENDING")));
    }
  }

  private void enqueue(
      Batch batch, BucketState state, String key, Hooks.Change change, ReplicationRule rule) {
    var message =
        Json.object()
            .put("bucket", state.name())
            .put("key", key)
            .put("versionId", change.versionId())
            .put("marker", change.object() == null);
    var storageClass = rule.destination().storageClassAsString();
    if (storageClass != null) {
      message.put("storageClass", storageClass);
    }
    deliveries.add(
        batch,
        rule.destination().bucket(),
        new Delivery(
            "s3",
            change.event(),
            Json.write(message),
            Call.current().cause().header(),
            cloud.clock().now()));
  }

  private static java.util.List<ReplicationRule> byPriority(ReplicationConfiguration given) {
    return given.rules().stream()
        .sorted(
            java.util.Comparator.comparingInt(
                (ReplicationRule r) -> r.priority() == null ? 0 : -r.priority()))
        .toList();
  }

  @SuppressWarnings("deprecation")
  private static boolean applies(
      ReplicationRule rule, String key, Map<String, String> tags, boolean marker) {
    if (rule.status() != ReplicationRuleStatus.ENABLED) {
      return false;
    }
    var filter = rule.filter();
    if (filter == null) {
      return key.startsWith(rule.prefix() == null ? "" : rule.prefix())
          && (!marker || replicatesMarkers(rule, true));
    }
    if (marker && !replicatesMarkers(rule, false)) {
      return false;
    }
    var and = filter.and();
    var prefix = and != null ? and.prefix() : filter.prefix();
    if (prefix != null && !key.startsWith(prefix)) {
      return false;
    }
    Set<Tag> wanted =
        and != null
            ? Set.copyOf(and.tags())
            : filter.tag() == null ? Set.of() : Set.of(filter.tag());
    return wanted.stream().allMatch(tag -> tag.value().equals(tags.get(tag.key())));
  }

  /// @param byDefault the first version of the configuration replicated them without being told to
  private static boolean replicatesMarkers(ReplicationRule rule, boolean byDefault) {
    @Nullable DeleteMarkerReplication markers = rule.deleteMarkerReplication();
    return markers == null ? byDefault : markers.status() == DeleteMarkerReplicationStatus.ENABLED;
  }
}
