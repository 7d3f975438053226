package dev.terrarium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.conformance.vectors.Http;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.wire.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.core.sync.ResponseTransformer;

/// Every SDK compresses what becomes large, such as `PutMetricData`, without being asked.
class CompressionTest {
  private static Cloud cloud;
  private static HttpServer server;

  @BeforeAll
  static void start() {
    cloud = Cloud.inMemory();
    server = new HttpServer(cloud, "127.0.0.1", 0, false, null);
  }

  @AfterAll
  static void stop() {
    server.close();
    cloud.close();
  }

  @Test
  void metricsThatTheSdkCompressedArrive() {
    var data =
        IntStream.range(0, 500)
            .mapToObj(i -> MetricDatum.builder().metricName("m" + i).value((double) i).build())
            .toList();
    try (var http = ApacheHttpClient.create();
        var client =
            CloudWatchClient.builder()
                .httpClient(http)
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
                .credentialsProvider(StaticCredentialsProvider.create(Clients.KEYS))
                .overrideConfiguration(
                    o -> o.compressionConfiguration(c -> c.minimumCompressionThresholdInBytes(0)))
                .build()) {
      client.putMetricData(r -> r.namespace("compressed").metricData(data));
      assertThat(client.listMetrics(r -> r.namespace("compressed")).metrics()).hasSize(500);
    }
  }

  @Test
  void aFormMayBeCompressedAsWell() throws IOException {
    var form =
        "Action=PutMetricData&Version=2010-08-01&Namespace=form"
            + "&MetricData.member.1.MetricName=a&MetricData.member.1.Value=1";
    var answer = post("monitoring", "application/x-www-form-urlencoded", gzip(form), "/", "POST");
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    var listed = cloud.client(CloudWatchClient.class).listMetrics(r -> r.namespace("form"));
    assertThat(listed.metrics()).hasSize(1);
  }

  @Test
  void anObjectStaysAsItWasSent() throws IOException {
    var s3 = cloud.client(S3Client.class);
    s3.createBucket(r -> r.bucket("zipped"));
    var body = gzip("text");
    assertThat(post("s3", "text/plain", body, "/zipped/a", "PUT").status()).isEqualTo(200);
    var stored = s3.getObject(r -> r.bucket("zipped").key("a"), ResponseTransformer.toBytes());
    assertThat(stored.asByteArray()).isEqualTo(body);
    assertThat(stored.response().contentEncoding()).isEqualTo("gzip");
  }

  private static Http.Response post(
      String service, String type, byte[] body, String target, String method) throws IOException {
    return Http.send(
        server.port(),
        method,
        target,
        Map.of(
            "Host",
            "localhost",
            "Content-Type",
            type,
            "Content-Encoding",
            "gzip",
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/"
                + service
                + "/aws4_request, SignedHeaders=host, Signature=0"),
        body);
  }

  private static byte[] gzip(String text) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }
}
