package dev.terrarium.services.s3.select;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.services.s3.select.SqlLexer.Kind;
import dev.terrarium.services.s3.select.SqlLexer.Token;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the SQL of S3 Select. See *SQL reference for Amazon S3 Select* in the user guide.
final class SqlParser {
  private static final Set<String> AGGREGATES = Set.of("COUNT", "SUM", "AVG", "MIN", "MAX");
  private static final Set<String> RESERVED =
      Set.of("FROM", "WHERE", "LIMIT", "AS", "AND", "OR", "NOT", "WHEN", "THEN", "ELSE", "END");
  private static final List<List<String>> LEVELS =
      List.of(List.of("||"), List.of("+", "-"), List.of("*", "/", "%"));

  private final List<Token> tokens;
  private int at;
  private int slots;
  private String alias = "";

  SqlParser(String text) {
    this.tokens = SqlLexer.tokens(text);
  }

  /// What is selected, and under which name.
  record Column(Sql value, @Nullable String name) {}

  /// A query.
  ///
  /// @param columns empty for `*`
  /// @param path where in a JSON document the records lie
  /// @param slots how many aggregates there are
  record Query(
      List<Column> columns, List<Sql.Step> path, @Nullable Sql where, long limit, int slots) {}

  Query query() {
    expect("SELECT");
    var start = at;
    skipTo("FROM");
    expect("FROM");
    var path = source();
    var behind = at;
    at = start;
    var columns = new ArrayList<Column>();
    if (!take("*")) {
      do {
        columns.add(column());
      } while (take(","));
    }
    if (!peek().is("FROM")) {
      throw unexpected();
    }
    at = behind;
    var where = take("WHERE") ? expression() : null;
    long limit = Long.MAX_VALUE;
    if (take("LIMIT")) {
      if (peek().kind() != Kind.NUMBER) {
        throw unexpected();
      }
      limit = Long.parseLong(next().text());
    }
    if (peek().kind() != Kind.END) {
      throw unexpected();
    }
    return new Query(columns, path, where, limit, slots);
  }

  /// The source comes first, for it names the alias that paths begin with.
  private List<Sql.Step> source() {
    if (!next().text().equalsIgnoreCase("S3OBJECT")) {
      throw new SelectException(
          "InvalidDataSource",
          "Invalid data source type. Only CSV, JSON, and Parquet are supported.");
    }
    var path = steps();
    take("AS");
    var token = peek();
    if ((token.kind() == Kind.WORD || token.kind() == Kind.QUOTED)
        && !RESERVED.contains(token.text().toUpperCase(Locale.ROOT))) {
      alias = next().text();
    }
    return path;
  }

  private void skipTo(String word) {
    int depth = 0;
    while (peek().kind() != Kind.END && (depth > 0 || !peek().is(word))) {
      depth += peek().is("(") ? 1 : peek().is(")") ? -1 : 0;
      at++;
    }
  }

  private Column column() {
    var value = expression();
    if (take("AS")) {
      return new Column(value, next().text());
    }
    var token = peek();
    if (token.kind() == Kind.QUOTED
        || token.kind() == Kind.WORD && !RESERVED.contains(token.text().toUpperCase(Locale.ROOT))) {
      return new Column(value, next().text());
    }
    if (value instanceof Sql.Path path && !path.steps().isEmpty()) {
      return new Column(value, path.steps().getLast().name());
    }
    return new Column(value, null);
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token next() {
    return tokens.get(at < tokens.size() - 1 ? at++ : at);
  }

  private boolean take(String word) {
    if (peek().is(word)) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String word) {
    if (!take(word)) {
      throw unexpected();
    }
  }

  private SelectException unexpected() {
    return new SelectException(
        "ParseUnexpectedToken",
        "Unexpected token found %s at line 1, column %d."
            .formatted(peek().shown(), peek().column()));
  }

  private Sql expression() {
    var left = and();
    while (take("OR")) {
      left = new Sql.Binary("OR", left, and());
    }
    return left;
  }

  private Sql and() {
    var left = not();
    while (take("AND")) {
      left = new Sql.Binary("AND", left, not());
    }
    return left;
  }

  private Sql not() {
    return take("NOT") ? new Sql.Unary("NOT", not()) : comparison();
  }

  private Sql comparison() {
    var left = level(0);
    while (true) {
      if (take("IS")) {
        var negated = take("NOT");
        var missing = take("MISSING");
        if (!missing) {
          expect("NULL");
        }
        left = new Sql.Is(left, missing, negated);
        continue;
      }
      var negated = peek().is("NOT") && take("NOT");
      if (take("LIKE")) {
        var pattern = level(0);
        left = new Sql.Like(left, pattern, take("ESCAPE") ? level(0) : null, negated);
      } else if (take("IN")) {
        expect("(");
        left = new Sql.In(left, list(), negated);
      } else if (take("BETWEEN")) {
        var low = level(0);
        expect("AND");
        left = new Sql.Between(left, low, level(0), negated);
      } else if (negated) {
        throw unexpected();
      } else {
        var operator = peek();
        if (operator.kind() != Kind.SYMBOL
            || !Set.of("=", "<>", "!=", "<", "<=", ">", ">=").contains(operator.text())) {
          return left;
        }
        at++;
        left = new Sql.Binary(operator.text(), left, level(0));
      }
    }
  }

  private Sql level(int level) {
    if (level == LEVELS.size()) {
      return unary();
    }
    var left = level(level + 1);
    while (peek().kind() == Kind.SYMBOL && LEVELS.get(level).contains(peek().text())) {
      var operator = next().text();
      left = new Sql.Binary(operator, left, level(level + 1));
    }
    return left;
  }

  private Sql unary() {
    if (take("-")) {
      return new Sql.Unary("-", unary());
    }
    return take("+") ? unary() : primary();
  }

  private List<Sql> list() {
    var elements = new ArrayList<Sql>();
    if (take(")")) {
      return elements;
    }
    do {
      elements.add(expression());
    } while (take(","));
    expect(")");
    return elements;
  }

  private Sql primary() {
    return switch (peek().kind()) {
      case NUMBER -> new Sql.Literal(DecimalNode.valueOf(new BigDecimal(next().text())));
      case TEXT -> new Sql.Literal(TextNode.valueOf(next().text()));
      case QUOTED -> path();
      case WORD -> word();
      case SYMBOL -> {
        expect("(");
        var inner = expression();
        expect(")");
        yield inner;
      }
      case END -> throw unexpected();
    };
  }

  private Sql word() {
    var word = peek().text().toUpperCase(Locale.ROOT);
    if (take("TRUE") || take("FALSE")) {
      return new Sql.Literal(BooleanNode.valueOf(word.equals("TRUE")));
    } else if (take("NULL")) {
      return new Sql.Literal(NullNode.getInstance());
    } else if (take("CASE")) {
      return caseOf();
    } else if (RESERVED.contains(word)) {
      throw unexpected();
    }
    if (!tokens.get(at + 1).is("(")) {
      return path();
    }
    at += 2;
    if (AGGREGATES.contains(word)) {
      var operand = take("*") ? null : expression();
      expect(")");
      return new Sql.Aggregate(word, operand, slots++);
    }
    return function(word);
  }

  private Sql function(String name) {
    return switch (name) {
      case "CAST" -> cast();
      case "EXTRACT", "DATE_ADD", "DATE_DIFF" -> {
        var arguments = new ArrayList<Sql>();
        arguments.add(text(next().text().toLowerCase(Locale.ROOT)));
        if (!take("FROM")) {
          expect(",");
        }
        arguments.addAll(list());
        yield new Sql.Function(name, arguments);
      }
      case "TRIM" -> trim();
      case "SUBSTRING" -> {
        var arguments = new ArrayList<Sql>();
        arguments.add(expression());
        while (take("FROM") || take("FOR") || take(",")) {
          arguments.add(expression());
        }
        expect(")");
        yield new Sql.Function(name, arguments);
      }
      default -> {
        if (!SqlFunctions.NAMES.contains(name)) {
          throw new SelectException(
              "UnsupportedFunction", "Encountered an unsupported SQL function: " + name);
        }
        yield new Sql.Function(name, list());
      }
    };
  }

  private Sql cast() {
    var operand = expression();
    expect("AS");
    var type = next().text().toUpperCase(Locale.ROOT);
    if (take("(")) {
      list();
    }
    expect(")");
    return new Sql.Cast(operand, type);
  }

  private Sql trim() {
    var side = "BOTH";
    for (var word : List.of("LEADING", "TRAILING", "BOTH")) {
      if (take(word)) {
        side = word;
      }
    }
    Sql characters = new Sql.Literal(TextNode.valueOf(" "));
    if (!take("FROM")) {
      var first = expression();
      if (take("FROM")) {
        characters = first;
      } else {
        expect(")");
        return new Sql.Function("TRIM", List.of(text(side), characters, first));
      }
    }
    var value = expression();
    expect(")");
    return new Sql.Function("TRIM", List.of(text(side), characters, value));
  }

  private static Sql text(String text) {
    return new Sql.Literal(TextNode.valueOf(text));
  }

  private Sql caseOf() {
    var operand = peek().is("WHEN") ? null : expression();
    var tests = new ArrayList<Sql>();
    var results = new ArrayList<Sql>();
    while (take("WHEN")) {
      tests.add(expression());
      expect("THEN");
      results.add(expression());
    }
    var otherwise = take("ELSE") ? expression() : null;
    expect("END");
    return new Sql.Case(operand, tests, results, otherwise);
  }

  private Sql path() {
    var first = next();
    var steps = new ArrayList<Sql.Step>();
    var named =
        !alias.isEmpty() && first.text().equalsIgnoreCase(alias)
            || first.kind() == Kind.WORD && first.text().equalsIgnoreCase("S3OBJECT");
    if (!named) {
      steps.add(new Sql.Step(first.text(), first.kind() == Kind.QUOTED, -1));
    }
    steps.addAll(steps());
    return new Sql.Path(steps);
  }

  private List<Sql.Step> steps() {
    var steps = new ArrayList<Sql.Step>();
    while (true) {
      if (take(".")) {
        if (take("*")) {
          continue;
        }
        var name = next();
        steps.add(new Sql.Step(name.text(), name.kind() == Kind.QUOTED, -1));
      } else if (take("[")) {
        if (take("*")) {
          steps.add(new Sql.Step(null, false, -1));
        } else {
          var index = next();
          if (index.kind() == Kind.TEXT) {
            steps.add(new Sql.Step(index.text(), true, -1));
          } else if (index.kind() == Kind.NUMBER) {
            steps.add(new Sql.Step(null, false, Integer.parseInt(index.text())));
          } else {
            throw unexpected();
          }
        }
        expect("]");
      } else {
        return steps;
      }
    }
  }
}
