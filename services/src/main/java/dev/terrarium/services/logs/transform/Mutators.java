package dev.terrarium.services.logs.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListToMap;
import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;
import software.amazon.awssdk.services.cloudwatchlogs.model.SubstituteStringEntry;

/// The processors that change fields which are there.
final class Mutators {
  private Mutators() {}

  /// What a processor does, or null if it is none of these.
  static Transformer.@Nullable Step of(Processor processor) {
    if (processor.dateTimeConverter() != null) {
      return DateTimes.step(processor.dateTimeConverter());
    } else if (processor.listToMap() != null) {
      return listToMap(processor.listToMap());
    } else if (processor.lowerCaseString() != null) {
      return texts(processor.lowerCaseString().withKeys(), t -> t.toLowerCase(Locale.ROOT));
    } else if (processor.upperCaseString() != null) {
      return texts(processor.upperCaseString().withKeys(), t -> t.toUpperCase(Locale.ROOT));
    } else if (processor.trimString() != null) {
      return texts(processor.trimString().withKeys(), String::strip);
    } else if (processor.splitString() != null) {
      return split(processor);
    } else if (processor.substituteString() != null) {
      return substitute(processor.substituteString().entries());
    } else if (processor.typeConverter() != null) {
      return types(processor);
    }
    return keys(processor);
  }

  private static Transformer.@Nullable Step keys(Processor processor) {
    if (processor.addKeys() != null) {
      var entries = processor.addKeys().entries();
      return (event, message) ->
          entries.forEach(e ->
              Paths.set(
                  event,
                  e.key(),
                  TextNode.valueOf(e.value()),
                  Boolean.TRUE.equals(e.overwriteIfExists())));
    } else if (processor.copyValue() != null) {
      var entries = processor.copyValue().entries();
      return (event, message) ->
          entries.forEach(e -> {
            var value = Paths.get(event, e.source(), message);
            if (value != null) {
              Paths.set(
                  event, e.target(), value.deepCopy(), Boolean.TRUE.equals(e.overwriteIfExists()));
            }
          });
    } else if (processor.deleteKeys() != null) {
      var names = processor.deleteKeys().withKeys();
      return (event, message) -> names.forEach(name -> Paths.remove(event, name));
    } else if (processor.moveKeys() != null) {
      var entries = processor.moveKeys().entries();
      return (event, message) ->
          entries.forEach(e -> {
            var value = Paths.remove(event, e.source());
            if (value != null) {
              var name = e.source().substring(e.source().lastIndexOf('.') + 1);
              Paths.set(
                  event,
                  e.target() + "." + name,
                  value,
                  Boolean.TRUE.equals(e.overwriteIfExists()));
            }
          });
    } else if (processor.renameKeys() != null) {
      var entries = processor.renameKeys().entries();
      return (event, message) ->
          entries.forEach(e -> {
            var value = Paths.remove(event, e.key());
            if (value != null) {
              Paths.set(event, e.renameTo(), value, Boolean.TRUE.equals(e.overwriteIfExists()));
            }
          });
    }
    return null;
  }

  private static Transformer.Step texts(List<String> keys, UnaryOperator<String> function) {
    return (event, message) -> {
      for (var key : keys) {
        var value = Paths.get(event, key, message);
        if (value != null && value.isTextual()) {
          Paths.set(event, key, TextNode.valueOf(function.apply(value.asText())), true);
        }
      }
    };
  }

  private static Transformer.Step split(Processor processor) {
    var entries = processor.splitString().entries();
    return (event, message) -> {
      for (var entry : entries) {
        var value = Paths.text(event, entry.source(), message);
        if (value != null) {
          var parts = Json.array();
          for (var part : value.split(Pattern.quote(entry.delimiter()), -1)) {
            parts.add(part);
          }
          Paths.set(event, entry.source(), parts, true);
        }
      }
    };
  }

  private static Transformer.Step substitute(List<SubstituteStringEntry> entries) {
    for (var entry : entries) {
      try {
        Pattern.compile(entry.from());
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException("Invalid regular expression: " + entry.from(), e);
      }
    }
    return (event, message) -> {
      for (var entry : entries) {
        var value = Paths.text(event, entry.source(), message);
        if (value != null) {
          var replaced = value.replaceAll(entry.from(), entry.to());
          Paths.set(event, entry.source(), TextNode.valueOf(replaced), true);
        }
      }
    };
  }

  private static Transformer.Step types(Processor processor) {
    var entries = processor.typeConverter().entries();
    return (event, message) -> {
      for (var entry : entries) {
        var value = Paths.text(event, entry.key(), message);
        if (value != null) {
          Paths.set(event, entry.key(), typed(value, entry.typeAsString()), true);
        }
      }
    };
  }

  /// A text as a value of a type; what is none stays a text.
  static JsonNode typed(String value, @Nullable String type) {
    var text = value.strip();
    return switch (type == null ? "" : type.toLowerCase(Locale.ROOT)) {
      case "integer", "int", "long" ->
          text.matches("[+-]?[0-9]{1,18}(\\.[0-9]+)?")
              ? Json.tree(new BigDecimal(text).longValue())
              : TextNode.valueOf(value);
      case "double", "float" ->
          text.matches("[+-]?[0-9]{1,18}(\\.[0-9]{1,18})?")
              ? Json.tree(Double.valueOf(text))
              : TextNode.valueOf(value);
      case "boolean" ->
          text.matches("(?i)true|false")
              ? Json.tree(Boolean.valueOf(text))
              : TextNode.valueOf(value);
      default -> TextNode.valueOf(value);
    };
  }

  private static Transformer.Step listToMap(ListToMap convert) {
    return (event, message) -> {
      var list = Paths.get(event, convert.source(), message);
      if (list == null || !list.isArray()) {
        return;
      }
      var found = Json.object();
      for (var element : list) {
        var key = element.path(convert.key()).asText("");
        var value = convert.valueKey() == null ? element : element.path(convert.valueKey());
        if (key.isEmpty() || value.isMissingNode()) {
          continue;
        }
        if (!Boolean.TRUE.equals(convert.flatten())) {
          found.withArray(key).add(value);
        } else if (!"first".equals(convert.flattenedElementAsString()) || !found.has(key)) {
          found.set(key, value);
        }
      }
      Paths.merge(event, convert.target(), found, true);
    };
  }
}
