package dev.terrarium.services.dynamodb;

import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.ConditionParser;
import dev.terrarium.services.dynamodb.expression.Placeholders;
import dev.terrarium.services.dynamodb.expression.Projection;
import dev.terrarium.services.dynamodb.expression.Update;
import dev.terrarium.services.dynamodb.expression.UpdateParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The expressions of one request and their placeholders: parsed one after the other, then checked
/// for placeholders that none of them has used.
final class Expressions {
  private final Map<String, @Nullable String> texts = new LinkedHashMap<>(4);
  private final Map<String, Boolean> legacy = new LinkedHashMap<>(4);
  private boolean hasNames;
  private boolean hasValues;
  private Map<String, String> names = Map.of();
  private Map<String, AttributeValue> values = Map.of();
  private @Nullable Placeholders placeholders;

  /// A parameter that takes an expression.
  Expressions expression(String parameter, @Nullable String text) {
    texts.put(parameter, text);
    return this;
  }

  /// A parameter that does the same without one.
  Expressions legacy(String parameter, boolean there) {
    if (there) {
      legacy.put(parameter, true);
    }
    return this;
  }

  Expressions names(boolean there, Map<String, String> given) {
    hasNames = there;
    names = given;
    return this;
  }

  Expressions values(boolean there, Map<String, AttributeValue> given) {
    hasValues = there;
    values = given;
    return this;
  }

  /// Checks how the parameters go together.
  Expressions check() {
    if (!legacy.isEmpty() || hasNames || hasValues) {
      checkMixture();
    }
    placeholders = Placeholders.of(names, values);
    return this;
  }

  private void checkMixture() {
    var given =
        texts.entrySet().stream().filter(e -> e.getValue() != null).map(Map.Entry::getKey).toList();
    var old = new ArrayList<>(legacy.keySet());
    if (!given.contains("KeyConditionExpression")) {
      // The mapper of SDK v1 sends key conditions together with a filter expression.
      old.remove("KeyConditions");
    }
    if (!given.isEmpty() && !old.isEmpty()) {
      throw DynamoErrors.validation(
          "Can not use both expression and non-expression parameters in the same request:"
              + " Non-expression parameters: {"
              + String.join(", ", old)
              + "} Expression parameters: {"
              + String.join(", ", given)
              + "}");
    }
    if (hasNames && given.isEmpty()) {
      throw DynamoErrors.validation(
          "ExpressionAttributeNames can only be specified when using expressions");
    } else if (hasNames && names.isEmpty()) {
      throw DynamoErrors.validation("ExpressionAttributeNames must not be empty");
    }
    var withValues =
        texts.keySet().stream().filter(name -> !name.equals("ProjectionExpression")).toList();
    if (hasValues && given.stream().noneMatch(withValues::contains)) {
      throw DynamoErrors.validation(
          "ExpressionAttributeValues can only be specified when using expressions: "
              + String.join(" and ", withValues)
              + (withValues.size() == 1 ? " is null" : " are null"));
    } else if (hasValues && values.isEmpty()) {
      throw DynamoErrors.validation("ExpressionAttributeValues must not be empty");
    }
  }

  @Nullable Condition condition(String parameter) {
    var text = texts.get(parameter);
    return text == null ? null : ConditionParser.parse(parameter, text, placeholders());
  }

  @Nullable Update update() {
    var text = texts.get("UpdateExpression");
    return text == null ? null : UpdateParser.parse(text, placeholders());
  }

  /// The projection, whichever way it is given.
  @Nullable Projection projection(boolean hasAttributes, List<String> attributes) {
    if (hasAttributes) {
      if (attributes.stream().distinct().count() != attributes.size()) {
        var twice =
            attributes.stream()
                .filter(a -> attributes.indexOf(a) != attributes.lastIndexOf(a))
                .findFirst();
        throw DynamoErrors.invalid("Duplicate value in attribute name: " + twice.orElseThrow());
      }
      return Projection.ofAttributes(attributes);
    }
    var text = texts.get("ProjectionExpression");
    return text == null ? null : Projection.parse(text, placeholders());
  }

  void checkAllUsed() {
    placeholders().checkAllUsed();
  }

  private Placeholders placeholders() {
    return Objects.requireNonNull(placeholders);
  }
}
