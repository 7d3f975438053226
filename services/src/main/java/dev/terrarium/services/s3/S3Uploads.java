package dev.terrarium.services.s3;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.Initiator;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/// Listing multipart uploads and their parts.
final class S3Uploads implements S3Part {
  private final Buckets buckets;
  private final Uploads uploads;

  S3Uploads(Buckets buckets, Uploads uploads) {
    this.buckets = buckets;
    this.uploads = uploads;
  }

  @Override
  public ListPartsResponse listParts(ListPartsRequest request) {
    return buckets.serve(
        request,
        state -> {
          var key = ObjectKey.checked(request.key());
          var upload = uploads.require(state.name(), key, request.uploadId());
          var marker = request.partNumberMarker() == null ? 0 : request.partNumberMarker();
          var limit = Listing.keysMax(request.maxParts(), "max-parts");
          var found = uploads.parts(upload, marker, limit + 1);
          var page = found.subList(0, Math.min(limit, found.size()));
          var abort = Expirations.abort(state, key, upload);
          return ListPartsResponse.builder()
              .bucket(state.name())
              .key(key)
              .uploadId(upload.id())
              .partNumberMarker(marker)
              .nextPartNumberMarker(page.isEmpty() ? 0 : page.getLast().number())
              .maxParts(limit)
              .isTruncated(found.size() > limit)
              .parts(page.stream().map(part -> part(upload, part)).toList())
              .initiator(initiator(upload))
              .owner(Owners.of(upload.owner()))
              .storageClass(upload.details().storageClass())
              .checksumAlgorithm(upload.kind() == null ? null : upload.kind().name())
              .checksumType(upload.kind() == null ? null : upload.checksumType())
              .abortDate(abort == null ? null : abort.date())
              .abortRuleId(abort == null ? null : abort.ruleId())
              .build();
        });
  }

  private static Part part(Upload upload, StoredPart part) {
    var listed =
        Part.builder()
            .partNumber(part.number())
            .lastModified(part.modified())
            .eTag(part.content().quotedEtag())
            .size(part.content().size());
    var checksum = part.content().checksum();
    if (upload.kind() != null && checksum != null) {
      checksum.kind().set(listed, checksum.value());
    }
    return listed.build();
  }

  /// What a page holds so far.
  private static final class Page {
    final List<MultipartUpload> uploads = new ArrayList<>();
    final List<CommonPrefix> prefixes = new ArrayList<>();
    String lastKey = "";
    String lastId = "";
    String lastPrefix = "";
    boolean truncated;

    int size() {
      return uploads.size() + prefixes.size();
    }
  }

  @Override
  public ListMultipartUploadsResponse listMultipartUploads(ListMultipartUploadsRequest request) {
    return buckets.serve(
        request,
        state -> {
          var encoding = request.encodingTypeAsString();
          var limit = Listing.keysMax(request.maxUploads(), "max-uploads");
          var page = page(state, request, limit);
          return ListMultipartUploadsResponse.builder()
              .bucket(state.name())
              .prefix(Listing.encoded(text(request.prefix()), encoding))
              .delimiter(Listing.encoded(request.delimiter(), encoding))
              .keyMarker(Listing.encoded(text(request.keyMarker()), encoding))
              .uploadIdMarker(text(request.uploadIdMarker()))
              .encodingType(encoding)
              .maxUploads(limit)
              .isTruncated(page.truncated)
              .nextKeyMarker(Listing.encoded(page.lastKey, encoding))
              .nextUploadIdMarker(page.lastId)
              .uploads(page.uploads)
              .commonPrefixes(page.prefixes)
              .build();
        });
  }

  private Page page(BucketState state, ListMultipartUploadsRequest request, int limit) {
    var page = new Page();
    var prefix = text(request.prefix());
    var marker = text(request.keyMarker());
    var idMarker = text(request.uploadIdMarker());
    var delimiter = text(request.delimiter());
    var query = new Listing.Query(prefix, delimiter.isEmpty() ? null : delimiter, limit, marker);
    var start = marker.compareTo(prefix) > 0 ? marker : prefix;
    uploads.scan(
        new Uploads.UploadKey(state.name(), start, start.equals(marker) ? idMarker : ""),
        (at, upload) -> {
          if (!at.key().startsWith(prefix)) {
            return at.key().compareTo(prefix) < 0;
          }
          var isMarked =
              at.key().equals(marker) && (idMarker.isEmpty() || at.id().equals(idMarker));
          var folded = query.folded(at.key());
          if (isMarked
              || folded != null && (folded.equals(page.lastPrefix) || marker.startsWith(folded))) {
            return true;
          }
          if (page.size() == limit) {
            page.truncated = true;
            return false;
          }
          add(page, at, upload, folded, request.encodingTypeAsString());
          return true;
        });
    return page;
  }

  private static void add(
      Page page,
      Uploads.UploadKey at,
      Upload upload,
      @Nullable String folded,
      @Nullable String encoding) {
    if (folded != null) {
      page.prefixes.add(CommonPrefix.builder().prefix(Listing.encoded(folded, encoding)).build());
      page.lastPrefix = folded;
      page.lastKey = folded;
      page.lastId = "";
      return;
    }
    page.lastKey = at.key();
    page.lastId = at.id();
    page.uploads.add(
        MultipartUpload.builder()
            .uploadId(upload.id())
            .key(Listing.encoded(at.key(), encoding))
            .initiated(upload.begun())
            .storageClass(upload.details().storageClass())
            .initiator(initiator(upload))
            .owner(Owners.of(upload.owner()))
            .checksumAlgorithm(upload.kind() == null ? null : upload.kind().name())
            .checksumType(upload.kind() == null ? null : upload.checksumType())
            .build());
  }

  private static Initiator initiator(Upload upload) {
    return Initiator.builder().id(Owners.id(upload.initiator())).build();
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}
