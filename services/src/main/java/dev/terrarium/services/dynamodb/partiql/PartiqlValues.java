package dev.terrarium.services.dynamodb.partiql;

import dev.terrarium.services.dynamodb.expression.DocumentPath;
import dev.terrarium.services.dynamodb.expression.DocumentPath.Step;
import dev.terrarium.services.dynamodb.expression.ExpressionException;
import dev.terrarium.services.dynamodb.partiql.PartiqlToken.Kind;
import dev.terrarium.services.dynamodb.value.Numbers;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.BooleanValue;
import dev.terrarium.services.dynamodb.value.Value.ListValue;
import dev.terrarium.services.dynamodb.value.Value.MapValue;
import dev.terrarium.services.dynamodb.value.Value.NullValue;
import dev.terrarium.services.dynamodb.value.Value.NumberSet;
import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import dev.terrarium.services.dynamodb.value.Value.StringSet;
import dev.terrarium.services.dynamodb.value.Value.StringValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/// Tokens, names, paths and values of statements.
abstract class PartiqlValues {
  private static final int LENGTH_MAX = 8192;
  private static final int DEPTH_MAX = 32;

  private final List<PartiqlToken> tokens;
  private final List<Value> parameters;
  private int at;
  private int parameter;
  private int depth;

  PartiqlValues(String text, List<Value> parameters) {
    if (text.length() > LENGTH_MAX) {
      throw new ExpressionException(
          "1 validation error detected: Value at 'statement' failed to satisfy constraint: Member"
              + " must have length less than or equal to 8192");
    }
    this.tokens = new PartiqlLexer(text).tokens();
    this.parameters = parameters;
  }

  final PartiqlToken peek() {
    return tokens.get(at);
  }

  final PartiqlToken next() {
    return tokens.get(at == tokens.size() - 1 ? at : at++);
  }

  final boolean isCallAhead() {
    return peek().kind() == Kind.WORD && at + 1 < tokens.size() && tokens.get(at + 1).isSymbol("(");
  }

  final boolean skipWord(String word) {
    if (peek().isWord(word)) {
      next();
      return true;
    }
    return false;
  }

  final boolean skipSymbol(String symbol) {
    if (peek().isSymbol(symbol)) {
      next();
      return true;
    }
    return false;
  }

  final void expectWord(String word) {
    if (!skipWord(word)) {
      throw unexpected();
    }
  }

  final void expectSymbol(String symbol) {
    if (!skipSymbol(symbol)) {
      throw unexpected();
    }
  }

  final void expectEnd() {
    if (peek().kind() != Kind.END) {
      throw unexpected();
    } else if (parameter != parameters.size()) {
      throw new ExpressionException("Number of parameters in request and statement don't match.");
    }
  }

  final ExpressionException unexpected() {
    var token = peek();
    return malformed("Unexpected token: " + token.text() + " at position " + (token.start() + 1));
  }

  final ExpressionException malformed(String why) {
    return new ExpressionException("Statement wasn't well formed, can't be processed: " + why);
  }

  final String name() {
    if (peek().kind() != Kind.WORD && peek().kind() != Kind.QUOTED) {
      throw unexpected();
    }
    return next().text();
  }

  final DocumentPath path() {
    var steps = new ArrayList<Step>();
    steps.add(new Step.Member(name()));
    while (true) {
      if (skipSymbol(".")) {
        steps.add(new Step.Member(name()));
      } else if (skipSymbol("[")) {
        var token = next();
        if (token.kind() == Kind.NUMBER && token.text().matches("[0-9]{1,9}")) {
          steps.add(new Step.Element(Integer.parseInt(token.text())));
        } else if (token.kind() == Kind.STRING) {
          steps.add(new Step.Member(token.text()));
        } else {
          throw malformed("A list is indexed by a number");
        }
        expectSymbol("]");
      } else {
        return new DocumentPath(steps);
      }
    }
  }

  final boolean isValueAhead() {
    var token = peek();
    return switch (token.kind()) {
      case STRING, NUMBER, PARAMETER -> true;
      case WORD -> token.isWord("true") || token.isWord("false") || token.isWord("null");
      case SYMBOL -> token.isSymbol("{") || token.isSymbol("[") || token.isSymbol("<<");
      case QUOTED, END -> false;
    };
  }

  final Value value() {
    if (!isValueAhead()) {
      throw unexpected();
    } else if (++depth > DEPTH_MAX) {
      throw malformed("Values are nested too deeply");
    }
    try {
      var token = next();
      return switch (token.kind()) {
        case STRING -> new StringValue(token.text());
        case NUMBER -> Numbers.parse(token.text());
        case PARAMETER -> parameter();
        case WORD -> token.isWord("null") ? NullValue.NULL : new BooleanValue(token.isWord("true"));
        case SYMBOL, QUOTED, END ->
            token.isSymbol("{") ? map() : token.isSymbol("[") ? list() : set();
      };
    } finally {
      depth--;
    }
  }

  private Value parameter() {
    if (parameter == parameters.size()) {
      throw new ExpressionException("Number of parameters in request and statement don't match.");
    }
    return parameters.get(parameter++);
  }

  private Value map() {
    var members = new LinkedHashMap<String, Value>();
    if (!skipSymbol("}")) {
      do {
        var name = next();
        if (name.kind() != Kind.STRING && name.kind() != Kind.QUOTED && name.kind() != Kind.WORD) {
          throw malformed("A member of a tuple has a name");
        }
        expectSymbol(":");
        members.put(name.text(), value());
      } while (skipSymbol(","));
      expectSymbol("}");
    }
    return new MapValue(members);
  }

  private Value list() {
    var elements = new ArrayList<Value>();
    if (!skipSymbol("]")) {
      do {
        elements.add(value());
      } while (skipSymbol(","));
      expectSymbol("]");
    }
    return new ListValue(elements);
  }

  private Value set() {
    var strings = new LinkedHashSet<String>();
    var numbers = new LinkedHashSet<BigDecimal>();
    do {
      switch (value()) {
        case StringValue string -> strings.add(string.text());
        case NumberValue number -> numbers.add(number.number());
        default -> throw malformed("A set holds strings or numbers");
      }
    } while (skipSymbol(","));
    expectSymbol(">>");
    if (strings.isEmpty() == numbers.isEmpty()) {
      throw malformed("A set holds values of one type");
    }
    return strings.isEmpty() ? new NumberSet(numbers) : new StringSet(strings);
  }
}
