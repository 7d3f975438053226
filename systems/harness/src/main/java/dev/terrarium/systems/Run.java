package dev.terrarium.systems;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/// A run of a system: what was asked for, the cloud it happens on, and how it waits and tells.
public final class Run {
  /// What was asked for.
  ///
  /// @param scale how much input, 1 for the usual amount
  /// @param fault by name, empty for none
  /// @param realTime whether delays are waited for instead of moving the cloud's clock
  /// @param doubts how often the verification is tried with a truth that is not true
  /// @param folder where the truth and what else is to be looked at goes
  public record Options(
      long seed, double scale, String fault, boolean realTime, int doubts, Path folder) {}

  private static final Duration PROGRESS = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final int ROUNDS_MAX = 12;
  private static final int ATTEMPTS = 100;

  private final String stack;
  private final Options options;
  private final CloudControl cloud;
  private final PrintWriter out;
  private final long start = System.nanoTime();
  private final AtomicReference<Map<String, String>> outputs = new AtomicReference<>(Map.of());

  /// The clients that a system uses.
  public final Clients clients;

  /// Terrarium's own addresses.
  public final Terrarium terrarium;

  /// @param stack the name of the stack that is deployed
  public Run(String stack, Options options, CloudControl cloud, PrintWriter out) {
    this.stack = stack;
    this.options = options;
    this.cloud = cloud;
    this.out = out;
    this.clients = new Clients(cloud.endpoint());
    this.terrarium = new Terrarium(cloud.endpoint());
  }

  /// The stack's name.
  public String stack() {
    return stack;
  }

  /// What was asked for.
  public Options options() {
    return options;
  }

  /// Whether this is the fault that was asked for.
  public boolean suffers(String fault) {
    return options.fault().equals(fault);
  }

  /// The cloud.
  public CloudControl cloud() {
    return cloud;
  }

  /// An output of the stack.
  public String output(String name) {
    return Objects.requireNonNull(outputs.get().get(name), () -> "No output " + name);
  }

  void outputs(Map<String, String> values) {
    outputs.set(Map.copyOf(values));
  }

  /// Prints a line, with the time since the start.
  public void say(String line) {
    out.printf("%7.1f s  %s%n", (System.nanoTime() - start) / 1e9, line);
    out.flush();
  }

  /// The mails of somebody whom only this run knows.
  public Mailbox mailbox(String who) {
    return new Mailbox(this, who + "@" + stack + ".example");
  }

  /// The table that an output names.
  public Table table(String output) {
    return new Table(clients.dynamo, output(output));
  }

  /// The queue whose address an output tells.
  public Queue queue(String output) {
    return new Queue(clients.sqs, output(output));
  }

  /// The bucket that an output names.
  public Bucket bucket(String output) {
    return new Bucket(clients.s3, output(output));
  }

  /// The function that an output names.
  public Function function(String output) {
    return new Function(this, output(output));
  }

  /// Kills the cloud and starts it again.
  public void killAndRestart() {
    say("killing the cloud, as kill -9 does");
    cloud.killAndRestart();
    say("the cloud is back");
  }

  /// Does something that must be done again if the cloud was killed before it answered.
  public void surely(Runnable work) {
    for (int attempt = 0; ; attempt++) {
      try {
        work.run();
        return;
      } catch (SdkException | UncheckedIOException e) {
        // The second is what the client throws if a connection ends amid an answer.
        if (!suffers("restart-cloud") || attempt > ATTEMPTS) {
          throw e;
        }
        sleep(Duration.ofMillis(300));
      }
    }
  }

  /// Does something with each of many things, some at a time.
  public <T> void each(Collection<T> all, int atOnce, Consumer<T> work) {
    try (var threads = Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
      var done = all.stream().map(one -> threads.submit(() -> work.accept(one))).toList();
      for (var one : done) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /// Lets time pass in the cloud: at once, unless the run is in real time.
  public void pass(Duration time) {
    if (options.realTime()) {
      sleep(time);
    } else {
      terrarium.advance(time);
    }
  }

  /// Waits on the machine's clock for something that is under way.
  ///
  /// @return whether it came about
  public boolean await(Duration most, BooleanSupplier condition) {
    return await(most, condition, () -> "");
  }

  /// Waits for something without which the run makes no sense.
  ///
  /// @throws IllegalStateException if it does not come about
  public void require(String what, Duration most, BooleanSupplier condition) {
    if (!await(most, condition)) {
      throw new IllegalStateException("It does not come about that " + what);
    }
  }

  /// Waits for something that may need the cloud's time to go on: as long as there is progress, and
  /// when there is none passes time, for what is tried again later and later.
  ///
  /// If it does not come about, the verification will tell what is missing.
  ///
  /// @param standing tells how far it is
  public void settle(
      String what, Duration step, BooleanSupplier condition, Supplier<String> standing) {
    // Where nothing goes wrong nothing has to be tried again, and time that passes while functions
    // are being started would only make them time out.
    var patience = options.fault().isEmpty() ? PATIENCE.multipliedBy(5) : PATIENCE;
    var before = "";
    var rounds = options.fault().isEmpty() ? 2 : ROUNDS_MAX;
    for (int round = 0; round < rounds; round++) {
      for (var now = answered(standing); !now.equals(before); now = answered(standing)) {
        before = now;
        if (await(patience, () -> answered(condition), () -> answered(standing))) {
          say(what);
          return;
        }
      }
      before = "";
      pass(step);
    }
    say("gave up waiting for this: " + what + "; " + answered(standing));
  }

  private static String answered(Supplier<String> standing) {
    try {
      return standing.get();
    } catch (SdkException | UncheckedIOException e) {
      return "not answered: " + e.getClass().getSimpleName();
    }
  }

  /// The condition, or false while the cloud is being started again.
  private static boolean answered(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (SdkException | UncheckedIOException _) {
      return false;
    }
  }

  /// Waits, and tells once a second how it stands.
  public boolean await(Duration most, BooleanSupplier condition, Supplier<String> standing) {
    var end = System.nanoTime() + most.toNanos();
    var told = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      if (System.nanoTime() - told > PROGRESS.toNanos()) {
        told = System.nanoTime();
        var line = standing.get();
        if (!line.isEmpty()) {
          say(line);
        }
      }
      sleep(Duration.ofMillis(100));
    }
    return true;
  }

  static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
