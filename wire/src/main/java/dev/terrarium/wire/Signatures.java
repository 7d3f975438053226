package dev.terrarium.wire;

import dev.terrarium.kernel.Authoriser;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Credentials;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Principal;
import dev.terrarium.wire.codec.MalformedRequestException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.sync.RequestBody;

/// Who signed a request, and its body without the framing that signing put around it.
final class Signatures {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final int EXPIRES_SECONDS_MAX = 604_800;

  private final Cloud cloud;
  private final boolean enforce;

  Signatures(Cloud cloud, boolean enforce) {
    this.cloud = cloud;
    this.enforce = enforce;
  }

  /// A request whose signature holds, or was not asked for.
  ///
  /// @param request its body without chunk framing
  /// @param principal who signed, if that is known
  /// @param length of the body without framing, or -1
  record Verified(WireRequest request, @Nullable Principal principal, long length) {
    /// The body as the SDK's streaming operations take it.
    RequestBody body(SdkPojo builder) {
      if (length < 0) {
        throw Errors.of(
            411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
      }
      setTrailerAlgorithm(builder);
      var type = request.headerOr("content-type", "application/octet-stream");
      return RequestBody.fromContentProvider(request::body, length, type);
    }

    /// A checksum that follows in a trailer is announced in `x-amz-trailer`.
    private void setTrailerAlgorithm(SdkPojo builder) {
      var trailer = request.header("x-amz-trailer");
      if (trailer == null
          || !trailer.startsWith("x-amz-checksum-")
          || request.header("x-amz-sdk-checksum-algorithm") != null) {
        return;
      }
      for (var field : builder.sdkFields()) {
        if (field.memberName().equals("ChecksumAlgorithm")) {
          field.set(builder, trailer.substring(15).toUpperCase(Locale.ROOT));
        }
      }
    }
  }

  /// The account that an access key belongs to: a key id of twelve digits is an account of its own.
  String account(Identity identity) {
    var key = identity.accessKeyId();
    if (key.length() == 12 && key.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return key;
    }
    return cloud
        .credentials()
        .resolve(key)
        .map(known -> known.principal().account())
        .orElse(cloud.defaultScope().account());
  }

  /// Verifies a request, if that is asked for, and unwraps its body.
  ///
  /// @param refusals how whoever does not pass is told so
  /// @throws AwsServiceException if the signature does not hold
  Verified verify(WireRequest request, @Nullable Identity identity, Refusals refusals)
      throws IOException {
    var known =
        identity == null ? null : cloud.credentials().resolve(identity.accessKeyId()).orElse(null);
    var principal = known == null ? null : known.principal();
    var payload = request.headerOr("x-amz-content-sha256", "");
    var chunked =
        payload.startsWith("STREAMING-")
            || request.headerOr("content-encoding", "").contains("aws-chunked");
    if (!enforce) {
      checkLink(request, identity);
      return chunked
          ? unframed(request, principal, AwsChunkedStream.Watcher.NONE)
          : new Verified(request, principal, request.contentLength());
    }
    if (identity == null && SigV2.isPresigned(request)) {
      return new Verified(request, SigV2.verify(request, cloud), request.contentLength());
    } else if (identity == null) {
      return anonymous(request, chunked, refusals);
    }
    return new Check(request, identity, known, payload, chunked, refusals).run();
  }

  /// Nobody signed: what is open to everybody may still be served, if somebody decides what that
  /// is.
  private Verified anonymous(WireRequest request, boolean chunked, Refusals refusals)
      throws IOException {
    if (cloud.authoriser() == Authoriser.PERMISSIVE
        || !request.headerOr("authorization", "").isEmpty()) {
      throw refusals.unsigned();
    }
    var principal = Principal.anonymous();
    return chunked
        ? unframed(request, principal, AwsChunkedStream.Watcher.NONE)
        : new Verified(request, principal, request.contentLength());
  }

  /// A presigned link ends when it says so, also where nobody asks who made it.
  private void checkLink(WireRequest request, @Nullable Identity identity) {
    var expired =
        identity == null
            ? SigV2.isPresigned(request) && SigV2.isExpired(request, cloud)
            : identity.presigned() && isExpired(request);
    if (expired) {
      throw Errors.of(403, "AccessDenied", "Request has expired");
    }
  }

  /// What has no date that can be read has no end either.
  private boolean isExpired(WireRequest request) {
    var date = request.query().getOrDefault("X-Amz-Date", List.of("")).getFirst();
    var expires = request.query().getOrDefault("X-Amz-Expires", List.of("")).getFirst();
    if (!expires.matches("[0-9]{1,9}")) {
      return false;
    }
    try {
      var signed = DATE.parse(date, Instant::from);
      return machineTime().isAfter(signed.plusSeconds(Long.parseLong(expires)));
    } catch (DateTimeException e) {
      return false;
    }
  }

  /// Clients sign with the machine's time, so it is the machine's time that counts.
  private Instant machineTime() {
    var clock = cloud.clock();
    return Instant.ofEpochMilli(clock.millis() - clock.offsetMillis());
  }

  private static Verified unframed(
      WireRequest request, @Nullable Principal principal, AwsChunkedStream.Watcher watcher)
      throws IOException {
    var headers = new HashMap<>(request.headers());
    var rest =
        Arrays.stream(request.headerOr("content-encoding", "").split(","))
            .map(String::strip)
            .filter(part -> !part.isEmpty() && !part.equals("aws-chunked"))
            .toList();
    if (rest.isEmpty()) {
      headers.remove("content-encoding");
    } else {
      headers.put("content-encoding", List.of(String.join(",", rest)));
    }
    var decoded = request.header("x-amz-decoded-content-length");
    if (decoded != null) {
      headers.put("content-length", List.of(decoded));
    }
    var length = decoded == null ? -1 : length(decoded);
    var body = new AwsChunkedStream(request.body(), length, watcher);
    return new Verified(with(request, headers, body), principal, length);
  }

  private static WireRequest with(
      WireRequest request, java.util.Map<String, List<String>> headers, InputStream body) {
    return new WireRequest(
        request.method(), request.rawPath(), request.rawQuery(), headers, body, request.sourceIp());
  }

  private static long length(String decoded) {
    try {
      var length = Long.parseLong(decoded);
      if (length >= 0) {
        return length;
      }
      throw new MalformedRequestException("x-amz-decoded-content-length is negative");
    } catch (NumberFormatException e) {
      throw new MalformedRequestException("x-amz-decoded-content-length is not a number");
    }
  }

  /// One verification.
  private final class Check {
    private final WireRequest request;
    private final Identity identity;
    private final Credentials.Resolved known;
    private final String payload;
    private final boolean chunked;
    private final boolean s3;
    private final Refusals refusals;

    Check(
        WireRequest request,
        Identity identity,
        Credentials.@Nullable Resolved known,
        String payload,
        boolean chunked,
        Refusals refusals) {
      this.request = request;
      this.identity = identity;
      this.payload = payload;
      this.chunked = chunked;
      this.s3 = identity.service().equals("s3");
      this.refusals = refusals;
      if (known == null) {
        throw refusals.unknownKey();
      }
      this.known = known;
    }

    Verified run() throws IOException {
      var date = date();
      checkTime(date);
      checkToken();
      checkScope(date);
      var key = SigningKey.of(known.secretAccessKey(), identity);
      var body = request;
      var hash = payload;
      // Only S3 believes a hash that it is told; the others hash what arrives.
      if (hash.isEmpty() || hash.length() == 64 && !s3) {
        if (identity.presigned() && s3) {
          hash = "UNSIGNED-PAYLOAD";
        } else {
          var bytes = request.bytes();
          hash = SigV4.hash(bytes);
          body = with(request, request.headers(), new ByteArrayInputStream(bytes));
        }
      }
      var text = SigV4.requestText(request, identity, date, hash);
      if (!key.signed(text, identity.signature())) {
        throw refusals.mismatch();
      }
      if (chunked) {
        var watcher =
            payload.startsWith("STREAMING-AWS4-")
                ? new ChunkSignatures(identity, key, date, payload.endsWith("-TRAILER"))
                : AwsChunkedStream.Watcher.NONE;
        return unframed(body, known.principal(), watcher);
      }
      var length = request.contentLength();
      if (payload.length() == 64 && s3) {
        var none = length < 0 && request.header("transfer-encoding") == null;
        var stream = new HashedStream(body.body(), payload, none ? 0 : length);
        body = with(body, body.headers(), stream);
      }
      return new Verified(body, known.principal(), length);
    }

    private String date() {
      if (identity.presigned()) {
        return request.query().getOrDefault("X-Amz-Date", List.of("")).getFirst();
      }
      var own = request.header("x-amz-date");
      return own == null ? plainDate(request.headerOr("date", "")) : own;
    }

    /// Whoever has no `X-Amz-Date` may sign HTTP's own date.
    private static String plainDate(String date) {
      try {
        return DATE.format(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
      } catch (DateTimeException e) {
        return date;
      }
    }

    /// What a signature must cover, or it would hold for another request as well.
    private void checkScope(String date) {
      if (!date.startsWith(identity.date()) || identity.date().length() != 8) {
        throw refusals.otherDay(identity.date(), date);
      }
      var signed = List.of(identity.signedHeaders().split(";"));
      if (!signed.contains("host")) {
        throw refusals.headerNotSigned("Host");
      }
      for (var name : request.headers().keySet()) {
        if (name.startsWith("x-amz-") && !signed.contains(name)) {
          throw refusals.headerNotSigned(name);
        }
      }
    }

    private void checkTime(String date) {
      Instant signed;
      try {
        signed = DATE.parse(date, Instant::from);
      } catch (DateTimeException e) {
        throw refusals.noDate();
      }
      var now = machineTime();
      if (identity.presigned()) {
        var expires = request.query().getOrDefault("X-Amz-Expires", List.of("0")).getFirst();
        long seconds;
        try {
          seconds = Long.parseLong(expires);
        } catch (NumberFormatException e) {
          seconds = -1;
        }
        if (seconds < 0 || seconds > EXPIRES_SECONDS_MAX) {
          throw Errors.of(
              400,
              "AuthorizationQueryParametersError",
              "X-Amz-Expires must be less than a week (in seconds)");
        } else if (now.isAfter(signed.plusSeconds(seconds))) {
          throw Errors.of(403, "AccessDenied", "Request has expired");
        } else if (signed.isAfter(now.plus(SKEW))) {
          throw Errors.of(403, "AccessDenied", "Request is not valid yet");
        }
      } else if (Duration.between(signed, now).abs().compareTo(SKEW) > 0) {
        throw refusals.skewed(signed, now, SKEW);
      }
    }

    private void checkToken() {
      var token =
          identity.presigned()
              ? request.query().getOrDefault("X-Amz-Security-Token", List.of("")).getFirst()
              : request.headerOr("x-amz-security-token", "");
      checkSession(known, token, cloud, refusals);
    }
  }

  /// Whether keys that belong to a session come with its token, in its time.
  static void checkSession(
      Credentials.Resolved known, String token, Cloud cloud, Refusals refusals) {
    if (!known.sessionToken().isEmpty() && !known.sessionToken().equals(token)) {
      throw refusals.wrongToken();
    }
    var expires = known.expires();
    if (expires != null && !cloud.clock().now().isBefore(expires)) {
      throw refusals.expiredToken();
    }
  }
}
