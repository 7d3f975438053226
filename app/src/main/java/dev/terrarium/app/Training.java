package dev.terrarium.app;

import dev.terrarium.kernel.Cloud;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;

/// A short life of a whole daemon, so that the JDK can note which classes a start needs. The
/// launcher runs it once after each build.
///
/// Every class that is touched here is loaded at every start, needed or not; with all services an
/// idle cloud took 185 MB, with these it takes 130.
public final class Training {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String endpoint;

  private Training(String endpoint) {
    this.endpoint = endpoint;
  }

  /// Lives it.
  public static void main(String[] args) throws IOException, InterruptedException {
    var data = Files.createTempDirectory("terrarium-training");
    try (var daemon =
        new Daemon(new Daemon.Settings(data, "127.0.0.1", 0, false, Cloud.DEFAULT_SCOPE))) {
      var training = new Training("http://localhost:" + daemon.port());
      training.queue();
      training.object();
      training.query("sts", "2011-06-15", "GetCallerIdentity");
    }
    Folders.delete(data);
  }

  private void queue() throws IOException, InterruptedException {
    var url = "\"QueueUrl\":\"" + endpoint + "/000000000000/q\"";
    for (int i = 0; i < 50; i++) {
      send("sqs", "POST", "/", "AmazonSQS.CreateQueue", "{\"QueueName\":\"q\"}");
      send("sqs", "POST", "/", "AmazonSQS.SendMessage", "{" + url + ",\"MessageBody\":\"x\"}");
      send("sqs", "POST", "/", "AmazonSQS.ReceiveMessage", "{" + url + "}");
    }
  }

  private void object() throws IOException, InterruptedException {
    send("s3", "PUT", "/bucket", "", "");
    for (int i = 0; i < 20; i++) {
      send("s3", "PUT", "/bucket/key", "", "x");
      send("s3", "GET", "/bucket/key", "", "");
      send("s3", "GET", "/bucket?list-type=2", "", "");
    }
  }

  private void query(String service, String version, String action)
      throws IOException, InterruptedException {
    send(service, "POST", "/", "", "Version=" + version + "&Action=" + action);
  }

  private void send(String service, String method, String path, String target, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(endpoint + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", signed(service));
    if (!target.isEmpty()) {
      request.header("X-Amz-Target", target).header("Content-Type", "application/x-amz-json-1.0");
    } else if (body.startsWith("Version=")) {
      request.header("Content-Type", "application/x-www-form-urlencoded");
    }
    http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String signed(String service) {
    return "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/"
        + service
        + "/aws4_request, SignedHeaders=host, Signature=0";
  }
}
