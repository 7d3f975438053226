package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.expression.Condition.Comparator;
import dev.terrarium.services.dynamodb.expression.Problems.Kind;
import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.BinaryValue;
import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import dev.terrarium.services.dynamodb.value.Value.StringValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses condition, filter and key condition expressions.
public final class ConditionParser extends Parser {
  private static final Set<String> TESTS =
      Set.of(
          "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains");
  private static final Set<String> UPDATE_FUNCTIONS = Set.of("if_not_exists", "list_append");
  private static final Set<String> KEYWORDS = Set.of("AND", "OR", "NOT", "BETWEEN", "IN");
  private static final List<String> TYPES =
      List.of("B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M");
  private static final int CANDIDATES_MAX = 100;

  private @Nullable Condition lastInParentheses;

  private ConditionParser(String label, String text, Placeholders placeholders) {
    super(label, text, placeholders);
  }

  /// Parses an expression.
  ///
  /// @param label the parameter's name, for messages: `FilterExpression`
  /// @throws ExpressionException in DynamoDB's words
  public static Condition parse(String label, String text, Placeholders placeholders) {
    var parser = new ConditionParser(label, text, placeholders);
    var condition = parser.or();
    parser.expectEnd();
    parser.checkProblems();
    return condition;
  }

  private Condition or() {
    var left = and();
    while (skipWord("OR")) {
      countOperator();
      left = new Condition.Or(left, and());
    }
    return left;
  }

  private Condition and() {
    var left = not();
    while (skipWord("AND")) {
      countOperator();
      left = new Condition.And(left, not());
    }
    return left;
  }

  private Condition not() {
    if (skipWord("NOT")) {
      countOperator();
      deeper();
      var negated = not();
      higher();
      return new Condition.Not(negated);
    }
    return primary();
  }

  private Condition primary() {
    if (!skipSymbol("(")) {
      return comparison();
    }
    deeper();
    var inner = or();
    expectSymbol(")");
    higher();
    if (inner == lastInParentheses) {
      problems.add(Kind.PARENTHESES, "The expression has redundant parentheses;");
    }
    lastInParentheses = inner;
    return inner;
  }

  private Condition comparison() {
    var left = operand();
    var comparator = comparator(peek());
    if (comparator != null) {
      next();
      countOperator();
      return compare(comparator, value(left), value(operand()));
    } else if (skipWord("BETWEEN")) {
      countOperator();
      var low = operand();
      if (!skipWord("AND")) {
        throw syntaxError();
      }
      return between(value(left), value(low), value(operand()));
    } else if (skipWord("IN")) {
      countOperator();
      expectSymbol("(");
      var candidates = new ArrayList<Operand>();
      do {
        candidates.add(value(operand()));
      } while (skipSymbol(","));
      expectSymbol(")");
      return in(value(left), candidates);
    } else if (left instanceof Operand.Call call) {
      return test(call);
    }
    throw syntaxError();
  }

  private static @Nullable Comparator comparator(Token token) {
    if (token.kind() == Token.Kind.SYMBOL) {
      for (var comparator : Comparator.values()) {
        if (comparator.symbol().equals(token.text())) {
          return comparator;
        }
      }
    }
    return null;
  }

  @Override
  Operand operand() {
    if (peek().kind() == Token.Kind.WORD && KEYWORDS.stream().anyMatch(peek()::isWord)) {
      throw syntaxError();
    } else if (isFunctionAhead()) {
      return call();
    } else if (isPathAhead()) {
      return new Operand.AtPath(path());
    } else if (peek().kind() == Token.Kind.VALUE) {
      return literal();
    }
    throw syntaxError();
  }

  /// An operand where a value is wanted.
  private Operand value(Operand operand) {
    if (!(operand instanceof Operand.Call call)) {
      return operand;
    }
    var function = call.function();
    if (function.equals("size")) {
      checkCount(call, 1);
      var of = value(call.arguments().getFirst());
      if (literalValue(of) instanceof NumberValue number) {
        wrongType(function, number);
      }
      return new Operand.Size(of);
    }
    refuse(function);
    return operand;
  }

  private void refuse(String function) {
    if (TESTS.contains(function) || function.equals("size")) {
      problems.add(
          Kind.MISUSED_FUNCTION,
          "The function is not allowed to be used this way in an expression; function: "
              + function);
    } else if (UPDATE_FUNCTIONS.contains(function)) {
      problems.add(
          Kind.MISUSED_FUNCTION,
          "The function is not allowed in a condition expression; function: " + function);
    } else {
      problems.add(Kind.UNKNOWN_FUNCTION, "Invalid function name; function: " + function);
    }
  }

  private Condition test(Operand.Call call) {
    var function = call.function();
    if (!TESTS.contains(function)) {
      refuse(function);
      return new Condition.Constant(false);
    }
    var arguments = call.arguments().stream().map(this::value).toList();
    var wanted = function.startsWith("attribute_") && function.endsWith("exists") ? 1 : 2;
    checkCount(call, wanted);
    if (arguments.size() != wanted) {
      return new Condition.Constant(false);
    }
    var first = arguments.getFirst();
    var last = arguments.getLast();
    if (wanted == 2) {
      checkDistinct(function, first, List.of(last));
    }
    return switch (function) {
      case "attribute_exists" -> new Condition.Exists(pathOf(function, first), true);
      case "attribute_not_exists" -> new Condition.Exists(pathOf(function, first), false);
      case "attribute_type" -> new Condition.HasType(first, typeName(last));
      case "begins_with" -> {
        checkText(first);
        checkText(last);
        yield new Condition.BeginsWith(first, last);
      }
      default -> new Condition.Contains(first, last);
    };
  }

  private void checkText(Operand operand) {
    if (operand instanceof Operand.Size) {
      problems.add(
          Kind.OPERAND_TYPE,
          "Incorrect operand type for operator or function; operator or function: begins_with,"
              + " operand type: N");
      return;
    }
    var value = literalValue(operand);
    if (value != null && !(value instanceof StringValue) && !(value instanceof BinaryValue)) {
      wrongType("begins_with", value);
    }
  }

  private String typeName(Operand operand) {
    var value = literalValue(operand);
    if (value instanceof StringValue type) {
      if (!TYPES.contains(type.text())) {
        problems.add(
            Kind.OPERAND_TYPE,
            "Invalid attribute type name found; type: "
                + type.text()
                + ", valid types: {"
                + String.join(",", TYPES)
                + "}");
      }
      return type.text();
    } else if (value != null) {
      wrongType("attribute_type", value);
    } else if (!undefined.contains(operand)) {
      problems.add(
          Kind.OPERAND_TYPE,
          "Incorrect operand type for operator or function; operator or function: attribute_type,"
              + " operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
    }
    return "";
  }

  private Condition compare(Comparator comparator, Operand left, Operand right) {
    checkDistinct(comparator.symbol(), left, List.of(right));
    if (comparator != Comparator.EQUAL && comparator != Comparator.NOT_EQUAL) {
      checkOrdered(comparator.symbol(), left);
      checkOrdered(comparator.symbol(), right);
    }
    return new Condition.Comparison(comparator, left, right);
  }

  private Condition between(Operand operand, Operand low, Operand high) {
    checkDistinct("BETWEEN", operand, List.of(low, high));
    checkOrdered("BETWEEN", operand);
    checkOrdered("BETWEEN", low);
    checkOrdered("BETWEEN", high);
    var from = literalValue(low);
    var to = literalValue(high);
    if (from != null && to != null) {
      var bounds =
          " bounds; lower bound operand: AttributeValue: "
              + AttributeValues.show(from)
              + ", upper bound operand: AttributeValue: "
              + AttributeValues.show(to);
      var order = Evaluation.order(from, to);
      if (!from.type().equals(to.type())) {
        problems.add(
            Kind.OPERAND_TYPE,
            "The BETWEEN operator requires same data type for lower and upper" + bounds);
      } else if (order != null && order > 0) {
        problems.add(
            Kind.OPERAND_TYPE,
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound;"
                + bounds.substring(" bounds;".length()));
      }
    }
    return new Condition.Between(operand, low, high);
  }

  private Condition in(Operand operand, List<Operand> candidates) {
    checkDistinct("IN", operand, candidates);
    if (candidates.size() > CANDIDATES_MAX) {
      problems.add(
          Kind.OPERAND_COUNT,
          "Incorrect number of operands for operator or function; operator or function: IN, number"
              + " of operands: "
              + (candidates.size() + 1));
    }
    return new Condition.In(operand, candidates);
  }

  private void checkOrdered(String operator, Operand operand) {
    var value = literalValue(operand);
    if (value != null && !isOrdered(value)) {
      wrongType(operator, value);
    }
  }

  private static boolean isOrdered(Value value) {
    return value instanceof StringValue
        || value instanceof NumberValue
        || value instanceof BinaryValue;
  }

  private void checkDistinct(String operator, Operand first, List<Operand> others) {
    if (first instanceof Operand.AtPath path && others.contains(first)) {
      problems.add(
          Kind.DISTINCT,
          "The first operand must be distinct from the remaining operands for this operator or"
              + " function; operator: "
              + operator
              + ", first operand: "
              + path.path());
    }
  }
}
