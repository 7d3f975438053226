package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.expression.DocumentPath.Step;
import dev.terrarium.services.dynamodb.expression.Token.Kind;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.NullValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the parsers of all expressions have in common: tokens, paths, values, functions, errors.
abstract class Parser {
  private static final int BYTES_MAX = 4096;
  private static final int OPERATORS_MAX = 300;
  private static final int DEPTH_MAX = 150;

  final String label;
  final Placeholders placeholders;
  final Problems problems = new Problems();

  /// Values whose placeholder was not defined: nothing more is said about them.
  final Set<Operand> undefined = Collections.newSetFromMap(new IdentityHashMap<>());

  private final String text;
  private final List<Token> tokens;
  private int at;
  private int operators;
  private int depth;

  /// @param label the parameter's name, for messages: `ConditionExpression`
  Parser(String label, String text, Placeholders placeholders) {
    this.label = label;
    this.text = text;
    this.placeholders = placeholders;
    if (text.isBlank()) {
      throw refused("The expression can not be empty;");
    } else if (text.length() > BYTES_MAX) {
      throw refused("Expression size has exceeded the maximum allowed size;");
    }
    this.tokens = new Lexer(text).tokens();
  }

  ExpressionException refused(String what) {
    return new ExpressionException("Invalid " + label + ": " + what);
  }

  final Token peek() {
    return tokens.get(at);
  }

  final Token peekSecond() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  final Token next() {
    return tokens.get(at == tokens.size() - 1 ? at : at++);
  }

  final boolean skipSymbol(String symbol) {
    if (peek().isSymbol(symbol)) {
      at++;
      return true;
    }
    return false;
  }

  final boolean skipWord(String word) {
    if (peek().isWord(word)) {
      at++;
      return true;
    }
    return false;
  }

  final void expectSymbol(String symbol) {
    if (!skipSymbol(symbol)) {
      throw syntaxError();
    }
  }

  final void expectEnd() {
    if (peek().kind() != Kind.END) {
      throw syntaxError();
    }
  }

  /// The token that nobody expects, shown with its neighbours.
  final ExpressionException syntaxError() {
    var token = peek();
    var from = at > 0 ? tokens.get(at - 1).start() : token.start();
    var to = peekSecond().end();
    return refused(
        "Syntax error; token: \""
            + token.text()
            + "\", near: \""
            + text.substring(from, Math.max(to, token.end())).strip()
            + "\"");
  }

  /// Throws the first mistake that is not one of syntax.
  final void checkProblems() {
    if (operators > OPERATORS_MAX) {
      problems.add(
          Problems.Kind.TOO_MANY,
          "The expression contains too many operators; operator count: " + operators);
    }
    if (!problems.isEmpty()) {
      throw refused(problems.first());
    }
  }

  final void countOperator() {
    operators++;
  }

  /// Goes one level down, where the call stack would otherwise be the limit.
  final void deeper() {
    if (++depth > DEPTH_MAX) {
      throw refused("The expression is nested too deeply;");
    }
  }

  final void higher() {
    depth--;
  }

  final boolean isPathAhead() {
    return peek().kind() == Kind.WORD || peek().kind() == Kind.NAME;
  }

  final DocumentPath path() {
    var steps = new ArrayList<Step>();
    steps.add(new Step.Member(name()));
    while (true) {
      if (skipSymbol(".")) {
        steps.add(new Step.Member(name()));
      } else if (skipSymbol("[")) {
        if (peek().kind() != Kind.INTEGER) {
          throw syntaxError();
        }
        var index = peek().text();
        if (index.length() > 9) {
          throw refused("List index is not within the allowable range; index: [" + index + "]");
        }
        next();
        steps.add(new Step.Element(Integer.parseInt(index)));
        expectSymbol("]");
      } else {
        return new DocumentPath(steps);
      }
    }
  }

  private String name() {
    var token = peek();
    if (token.kind() == Kind.WORD) {
      next();
      if (ReservedWords.contains(token.text())) {
        problems.add(
            Problems.Kind.RESERVED_WORD,
            "Attribute name is a reserved keyword; reserved keyword: " + token.text());
      }
      return token.text();
    } else if (token.kind() == Kind.NAME) {
      next();
      var name = placeholders.name(token.text());
      if (name == null) {
        problems.add(
            Problems.Kind.UNDEFINED_NAME,
            "An expression attribute name used in the document path is not defined; attribute"
                + " name: "
                + token.text());
        return token.text();
      }
      return name;
    }
    throw syntaxError();
  }

  final Operand literal() {
    var token = next();
    var value = placeholders.value(token.text());
    if (value == null) {
      problems.add(
          Problems.Kind.UNDEFINED_VALUE,
          "An expression attribute value used in expression is not defined; attribute value: "
              + token.text());
      var operand = new Operand.Literal(NullValue.NULL);
      undefined.add(operand);
      return operand;
    }
    return new Operand.Literal(value);
  }

  /// The value of an operand that is a literal, or null; also null if the placeholder is undefined.
  final @Nullable Value literalValue(Operand operand) {
    return operand instanceof Operand.Literal literal && !undefined.contains(operand)
        ? literal.value()
        : null;
  }

  final boolean isFunctionAhead() {
    return peek().kind() == Kind.WORD && peekSecond().isSymbol("(");
  }

  /// A function's name and arguments, which are operands themselves.
  final Operand.Call call() {
    countOperator();
    deeper();
    var function = next().text();
    expectSymbol("(");
    var arguments = new ArrayList<Operand>();
    do {
      arguments.add(operand());
    } while (skipSymbol(","));
    expectSymbol(")");
    higher();
    return new Operand.Call(function, arguments);
  }

  /// A path, a value or a function's result.
  abstract Operand operand();

  final void checkCount(Operand.Call call, int count) {
    if (call.arguments().size() != count) {
      problems.add(
          Problems.Kind.OPERAND_COUNT,
          "Incorrect number of operands for operator or function; operator or function: "
              + call.function()
              + ", number of operands: "
              + call.arguments().size());
    }
  }

  final void wrongType(String operator, Value value) {
    problems.add(
        Problems.Kind.OPERAND_TYPE,
        "Incorrect operand type for operator or function; operator or function: "
            + operator
            + ", operand type: "
            + value.type());
  }

  final DocumentPath pathOf(String function, Operand operand) {
    if (operand instanceof Operand.AtPath path) {
      return path.path();
    }
    problems.add(
        Problems.Kind.PATH_REQUIRED,
        "Operator or function requires a document path; operator or function: " + function);
    return DocumentPath.of("");
  }
}
