package dev.terrarium.services.dynamodb.expression;

import java.util.EnumMap;
import java.util.Map;

/// What is wrong with an expression whose syntax is right. DynamoDB looks for one kind of mistake
/// after the other, not from left to right, so the first of the first kind is what it tells.
final class Problems {
  /// The kinds in the order in which DynamoDB looks for them.
  enum Kind {
    PARENTHESES,
    UNKNOWN_FUNCTION,
    MISUSED_FUNCTION,
    RESERVED_WORD,
    UNDEFINED_NAME,
    UNDEFINED_VALUE,
    SECTION,
    OPERAND_COUNT,
    PATH_REQUIRED,
    OPERAND_TYPE,
    DISTINCT,
    TOO_MANY,
    OVERLAP
  }

  private final Map<Kind, String> first = new EnumMap<>(Kind.class);

  void add(Kind kind, String message) {
    first.putIfAbsent(kind, message);
  }

  boolean isEmpty() {
    return first.isEmpty();
  }

  String first() {
    return first.values().iterator().next();
  }
}
