package dev.terrarium.services.sts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Whether a role's trust policy lets in whom an identity provider vouches for.
final class FederatedTrust {
  private FederatedTrust() {}

  /// @param action such as `sts:AssumeRoleWithWebIdentity`
  /// @param context condition keys, in lower case
  static boolean allows(
      JsonNode trust, String providerArn, String action, Map<String, List<String>> context) {
    boolean allowed = false;
    for (var statement : list(trust.path("Statement"))) {
      var federated = texts(statement.path("Principal").path("Federated"));
      var applies =
          federated.contains(providerArn)
              && texts(statement.path("Action")).stream().anyMatch(a -> like(a, action))
              && holds(statement.path("Condition"), context);
      if (applies && statement.path("Effect").asText().equals("Deny")) {
        return false;
      }
      allowed |= applies && statement.path("Effect").asText().equals("Allow");
    }
    return allowed;
  }

  private static boolean holds(JsonNode conditions, Map<String, List<String>> context) {
    for (var operator : conditions.properties()) {
      for (var key : operator.getValue().properties()) {
        var there = context.getOrDefault(key.getKey().toLowerCase(Locale.ROOT), List.of());
        if (!holds(operator.getKey(), there, texts(key.getValue()))) {
          return false;
        }
      }
    }
    return true;
  }

  /// An operator that is not known holds for nobody.
  private static boolean holds(String operator, List<String> there, List<String> wanted) {
    var forAll = operator.startsWith("ForAllValues:");
    var name = operator.replaceFirst("^ForA(ny|ll)Values?:", "");
    if (name.endsWith("IfExists")) {
      if (there.isEmpty()) {
        return true;
      }
      name = name.substring(0, name.length() - "IfExists".length());
    }
    if (name.equals("Null")) {
      return wanted.contains(Boolean.toString(there.isEmpty()));
    }
    var negated = name.startsWith("StringNot");
    var plain = name.replaceFirst("^StringNot", "String");
    if (!List.of("StringEquals", "StringEqualsIgnoreCase", "StringLike").contains(plain)) {
      return false;
    }
    if (negated) {
      return there.stream().noneMatch(one -> matches(plain, one, wanted));
    }
    return forAll
        ? there.stream().allMatch(one -> matches(plain, one, wanted))
        : there.stream().anyMatch(one -> matches(plain, one, wanted));
  }

  private static boolean matches(String operator, String value, List<String> wanted) {
    return wanted.stream()
        .anyMatch(pattern ->
            switch (operator) {
              case "StringEquals" -> pattern.equals(value);
              case "StringEqualsIgnoreCase" -> pattern.equalsIgnoreCase(value);
              default -> like(pattern, value);
            });
  }

  private static boolean like(String pattern, String value) {
    var regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      var c = pattern.charAt(i);
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(value).matches();
  }

  private static JsonNode list(JsonNode node) {
    return node.isArray() ? node : Json.array().add(node);
  }

  private static List<String> texts(JsonNode node) {
    var texts = new ArrayList<String>();
    if (!node.isMissingNode()) {
      list(node).forEach(one -> texts.add(one.asText()));
    }
    return texts;
  }
}
