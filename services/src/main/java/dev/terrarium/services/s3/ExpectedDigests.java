package dev.terrarium.services.s3;

import dev.terrarium.kernel.Trailers;
import java.io.InputStream;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// What a sender says that a body's MD5 and checksum are, and which checksum is to be kept.
///
/// @param kind the checksum that is kept
/// @param named whether the sender said which; who did not may name any behind the body
/// @param value what the sender says it is, or null if it says nothing before the body
record ExpectedDigests(
    @Nullable String md5, ChecksumKind kind, boolean named, @Nullable String value) {
  /// What the sender of an object says. Without any wish CRC64NVME is kept.
  static ExpectedDigests of(SdkPojo request) {
    return of(request, ChecksumKind.CRC64NVME);
  }

  /// @param byDefault the checksum that is kept if the request names none
  static ExpectedDigests of(SdkPojo request, ChecksumKind byDefault) {
    var sent = sent(request);
    if (sent.size() > 1) {
      throw S3Errors.invalidRequest(
          "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    var md5 = Members.text(request, "ContentMD5");
    if (md5 != null && !isMd5(md5)) {
      throw S3Errors.draft(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
          .with("Content-MD5", md5)
          .build();
    }
    var named = ChecksumKind.named(Members.text(request, "ChecksumAlgorithm"));
    for (var entry : sent.entrySet()) {
      checkForm(entry.getKey(), entry.getValue());
      if (named != null && named != entry.getKey()) {
        throw algorithm();
      }
      return new ExpectedDigests(md5, entry.getKey(), true, entry.getValue());
    }
    return new ExpectedDigests(md5, named == null ? byDefault : named, named != null, null);
  }

  /// The checksums that a request states.
  static Map<ChecksumKind, String> sent(SdkPojo request) {
    var sent = new HashMap<ChecksumKind, String>();
    for (var kind : ChecksumKind.values()) {
      var value = Members.text(request, kind.member());
      if (value != null) {
        sent.put(kind, value);
      }
    }
    return sent;
  }

  /// What has to be computed. All of them if the sender may name any behind the body.
  Set<ChecksumKind> wanted(InputStream in) {
    return !named && in instanceof Trailers ? EnumSet.allOf(ChecksumKind.class) : EnumSet.of(kind);
  }

  /// Compares with what was computed, after the body has been read to its end.
  ///
  /// @return the checksum to keep
  StoredChecksum verify(InputStream in, Hashes hashes) {
    if (md5 != null && !md5.equals(Base64.getEncoder().encodeToString(hashes.md5()))) {
      throw S3Errors.draft(
              400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
          .with("ExpectedDigest", md5)
          .with("CalculatedDigest", Base64.getEncoder().encodeToString(hashes.md5()))
          .build();
    }
    var keep = kind;
    var expected = value;
    if (expected == null && in instanceof Trailers trailing) {
      var trailers = trailing.trailers();
      for (var candidate : ChecksumKind.values()) {
        var trailer = trailers.get(candidate.header());
        if (trailer != null) {
          if (named && candidate != kind) {
            throw algorithm();
          }
          checkForm(candidate, trailer);
          keep = candidate;
          expected = trailer;
        }
      }
    }
    var computed = hashes.base64(keep);
    if (expected != null && !expected.equals(computed)) {
      throw badDigest(keep);
    }
    return new StoredChecksum(keep, computed, false);
  }

  private static RuntimeException algorithm() {
    return S3Errors.invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }

  static RuntimeException badDigest(ChecksumKind kind) {
    return S3Errors.of(
        400,
        "BadDigest",
        "The " + kind.name() + " you specified did not match the calculated checksum.");
  }

  static void checkForm(ChecksumKind kind, String value) {
    if (!kind.fits(value)) {
      throw S3Errors.invalidRequest("Value for " + kind.header() + " header is invalid.");
    }
  }

  private static boolean isMd5(String base64) {
    try {
      return Base64.getDecoder().decode(base64).length == 16;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
