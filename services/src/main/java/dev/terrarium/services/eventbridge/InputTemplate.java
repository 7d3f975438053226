package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.eventbridge.model.InputTransformer;

/// A target's input transformer.
///
/// A variable outside of quotes becomes JSON: text gets quotes. Inside of quotes it becomes text,
/// which is not escaped, and objects lose their own quotes there. See *Amazon EventBridge input
/// transformation* in the user guide.
final class InputTemplate {
  private static final Pattern VARIABLE = Pattern.compile("<([A-Za-z0-9_.\\-]+)>");
  private static final JsonFactory JSON = new JsonFactory();
  private static final String RESERVED = "aws.events.";
  private static final String RULE_ARN = "aws.events.rule-arn";
  private static final String RULE_NAME = "aws.events.rule-name";
  private static final String TIME = "aws.events.event.ingestion-time";
  private static final String EVENT = "aws.events.event";
  private static final String WHOLE = "aws.events.event.json";

  private InputTemplate() {}

  /// Checks one that somebody gives.
  static void check(String id, InputTransformer transformer) {
    transformer
        .inputPathsMap()
        .forEach((name, path) -> {
          if (name.regionMatches(true, 0, "aws.", 0, 4)) {
            throw EventsErrors.validation(
                "InputPathsMap for target " + id + " contains reserved variable " + name + ".");
          }
          if (!JsonPath.isValid(path)) {
            throw EventsErrors.validation("Invalid InputPath for target " + id + ".");
          }
        });
    var matcher = VARIABLE.matcher(transformer.inputTemplate());
    while (matcher.find()) {
      var name = matcher.group(1);
      if (!transformer.inputPathsMap().containsKey(name) && !isReserved(name)) {
        throw EventsErrors.validation(
            "InputTemplate for target " + id + " contains invalid placeholder " + name + ".");
      }
    }
    checkJson(id, transformer.inputTemplate());
  }

  /// A template is JSON, or several lines of it.
  private static void checkJson(String id, String template) {
    var filled = new StringBuilder();
    var matcher = VARIABLE.matcher(template);
    int at = 0;
    var quoted = false;
    while (matcher.find()) {
      quoted = quotedAfter(template, at, matcher.start(), quoted);
      filled.append(template, at, matcher.start()).append(quoted ? "" : "\"\"");
      at = matcher.end();
    }
    filled.append(template, at, template.length());
    try (var parser = JSON.createParser(filled.toString())) {
      while (parser.nextToken() != null) {
        // Whether it can be read at all is the question.
      }
    } catch (JsonProcessingException e) {
      var where = e.getLocation();
      var error =
          EventsErrors.validation(
              "Invalid InputTemplate for target %s : [Source: (String)\"%s\"; line: %d, column: %d]."
                  .formatted(id, template, where.getLineNr(), where.getColumnNr()));
      error.addSuppressed(e);
      throw error;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isReserved(String name) {
    return name.startsWith(RESERVED)
        && (name.equals(RULE_ARN)
            || name.equals(RULE_NAME)
            || name.equals(TIME)
            || name.equals(EVENT)
            || name.equals(WHOLE));
  }

  /// What a target gets of an event.
  static String fill(
      InputTransformer transformer, ObjectNode event, RuleKey rule, Instant ingested) {
    var template = transformer.inputTemplate();
    var filled = new StringBuilder();
    var matcher = VARIABLE.matcher(template);
    int at = 0;
    var quoted = false;
    while (matcher.find()) {
      quoted = quotedAfter(template, at, matcher.start(), quoted);
      filled.append(template, at, matcher.start());
      at = matcher.end();
      var name = matcher.group(1);
      var path = transformer.inputPathsMap().get(name);
      if (path == null && !isReserved(name)) {
        filled.append(matcher.group());
        continue;
      }
      var value = path == null ? reserved(name, event, rule, ingested) : JsonPath.find(event, path);
      filled.append(quoted ? inText(value) : asJson(value));
    }
    return filled.append(template, at, template.length()).toString();
  }

  private static JsonNode reserved(String name, ObjectNode event, RuleKey rule, Instant ingested) {
    return switch (name) {
      case RULE_ARN -> Json.tree(rule.arn());
      case RULE_NAME -> Json.tree(rule.name());
      case TIME -> Json.tree(Envelope.MILLIS.format(ingested));
      case EVENT -> event.deepCopy().without("detail");
      default -> event;
    };
  }

  /// Whether what comes next is inside of quotes.
  private static boolean quotedAfter(String template, int from, int to, boolean before) {
    var quoted = before;
    for (int i = from; i < to; i++) {
      var c = template.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      }
    }
    return quoted;
  }

  private static String inText(JsonNode value) {
    if (value.isMissingNode()) {
      return "";
    }
    return value.isContainerNode() ? Json.write(value).replace("\"", "") : value.asText();
  }

  private static String asJson(JsonNode value) {
    return value.isMissingNode() ? "\"\"" : Json.write(value);
  }
}
