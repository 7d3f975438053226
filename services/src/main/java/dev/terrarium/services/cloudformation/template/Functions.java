package dev.terrarium.services.cloudformation.template;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The names of the intrinsic functions.
public final class Functions {
  /// Those that have a short form in YAML, without the exclamation mark.
  static final Set<String> SHORT_FORMS =
      Set.of(
          "Ref",
          "Condition",
          "GetAtt",
          "Sub",
          "Join",
          "Select",
          "Split",
          "If",
          "And",
          "Or",
          "Not",
          "Equals",
          "FindInMap",
          "Base64",
          "Cidr",
          "GetAZs",
          "ImportValue",
          "Transform",
          "Length",
          "ToJsonString");

  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{([^!}][^}]*)}");

  private Functions() {}

  /// The function that an object calls, or null if it is an ordinary object.
  public static @Nullable String of(JsonNode node) {
    if (!node.isObject() || node.size() != 1) {
      return null;
    }
    var name = node.fieldNames().next();
    return name.equals("Ref") || name.startsWith("Fn::") ? name : null;
  }

  /// The names in a text for `Fn::Sub`.
  public static List<String> substitutions(String text) {
    var names = new ArrayList<String>();
    var matcher = SUBSTITUTION.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1).trim());
    }
    return names;
  }

  /// The text for `Fn::Sub` with every name replaced; `${!Literal}` loses its mark.
  static String substitute(String text, UnaryOperator<String> values) {
    var out = new StringBuilder();
    var matcher = SUBSTITUTION.matcher(text);
    while (matcher.find()) {
      matcher.appendReplacement(
          out, Matcher.quoteReplacement(values.apply(matcher.group(1).trim())));
    }
    return matcher.appendTail(out).toString().replace("${!", "${");
  }

  /// Visits everything that a tree refers to: names of `Ref` and of `Fn::Sub`, and for `Fn::GetAtt`
  /// `name.attribute`.
  public static void references(JsonNode node, Consumer<String> visitor) {
    var function = of(node);
    if (function == null) {
      node.forEach(child -> references(child, visitor));
      return;
    }
    var argument = node.elements().next();
    switch (function) {
      case "Ref" -> visitor.accept(argument.asText());
      case "Fn::GetAtt" -> visitor.accept(attribute(argument));
      case "Fn::Sub" -> {
        var text = argument.isArray() ? argument.path(0).asText() : argument.asText();
        var own = argument.isArray() ? argument.path(1) : Json.object();
        own.forEach(child -> references(child, visitor));
        for (var name : substitutions(text)) {
          if (!own.has(name)) {
            visitor.accept(name);
          }
        }
      }
      default -> references(argument, visitor);
    }
  }

  /// `name.attribute` of the argument of `Fn::GetAtt`.
  static String attribute(JsonNode argument) {
    if (!argument.isArray()) {
      return argument.asText();
    }
    var parts = new ArrayList<String>();
    argument.forEach(part -> parts.add(part.isTextual() ? part.asText() : "*"));
    return String.join(".", parts);
  }
}
