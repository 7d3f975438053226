package dev.terrarium.services.dynamodb.partiql;

import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.DocumentPath;
import dev.terrarium.services.dynamodb.expression.ExpressionException;
import dev.terrarium.services.dynamodb.expression.Operand;
import dev.terrarium.services.dynamodb.expression.Update;
import dev.terrarium.services.dynamodb.expression.UpdateAction;
import dev.terrarium.services.dynamodb.partiql.PartiqlToken.Kind;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.MapValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Parses statements.
public final class PartiqlParser extends PartiqlConditions {
  private PartiqlParser(String text, List<Value> parameters) {
    super(text, parameters);
  }

  /// Parses a statement.
  ///
  /// @param parameters what stands for its question marks, in order
  /// @throws ExpressionException in DynamoDB's words
  public static Statement parse(String text, List<Value> parameters) {
    var parser = new PartiqlParser(text, parameters);
    var statement = parser.statement();
    parser.skipSymbol(";");
    parser.expectEnd();
    return statement;
  }

  private Statement statement() {
    if (skipWord("SELECT")) {
      return select();
    } else if (skipWord("INSERT")) {
      expectWord("INTO");
      var table = name();
      expectWord("VALUE");
      if (value() instanceof MapValue item) {
        return new Statement.Insert(table, item.members());
      }
      throw malformed("Expected a tuple behind VALUE");
    } else if (skipWord("UPDATE")) {
      return update();
    } else if (skipWord("DELETE")) {
      expectWord("FROM");
      var table = name();
      var where = ofOneItem();
      var returning = returning();
      if (!returning.isEmpty() && !returning.equals("ALL OLD")) {
        throw new ExpressionException(
            "Invalid returning clause: RETURNING "
                + returning
                + " *. Only RETURNING ALL OLD * is allowed in DELETE statements.");
      }
      return new Statement.Delete(table, where, returning);
    } else if (skipWord("EXISTS")) {
      expectSymbol("(");
      expectWord("SELECT");
      var select = select();
      expectSymbol(")");
      return new Statement.Exists(select);
    }
    throw unexpected();
  }

  private Statement.Select select() {
    var paths = new ArrayList<DocumentPath>();
    if (!skipSymbol("*")) {
      do {
        var path = path();
        if (peek().isWord("AS")) {
          throw new ExpressionException("Aliasing is not supported");
        } else if (paths.contains(path)) {
          throw new ExpressionException(
              "Duplicate identifiers in select clause: "
                  + (path.isAttribute() ? path.attribute() : path));
        }
        paths.add(path);
      } while (skipSymbol(","));
    }
    expectWord("FROM");
    var table = name();
    var index = skipSymbol(".") ? name() : null;
    var where = skipWord("WHERE") ? condition() : null;
    @Nullable String order = null;
    boolean descending = false;
    if (skipWord("ORDER")) {
      expectWord("BY");
      do {
        order = name();
        descending = skipWord("DESC");
        if (!descending) {
          skipWord("ASC");
        }
      } while (skipSymbol(","));
    }
    return new Statement.Select(table, index, paths, where, order, descending);
  }

  private Statement update() {
    var table = name();
    var actions = new ArrayList<UpdateAction>();
    while (true) {
      if (skipWord("SET")) {
        do {
          actions.add(assignment());
        } while (skipSymbol(","));
      } else if (skipWord("REMOVE")) {
        do {
          actions.add(new UpdateAction.Remove(path()));
        } while (skipSymbol(","));
      } else {
        break;
      }
    }
    if (actions.isEmpty()) {
      throw unexpected();
    }
    var where = ofOneItem();
    return new Statement.Change(table, new Update(actions), where, returning());
  }

  private UpdateAction assignment() {
    var path = path();
    expectSymbol("=");
    var function = peek().kind() == Kind.WORD ? peek().text().toLowerCase(Locale.ROOT) : "";
    if ((function.equals("set_add") || function.equals("set_delete")) && isCallAhead()) {
      next();
      expectSymbol("(");
      var target = path();
      expectSymbol(",");
      var elements = value();
      expectSymbol(")");
      return function.equals("set_add")
          ? new UpdateAction.Add(target, elements)
          : new UpdateAction.Delete(target, elements);
    }
    var left = assigned();
    if (peek().isSymbol("+") || peek().isSymbol("-")) {
      var minus = next().text().equals("-");
      left = new Operand.Sum(left, assigned(), minus);
    } else if (peek().kind() == Kind.NUMBER && peek().text().startsWith("-")) {
      // `a -1`: the sign was taken for the number's.
      left = new Operand.Sum(left, assigned(), false);
    }
    return new UpdateAction.Assign(path, left);
  }

  private Operand assigned() {
    if (peek().isWord("list_append") && isCallAhead()) {
      next();
      expectSymbol("(");
      var first = assigned();
      expectSymbol(",");
      var second = assigned();
      expectSymbol(")");
      return new Operand.ListAppend(first, second);
    } else if (peek().isWord("if_not_exists") && isCallAhead()) {
      next();
      expectSymbol("(");
      var path = path();
      expectSymbol(",");
      var otherwise = assigned();
      expectSymbol(")");
      return new Operand.IfNotExists(path, otherwise);
    }
    return isValueAhead() ? new Operand.Literal(value()) : new Operand.AtPath(path());
  }

  private String returning() {
    if (!skipWord("RETURNING")) {
      return "";
    }
    var which = next().text().toUpperCase(Locale.ROOT);
    var when = next().text().toUpperCase(Locale.ROOT);
    expectSymbol("*");
    var returning = which + " " + when;
    if (!List.of("ALL OLD", "ALL NEW", "MODIFIED OLD", "MODIFIED NEW").contains(returning)) {
      throw malformed("RETURNING takes ALL or MODIFIED, OLD or NEW");
    }
    return returning;
  }

  /// Where the item is that a statement writes.
  private Condition ofOneItem() {
    if (!skipWord("WHERE")) {
      throw new ExpressionException(
          "Where clause does not contain a mandatory equality on all key attributes");
    }
    return condition();
  }

  private Condition condition() {
    return or();
  }
}
