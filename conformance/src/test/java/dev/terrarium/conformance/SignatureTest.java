package dev.terrarium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.conformance.Signing.Kind;
import dev.terrarium.conformance.vectors.Http;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.wire.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sts.StsClient;

/// What the SDK signs is let in where signatures are verified; the same with anything changed is
/// not, and does nothing.
class SignatureTest {
  private static final byte[] BODY = "a body\n".repeat(30_000).getBytes(StandardCharsets.UTF_8);
  private static Cloud cloud;
  private static HttpServer server;
  private static SdkHttpClient http;
  private static AwsCredentials keys;
  private static AwsSessionCredentials session;

  @BeforeAll
  static void start() {
    cloud = Cloud.inMemory();
    server = new HttpServer(cloud, "127.0.0.1", 0, true, null);
    http = ApacheHttpClient.create();
    var iam = cloud.client(IamClient.class);
    iam.createUser(r -> r.userName("ada"));
    iam.putUserPolicy(r ->
        r.userName("ada")
            .policyName("everything")
            .policyDocument(
                """
                {"Version": "2012-10-17",
                 "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
                """));
    var key = iam.createAccessKey(r -> r.userName("ada")).accessKey();
    keys = AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
    var issued = cloud.client(StsClient.class).getSessionToken().credentials();
    session =
        AwsSessionCredentials.create(
            issued.accessKeyId(), issued.secretAccessKey(), issued.sessionToken());
    cloud.client(SqsClient.class).createQueue(r -> r.queueName("q"));
    cloud.client(S3Client.class).createBucket(r -> r.bucket("signed"));
  }

  @AfterAll
  static void stop() {
    http.close();
    server.close();
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a b",
        "a%2Fb",
        "a//b",
        "é€\uD83D\uDE00",
        "a+b",
        "a/../b",
        "a/./b",
        "~!*'()",
        "q?x=1&y",
        "a=b;c@d:e,f$g"
      })
  void aSignedObjectIsLetInWhateverItsKey(String key) {
    var endpoint = URI.create("http://127.0.0.1:" + server.port());
    try (var s3 = (S3Client) Clients.of(S3Client.class, endpoint, http, keys)) {
      s3.putObject(r -> r.bucket("signed").key(key), RequestBody.fromBytes(BODY));
      var back = s3.getObject(r -> r.bucket("signed").key(key), ResponseTransformer.toBytes());
      assertThat(back.asByteArray()).isEqualTo(BODY);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfSignatureIsLetIn(Kind kind) throws IOException {
    letIn(kind, false, "AWS4-HMAC-SHA256");
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfAsymmetricSignatureIsLetIn(Kind kind) throws IOException {
    letIn(kind, true, "AWS4-ECDSA-P256-SHA256");
  }

  private static void letIn(Kind kind, boolean asymmetric, String algorithm) throws IOException {
    for (var who : new AwsCredentials[] {keys, session}) {
      var key = algorithm + kind + "-" + who.accessKeyId();
      var request = put(kind, asymmetric, who, key);
      assertThat(request.headers().getOrDefault("x-amz-content-sha256", "none"))
          .matches(
              switch (kind) {
                case HEADER -> "[0-9a-f]{64}";
                case UNSIGNED_PAYLOAD -> "UNSIGNED-PAYLOAD";
                case PRESIGNED -> "none";
                case CHUNKS -> "STREAMING-" + algorithm + "-PAYLOAD";
                case CHUNKS_WITH_TRAILER -> "STREAMING-" + algorithm + "-PAYLOAD-TRAILER";
                case UNSIGNED_TRAILER -> "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
              });
      var answer = send(request);
      assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
      assertThat(stored(key)).isEqualTo(BODY);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsChangedAfterSigningIsRefusedAndDoesNothing(Kind kind) throws IOException {
    changes(kind, false);
    changes(kind, true);
  }

  private static void changes(Kind kind, boolean asymmetric) throws IOException {
    var key = "changed-" + kind;
    var r = put(kind, asymmetric, keys, key);
    var mark = r.target().contains("?") ? "&" : "?";
    var end = r.target().contains("?") ? r.target().indexOf('?') : r.target().length();
    var otherPath = r.target().substring(0, end) + "x" + r.target().substring(end);
    refused(r.with("POST", r.target(), r.headers(), r.body()), "SignatureDoesNotMatch");
    refused(r.with("PUT", otherPath, r.headers(), r.body()), "SignatureDoesNotMatch");
    refused(
        r.with("PUT", r.target() + mark + "tagging", r.headers(), r.body()),
        "SignatureDoesNotMatch");
    if (kind == Kind.PRESIGNED) {
      var flipped = lastFlipped(r.target());
      refused(r.with("PUT", flipped, r.headers(), r.body()), "SignatureDoesNotMatch");
    } else {
      refused(changed(r, "Authorization"), "SignatureDoesNotMatch");
      refused(changed(r, "x-amz-content-sha256"), "SignatureDoesNotMatch");
      refused(changed(r, "x-amz-meta-a"), "SignatureDoesNotMatch");
    }
    if (kind.coversBody()) {
      var error = kind == Kind.HEADER ? "XAmzContentSHA256Mismatch" : "SignatureDoesNotMatch";
      for (var at : new int[] {500, r.body().length / 2}) {
        var body = r.body().clone();
        body[at] ^= 1;
        refused(r.with("PUT", r.target(), r.headers(), body), error);
      }
    }
    assertThat(stored(key)).isNull();
  }

  @Test
  void aTrailerThatIsMissingOrFalseIsRefused() throws IOException {
    var r = put(Kind.CHUNKS_WITH_TRAILER, keys, "trailed");
    var text = new String(r.body(), StandardCharsets.ISO_8859_1);
    var trailer = text.indexOf("x-amz-checksum-crc32:");
    var without = Arrays.copyOf(r.body(), trailer + 2);
    without[trailer] = '\r';
    without[trailer + 1] = '\n';
    refused(r.with("PUT", r.target(), r.headers(), without), "SignatureDoesNotMatch");
    var other = r.body().clone();
    other[trailer + 22] ^= 1;
    refused(r.with("PUT", r.target(), r.headers(), other), "SignatureDoesNotMatch");

    var unsigned = put(Kind.UNSIGNED_TRAILER, keys, "trailed");
    var body = unsigned.body().clone();
    body[500] ^= 1;
    refused(unsigned.with("PUT", unsigned.target(), unsigned.headers(), body), "BadDigest");
    assertThat(stored("trailed")).isNull();
  }

  @Test
  void aSignatureHasItsTime() throws IOException {
    var late = new Signing(Kind.HEADER, keys, "s3", server.port(), Duration.ofMinutes(-16));
    var early = new Signing(Kind.HEADER, keys, "s3", server.port(), Duration.ofMinutes(16));
    for (var signing : new Signing[] {late, early}) {
      var request = signing.request("PUT", "/signed/timed", Map.of(), BODY);
      refused(request, "RequestTimeTooSkewed");
    }
    var presigned = new Signing(Kind.PRESIGNED, keys, "s3", server.port(), Duration.ofMinutes(-6));
    refused(presigned.request("PUT", "/signed/timed", Map.of(), BODY), "AccessDenied");
    assertThat(stored("timed")).isNull();

    var expired = listQueues(keys, Duration.ofMinutes(-16));
    assertThat(expired.status()).isEqualTo(400);
    assertThat(expired.text()).contains("InvalidSignatureException", "Signature expired: ");
    assertThat(listQueues(keys, Duration.ofMinutes(16)).text())
        .contains("Signature not yet current: ");
    assertThat(listQueues(keys, Duration.ofMinutes(14)).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource
  void aHeaderThatNobodySignedIsRefused(Kind kind) throws IOException {
    var request = put(kind, keys, "more");
    var headers = new LinkedHashMap<>(request.headers());
    headers.put("x-amz-acl", "public-read");
    refused(request.with("PUT", request.target(), headers, request.body()), "AccessDenied");
    assertThat(stored("more")).isNull();
  }

  @Test
  void aPresignedLinkHasAnEndAndABeginning() throws IOException {
    var early = new Signing(Kind.PRESIGNED, keys, "s3", server.port(), Duration.ofMinutes(20));
    var request = early.request("PUT", "/signed/early", Map.of(), BODY);
    assertThat(send(request).text()).contains("Request is not valid yet");
    var endless = put(Kind.PRESIGNED, keys, "early");
    var target = endless.target().replace("X-Amz-Expires=300", "X-Amz-Expires=604801");
    assertThat(target).isNotEqualTo(endless.target());
    refused(
        endless.with("PUT", target, endless.headers(), endless.body()),
        "AuthorizationQueryParametersError");
    assertThat(stored("early")).isNull();
  }

  @Test
  void aSessionIsKnownByItsToken() throws IOException {
    var other =
        AwsSessionCredentials.create(
            session.accessKeyId(), session.secretAccessKey(), session.sessionToken() + "x");
    var none = AwsBasicCredentials.create(session.accessKeyId(), session.secretAccessKey());
    for (var who : new AwsCredentials[] {other, none}) {
      for (var kind : new Kind[] {Kind.HEADER, Kind.PRESIGNED}) {
        refused(put(kind, who, "token"), "InvalidToken");
      }
      assertThat(listQueues(who, Duration.ZERO).text()).contains("UnrecognizedClientException");
    }
  }

  @Test
  void aWrongSecretAndAnUnknownKeyAreRefusedInTheServicesWords() throws IOException {
    var wrong = AwsBasicCredentials.create(keys.accessKeyId(), "wrong");
    var unknown = AwsBasicCredentials.create("AKIAUNKNOWN", "secret");
    refused(put(Kind.HEADER, wrong, "wrong"), "SignatureDoesNotMatch");
    refused(put(Kind.HEADER, unknown, "wrong"), "InvalidAccessKeyId");
    assertThat(listQueues(wrong, Duration.ZERO).text()).contains("InvalidSignatureException");
    assertThat(listQueues(unknown, Duration.ZERO).text()).contains("UnrecognizedClientException");
    assertThat(callerIdentity(wrong)).contains("<Code>SignatureDoesNotMatch</Code>");
    assertThat(callerIdentity(unknown)).contains("<Code>InvalidClientTokenId</Code>");
    assertThat(callerIdentity(keys)).contains(":user/ada</Arn>");
  }

  @Test
  void whatNobodySignedIsRefused() throws IOException {
    var request = put(Kind.HEADER, keys, "unsigned");
    var headers = new LinkedHashMap<>(request.headers());
    headers.keySet().removeIf("Authorization"::equalsIgnoreCase);
    refused(request.with("PUT", request.target(), headers, request.body()), "AccessDenied");
  }

  @Test
  void aFormOfNobodyKnownIsRefusedInS3sOwnForm() throws IOException {
    var form =
        """
        --x\r
        Content-Disposition: form-data; name="AWSAccessKeyId"\r
        \r
        AKIAUNKNOWN\r
        --x\r
        Content-Disposition: form-data; name="policy"\r
        \r
        e30=\r
        --x--\r
        """;
    var headers = Map.of("Host", "localhost", "Content-Type", "multipart/form-data; boundary=x");
    var answer =
        Http.send(server.port(), "POST", "/signed", headers, form.getBytes(StandardCharsets.UTF_8));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("content-type")).isEqualTo("application/xml");
    assertThat(answer.text()).contains("<Code>InvalidAccessKeyId</Code>");
  }

  private static Captured put(Kind kind, AwsCredentials who, String key) {
    return put(kind, false, who, key);
  }

  private static Captured put(Kind kind, boolean asymmetric, AwsCredentials who, String key) {
    var headers = kind == Kind.PRESIGNED ? Map.<String, String>of() : Map.of("x-amz-meta-a", "b");
    return new Signing(kind, asymmetric, who, "s3", server.port(), Duration.ZERO)
        .request("PUT", "/signed/" + key, headers, BODY);
  }

  private static Http.Response listQueues(AwsCredentials who, Duration skew) throws IOException {
    var headers =
        Map.of(
            "Content-Type", "application/x-amz-json-1.0", "X-Amz-Target", "AmazonSQS.ListQueues");
    return send(
        new Signing(Kind.HEADER, who, "sqs", server.port(), skew)
            .request("POST", "/", headers, "{}".getBytes(StandardCharsets.UTF_8)));
  }

  private static String callerIdentity(AwsCredentials who) throws IOException {
    var body = "Action=GetCallerIdentity&Version=2011-06-15".getBytes(StandardCharsets.UTF_8);
    return send(new Signing(Kind.HEADER, who, "sts", server.port(), Duration.ZERO)
            .request(
                "POST", "/", Map.of("Content-Type", "application/x-www-form-urlencoded"), body))
        .text();
  }

  private static void refused(Captured request, String code) throws IOException {
    var answer = send(request);
    assertThat(answer.status()).as(answer.toString()).isBetween(400, 403);
    assertThat(answer.text()).contains("<Code>" + code + "</Code>");
  }

  private static byte[] stored(String key) {
    var s3 = cloud.client(S3Client.class);
    return s3.listObjectsV2(r -> r.bucket("signed").prefix(key)).contents().isEmpty()
        ? null
        : s3.getObject(r -> r.bucket("signed").key(key), ResponseTransformer.toBytes())
            .asByteArray();
  }

  /// The same but for the last character of a header.
  private static Captured changed(Captured request, String name) {
    var headers = new LinkedHashMap<>(request.headers());
    assertThat(headers.keySet()).anyMatch(name::equalsIgnoreCase);
    headers.replaceAll((n, value) -> n.equalsIgnoreCase(name) ? lastFlipped(value) : value);
    return request.with(request.method(), request.target(), headers, request.body());
  }

  private static String lastFlipped(String value) {
    var last = value.charAt(value.length() - 1);
    return value.substring(0, value.length() - 1) + (last == '0' ? '1' : '0');
  }

  private static Http.Response send(Captured request) throws IOException {
    return Http.send(
        server.port(), request.method(), request.target(), request.headers(), request.body());
  }
}
