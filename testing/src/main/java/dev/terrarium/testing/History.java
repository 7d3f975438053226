package dev.terrarium.testing;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.trace.Span;
import dev.terrarium.kernel.trace.Trace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What has happened in a cloud: every call, from wherever it came, and what each has caused.
///
/// A call is named by service and operation, as `sqs:SendMessage`; `sqs:*` means all of a service.
/// The latest [Trace#CAPACITY] are known.
public final class History {
  private final Cloud cloud;

  History(Cloud cloud) {
    this.cloud = cloud;
  }

  /// The calls of a name, the oldest first.
  public List<Span> calls(String name) {
    return cloud.trace().latest(span -> matches(span, name), Trace.CAPACITY).reversed();
  }

  /// Fails unless there have been exactly so many calls of a name.
  public void assertCalled(String name, int times) {
    var calls = calls(name);
    if (calls.size() != times) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "Expected %d calls of %s, but there were %d. What happened:%n%s",
              times,
              name,
              calls.size(),
              this));
    }
  }

  /// Fails unless one call led to the next and so on to the last, directly or through others:
  /// `assertLed("s3:PutObject", "sns:Publish", "sqs:SendMessage", "lambda:Invoke")`.
  public void assertLed(String first, String... then) {
    var byId = new HashMap<String, Span>();
    for (var span : calls("*:*")) {
      byId.put(span.cause().spanId(), span);
    }
    var last = then.length == 0 ? first : then[then.length - 1];
    for (var end : calls(last)) {
      if (leads(byId, end, first, then)) {
        return;
      }
    }
    throw new AssertionError(
        first + " has not led to " + String.join(" to ", then) + ". What happened:\n" + this);
  }

  /// Follows the causes of the last call backwards.
  private static boolean leads(Map<String, Span> byId, Span end, String first, String... then) {
    var wanted = then.length - 1;
    for (var at = end; at != null; at = byId.get(at.cause().parentId())) {
      if (matches(at, wanted < 0 ? first : then[wanted])) {
        wanted--;
        if (wanted < -1) {
          return true;
        }
      }
    }
    return false;
  }

  /// Fails if any call was answered with an error.
  public void assertNoErrors() {
    var failed = calls("*:*").stream().filter(span -> !span.error().isEmpty()).toList();
    if (!failed.isEmpty()) {
      var text = new StringBuilder("These calls failed:\n");
      failed.forEach(span -> line(text, span, 0));
      throw new AssertionError(text.toString());
    }
  }

  private static boolean matches(Span span, String name) {
    var colon = name.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("Name a call as service:Operation, not " + name);
    }
    var service = name.substring(0, colon);
    var operation = name.substring(colon + 1);
    return (service.equals("*") || service.equals(span.service()))
        && (operation.equals("*") || operation.equals(span.operation()));
  }

  /// Every call, indented below what caused it.
  @Override
  public String toString() {
    var known = new HashSet<String>();
    var caused = new HashMap<String, List<Span>>();
    var calls = calls("*:*");
    calls.forEach(span -> known.add(span.cause().spanId()));
    for (var span : calls) {
      var parent = span.cause().parentId();
      caused
          .computeIfAbsent(known.contains(parent) ? parent : "", p -> new ArrayList<>())
          .add(span);
    }
    var text = new StringBuilder();
    lines(text, caused, "", 0);
    return text.toString();
  }

  private static void lines(
      StringBuilder text, Map<String, List<Span>> caused, String by, int depth) {
    for (var span : caused.getOrDefault(by, List.of())) {
      line(text, span, depth);
      lines(text, caused, span.cause().spanId(), depth + 1);
    }
  }

  private static void line(StringBuilder text, Span span, int depth) {
    text.repeat("  ", depth)
        .append(span.service())
        .append(':')
        .append(span.operation())
        .append(span.error().isEmpty() ? "" : " failed: " + span.error())
        .append('\n');
  }
}
