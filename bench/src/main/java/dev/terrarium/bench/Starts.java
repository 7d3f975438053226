package dev.terrarium.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// From the launcher's start to the first answer, and the memory that an idle cloud takes.
final class Starts implements Bench {
  private static final int ROUNDS = 5;
  private static final int IDLE_SECONDS = 3;

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String about() {
    return "process start to first answer, and idle memory";
  }

  @Override
  public void run(Output out) throws IOException, InterruptedException {
    out.section("Start and idle memory");
    out.head("how", "first answer, median", "worst of " + ROUNDS, "resident memory when idle");
    try (var folder = Folder.create()) {
      measure("in memory", List.of("--ephemeral"), true, out);
      measure("on disk", List.of("--data", folder.path().toString()), true, out);
      measure("in memory, without the cache of classes", List.of("--ephemeral"), false, out);
    }
    out.text(
        "From starting `./terrarium up` (a shell script, which looks for a JDK and for stale classes) to"
            + " the answer to `CreateQueue`; the memory after "
            + IDLE_SECONDS
            + " idle seconds.");
  }

  private static void measure(String name, List<String> options, boolean cache, Output out)
      throws IOException, InterruptedException {
    var nanos = new double[ROUNDS];
    var kilobytes = new double[ROUNDS];
    for (int i = -1; i < ROUNDS; i++) {
      var port = Child.freePort();
      var home = Path.of(System.getProperty("terrarium.home", "."));
      var command = new ArrayList<>(List.of(home.resolve("terrarium").toString(), "up"));
      command.addAll(List.of("--port", "" + port));
      command.addAll(options);
      var builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      if (!cache) {
        builder.environment().put("TERRARIUM_NO_CACHE", "1");
      }
      var start = System.nanoTime();
      var process = builder.start();
      awaitAnswer(port, process);
      var took = System.nanoTime() - start;
      TimeUnit.SECONDS.sleep(IDLE_SECONDS);
      var memory = resident(process.pid());
      process.destroy();
      process.waitFor(10, TimeUnit.SECONDS);
      out.progress(
          name + ": " + Output.millis((double) took) + ", " + (long) memory / 1024 + " MB");
      if (i >= 0) {
        nanos[i] = took;
        kilobytes[i] = memory;
      }
    }
    out.row(
        name,
        Output.millis(Output.median(nanos)),
        Output.millis(java.util.Arrays.stream(nanos).max().orElse(0)),
        String.format(Locale.ROOT, "%.0f MB", Output.median(kilobytes) / 1024));
  }

  /// The launcher replaces itself by Java, so the process is the same.
  private static double resident(long pid) throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("The system does not tell what memory a process has");
  }

  private static void awaitAnswer(int port, Process process)
      throws IOException, InterruptedException {
    var request =
        Request.of(
                "sqs",
                "POST",
                "/",
                "X-Amz-Target: AmazonSQS.CreateQueue\r\nContent-Type: application/x-amz-json-1.0\r\n"
                    + "Connection: close\r\n",
                "{\"QueueName\":\"first\"}".getBytes(StandardCharsets.UTF_8),
                0)
            .bytes();
    while (process.isAlive()) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.getOutputStream().write(request);
        var answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
        if (answer.equals("HTTP/1.1 200")) {
          return;
        }
        throw new IOException("Answered " + answer);
      } catch (java.net.ConnectException _) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
    throw new IOException("It did not start");
  }
}
