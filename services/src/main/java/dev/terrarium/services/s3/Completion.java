package dev.terrarium.services.s3;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/// The decision whether a multipart upload may be completed, and what the object then is.
final class Completion {
  private static final long PART_BYTES_MIN = 5L * 1024 * 1024;

  private final Upload upload;
  private final CompleteMultipartUploadRequest request;
  private final List<StoredPart> parts = new ArrayList<>();

  Completion(Upload upload, List<StoredPart> uploaded, CompleteMultipartUploadRequest request) {
    this.upload = upload;
    this.request = request;
    var asked = request.multipartUpload();
    if (asked == null) {
      throw S3Errors.invalidRequest("You must specify at least one part");
    }
    if (asked.parts().isEmpty()) {
      throw S3Errors.malformedXml();
    }
    var byNumber = new TreeMap<Integer, StoredPart>();
    uploaded.forEach(part -> byNumber.put(part.number(), part));
    checkOrder(asked.parts());
    for (var part : asked.parts()) {
      parts.add(find(part, byNumber));
    }
    checkSizes();
  }

  /// The parts of the object, in order.
  List<StoredPart> parts() {
    return parts;
  }

  /// The object's content, if everything that the request says about it is right.
  Content content(Body body) {
    long size = parts.stream().mapToLong(part -> part.content().size()).sum();
    if (request.mpuObjectSize() != null && request.mpuObjectSize() != size) {
      throw S3Errors.invalidRequest(
          "The provided 'x-amz-mp-object-size' header does not match what was computed.");
    }
    var md5 = ChecksumKind.digest("MD5");
    for (var part : parts) {
      var bytes = HexFormat.of().parseHex(part.content().etag());
      md5.update(bytes, 0, bytes.length);
    }
    var etag = HexFormat.of().formatHex(md5.value()) + "-" + parts.size();
    return new Content(size, etag, body, checksum(), parts.size());
  }

  private static void checkOrder(List<CompletedPart> asked) {
    var before = 0;
    for (var part : asked) {
      if (part.partNumber() == null || part.eTag() == null) {
        throw S3Errors.malformedXml();
      }
      if (part.partNumber() <= before) {
        throw S3Errors.of(
            400,
            "InvalidPartOrder",
            "The list of parts was not in ascending order. Parts must be ordered by part number.");
      }
      before = part.partNumber();
    }
  }

  private StoredPart find(CompletedPart asked, Map<Integer, StoredPart> uploaded) {
    var part = uploaded.get(asked.partNumber());
    var etag = asked.eTag().replace("\"", "");
    if (part == null || !part.content().etag().equals(etag)) {
      throw invalidPart(asked);
    }
    var kind = upload.kind();
    if (kind == null) {
      return part;
    }
    var stated = Members.text(asked, kind.member());
    var checksum = part.content().checksum();
    if (stated == null) {
      if (upload.composite()) {
        throw S3Errors.invalidRequest(
            "The upload was created using a "
                + kind.name().toLowerCase(Locale.ROOT)
                + " checksum. The complete request must include the checksum for each part. It was"
                + " missing for part "
                + asked.partNumber()
                + " in the request.");
      }
    } else if (checksum == null || !stated.equals(checksum.value())) {
      throw invalidPart(asked);
    }
    return part;
  }

  private RuntimeException invalidPart(CompletedPart asked) {
    return S3Errors.draft(
            400,
            "InvalidPart",
            "One or more of the specified parts could not be found.  The part may not have been"
                + " uploaded, or the specified entity tag may not match the part's entity tag.")
        .with("UploadId", upload.id())
        .with("PartNumber", asked.partNumber().toString())
        .with("ETag", asked.eTag().replace("\"", ""))
        .build();
  }

  private void checkSizes() {
    for (var part : parts.subList(0, parts.size() - 1)) {
      if (part.content().size() < PART_BYTES_MIN) {
        throw S3Errors.draft(
                400,
                "EntityTooSmall",
                "Your proposed upload is smaller than the minimum allowed size")
            .with("ProposedSize", Long.toString(part.content().size()))
            .with("MinSizeAllowed", Long.toString(PART_BYTES_MIN))
            .with("PartNumber", Integer.toString(part.number()))
            .with("ETag", part.content().etag())
            .build();
      }
    }
  }

  private StoredChecksum checksum() {
    var type = request.checksumTypeAsString();
    if (type != null && upload.kind() != null && !type.equals(upload.checksumType())) {
      throw S3Errors.invalidRequest(
          "The upload was created using the "
              + upload.checksumType()
              + " checksum mode. The complete request must use the same checksum mode.");
    }
    var kind = upload.kept();
    var value = upload.composite() ? composite(kind) : whole(kind);
    var stated = Members.text(request, kind.member());
    if (stated != null && !withoutCount(stated).equals(withoutCount(value))) {
      throw S3Errors.of(
          400,
          "BadDigest",
          "The "
              + kind.name().toLowerCase(Locale.ROOT)
              + " you specified did not match the calculated checksum.");
    }
    return new StoredChecksum(kind, value, upload.composite());
  }

  private static String withoutCount(String checksum) {
    var dash = checksum.indexOf('-');
    return dash < 0 ? checksum : checksum.substring(0, dash);
  }

  private String composite(ChecksumKind kind) {
    var hash = kind.start();
    for (var part : parts) {
      var bytes = bytes(part);
      hash.update(bytes, 0, bytes.length);
    }
    return Base64.getEncoder().encodeToString(hash.value()) + "-" + parts.size();
  }

  private String whole(ChecksumKind kind) {
    var combined = bytes(parts.getFirst());
    for (var part : parts.subList(1, parts.size())) {
      combined = kind.combine(combined, bytes(part), part.content().size());
    }
    return Base64.getEncoder().encodeToString(combined);
  }

  private static byte[] bytes(StoredPart part) {
    var checksum = part.content().checksum();
    if (checksum == null) {
      throw new IllegalStateException("A part without a checksum: " + part.number());
    }
    return Base64.getDecoder().decode(checksum.value());
  }
}
