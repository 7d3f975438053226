package dev.terrarium.app;

import dev.terrarium.kernel.Cloud;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/// A short life of a whole daemon, so that the JDK can note which classes a start needs. The
/// launcher runs it once after each build.
///
/// Every class that is touched here is loaded at every start, needed or not; with all services an
/// idle cloud took 185 MB, with these it takes 130.
public final class Training {
  private final int port;

  private Training(int port) {
    this.port = port;
  }

  /// Lives it.
  public static void main(String[] args) throws IOException {
    Main.line("up").parseArgs("up", "--port", "0");
    var data = Files.createTempDirectory("terrarium-training");
    try (var daemon =
        new Daemon(new Daemon.Settings(data, "127.0.0.1", 0, false, Cloud.DEFAULT_SCOPE))) {
      var training = new Training(daemon.port());
      training.queue();
      training.object();
      training.query("sts", "2011-06-15", "GetCallerIdentity");
    }
    Folders.delete(data);
  }

  private void queue() throws IOException {
    var url = "\"QueueUrl\":\"http://localhost:" + port + "/000000000000/q\"";
    for (int i = 0; i < 50; i++) {
      send("sqs", "POST", "/", "AmazonSQS.CreateQueue", "{\"QueueName\":\"q\"}");
      send("sqs", "POST", "/", "AmazonSQS.SendMessage", "{" + url + ",\"MessageBody\":\"x\"}");
      send("sqs", "POST", "/", "AmazonSQS.ReceiveMessage", "{" + url + "}");
    }
  }

  private void object() throws IOException {
    send("s3", "PUT", "/bucket", "", "");
    for (int i = 0; i < 20; i++) {
      send("s3", "PUT", "/bucket/key", "", "x");
      send("s3", "GET", "/bucket/key", "", "");
      send("s3", "GET", "/bucket?list-type=2", "", "");
    }
  }

  private void query(String service, String version, String action) throws IOException {
    send(service, "POST", "/", "", "Version=" + version + "&Action=" + action);
  }

  /// By a plain socket: an HTTP client of the JDK would bring five hundred classes into the cache
  /// that no start needs.
  private void send(String service, String method, String path, String target, String body)
      throws IOException {
    var headers = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    headers.append("Connection: close\r\nAuthorization: ").append(signed(service));
    if (!target.isEmpty()) {
      headers.append("\r\nX-Amz-Target: ").append(target);
      headers.append("\r\nContent-Type: application/x-amz-json-1.0");
    } else if (body.startsWith("Version=")) {
      headers.append("\r\nContent-Type: application/x-www-form-urlencoded");
    }
    headers.append("\r\nContent-Length: ").append(body.length()).append("\r\n\r\n");
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write((headers + body).getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    }
  }

  private static String signed(String service) {
    return "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/"
        + service
        + "/aws4_request, SignedHeaders=host, Signature=0";
  }
}
