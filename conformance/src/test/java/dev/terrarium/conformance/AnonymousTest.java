package dev.terrarium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.wire.HttpServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// Requests that nobody signed, at a port where callers must prove who they are.
class AnonymousTest {
  private final Cloud cloud = Cloud.inMemory();
  private final HttpServer server = new HttpServer(cloud, "127.0.0.1", 0, true, null);
  private final HttpClient http = HttpClient.newHttpClient();
  private final S3Client s3 = cloud.client(S3Client.class);

  @BeforeEach
  void setUp() {
    s3.createBucket(b -> b.bucket("site"));
    s3.putObject(b -> b.bucket("site").key("index.html"), RequestBody.fromString("welcome"));
    s3.putBucketWebsite(b ->
        b.bucket("site").websiteConfiguration(w -> w.indexDocument(i -> i.suffix("index.html"))));
  }

  @AfterEach
  void tearDown() {
    http.close();
    server.close();
    cloud.close();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path));
  }

  /// Java's own client resolves no names below localhost, and sets no other host.
  private String site() {
    try (var socket = new Socket(java.net.InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: site.s3-website.localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      var in = socket.getInputStream();
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      var length =
          head.toString()
              .lines()
              .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
              .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
              .findFirst()
              .orElseThrow();
      return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void anObjectIsReadWithoutASignatureOnceTheBucketIsPublic() {
    var refused = send(to("/site/index.html"));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("<Code>AccessDenied</Code>");
    assertThat(site()).startsWith("HTTP/1.1 403");
    s3.deletePublicAccessBlock(b -> b.bucket("site"));
    s3.putBucketPolicy(b ->
        b.bucket("site")
            .policy(
                "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::site/*\"}}"));
    assertThat(send(to("/site/index.html")).body()).isEqualTo("welcome");
    assertThat(site()).startsWith("HTTP/1.1 200").endsWith("welcome");
    var put = send(to("/site/x").PUT(BodyPublishers.ofString("x")));
    assertThat(put.statusCode()).isEqualTo(403);
  }

  @Test
  void whereNothingIsPublicTheTokenIsMissed() {
    var asked =
        send(
            to("/")
                .header("X-Amz-Target", "AmazonSQS.ListQueues")
                .header("Content-Type", "application/x-amz-json-1.0")
                .POST(BodyPublishers.ofString("{}")));
    assertThat(asked.statusCode()).isEqualTo(403);
    assertThat(asked.body()).contains("MissingAuthenticationToken");
  }
}
