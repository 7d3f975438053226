package dev.terrarium.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Credentials;
import dev.terrarium.kernel.Principal;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Requests that no SDK would sign.
class SignaturesTest {
  private static final String SECRET = "secret";

  private final Cloud cloud = Cloud.builder().packages(List.of()).build();
  private final Signatures signatures = new Signatures(cloud, true);
  private final Instant now = Instant.ofEpochMilli(cloud.clock().millis());

  SignaturesTest() {
    var root = Principal.root("000000000000");
    cloud
        .credentials()
        .add("test", id -> Optional.of(new Credentials.Resolved(SECRET, "", root, null)));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private static String format(String pattern, Instant instant) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
        .withZone(ZoneOffset.UTC)
        .format(instant);
  }

  private static String date(Instant instant) {
    return format("yyyyMMdd'T'HHmmss'Z'", instant);
  }

  private static String day(Instant instant) {
    return format("yyyyMMdd", instant);
  }

  /// Signs with the key of a day, whatever day it is.
  private static WireRequest signed(
      String day, String signedHeaders, String date, Map<String, String> headers) {
    var all = new HashMap<String, List<String>>(Map.of("host", List.of("localhost")));
    headers.forEach((name, value) -> all.put(name, List.of(value)));
    var identity = new Identity("AKID", day, "us-east-1", "sqs", signedHeaders, "", false, false);
    var request = new WireRequest("GET", "/", "", all, InputStream.nullInputStream(), "127.0.0.1");
    var text = SigV4.requestText(request, identity, date, SigV4.EMPTY_HASH);
    var signature = SigV4.sign(SigV4.key(SECRET, identity), text);
    all.put(
        "authorization",
        List.of(
            "AWS4-HMAC-SHA256 Credential=AKID/%s/us-east-1/sqs/aws4_request, SignedHeaders=%s, Signature=%s"
                .formatted(day, signedHeaders, signature)));
    return request;
  }

  private Signatures.Verified verify(WireRequest request) throws IOException {
    var identity = Objects.requireNonNull(Identity.of(request));
    return signatures.verify(request, identity, Refusals.JSON);
  }

  @Test
  void aKeyOfAnotherDaySignsNothing() throws IOException {
    var headers = Map.of("x-amz-date", date(now));
    var request = signed(day(now), "host;x-amz-date", date(now), headers);
    assertThat(verify(request).principal()).isNotNull();
    var yesterday = day(now.minusSeconds(86_400));
    var old = signed(yesterday, "host;x-amz-date", date(now), headers);
    assertThatThrownBy(() -> verify(old)).hasMessageContaining("Date in Credential scope");
  }

  @Test
  void httpsOwnDateMayBeSignedInstead() throws IOException {
    var plain = format("EEE, dd MMM yyyy HH:mm:ss 'GMT'", now);
    var request = signed(day(now), "date;host", date(now), Map.of("date", plain));
    assertThat(verify(request).principal()).isNotNull();
  }

  @Test
  void hostAndAwssOwnHeadersMustBeSigned() {
    var headers = Map.of("x-amz-date", date(now), "x-amz-target", "AmazonSQS.DeleteQueue");
    for (var names : List.of("x-amz-date;x-amz-target", "host;x-amz-date", "host;x-amz-target")) {
      var request = signed(day(now), names, date(now), headers);
      assertThatThrownBy(() -> verify(request)).hasMessageContaining("must be a 'SignedHeader'");
    }
  }
}
