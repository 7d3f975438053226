package dev.terrarium.services.dynamodb.partiql;

import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.Condition.Comparator;
import dev.terrarium.services.dynamodb.expression.DocumentPath;
import dev.terrarium.services.dynamodb.expression.Operand;
import dev.terrarium.services.dynamodb.partiql.PartiqlToken.Kind;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.StringValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What stands behind `WHERE`.
abstract class PartiqlConditions extends PartiqlValues {
  private static final int DEPTH_MAX = 100;

  private int depth;

  PartiqlConditions(String text, List<Value> parameters) {
    super(text, parameters);
  }

  final Condition or() {
    var left = and();
    while (skipWord("OR")) {
      left = new Condition.Or(left, and());
    }
    return left;
  }

  private Condition and() {
    var left = not();
    while (skipWord("AND")) {
      left = new Condition.And(left, not());
    }
    return left;
  }

  private Condition not() {
    if (++depth > DEPTH_MAX) {
      throw malformed("Conditions are nested too deeply");
    }
    try {
      if (skipWord("NOT")) {
        return new Condition.Not(not());
      } else if (skipSymbol("(")) {
        var inner = or();
        expectSymbol(")");
        return inner;
      }
      return comparison();
    } finally {
      depth--;
    }
  }

  private Condition comparison() {
    var function = isCallAhead() ? peek().text().toLowerCase(Locale.ROOT) : "";
    return switch (function) {
      case "begins_with", "contains", "attribute_type" -> test(function);
      case "attribute_exists" -> {
        next();
        expectSymbol("(");
        var path = path();
        expectSymbol(")");
        yield new Condition.Exists(path, true);
      }
      default -> compared(operand());
    };
  }

  private Condition test(String function) {
    next();
    expectSymbol("(");
    var first = operand();
    expectSymbol(",");
    var second = operand();
    expectSymbol(")");
    return switch (function) {
      case "begins_with" -> new Condition.BeginsWith(first, second);
      case "contains" -> new Condition.Contains(first, second);
      default -> new Condition.HasType(first, type(second));
    };
  }

  private String type(Operand operand) {
    if (operand instanceof Operand.Literal literal && literal.value() instanceof StringValue type) {
      return type.text();
    }
    throw malformed("attribute_type takes the name of a type");
  }

  private Condition compared(Operand left) {
    if (skipWord("IS")) {
      var negated = skipWord("NOT");
      Condition is;
      if (skipWord("MISSING")) {
        is = new Condition.Exists(pathOf(left), false);
      } else if (skipWord("NULL")) {
        is = new Condition.HasType(left, "NULL");
      } else {
        throw unexpected();
      }
      return negated ? new Condition.Not(is) : is;
    }
    var negated = skipWord("NOT");
    Condition condition;
    if (skipWord("BETWEEN")) {
      var low = operand();
      expectWord("AND");
      condition = new Condition.Between(left, low, operand());
    } else if (skipWord("IN")) {
      condition = new Condition.In(left, candidates());
    } else if (negated) {
      throw unexpected();
    } else {
      var comparator = comparator();
      next();
      condition = mirrored(comparator, left, operand());
    }
    return negated ? new Condition.Not(condition) : condition;
  }

  /// A value before the path means the same the other way round.
  private static Condition mirrored(Comparator comparator, Operand left, Operand right) {
    if (!(left instanceof Operand.Literal) || right instanceof Operand.Literal) {
      return new Condition.Comparison(comparator, left, right);
    }
    var turned =
        switch (comparator) {
          case LESS -> Comparator.GREATER;
          case LESS_OR_EQUAL -> Comparator.GREATER_OR_EQUAL;
          case GREATER -> Comparator.LESS;
          case GREATER_OR_EQUAL -> Comparator.LESS_OR_EQUAL;
          case EQUAL, NOT_EQUAL -> comparator;
        };
    return new Condition.Comparison(turned, right, left);
  }

  private DocumentPath pathOf(Operand operand) {
    if (operand instanceof Operand.AtPath path) {
      return path.path();
    }
    throw unexpected();
  }

  private List<Operand> candidates() {
    var end = skipSymbol("[") ? "]" : ")";
    if (end.equals(")")) {
      expectSymbol("(");
    }
    var candidates = new ArrayList<Operand>();
    do {
      candidates.add(operand());
    } while (skipSymbol(","));
    expectSymbol(end);
    return candidates;
  }

  private Comparator comparator() {
    var symbol = peek().kind() == Kind.SYMBOL ? peek().text() : "";
    if (symbol.equals("!=")) {
      return Comparator.NOT_EQUAL;
    }
    for (var comparator : Comparator.values()) {
      if (comparator.symbol().equals(symbol)) {
        return comparator;
      }
    }
    throw unexpected();
  }

  private Operand operand() {
    if (peek().isWord("size") && isCallAhead()) {
      next();
      expectSymbol("(");
      var of = operand();
      expectSymbol(")");
      return new Operand.Size(of);
    }
    return isValueAhead() ? new Operand.Literal(value()) : new Operand.AtPath(path());
  }
}
