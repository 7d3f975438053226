package dev.terrarium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.testkit.Seed;
import dev.terrarium.testkit.Seeded;
import dev.terrarium.wire.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Whatever arrives at the port is answered, and never with an error that is Terrarium's own.
class FuzzTest {
  private static final int REQUESTS_PER_SEED = 100;
  private static final List<Captured> REQUESTS = new ArrayList<>();
  private static Cloud cloud;
  private static HttpServer server;

  @BeforeAll
  static void start() {
    cloud = Cloud.inMemory();
    server = new HttpServer(cloud, "127.0.0.1", 0, false, null);
    populate(cloud);
    var endpoint = URI.create("http://127.0.0.1:" + server.port());
    var filled = new Samples(FuzzTest::plausible);
    var empty = new Samples((field, value) -> required(field) ? plausible(field, value) : null);
    for (var service : cloud.services()) {
      var client = Captured.client(service.client(), endpoint);
      for (var operation : service.model().operations()) {
        for (var samples : List.of(filled, empty)) {
          var request = samples.fill(operation.requestBuilder().get());
          Captured.of(service.model(), client, operation, request, new byte[] {1, 2, 3})
              .ifPresent(REQUESTS::add);
        }
      }
    }
  }

  @AfterAll
  static void stop() {
    server.close();
    cloud.close();
  }

  /// Makes some of what the requests ask for.
  static void populate(Cloud cloud) {
    cloud.client(SqsClient.class).createQueue(r -> r.queueName("example"));
    cloud.client(S3Client.class).createBucket(r -> r.bucket("example-bucket"));
    cloud.client(SnsClient.class).createTopic(r -> r.name("example"));
    cloud.client(IamClient.class).createUser(r -> r.userName("example"));
  }

  private static boolean required(SdkField<?> field) {
    return field.containsTrait(software.amazon.awssdk.core.traits.RequiredTrait.class)
        || field.location() != software.amazon.awssdk.core.protocol.MarshallLocation.PAYLOAD;
  }

  static Object plausible(SdkField<?> field, Object value) {
    return switch (field.memberName()) {
      case "Bucket" -> value instanceof String ? "example-bucket" : value;
      case "QueueUrl" -> "http://127.0.0.1:1/000000000000/example";
      case "QueueName", "UserName", "GroupName", "RoleName" -> "example";
      case "TopicArn" -> "arn:aws:sns:us-east-1:000000000000:example";
      case "ChecksumAlgorithm" -> value instanceof String ? "CRC32" : value;
      case "SourceBucket", "SourceKey", "SourceVersionId", "WaitTimeSeconds" -> null;
      case "CopySource" -> "example-bucket/key";
      default -> value;
    };
  }

  @Test
  void everyOperationAnswersEvenIfNothingIsThere() throws IOException {
    var failures = new ArrayList<String>();
    for (var request : REQUESTS) {
      try (var errors = new Errors()) {
        check(request, errors, failures);
      }
    }
    assertThat(failures).isEmpty();
  }

  @Seeded(tries = 20)
  void aBrokenRequestIsRefusedAndNothingElseHappens(Seed seed) throws IOException {
    var random = seed.random();
    var mutations = new Mutations(random);
    var failures = new ArrayList<String>();
    for (int i = 0; i < REQUESTS_PER_SEED; i++) {
      var request = REQUESTS.get(random.nextInt(REQUESTS.size()));
      try (var errors = new Errors()) {
        check(mutations.of(request), errors, failures);
      }
    }
    assertThat(failures).isEmpty();
    assertThat(
            answer(
                "GET /_terrarium/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)))
        .startsWith("HTTP/1.1 200");
  }

  private static void check(Captured request, Errors errors, List<String> failures)
      throws IOException {
    String answer;
    try {
      answer = answer(request.toBytes());
    } catch (SocketTimeoutException e) {
      failures.add("no answer to " + shown(request));
      return;
    }
    var status = answer.length() < 12 ? "none" : answer.substring(9, 12);
    var fine = status.equals("501") || status.compareTo("200") >= 0 && status.compareTo("500") < 0;
    if (!fine && !(answer.isEmpty() && brokenHttp(request))
        || answer.contains("\tat ")
        || answer.contains("Exception:")) {
      failures.add(shown(request) + "\n -> " + cut(answer, 300) + "\n" + errors.seen());
    }
  }

  /// Where the framing itself is wrong, to hang up is an answer.
  private static boolean brokenHttp(Captured request) {
    return request.headers().containsKey("Content-Length")
        || request.headers().containsKey("Transfer-Encoding");
  }

  private static String shown(Captured request) {
    return request.method()
        + " "
        + cut(request.target(), 300)
        + "\n"
        + cut(request.headers().toString(), 500)
        + "\n"
        + cut(new String(request.body(), StandardCharsets.UTF_8), 600);
  }

  private static String cut(String text, int length) {
    return text.length() > length ? text.substring(0, length) + "…" : text;
  }

  /// Sends bytes as they are and reads until the server hangs up.
  private static String answer(byte[] request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      try {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
        socket.shutdownOutput();
      } catch (SocketException e) {
        // The server has answered and hung up before it read everything.
      }
      try {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } catch (SocketException e) {
        return "";
      }
    }
  }
}
