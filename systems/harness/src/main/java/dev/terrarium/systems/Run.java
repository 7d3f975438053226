package dev.terrarium.systems;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// A run of a system: what was asked for, the cloud it happens on, and how it waits and tells.
public final class Run {
  /// What was asked for.
  ///
  /// @param scale how much input, 1 for the usual amount
  /// @param fault by name, empty for none
  /// @param realTime whether delays are waited for instead of moving the cloud's clock
  /// @param folder where the truth and what else is to be looked at goes
  public record Options(long seed, double scale, String fault, boolean realTime, Path folder) {}

  private static final Duration PROGRESS = Duration.ofSeconds(1);

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

  /// Waits, and tells once a second how it stands.
  public boolean await(
      Duration most, BooleanSupplier condition, java.util.function.Supplier<String> standing) {
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

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /// Reads a resource of a system.
  static byte[] resource(ReferenceSystem system, String name) throws IOException {
    var path = "/" + system.name() + "/" + name;
    try (var in = system.getClass().getResourceAsStream(path)) {
      return Objects.requireNonNull(in, () -> "No resource " + path).readAllBytes();
    }
  }
}
