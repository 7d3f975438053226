package dev.terrarium.bench;

import java.io.IOException;
import java.util.List;

/// `bench/run [name ...]`.
final class Main {
  private static final List<Bench> ALL =
      List.of(
          new HttpRates(),
          new LargeObjects(),
          new Hops(),
          new Invocations(),
          new Starts(),
          new InTests(),
          new InProcess(),
          new Backlog(),
          new Beside(),
          new BulkLoads(),
          new StreamRates(),
          new StreamLags());

  private Main() {}

  /// Runs the named measurements, or all.
  public static void main(String[] args) throws IOException, InterruptedException {
    var names = List.of(args);
    if (names.contains("--help") || names.contains("help")) {
      System.out.println("bench/run [name ...]   measures; without a name, everything\n");
      ALL.forEach(bench -> System.out.printf("  %-10s %s%n", bench.name(), bench.about()));
      return;
    }
    for (var name : names) {
      if (ALL.stream().noneMatch(bench -> bench.name().equals(name))) {
        System.err.println("There is no measurement named " + name + "; see bench/run --help");
        System.exit(2);
      }
    }
    var out = new Output(System.out, System.err);
    for (var bench : ALL) {
      if (names.isEmpty() || names.contains(bench.name())) {
        bench.run(out);
      }
    }
    System.exit(0);
  }
}
