package dev.terrarium.systems;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a run has shown. Safe for use by several threads.
public final class Report {
  private static final int DIFFERENCES_SHOWN = 8;

  private static final class Check {
    int compared;
    final List<String> differences = new ArrayList<>();
  }

  private final Map<String, Check> checks = new LinkedHashMap<>();
  private final List<Map.Entry<String, String>> facts = new ArrayList<>();

  /// Compares.
  ///
  /// @param check under which name it is counted
  /// @param subject what is compared, for the reader of a difference
  public synchronized void equal(
      String check, String subject, @Nullable Object expected, @Nullable Object actual) {
    hold(
        check,
        Objects.equals(expected, actual),
        subject + ": expected " + expected + " but it is " + actual);
  }

  /// Notes whether something holds.
  public synchronized void hold(String check, boolean holds, String otherwise) {
    var entry = checks.computeIfAbsent(check, c -> new Check());
    entry.compared++;
    if (!holds) {
      entry.differences.add(otherwise);
    }
  }

  /// Something worth knowing.
  public synchronized void fact(String name, String value) {
    facts.add(Map.entry(name, value));
  }

  /// How many things were done in a second, and what that is of a headline.
  ///
  /// @param headline what the original is said to do in a second, 0 if nothing is said
  public void rate(String things, long count, long millis, double headline) {
    var rate = count * 1000.0 / Math.max(1, millis);
    var text =
        "%,.0f %s/s (%,d in %.2f s, %d processors)"
            .formatted(
                rate, things, count, millis / 1000.0, Runtime.getRuntime().availableProcessors());
    fact(
        "rate",
        headline == 0
            ? text
            : text + "; headline %,.0f/s, ratio %.2f".formatted(headline, rate / headline));
  }

  /// How long things took, in milliseconds: p50, p99 and the longest.
  public void latency(String name, List<Long> millis) {
    var sorted = millis.stream().sorted().toList();
    if (!sorted.isEmpty()) {
      fact(
          name,
          "p50 %d ms, p99 %d ms, longest %d ms (%d measured)"
              .formatted(at(sorted, 0.50), at(sorted, 0.99), sorted.getLast(), sorted.size()));
    }
  }

  private static long at(List<Long> sorted, double quantile) {
    return sorted.get(Math.max(0, (int) Math.ceil(quantile * sorted.size()) - 1));
  }

  /// Whether something was compared and nothing differed.
  public synchronized boolean isVerified() {
    return !checks.isEmpty()
        && checks.values().stream().allMatch(check -> check.differences.isEmpty());
  }

  /// Every difference found.
  public synchronized List<String> differences() {
    var all = new ArrayList<String>();
    checks.forEach((name, check) -> check.differences.forEach(d -> all.add(name + ": " + d)));
    return all;
  }

  /// Prints it.
  public synchronized void print(PrintWriter out) {
    facts.forEach(fact -> out.printf("  %-12s %s%n", fact.getKey(), fact.getValue()));
    for (var entry : checks.entrySet()) {
      var check = entry.getValue();
      var wrong = check.differences.size();
      out.printf(
          Locale.ROOT,
          "  %-12s %s: %s%n",
          wrong == 0 ? "ok" : "DIFFERENT",
          entry.getKey(),
          wrong == 0 ? check.compared + " compared" : wrong + " of " + check.compared);
      check.differences.stream()
          .limit(DIFFERENCES_SHOWN)
          .forEach(difference -> out.printf("  %-12s   %s%n", "", difference));
      if (wrong > DIFFERENCES_SHOWN) {
        out.printf("  %-12s   and %d more%n", "", wrong - DIFFERENCES_SHOWN);
      }
    }
    out.println(isVerified() ? "VERIFIED" : "NOT VERIFIED");
    out.flush();
  }
}
