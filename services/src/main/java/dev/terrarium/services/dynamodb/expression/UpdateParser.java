package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.expression.DocumentPath.Step;
import dev.terrarium.services.dynamodb.expression.Problems.Kind;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.BinarySet;
import dev.terrarium.services.dynamodb.value.Value.ListValue;
import dev.terrarium.services.dynamodb.value.Value.NumberSet;
import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import dev.terrarium.services.dynamodb.value.Value.StringSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Parses update expressions.
public final class UpdateParser extends Parser {
  private static final Set<String> TESTS =
      Set.of(
          "attribute_exists",
          "attribute_not_exists",
          "attribute_type",
          "begins_with",
          "contains",
          "size");
  private static final Map<String, String> TYPE_NAMES =
      Map.of(
          "S", "STRING",
          "N", "NUMBER",
          "B", "BINARY",
          "BOOL", "BOOLEAN",
          "NULL", "NULL",
          "SS", "STRING_SET",
          "NS", "NUMBER_SET",
          "BS", "BINARY_SET",
          "L", "LIST",
          "M", "MAP");

  private final List<UpdateAction> actions = new ArrayList<>();

  private UpdateParser(String text, Placeholders placeholders) {
    super("UpdateExpression", text, placeholders);
  }

  /// Parses an expression.
  ///
  /// @throws ExpressionException in DynamoDB's words
  public static Update parse(String text, Placeholders placeholders) {
    var parser = new UpdateParser(text, placeholders);
    parser.sections();
    for (int i = 0; i < parser.actions.size(); i++) {
      for (int j = 0; j < i; j++) {
        parser.checkApart(parser.actions.get(j).path(), parser.actions.get(i).path());
      }
    }
    parser.checkProblems();
    return new Update(parser.actions);
  }

  private void sections() {
    var seen = new HashSet<String>();
    while (peek().kind() != Token.Kind.END) {
      var section = peek().kind() == Token.Kind.WORD ? peek().text().toUpperCase(Locale.ROOT) : "";
      switch (section) {
        case "SET" -> each(this::assignment);
        case "REMOVE" -> each(() -> new UpdateAction.Remove(path()));
        case "ADD" -> each(() -> addition("ADD"));
        case "DELETE" -> each(() -> addition("DELETE"));
        default -> throw syntaxError();
      }
      if (!seen.add(section)) {
        problems.add(
            Kind.SECTION,
            "The \"" + section + "\" section can only be used once in an update expression;");
      }
    }
  }

  private void each(java.util.function.Supplier<UpdateAction> action) {
    next();
    do {
      countOperator();
      if (!isPathAhead()) {
        throw syntaxError();
      }
      actions.add(action.get());
    } while (skipSymbol(","));
  }

  private UpdateAction assignment() {
    var path = path();
    expectSymbol("=");
    var value = operand();
    if (peek().isSymbol("+") || peek().isSymbol("-")) {
      var sign = next().text();
      countOperator();
      var right = operand();
      checkNumber(sign, value);
      checkNumber(sign, right);
      value = new Operand.Sum(value, right, sign.equals("-"));
    }
    return new UpdateAction.Assign(path, value);
  }

  private void checkNumber(String sign, Operand operand) {
    var value = literalValue(operand);
    if (value != null && !(value instanceof NumberValue)) {
      wrongType(sign, value);
    }
  }

  @Override
  Operand operand() {
    if (isFunctionAhead()) {
      return function(call());
    } else if (isPathAhead()) {
      return new Operand.AtPath(path());
    } else if (peek().kind() == Token.Kind.VALUE) {
      return literal();
    } else if (skipSymbol("(")) {
      deeper();
      var inner = operand();
      expectSymbol(")");
      higher();
      return inner;
    }
    throw syntaxError();
  }

  private Operand function(Operand.Call call) {
    var name = call.function();
    if (!name.equals("if_not_exists") && !name.equals("list_append")) {
      if (TESTS.contains(name)) {
        problems.add(
            Kind.MISUSED_FUNCTION,
            "The function is not allowed in an update expression; function: " + name);
      } else {
        problems.add(Kind.UNKNOWN_FUNCTION, "Invalid function name; function: " + name);
      }
      return call;
    }
    checkCount(call, 2);
    if (call.arguments().size() != 2) {
      return call;
    }
    var first = call.arguments().getFirst();
    var second = call.arguments().getLast();
    if (name.equals("if_not_exists")) {
      return new Operand.IfNotExists(pathOf(name, first), second);
    }
    for (var operand : call.arguments()) {
      var value = literalValue(operand);
      if (value != null && !(value instanceof ListValue)) {
        wrongType(name, value);
      }
    }
    return new Operand.ListAppend(first, second);
  }

  private UpdateAction addition(String section) {
    var path = path();
    if (peek().kind() != Token.Kind.VALUE) {
      throw syntaxError();
    }
    var operand = literal();
    var value = literalValue(operand);
    var adds = section.equals("ADD");
    if (value == null) {
      return new UpdateAction.Remove(path);
    }
    if (!isSet(value) && !(adds && value instanceof NumberValue)) {
      problems.add(
          Kind.OPERAND_TYPE,
          "Incorrect operand type for operator or function; operator: "
              + section
              + ", operand type: "
              + Objects.requireNonNull(TYPE_NAMES.get(value.type()))
              + ", typeSet: ALLOWED_FOR_"
              + section
              + "_OPERAND");
    }
    return adds ? new UpdateAction.Add(path, value) : new UpdateAction.Delete(path, value);
  }

  private static boolean isSet(Value value) {
    return value instanceof StringSet || value instanceof NumberSet || value instanceof BinarySet;
  }

  private void checkApart(DocumentPath one, DocumentPath two) {
    var clash = clash(one, two);
    if (!clash.isEmpty()) {
      problems.add(Kind.OVERLAP, clash);
    }
  }

  /// What DynamoDB says of two paths that cannot be used together, or nothing.
  static String clash(DocumentPath one, DocumentPath two) {
    var shared = Math.min(one.steps().size(), two.steps().size());
    for (int i = 0; i < shared; i++) {
      var a = one.steps().get(i);
      var b = two.steps().get(i);
      if (!a.equals(b)) {
        var sameKind = a instanceof Step.Member == b instanceof Step.Member;
        return sameKind ? "" : clash("conflict", one, two);
      }
    }
    return clash("overlap", one, two);
  }

  private static String clash(String how, DocumentPath one, DocumentPath two) {
    return "Two document paths "
        + how
        + " with each other; must remove or rewrite one of these paths; path one: "
        + one
        + ", path two: "
        + two;
  }
}
