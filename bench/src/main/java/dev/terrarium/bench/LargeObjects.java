package dev.terrarium.bench;

import dev.terrarium.systems.Clients;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Objects of 100 MB, against a plain file server of the same HTTP library.
final class LargeObjects implements Bench {
  private static final int MEGABYTES = 100;
  private static final int ROUNDS = 9;
  private static final int WARM_UP = 3;

  @Override
  public String name() {
    return "objects";
  }

  @Override
  public String about() {
    return "S3 PUT and GET of 100 MB against a plain file server";
  }

  @Override
  public void run(Output out) throws IOException, InterruptedException {
    out.section("Objects of " + MEGABYTES + " MB");
    out.head("request", "file server", "Terrarium, on disk", "of the file server");
    try (var folder = Folder.create();
        var files = Child.ceiling(0, folder.path());
        var disk = Child.disk(folder.path().resolve("data"))) {
      new Clients(disk.endpoint()).s3.createBucket(r -> r.bucket("bench"));
      var rates = new double[4][ROUNDS];
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        var seen =
            new double[] {
              put(files.port(), "/files/large"),
              put(disk.port(), "/bench/large"),
              get(files.port(), "/files/large"),
              get(disk.port(), "/bench/large")
            };
        out.progress(
            String.format(
                Locale.ROOT,
                "PUT %.0f, %.0f  GET %.0f, %.0f MB/s",
                seen[0],
                seen[1],
                seen[2],
                seen[3]));
        for (int i = 0; i < 4 && round >= 0; i++) {
          rates[i][round] = seen[i];
        }
      }
      row("PUT", rates[0], rates[1], out);
      row("GET", rates[2], rates[3], out);
    }
    out.text(
        "Median of "
            + ROUNDS
            + " rounds, by turns. The file server neither hashes nor syncs; Terrarium computes the ETag's MD5"
            + " and answers when the object is on disk.");
  }

  private static void row(String name, double[] files, double[] terrarium, Output out) {
    var ratios = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      ratios[i] = terrarium[i] / files[i];
    }
    out.row(
        name,
        String.format(Locale.ROOT, "%.0f MB/s", Output.median(files)),
        String.format(Locale.ROOT, "%.0f MB/s", Output.median(terrarium)),
        Output.percent(Output.median(ratios)));
  }

  private static double put(int port, String path) throws IOException {
    var chunk = new byte[1024 * 1024];
    new java.util.Random(7).nextBytes(chunk);
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var start = System.nanoTime();
      var out = socket.getOutputStream();
      out.write(
          Request.of(
                  "s3",
                  "PUT",
                  path,
                  "Connection: close\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\nContent-Length: "
                      + MEGABYTES * chunk.length
                      + "\r\n",
                  new byte[0],
                  0)
              .withoutLength());
      for (int i = 0; i < MEGABYTES; i++) {
        out.write(chunk);
      }
      head(socket.getInputStream());
      return MEGABYTES * 1e9 / (System.nanoTime() - start);
    }
  }

  private static double get(int port, String path) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var start = System.nanoTime();
      socket
          .getOutputStream()
          .write(Request.of("s3", "GET", path, "Connection: close\r\n", new byte[0], 0).bytes());
      var in = socket.getInputStream();
      head(in);
      var buffer = new byte[256 * 1024];
      long left = MEGABYTES * 1024L * 1024;
      while (left > 0) {
        var n = in.read(buffer);
        if (n < 0) {
          throw new EOFException(left + " bytes are missing");
        }
        left -= n;
      }
      return MEGABYTES * 1e9 / (System.nanoTime() - start);
    }
  }

  private static void head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      var b = in.read();
      if (b < 0) {
        throw new EOFException("No answer");
      }
      head.append((char) b);
    }
    if (!head.toString().startsWith("HTTP/1.1 200")) {
      throw new IOException(
          "Answered " + head + new String(in.readNBytes(500), StandardCharsets.UTF_8));
    }
  }
}
