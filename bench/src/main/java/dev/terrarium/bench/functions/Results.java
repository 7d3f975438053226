package dev.terrarium.bench.functions;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Where functions leave what they saw: objects of one bucket.
final class Results {
  private Results() {}

  /// The moment, in microseconds.
  static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  static void put(String key, String body) throws IOException {
    var url = System.getenv("AWS_ENDPOINT_URL") + "/bench-out/" + key;
    var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    connection.setRequestMethod("PUT");
    connection.setDoOutput(true);
    connection.setRequestProperty(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=test/20261101/us-east-1/s3/aws4_request, SignedHeaders=host,"
            + " Signature=0");
    try (var to = connection.getOutputStream()) {
      to.write(body.getBytes(StandardCharsets.UTF_8));
    }
    if (connection.getResponseCode() != 200) {
      throw new IOException("Writing " + key + " was answered " + connection.getResponseCode());
    }
    connection.getInputStream().transferTo(OutputStream.nullOutputStream());
  }
}
