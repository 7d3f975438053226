package dev.terrarium.app.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;

/// Kills a daemon under load, again and again, and looks whether anything that it acknowledged is
/// lost.
///
/// `java -cp … dev.terrarium.app.torture.Torture 60` goes on for 60 minutes.
public final class Torture {
  private final Path folder;
  private final Random random;
  private final int port;
  private final List<Load> loads;

  /// @param folder where the daemon keeps everything
  /// @param seed of the moments of the kills
  public Torture(Path folder, long seed) throws IOException {
    this.folder = folder;
    this.random = new Random(seed);
    this.loads =
        List.of(
            new QueueLoad(false),
            new QueueLoad(true),
            new FifoLoad("a"),
            new FifoLoad("b"),
            new ObjectLoad(),
            new TableLoad(folder.resolve("deliveries")),
            new TransferLoad());
    try (var free = new ServerSocket(0)) {
      this.port = free.getLocalPort();
    }
  }

  /// The long form.
  public static void main(String[] args) throws IOException, InterruptedException {
    var seed = System.nanoTime();
    System.out.println("seed " + seed);
    var torture = new Torture(Files.createTempDirectory("torture"), seed);
    var minutes = args.length == 0 ? 1 : Integer.parseInt(args[0]);
    System.out.println(torture.run(Integer.MAX_VALUE, Duration.ofMinutes(minutes)));
  }

  /// Kills until it has done so `kills` times or the time is over; returns what was done.
  public String run(int kills, Duration limit) throws IOException, InterruptedException {
    var end = System.nanoTime() + limit.toNanos();
    var done = 0;
    while (done < kills && System.nanoTime() < end) {
      round(done == 0, done + 1);
      done++;
    }
    round(false, -1);
    return done + " kills; " + loads;
  }

  /// Starts, checks what the last round left, works, kills. The last round only checks.
  private void round(boolean isFirst, int number) throws IOException, InterruptedException {
    var daemon = start();
    try {
      var clients = Clients.of(port);
      for (var load : loads) {
        if (isFirst) {
          load.prepare(clients);
        } else {
          load.check(clients);
        }
      }
      if (number > 0) {
        work(clients, daemon);
      }
    } finally {
      daemon.destroyForcibly().waitFor();
    }
  }

  private void work(Clients clients, Process daemon) throws InterruptedException {
    var failed = new AtomicReference<@Nullable Throwable>();
    var threads = new ArrayList<Thread>();
    var before = loads.stream().map(Load::acknowledged).toList();
    for (var load : loads) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  load.run(clients, daemon::isAlive);
                } catch (AwsServiceException e) {
                  failed.compareAndSet(null, e);
                } catch (SdkClientException e) {
                  // Cut off by the kill: neither acknowledged nor refused. Anything else is a
                  // failure.
                  if (daemon.isAlive() && !awaitEnd(daemon)) {
                    failed.compareAndSet(null, e);
                  }
                } catch (RuntimeException | AssertionError e) {
                  failed.compareAndSet(null, e);
                }
              }));
    }
    awaitFirst(before, threads);
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(600)));
    daemon.destroyForcibly();
    for (var thread : threads) {
      thread.join();
    }
    assertThat(failed.get()).isNull();
  }

  /// A kill before anything was acknowledged proves nothing: a cold process gets some time.
  private void awaitFirst(List<Integer> before, List<Thread> threads) {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() < end
        && threads.stream().allMatch(Thread::isAlive)
        && java.util.stream.IntStream.range(0, loads.size())
            .anyMatch(i -> loads.get(i).acknowledged() <= before.get(i))) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static boolean awaitEnd(Process daemon) {
    try {
      return daemon.waitFor(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Process start() throws IOException {
    var classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Duser.home=" + folder,
                "-cp",
                classPath,
                "dev.terrarium.app.Main",
                "up",
                "--port",
                "" + port,
                "--data",
                folder.resolve("data").toString())
            .redirectErrorStream(true)
            .start();
    var said = new ArrayList<String>();
    var output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      said.add(line);
      if (line.contains("is up at")) {
        Thread.ofVirtual().start(() -> output.lines().forEach(rest -> {}));
        return process;
      }
    }
    throw new AssertionError("It does not start: " + String.join("\n", said));
  }
}
