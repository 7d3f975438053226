package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Ids;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What comes before the names of objects: text with expressions `!{namespace:what}`.
///
/// See *Understand custom prefixes for Amazon S3 objects* in the developer guide.
final class PrefixExpression {
  private static final Pattern EXPRESSION = Pattern.compile("!\\{([^:}]*):([^}]*)\\}");
  private static final Set<String> NAMESPACES =
      Set.of("timestamp", "firehose", "partitionKeyFromQuery", "partitionKeyFromLambda");
  private static final DateTimeFormatter HOURS =
      DateTimeFormatter.ofPattern("yyyy/MM/dd/HH/", Locale.ROOT);
  private static final int RANDOM_LENGTH = 11;

  private final Ids ids;

  PrefixExpression(Ids ids) {
    this.ids = ids;
  }

  /// Refuses prefixes that cannot be evaluated.
  ///
  /// @param partitioned whether there are partition keys
  static void check(@Nullable String prefix, @Nullable String errorPrefix, boolean partitioned) {
    var inPrefix = expressions(prefix);
    var inErrors = expressions(errorPrefix);
    if (!inPrefix.isEmpty() && (errorPrefix == null || errorPrefix.isEmpty())) {
      throw FirehoseErrors.invalid(
          "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions");
    }
    if (inPrefix.containsKey("firehose:error-output-type")) {
      throw FirehoseErrors.invalid(
          "Prefix cannot contain !{firehose:error-output-type}; it can only be used in"
              + " ErrorOutputPrefix");
    }
    if (!inErrors.isEmpty() && !inErrors.containsKey("firehose:error-output-type")) {
      throw FirehoseErrors.invalid(
          "ErrorOutputPrefix must contain !{firehose:error-output-type} when it contains"
              + " expressions");
    }
    inErrors.keySet().stream()
        .filter(name -> name.startsWith("partitionKey"))
        .findFirst()
        .ifPresent(name -> {
          throw FirehoseErrors.invalid("ErrorOutputPrefix cannot contain !{" + name + "}");
        });
    var keyed = inPrefix.keySet().stream().anyMatch(name -> name.startsWith("partitionKey"));
    if (keyed && !partitioned) {
      throw FirehoseErrors.invalid(
          "Prefix can only contain partition keys when dynamic partitioning is enabled");
    }
    if (partitioned && !keyed) {
      throw FirehoseErrors.invalid(
          "Dynamic partitioning requires partition keys in Prefix: partitionKeyFromQuery or"
              + " partitionKeyFromLambda");
    }
  }

  private static Map<String, String> expressions(@Nullable String text) {
    var found = new HashMap<String, String>();
    if (text == null) {
      return found;
    }
    var matcher = EXPRESSION.matcher(text);
    while (matcher.find()) {
      var namespace = matcher.group(1);
      var what = matcher.group(2);
      if (!NAMESPACES.contains(namespace) || what.isEmpty()) {
        throw FirehoseErrors.invalid("Invalid prefix expression: " + matcher.group());
      }
      if (namespace.equals("timestamp")) {
        format(what);
      } else if (namespace.equals("firehose")
          && !what.equals("random-string")
          && !what.equals("error-output-type")) {
        throw FirehoseErrors.invalid("Invalid prefix expression: " + matcher.group());
      }
      found.put(namespace + ":" + what, what);
    }
    return found;
  }

  private static DateTimeFormatter format(String pattern) {
    try {
      return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw FirehoseErrors.invalid("Invalid timestamp pattern in prefix: " + pattern);
    }
  }

  /// The prefix of an object.
  ///
  /// @param errorType the error output type, or null for what was processed well
  String evaluate(
      String prefix,
      String errorPrefix,
      @Nullable String errorType,
      ZonedDateTime moment,
      Map<String, String> partitionKeys) {
    String text;
    if (errorType == null) {
      text = prefix;
    } else {
      text = errorPrefix.isEmpty() ? prefix + errorType + "/" : errorPrefix;
      if (!errorPrefix.isEmpty() && !errorPrefix.contains("!{firehose:error-output-type}")) {
        text = errorPrefix + errorType + "/";
      }
    }
    var dated = text.contains("!{timestamp:");
    var evaluated =
        EXPRESSION
            .matcher(text)
            .replaceAll(quoted(expression -> value(expression, errorType, moment, partitionKeys)));
    var keyed = text.contains("!{partitionKeyFrom");
    return dated || keyed ? evaluated : evaluated + HOURS.format(moment);
  }

  private static Function<java.util.regex.MatchResult, String> quoted(
      Function<java.util.regex.MatchResult, String> values) {
    return expression -> Matcher.quoteReplacement(values.apply(expression));
  }

  private String value(
      java.util.regex.MatchResult expression,
      @Nullable String errorType,
      ZonedDateTime moment,
      Map<String, String> partitionKeys) {
    var what = expression.group(2);
    return switch (expression.group(1)) {
      case "timestamp" -> format(what).format(moment);
      case "firehose" ->
          what.equals("random-string")
              ? ids.alphanumeric(RANDOM_LENGTH)
              : errorType == null ? "" : errorType;
      default -> partitionKeys.getOrDefault(what, "");
    };
  }
}
