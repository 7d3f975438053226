package dev.terrarium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.conformance.vectors.Http;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.wire.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Connections end when they should, and not before.
class ConnectionTest {
  private static final int LARGE = 3_000_000;
  private static Cloud cloud;
  private static HttpServer server;

  @BeforeAll
  static void start() {
    cloud = Cloud.inMemory();
    server = new HttpServer(cloud, "127.0.0.1", 0, false, null);
    var s3 = cloud.client(S3Client.class);
    s3.createBucket(r -> r.bucket("bucket"));
    s3.putObject(r -> r.bucket("bucket").key("k"), RequestBody.fromBytes(new byte[LARGE]));
  }

  @AfterAll
  static void stop() {
    server.close();
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /_terrarium/health", "GET /none", "GET /bucket/k", "PUT /bucket/x"})
  void whoAsksForTheEndOfTheConnectionGetsIt(String what) throws IOException {
    try (var socket = connect()) {
      send(socket, what + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      var answer = Http.parse(socket.getInputStream().readAllBytes());
      assertThat(answer.header("connection")).isEqualTo("close");
      assertThat(answer.header("content-length")).isEqualTo("" + answer.body().length);
      if (what.equals("GET /bucket/k")) {
        assertThat(answer.body()).hasSize(LARGE);
      }
    }
  }

  /// Helidon sends no 100 for an empty body, and botocore misreads what follows an answer without
  /// one.
  @Test
  void whoWaitsForAContinueThatNeverComesGetsAConnectionOfItsOwn() throws IOException {
    try (var socket = connect()) {
      send(
          socket,
          "PUT /bucket/x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n");
      var answer = Http.parse(socket.getInputStream().readAllBytes());
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("connection")).isEqualTo("close");
    }
  }

  /// Nobody asks here who made a link, but its end is its end; what cannot be read is no end.
  @ParameterizedTest
  @CsvSource({
    "X-Amz-Date=20200101T000000Z&X-Amz-Expires=60, 403",
    "X-Amz-Date=20200101T000000Z&X-Amz-Expires=999999999, 200",
    "X-Amz-Date=20209999T999999Z&X-Amz-Expires=60, 200",
    "AWSAccessKeyId=a&Signature=b&Expires=1600000000, 403",
    "AWSAccessKeyId=a&Signature=b&Expires=99999999999, 200",
  })
  void presignedLinksEnd(String query, int status) throws IOException {
    var credential =
        query.startsWith("X")
            ? "&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host&X-Amz-Signature=00"
                + "&X-Amz-Credential=test/20200101/us-east-1/s3/aws4_request"
            : "";
    try (var socket = connect()) {
      send(
          socket,
          "GET /bucket/k?"
              + query
              + credential
              + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      var answer = Http.parse(socket.getInputStream().readAllBytes());
      assertThat(answer.status()).isEqualTo(status);
      if (status == 403) {
        assertThat(answer.text()).contains("<Message>Request has expired</Message>");
      }
    }
  }

  @Test
  void otherwiseTheConnectionIsUsedAgain() throws IOException {
    try (var socket = connect()) {
      for (int i = 0; i < 3; i++) {
        send(socket, "HEAD /bucket/k HTTP/1.1\r\nHost: a\r\n\r\n");
        var in = socket.getInputStream();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
          head.append((char) in.read());
        }
        assertThat(head).startsWith("HTTP/1.1 200");
      }
    }
  }

  private static Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static void send(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }
}
