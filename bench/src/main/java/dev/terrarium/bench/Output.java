package dev.terrarium.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/// Where measurements write: Markdown to standard output, progress to standard error.
final class Output {
  private final PrintStream out;
  private final PrintStream progress;

  Output(PrintStream out, PrintStream progress) {
    this.out = out;
    this.progress = progress;
  }

  /// Begins a section.
  void section(String title) {
    out.println("\n### " + title + "\n");
    out.flush();
  }

  /// A paragraph.
  void text(String text) {
    out.println("\n" + text);
    out.flush();
  }

  /// The head of a table.
  void head(String... columns) {
    row(columns);
    var lines = new String[columns.length];
    Arrays.fill(lines, "---");
    row(lines);
  }

  /// A row of a table.
  void row(String... cells) {
    out.println("| " + String.join(" | ", cells) + " |");
    out.flush();
  }

  /// What is being done just now.
  void progress(String what) {
    progress.println("  .. " + what);
    progress.flush();
  }

  static String rate(double perSecond) {
    return String.format(Locale.ROOT, "%,.0f/s", perSecond);
  }

  static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * ratio);
  }

  static String millis(double nanos) {
    return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
  }

  static String micros(double nanos) {
    return String.format(Locale.ROOT, "%.2f µs", nanos / 1e3);
  }

  static String percentile(Histogram histogram, double percentile) {
    return millis((double) histogram.getValueAtPercentile(percentile));
  }

  /// The middle one.
  static double median(double[] values) {
    var sorted = values.clone();
    Arrays.sort(sorted);
    var half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
