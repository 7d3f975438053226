package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.Checksum;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesParts;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAttributesResponse;
import software.amazon.awssdk.services.s3.model.ObjectPart;
import software.amazon.awssdk.services.s3.model.RestoreObjectRequest;
import software.amazon.awssdk.services.s3.model.RestoreObjectResponse;

/// Attributes of objects, and bringing archived ones back.
final class S3Attributes implements S3Part {
  private static final String RESTORED = "s3.restored";
  private static final Set<String> ATTRIBUTES =
      Set.of("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize");

  private final Cloud cloud;
  private final Buckets buckets;
  private final ObjectTable objects;
  private final Bodies bodies;
  private final Hooks hooks;

  S3Attributes(Cloud cloud, Buckets buckets, ObjectTable objects, Bodies bodies, Hooks hooks) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.objects = objects;
    this.bodies = bodies;
    this.hooks = hooks;
    cloud
        .timers()
        .handle(
            RESTORED,
            timer ->
                cloud.background("s3", "restore", cloud.defaultScope(), () -> restored(timer)));
  }

  @Override
  public GetObjectAttributesResponse getObjectAttributes(GetObjectAttributesRequest request) {
    return buckets.serve(
        request,
        state -> {
          var wanted = Set.copyOf(request.objectAttributesAsStrings());
          if (wanted.isEmpty() || !ATTRIBUTES.containsAll(wanted)) {
            throw S3Errors.invalidArgument(
                "Invalid attribute name specified.",
                "x-amz-object-attributes",
                String.join(",", wanted));
          }
          var key = ObjectKey.checked(request.key());
          var versionId = request.versionId();
          var object =
              Reads.live(objects.find(state.name(), key, versionId), key, versionId, "GET");
          Encryptions.checkRead(request, object);
          return response(request, state, object, wanted);
        });
  }

  private GetObjectAttributesResponse response(
      GetObjectAttributesRequest request,
      BucketState state,
      StoredObject object,
      Set<String> wanted) {
    var content = object.content();
    var response =
        GetObjectAttributesResponse.builder()
            .lastModified(object.modified())
            .versionId(state.bucket().versioned() ? object.versionId() : null);
    if (wanted.contains("ETag")) {
      response.eTag(content.etag());
    }
    if (wanted.contains("ObjectSize")) {
      response.objectSize(content.size());
    }
    if (wanted.contains("StorageClass")) {
      response.storageClass(object.details().storageClass());
    }
    var checksum = content.checksum();
    if (wanted.contains("Checksum") && checksum != null) {
      var told = Checksum.builder().checksumType(checksum.type());
      checksum.kind().set(told, checksum.value().replaceFirst("-\\d+$", ""));
      response.checksum(told.build());
    }
    if (wanted.contains("ObjectParts") && content.parts() > 0) {
      response.objectParts(parts(request, content));
    }
    return response.build();
  }

  /// Single parts are told only where their checksums make up that of the object.
  private GetObjectAttributesParts parts(GetObjectAttributesRequest request, Content content) {
    var parts = GetObjectAttributesParts.builder().totalPartsCount(content.parts());
    var checksum = content.checksum();
    if (checksum == null || !checksum.composite()) {
      return parts.build();
    }
    var marker = request.partNumberMarker() == null ? 0 : request.partNumberMarker();
    var limit = Listing.keysMax(request.maxParts(), "max-parts");
    var behind =
        bodies.parts(content.body()).stream().filter(part -> part.number() > marker).toList();
    var page = behind.subList(0, Math.min(limit, behind.size()));
    return parts
        .partNumberMarker(marker)
        .nextPartNumberMarker(page.isEmpty() ? 0 : page.getLast().number())
        .maxParts(limit)
        .isTruncated(behind.size() > limit)
        .parts(page.stream().map(S3Attributes::part).toList())
        .build();
  }

  private static ObjectPart part(StoredPart part) {
    var told = ObjectPart.builder().partNumber(part.number()).size(part.content().size());
    var checksum = part.content().checksum();
    if (checksum != null) {
      checksum.kind().set(told, checksum.value());
    }
    return told.build();
  }

  @Override
  public RestoreObjectResponse restoreObject(RestoreObjectRequest request) {
    return buckets.serve(
        request,
        state -> {
          var key = ObjectKey.checked(request.key());
          var restore = request.restoreRequest();
          if (restore == null || restore.days() == null || restore.days() < 1) {
            throw S3Errors.malformedXml();
          }
          var tier =
              restore.glacierJobParameters() == null
                  ? restore.tierAsString()
                  : restore.glacierJobParameters().tierAsString();
          objects.change(
              state.bucket(),
              key,
              request.versionId(),
              object -> begun(object),
              (batch, object) -> {
                schedule(batch, state, key, object, restore.days(), tier);
                hooks.changed(
                    batch,
                    state,
                    key,
                    new Hooks.Change(
                        "ObjectRestore:Post", object, object.versionId(), objects.nextSequence()));
              });
          return RestoreObjectResponse.builder().build();
        });
  }

  private static StoredObject begun(StoredObject object) {
    var details = object.details();
    if (!details.isArchived()) {
      throw S3Errors.of(
          403,
          "InvalidObjectState",
          "Restore is not allowed for the object's current storage class");
    }
    if (Details.ONGOING.equals(details.restoredUntil())) {
      throw S3Errors.of(409, "RestoreAlreadyInProgress", "Object restore is already in progress");
    }
    return object.withDetails(details.withRestoredUntil(Details.ONGOING));
  }

  /// A restoration takes as long as AWS says that its tier does at most.
  private void schedule(
      Batch batch,
      BucketState state,
      String key,
      StoredObject object,
      int days,
      @Nullable String tier) {
    var deep = object.details().storageClass().equals("DEEP_ARCHIVE");
    var wait =
        switch (tier == null ? "Standard" : tier) {
          case "Expedited" -> Duration.ofMinutes(5);
          case "Bulk" -> Duration.ofHours(deep ? 48 : 12);
          default -> Duration.ofHours(deep ? 12 : 5);
        };
    var payload = String.join("\0", state.name(), object.versionId(), Integer.toString(days), key);
    cloud
        .timers()
        .schedule(
            batch,
            new Timer(
                cloud.clock().now().plus(wait),
                RESTORED,
                state.name() + "/" + object.sequence(),
                payload.getBytes(StandardCharsets.UTF_8)));
  }

  private void restored(Timer timer) {
    var parts = new String(timer.payload(), StandardCharsets.UTF_8).split("\0", 4);
    var state = buckets.find(parts[0]);
    var found = state == null ? null : objects.find(parts[0], parts[3], parts[1]);
    if (state == null || found == null || found.deleteMarker()) {
      return;
    }
    var until = Expirations.after(cloud.clock().now(), Integer.parseInt(parts[2]));
    objects.change(
        state.bucket(),
        parts[3],
        parts[1],
        object -> object.withDetails(object.details().withRestoredUntil(until)),
        (batch, object) ->
            hooks.changed(
                batch,
                state,
                parts[3],
                new Hooks.Change(
                    "ObjectRestore:Completed",
                    object,
                    object.versionId(),
                    objects.nextSequence())));
  }
}
