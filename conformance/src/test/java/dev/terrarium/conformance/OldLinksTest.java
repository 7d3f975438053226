package dev.terrarium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.conformance.vectors.Http;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Credentials;
import dev.terrarium.kernel.Principal;
import dev.terrarium.wire.HttpServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Links signed as in *Signing and authenticating REST requests (AWS signature version 2)*, which
/// boto3 still makes by default, with keys that belong to a session.
class OldLinksTest {
  private static final String SECRET = "a-secret";
  private static final String TOKEN = "a/token+of=session";

  private static Cloud cloud;
  private static HttpServer server;

  @BeforeAll
  static void start() {
    cloud = Cloud.inMemory();
    server = new HttpServer(cloud, "127.0.0.1", 0, true, null);
    cloud.credentials().add("test", OldLinksTest::resolve);
    var s3 = cloud.client(S3Client.class);
    s3.createBucket(r -> r.bucket("links"));
    s3.putObject(r -> r.bucket("links").key("k"), RequestBody.fromString("hello"));
  }

  @AfterAll
  static void stop() {
    server.close();
    cloud.close();
  }

  private static Optional<Credentials.Resolved> resolve(String id) {
    var end = id.equals("ASIAOVER") ? Duration.ofSeconds(-1) : Duration.ofHours(1);
    return id.startsWith("ASIA")
        ? Optional.of(
            new Credentials.Resolved(
                SECRET, TOKEN, Principal.root("000000000000"), cloud.clock().now().plus(end)))
        : Optional.empty();
  }

  private static Http.Response get(String id, String secret, String token, long expires)
      throws Exception {
    var mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
    var text = "GET\n\n\n" + expires + "\nx-amz-security-token:" + token + "\n/links/k";
    var signature =
        Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    var query =
        "AWSAccessKeyId=%s&Signature=%s&Expires=%d&x-amz-security-token=%s"
            .formatted(id, encoded(signature), expires, encoded(token));
    return Http.send(
        server.port(), "GET", "/links/k?" + query, Map.of("Host", "localhost"), new byte[0]);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  void aLinkOfARunningSessionIsLetIn() throws Exception {
    var answer = get("ASIARUNNING", SECRET, TOKEN, inAnHour());
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("hello");
  }

  @ParameterizedTest
  @CsvSource({
    "ASIAOVER,    a-secret, a/token+of=session, 400, ExpiredToken",
    "ASIARUNNING, a-secret, another,            400, InvalidToken",
    "ASIARUNNING, wrong,    a/token+of=session, 403, SignatureDoesNotMatch",
    "AKIANOBODY,  a-secret, a/token+of=session, 403, InvalidAccessKeyId"
  })
  void anyOtherIsRefused(String id, String secret, String token, int status, String code)
      throws Exception {
    var answer = get(id, secret, token, inAnHour());
    assertThat(answer.text()).contains("<Code>" + code + "</Code>");
    assertThat(answer.status()).isEqualTo(status);
  }

  @Test
  void aLinkHasAnEnd() throws Exception {
    var answer = get("ASIARUNNING", SECRET, TOKEN, Instant.now().getEpochSecond() - 2);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("Request has expired");
  }

  @Test
  void aSessionThatIsOverSignsNoHeaderEither() throws Exception {
    var over = AwsSessionCredentials.create("ASIAOVER", SECRET, TOKEN);
    var request =
        new Signing(Signing.Kind.HEADER, over, "s3", server.port(), Duration.ZERO)
            .request("PUT", "/links/k", Map.of(), new byte[] {1});
    var answer =
        Http.send(
            server.port(), request.method(), request.target(), request.headers(), request.body());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("<Code>ExpiredToken</Code>");
  }

  private static long inAnHour() {
    return Instant.now().getEpochSecond() + 3600;
  }
}
