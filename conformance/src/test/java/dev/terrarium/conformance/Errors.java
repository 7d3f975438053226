package dev.terrarium.conformance;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// The exceptions that were logged while it is open.
final class Errors extends Handler implements AutoCloseable {
  private final Logger root = Logger.getLogger("");
  private final List<Throwable> seen = new CopyOnWriteArrayList<>();

  Errors() {
    root.addHandler(this);
  }

  /// The first of them, with where it comes from.
  String seen() {
    if (seen.isEmpty()) {
      return "";
    }
    var text = new StringWriter();
    seen.getFirst().printStackTrace(new PrintWriter(text));
    return text.toString().lines().limit(12).reduce("", (a, b) -> a + "\n" + b);
  }

  @Override
  public void publish(LogRecord line) {
    if (line.getThrown() != null) {
      seen.add(line.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    root.removeHandler(this);
  }
}
