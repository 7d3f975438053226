package dev.terrarium.bench.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/// Takes the name of an object out of a notification that came through a topic and a queue, and
/// writes an object of that name, with the moment at which this function began.
public final class Relay implements RequestStreamHandler {
  private static final Pattern KEY = Pattern.compile("in-[0-9]{8}");

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    var began = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    var event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    var matcher = KEY.matcher(event);
    while (matcher.find()) {
      put(matcher.group(), Long.toString(began));
    }
    out.write("null".getBytes(StandardCharsets.UTF_8));
  }

  private static void put(String key, String body) throws IOException {
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
