package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.InvalidValueException;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The `#names` and `:values` of a request, and which of them its expressions have used.
public final class Placeholders {
  private final Map<String, String> names;
  private final Map<String, Value> values;
  private final Set<String> usedNames = new HashSet<>();
  private final Set<String> usedValues = new HashSet<>();

  private Placeholders(Map<String, String> names, Map<String, Value> values) {
    this.names = names;
    this.values = values;
  }

  /// The placeholders of a request.
  ///
  /// @throws ExpressionException if one of them is not well formed
  public static Placeholders of(
      Map<String, String> names, Map<String, AttributeValue> givenValues) {
    names.forEach((key, name) -> {
      checkKey("ExpressionAttributeNames", '#', key);
      if (name.isEmpty()) {
        throw new ExpressionException(
            "ExpressionAttributeNames contains invalid value: Attribute name must not be empty"
                + " for key "
                + key);
      }
    });
    var values = HashMap.<String, Value>newHashMap(givenValues.size());
    givenValues.forEach((key, given) -> {
      checkKey("ExpressionAttributeValues", ':', key);
      try {
        values.put(key, AttributeValues.value(given));
      } catch (InvalidValueException e) {
        throw new ExpressionException(
            "ExpressionAttributeValues contains invalid value: "
                + e.getMessage()
                + " for key "
                + key);
      }
    });
    return new Placeholders(names, values);
  }

  private static void checkKey(String parameter, char sign, String key) {
    var wellFormed = key.length() > 1 && key.charAt(0) == sign;
    for (int i = 1; i < key.length() && wellFormed; i++) {
      wellFormed = Lexer.isWordPart(key.charAt(i));
    }
    if (!wellFormed) {
      throw new ExpressionException(
          parameter + " contains invalid key: Syntax error; key: \"" + key + "\"");
    }
  }

  @Nullable String name(String placeholder) {
    usedNames.add(placeholder);
    return names.get(placeholder);
  }

  @Nullable Value value(String placeholder) {
    usedValues.add(placeholder);
    return values.get(placeholder);
  }

  /// Refuses what no expression has used.
  ///
  /// @throws ExpressionException if there is any
  public void checkAllUsed() {
    checkAllUsed("ExpressionAttributeNames", names.keySet(), usedNames);
    checkAllUsed("ExpressionAttributeValues", values.keySet(), usedValues);
  }

  private static void checkAllUsed(String parameter, Set<String> given, Set<String> used) {
    if (!used.containsAll(given)) {
      var unused = new TreeSet<>(given);
      unused.removeAll(used);
      throw new ExpressionException(
          "Value provided in "
              + parameter
              + " unused in expressions: keys: {"
              + String.join(", ", unused)
              + "}");
    }
  }
}
