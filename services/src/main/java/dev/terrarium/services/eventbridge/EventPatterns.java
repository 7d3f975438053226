package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.TestEventPatternRequest;
import software.amazon.awssdk.services.eventbridge.model.TestEventPatternResponse;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Ruler;

/// What event patterns must be like, as AWS's own event-ruler says, and the operation that tries
/// one.
final class EventPatterns extends EventsPart {
  private static final List<String> MEMBERS =
      List.of("id", "account", "source", "time", "region", "resources", "detail-type");
  private static final int SHOWN_MAX = 500;

  EventPatterns(EventStore store) {
    super(store);
  }

  /// Checks a pattern that somebody gives.
  static void check(@Nullable String pattern) {
    if (pattern == null) {
      return;
    }
    var problem = JsonRuleCompiler.check(pattern);
    if (problem != null) {
      var shown = pattern.substring(0, Math.min(SHOWN_MAX, pattern.length()));
      throw EventsErrors.pattern(
          problem.replaceFirst(
              "REDACTED \\([^)]*\\)",
              Matcher.quoteReplacement(
                  "(String)\"" + shown + "\"" + truncated(pattern.length() - shown.length()))));
    }
  }

  private static String truncated(int chars) {
    return chars == 0 ? "" : "[truncated " + chars + " chars]";
  }

  @Override
  public TestEventPatternResponse testEventPattern(TestEventPatternRequest request) {
    new EventsConstraints()
        .required("eventPattern", request.eventPattern())
        .eventPattern(request.eventPattern())
        .required("event", request.event())
        .check();
    var event = event(request.event());
    check(request.eventPattern());
    try {
      var matches = Ruler.matchesRule(Json.write(event), request.eventPattern());
      return TestEventPatternResponse.builder().result(matches).build();
    } catch (Exception e) {
      throw new IllegalStateException("A checked pattern does not match", e);
    }
  }

  private static JsonNode event(String text) {
    JsonNode event;
    try {
      event = Json.parse(text);
    } catch (IllegalArgumentException e) {
      var error = EventsErrors.validation("Parameter Event is not valid.");
      error.addSuppressed(e);
      throw error;
    }
    if (!event.isObject()) {
      throw EventsErrors.validation("Parameter Event is not valid.");
    }
    for (var member : MEMBERS) {
      if (!event.has(member)) {
        throw EventsErrors.invalid("Event", member + " is a required argument.");
      }
    }
    return event;
  }
}
