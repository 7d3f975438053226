package dev.terrarium.systems.realtime.functions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/// What is added to an event, by where it came from, and what must not be kept.
final class Enrichment {
  private Enrichment() {}

  /// Changes the body and returns what was found out.
  static String enrich(String source, ObjectNode body) {
    return switch (source) {
      case "clicks" -> device(body.path("agent").asText());
      case "payments" -> card(body);
      case "posts" -> "mentions " + body.path("text").asText().split("@", -1).length;
      case "logs" -> body.path("status").asInt() >= 500 ? "page" : "keep";
      case "tracks" -> body.path("metresPerSecond").asDouble() > 0.5 ? "moving" : "resting";
      default -> throw new IllegalArgumentException("Events of an unknown kind: " + source);
    };
  }

  private static String device(String agent) {
    var lower = agent.toLowerCase(Locale.ROOT);
    if (lower.contains("bot") || lower.contains("spider")) {
      return "robot";
    }
    return lower.contains("mobile") || lower.contains("android") ? "mobile" : "desktop";
  }

  /// The number of a card is checked and then masked: it is never written anywhere.
  private static String card(ObjectNode body) {
    var number = body.path("pan").asText();
    body.put("pan", number.substring(0, 6) + "******" + number.substring(number.length() - 4));
    return passesLuhn(number) ? "valid" : "invalid";
  }

  private static boolean passesLuhn(String number) {
    int sum = 0;
    for (int i = 0; i < number.length(); i++) {
      int digit = number.charAt(number.length() - 1 - i) - '0';
      int doubled = i % 2 == 1 ? digit * 2 : digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }
}
