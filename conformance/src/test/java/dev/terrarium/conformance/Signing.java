package dev.terrarium.conformance;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4aHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.RegionSet;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/// Signs by the SDK's own signer.
///
/// @param asymmetric whether by SigV4a
/// @param skew how far the signer's clock is ahead
record Signing(
    Kind kind,
    boolean asymmetric,
    AwsCredentialsIdentity keys,
    String service,
    int port,
    Duration skew) {
  Signing(Kind kind, AwsCredentialsIdentity keys, String service, int port, Duration skew) {
    this(kind, false, keys, service, port, skew);
  }

  /// The ways to sign.
  enum Kind {
    /// In the header, with the hash of the body.
    HEADER,
    /// In the header, the body left out.
    UNSIGNED_PAYLOAD,
    /// In the query.
    PRESIGNED,
    /// Chunk by chunk.
    CHUNKS,
    /// Chunk by chunk, with a signed trailer.
    CHUNKS_WITH_TRAILER,
    /// In chunks that are not signed, with a trailer that is not.
    UNSIGNED_TRAILER;

    boolean coversBody() {
      return this == HEADER || this == CHUNKS || this == CHUNKS_WITH_TRAILER;
    }
  }

  /// Signs and makes it what goes out.
  Captured request(String method, String target, Map<String, String> headers, byte[] body) {
    // The signer leaves a payload out only where the channel is encrypted; Terrarium does not care.
    var scheme = kind.coversBody() ? "http" : "https";
    var uri = URI.create(scheme + "://127.0.0.1:" + port + target);
    var request = SdkHttpRequest.builder().uri(uri).method(SdkHttpMethod.fromValue(method));
    headers.forEach(request::putHeader);
    request.putHeader("Host", "127.0.0.1:" + port);
    var isS3 = service.equals("s3");
    var signed =
        signer()
            .sign(r -> {
              r.identity(keys)
                  .request(request.build())
                  .payload(() -> new ByteArrayInputStream(body))
                  .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
                  .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, !isS3)
                  .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, !isS3)
                  .putProperty(
                      HttpSigner.SIGNING_CLOCK,
                      Clock.fixed(Instant.now().plus(skew), ZoneOffset.UTC));
              properties(r);
            });
    var http = signed.request();
    var all = new LinkedHashMap<String, String>();
    http.forEachHeader((name, values) -> all.put(name, String.join(",", values)));
    all.remove("Content-Length");
    var query = http.encodedQueryParameters().map(q -> "?" + q).orElse("");
    return new Captured(
        method, http.encodedPath() + query, all, signed.payload().map(Signing::bytes).orElse(body));
  }

  private AwsV4FamilyHttpSigner<AwsCredentialsIdentity> signer() {
    return asymmetric ? AwsV4aHttpSigner.create() : AwsV4HttpSigner.create();
  }

  private void properties(SignRequest.Builder<AwsCredentialsIdentity> r) {
    if (asymmetric) {
      r.putProperty(AwsV4aHttpSigner.REGION_SET, RegionSet.create("us-east-1,eu-west-1"));
    } else {
      r.putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1");
    }
    r.putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, kind.coversBody());
    switch (kind) {
      case HEADER, UNSIGNED_PAYLOAD -> {}
      case PRESIGNED ->
          r.putProperty(AwsV4FamilyHttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
              .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(5));
      case CHUNKS -> r.putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, true);
      case CHUNKS_WITH_TRAILER, UNSIGNED_TRAILER ->
          r.putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, true)
              .putProperty(
                  AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM, DefaultChecksumAlgorithm.CRC32);
    }
  }

  private static byte[] bytes(software.amazon.awssdk.http.ContentStreamProvider payload) {
    try (var in = payload.newStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
