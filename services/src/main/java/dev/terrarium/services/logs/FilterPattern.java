package dev.terrarium.services.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A filter pattern of CloudWatch Logs: terms, a condition on JSON, or a row of space-delimited
/// fields.
///
/// See AWS's "Filter pattern syntax for metric filters, subscription filters, filter log events,
/// and Live Tail".
sealed interface FilterPattern {
  /// The longest pattern.
  int LENGTH_MAX = 1024;

  /// Whether an event with this message is meant.
  boolean matches(String message);

  /// What the pattern names in a message that it matches: `$.a` or `$field`, with its value.
  Map<String, String> extract(String message);

  /// The value that a metric filter's `$.a` or `$field` has in a message, or null.
  @Nullable String value(String message, String selector);

  /// Reads a pattern; null and blank match everything.
  static FilterPattern parse(@Nullable String text) {
    var pattern = text == null ? "" : text.strip();
    if (pattern.length() > LENGTH_MAX) {
      throw LogsErrors.constraint(
          "filterPattern", pattern, "have length less than or equal to " + LENGTH_MAX);
    }
    try {
      if (pattern.startsWith("{")) {
        return new OfJson(new PatternParser(pattern).json());
      } else if (pattern.startsWith("[")) {
        return new OfFields(new PatternParser(pattern).fields());
      }
      return Terms.parse(pattern);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      var error = LogsErrors.invalid("Invalid filter pattern");
      error.addSuppressed(e);
      throw error;
    }
  }

  /// Words, phrases and regular expressions that a message holds, or does not.
  record Terms(List<Term> all, List<Term> any, List<Term> none) implements FilterPattern {
    private static final Pattern TOKEN =
        Pattern.compile("([-?]?)(?:\"((?:[^\"\\\\]|\\\\.)*)\"|%((?:[^%\\\\]|\\\\.)*)%|(\\S+))\\s*");

    /// One of them.
    record Term(String text, @Nullable Pattern regex) {
      boolean in(String message) {
        return regex == null ? message.contains(text) : regex.matcher(message).find();
      }
    }

    static Terms parse(String pattern) {
      var all = new ArrayList<Term>();
      var any = new ArrayList<Term>();
      var none = new ArrayList<Term>();
      var matcher = TOKEN.matcher(pattern);
      int at = 0;
      while (at < pattern.length()) {
        if (!matcher.find(at) || matcher.start() != at) {
          throw new IllegalArgumentException(pattern);
        }
        var phrase = matcher.group(2);
        var regex = matcher.group(3);
        var word = matcher.group(4);
        if (word != null && !word.matches("[\\w.:/@$&#*=+~,;'^!<>()\\[\\]{}|\\\\-]+")) {
          throw new IllegalArgumentException(word);
        }
        var term =
            regex != null
                ? new Term("", Pattern.compile(regex))
                : new Term(phrase == null ? word : phrase.replaceAll("\\\\(.)", "$1"), null);
        switch (matcher.group(1)) {
          case "-" -> none.add(term);
          case "?" -> any.add(term);
          default -> all.add(term);
        }
        at = matcher.end();
      }
      return new Terms(all, any, none);
    }

    @Override
    public boolean matches(String message) {
      // AWS ignores the optional terms where there are others.
      var optional = any.isEmpty() || !all.isEmpty() || !none.isEmpty();
      return all.stream().allMatch(term -> term.in(message))
          && none.stream().noneMatch(term -> term.in(message))
          && (optional || any.stream().anyMatch(term -> term.in(message)));
    }

    @Override
    public Map<String, String> extract(String message) {
      return Map.of();
    }

    @Override
    public @Nullable String value(String message, String selector) {
      return null;
    }
  }

  /// A condition on a message that is a JSON object.
  record OfJson(Condition condition) implements FilterPattern {
    private static @Nullable JsonNode tree(String message) {
      if (!message.startsWith("{") && !message.stripLeading().startsWith("{")) {
        return null;
      }
      try {
        return Json.parse(message);
      } catch (IllegalArgumentException _) {
        return null;
      }
    }

    @Override
    public boolean matches(String message) {
      var tree = tree(message);
      return tree != null && condition.holds(selector -> Selector.of(selector).in(tree));
    }

    @Override
    public Map<String, String> extract(String message) {
      var found = new LinkedHashMap<String, String>();
      var tree = tree(message);
      if (tree != null) {
        for (var selector : condition.selectors()) {
          var value = Selector.of(selector).in(tree);
          if (!value.isEmpty() && value.getFirst().isValueNode()) {
            found.put(selector, value.getFirst().asText());
          }
        }
      }
      return found;
    }

    @Override
    public @Nullable String value(String message, String selector) {
      var tree = tree(message);
      var value = tree == null ? List.<JsonNode>of() : Selector.of(selector).in(tree);
      return value.isEmpty() || !value.getFirst().isValueNode() ? null : value.getFirst().asText();
    }
  }

  /// A row of fields with conditions; `...` stands for any number of them.
  record OfFields(List<Field> fields) implements FilterPattern {
    private static final Pattern FIELD =
        Pattern.compile("\\[([^\\]]*)\\]|\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S+)");

    /// One field; `...` has no name and no condition.
    record Field(String name, @Nullable Condition condition) {
      boolean isEllipsis() {
        return name.equals("...");
      }
    }

    @Override
    public boolean matches(String message) {
      var values = named(message);
      if (values == null) {
        return false;
      }
      for (var field : fields) {
        var condition = field.condition;
        if (condition != null
            && !condition.holds(name -> {
              var value = values.get("$" + name);
              return value == null ? List.of() : List.of(Json.tree(value));
            })) {
          return false;
        }
      }
      return true;
    }

    @Override
    public Map<String, String> extract(String message) {
      var values = named(message);
      return values == null ? Map.of() : values;
    }

    @Override
    public @Nullable String value(String message, String selector) {
      return extract(message).get(selector);
    }

    /// The message's fields by name, or null if they are too few or too many.
    private @Nullable Map<String, String> named(String message) {
      var values = split(message);
      var ellipsis = -1;
      for (int i = 0; i < fields.size(); i++) {
        ellipsis = fields.get(i).isEllipsis() ? i : ellipsis;
      }
      var missing = values.size() - fields.size();
      if (ellipsis < 0 ? missing != 0 : missing < -1) {
        return null;
      }
      var named = new LinkedHashMap<String, String>();
      for (int i = 0; i < values.size(); i++) {
        var behind = ellipsis >= 0 && i >= ellipsis + missing + 1;
        if (ellipsis < 0 || i < ellipsis) {
          named.put("$" + fields.get(i).name, values.get(i));
        } else if (behind) {
          named.put("$" + fields.get(i - missing).name, values.get(i));
        } else {
          named.put("$" + (i + 1), values.get(i));
        }
      }
      return named;
    }

    private static List<String> split(String message) {
      var values = new ArrayList<String>();
      var matcher = FIELD.matcher(message.strip());
      while (matcher.find()) {
        for (int group = 1; group <= 3; group++) {
          if (matcher.group(group) != null) {
            values.add(matcher.group(group));
          }
        }
      }
      return values;
    }
  }
}
