package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Listing objects and versions.
final class S3Listing implements S3Part {
  private final Cloud cloud;
  private final Buckets buckets;
  private final ObjectTable objects;

  S3Listing(Cloud cloud, Buckets buckets, ObjectTable objects) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.objects = objects;
  }

  @Override
  public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
    return buckets.serve(
        request,
        state -> {
          var token = request.continuationToken();
          if (token != null && token.isEmpty()) {
            throw S3Errors.invalidArgument(
                "The continuation token provided is incorrect", "continuation-token", "");
          }
          var after = token == null ? orEmpty(request.startAfter()) : Tokens.decode(token);
          var encoding = request.encodingTypeAsString();
          var keysMax = Listing.keysMax(request.maxKeys(), "max-keys");
          var page = page(state, request.prefix(), request.delimiter(), keysMax, after);
          var withOwner = Boolean.TRUE.equals(request.fetchOwner());
          return ListObjectsV2Response.builder()
              .name(state.name())
              .prefix(Listing.encoded(orEmpty(request.prefix()), encoding))
              .delimiter(Listing.encoded(orNull(request.delimiter()), encoding))
              .startAfter(Listing.encoded(request.startAfter(), encoding))
              .encodingType(encoding)
              .maxKeys(keysMax)
              .keyCount(page.entries().size() + page.prefixes().size())
              .isTruncated(page.truncated())
              .continuationToken(token)
              .nextContinuationToken(page.next() == null ? null : Tokens.encode(page.next().key()))
              .contents(contents(page, encoding, withOwner))
              .commonPrefixes(prefixes(page, encoding))
              .build();
        });
  }

  @Override
  public ListObjectsResponse listObjects(ListObjectsRequest request) {
    return buckets.serve(
        request,
        state -> {
          var encoding = request.encodingTypeAsString();
          var keysMax = Listing.keysMax(request.maxKeys(), "max-keys");
          var marker = orEmpty(request.marker());
          var page = page(state, request.prefix(), request.delimiter(), keysMax, marker);
          var delimited = orNull(request.delimiter()) != null;
          return ListObjectsResponse.builder()
              .name(state.name())
              .prefix(Listing.encoded(orEmpty(request.prefix()), encoding))
              .delimiter(Listing.encoded(orNull(request.delimiter()), encoding))
              .marker(Listing.encoded(marker, encoding))
              .encodingType(encoding)
              .maxKeys(keysMax)
              .isTruncated(page.truncated())
              .nextMarker(
                  page.next() == null || !delimited
                      ? null
                      : Listing.encoded(page.next().key(), encoding))
              .contents(contents(page, encoding, true))
              .commonPrefixes(prefixes(page, encoding))
              .build();
        });
  }

  @Override
  public ListObjectVersionsResponse listObjectVersions(ListObjectVersionsRequest request) {
    return buckets.serve(
        request,
        state -> {
          var keyMarker = orEmpty(request.keyMarker());
          var versionMarker = orNull(request.versionIdMarker());
          if (versionMarker != null && keyMarker.isEmpty()) {
            throw S3Errors.invalidArgument(
                "A version-id marker cannot be specified without a key marker.",
                "version-id-marker",
                versionMarker);
          }
          var page = versionsPage(state, request, keyMarker, versionMarker);
          return response(state, request, page);
        });
  }

  private Listing page(
      BucketState state,
      @Nullable String prefix,
      @Nullable String delimiter,
      int keysMax,
      String after) {
    var query = new Listing.Query(orEmpty(prefix), orNull(delimiter), keysMax, after);
    try (var walk =
        new KeyWalk(cloud.store(), objects, state.name(), query.prefix(), query.start(), false)) {
      return Listing.read(walk, query, entry -> true);
    }
  }

  /// With a version marker the page begins inside of the versions of the marked key.
  private Listing versionsPage(
      BucketState state,
      ListObjectVersionsRequest request,
      String keyMarker,
      @Nullable String versionMarker) {
    var prefix = orEmpty(request.prefix());
    var delimiter = orNull(request.delimiter());
    var keysMax = Listing.keysMax(request.maxKeys(), "max-keys");
    var marked =
        versionMarker == null ? null : objects.find(state.name(), keyMarker, versionMarker);
    var inside = versionMarker != null && marked != null;
    var query = new Listing.Query(prefix, delimiter, keysMax, inside ? "" : keyMarker);
    var start = inside ? new KeyWalk.Start(keyMarker, KeyWalk.Start.Kind.AT) : query.start();
    try (var walk = new KeyWalk(cloud.store(), objects, state.name(), prefix, start, true)) {
      return Listing.read(
          walk,
          query,
          entry ->
              marked == null
                  || entry.object() == null
                  || !entry.key().equals(keyMarker)
                  || entry.object().sequence() < marked.sequence());
    }
  }

  private static ListObjectVersionsResponse response(
      BucketState state, ListObjectVersionsRequest request, Listing page) {
    var encoding = request.encodingTypeAsString();
    var versions = new ArrayList<ObjectVersion>();
    var markers = new ArrayList<DeleteMarkerEntry>();
    for (var entry : page.entries()) {
      var object = java.util.Objects.requireNonNull(entry.object());
      var key = Listing.encoded(entry.key(), encoding);
      if (object.deleteMarker()) {
        markers.add(
            DeleteMarkerEntry.builder()
                .key(key)
                .versionId(object.versionId())
                .isLatest(entry.latest())
                .lastModified(object.modified())
                .owner(Owners.of(object.owner()))
                .build());
      } else {
        versions.add(version(object, key, entry.latest()));
      }
    }
    var next = page.next();
    return ListObjectVersionsResponse.builder()
        .name(state.name())
        .prefix(Listing.encoded(orEmpty(request.prefix()), encoding))
        .delimiter(Listing.encoded(orNull(request.delimiter()), encoding))
        .keyMarker(Listing.encoded(orEmpty(request.keyMarker()), encoding))
        .versionIdMarker(orEmpty(request.versionIdMarker()))
        .encodingType(encoding)
        .maxKeys(Listing.keysMax(request.maxKeys(), "max-keys"))
        .isTruncated(page.truncated())
        .nextKeyMarker(next == null ? null : Listing.encoded(next.key(), encoding))
        .nextVersionIdMarker(
            next == null || next.object() == null ? null : next.object().versionId())
        .versions(versions)
        .deleteMarkers(markers)
        .commonPrefixes(prefixes(page, encoding))
        .build();
  }

  private static ObjectVersion version(StoredObject object, @Nullable String key, boolean latest) {
    var content = object.content();
    var version =
        ObjectVersion.builder()
            .key(key)
            .versionId(object.versionId())
            .isLatest(latest)
            .lastModified(object.modified())
            .eTag(content.quotedEtag())
            .size(content.size())
            .storageClass(object.details().storageClass())
            .owner(Owners.of(object.owner()));
    var checksum = content.checksum();
    if (checksum != null) {
      version
          .checksumAlgorithmWithStrings(List.of(checksum.kind().name()))
          .checksumType(checksum.type());
    }
    return version.build();
  }

  private static List<S3Object> contents(
      Listing page, @Nullable String encoding, boolean withOwner) {
    var contents = new ArrayList<S3Object>(page.entries().size());
    for (var entry : page.entries()) {
      var object = java.util.Objects.requireNonNull(entry.object());
      var content = object.content();
      var listed =
          S3Object.builder()
              .key(Listing.encoded(entry.key(), encoding))
              .lastModified(object.modified())
              .eTag(content.quotedEtag())
              .size(content.size())
              .storageClass(object.details().storageClass());
      if (withOwner) {
        listed.owner(Owners.of(object.owner()));
      }
      var checksum = content.checksum();
      if (checksum != null) {
        listed
            .checksumAlgorithmWithStrings(List.of(checksum.kind().name()))
            .checksumType(checksum.type());
      }
      contents.add(listed.build());
    }
    return contents;
  }

  private static List<CommonPrefix> prefixes(Listing page, @Nullable String encoding) {
    return page.prefixes().stream()
        .map(prefix -> CommonPrefix.builder().prefix(Listing.encoded(prefix, encoding)).build())
        .toList();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String orNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
