package dev.terrarium.wire;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.VirtualHosts;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// S3's older presigned links, `?AWSAccessKeyId=…&Expires=…&Signature=…`, which some clients still
/// make by default. See *Signing and authenticating REST requests (AWS signature version 2)* in the
/// S3 API reference.
final class SigV2 {
  private static final Set<String> SIGNED_PARAMETERS =
      Set.of(
          "acl",
          "cors",
          "delete",
          "lifecycle",
          "location",
          "logging",
          "notification",
          "partNumber",
          "policy",
          "requestPayment",
          "response-cache-control",
          "response-content-disposition",
          "response-content-encoding",
          "response-content-language",
          "response-content-type",
          "response-expires",
          "restore",
          "tagging",
          "torrent",
          "uploadId",
          "uploads",
          "versionId",
          "versioning",
          "versions",
          "website");

  private SigV2() {}

  static boolean isPresigned(WireRequest request) {
    return request.rawQuery().contains("AWSAccessKeyId=")
        && request.rawQuery().contains("Signature=");
  }

  /// Whether a link has ended, by the machine's time, which is that of whoever made it.
  static boolean isExpired(WireRequest request, Cloud cloud) {
    var expires = request.query().getOrDefault("Expires", List.of("")).getFirst();
    var clock = cloud.clock();
    return expires.matches("[0-9]{1,12}")
        && clock.millis() - clock.offsetMillis() > Long.parseLong(expires) * 1000;
  }

  /// Who made the link.
  ///
  /// @throws software.amazon.awssdk.awscore.exception.AwsServiceException if it does not hold
  static Principal verify(WireRequest request, Cloud cloud) {
    var query = request.query();
    var id = query.getOrDefault("AWSAccessKeyId", List.of("")).getFirst();
    var known = cloud.credentials().resolve(id).orElseThrow(Refusals.S3::unknownKey);
    var expires = query.getOrDefault("Expires", List.of("")).getFirst();
    if (!expires.matches("[0-9]{1,12}") || isExpired(request, cloud)) {
      throw Errors.of(403, "AccessDenied", "Request has expired");
    }
    var text =
        request.method()
            + "\n"
            + request.headerOr("content-md5", "")
            + "\n"
            + request.headerOr("content-type", "")
            + "\n"
            + expires
            + "\n"
            + amzHeaders(request)
            + resource(request);
    var claimed = query.getOrDefault("Signature", List.of("")).getFirst();
    if (!MessageDigest.isEqual(
        sign(known.secretAccessKey(), text).getBytes(StandardCharsets.US_ASCII),
        claimed.getBytes(StandardCharsets.US_ASCII))) {
      throw Refusals.S3.mismatch();
    }
    var token = query.getOrDefault("x-amz-security-token", List.of("")).getFirst();
    Signatures.checkSession(known, token, cloud, Refusals.S3);
    return known.principal();
  }

  private static String amzHeaders(WireRequest request) {
    var sorted = new TreeMap<String, String>();
    request
        .headers()
        .forEach((name, values) -> {
          if (name.startsWith("x-amz-")) {
            sorted.put(name, String.join(",", values).strip());
          }
        });
    var token = request.query().get("x-amz-security-token");
    if (token != null) {
      sorted.put("x-amz-security-token", token.getFirst());
    }
    var text = new StringBuilder();
    sorted.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
    return text.toString();
  }

  private static String resource(WireRequest request) {
    var bucket = VirtualHosts.bucket(request.host());
    var path = bucket == null ? request.rawPath() : "/" + bucket + request.rawPath();
    var parts = new ArrayList<String>();
    new TreeMap<>(request.query())
        .forEach((name, values) -> {
          if (SIGNED_PARAMETERS.contains(name)) {
            var value = values.getFirst();
            parts.add(value.isEmpty() ? name : name + "=" + value);
          }
        });
    return parts.isEmpty() ? path : path + "?" + String.join("&", parts);
  }

  private static String sign(String secret, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
