package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Snapshot;
import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.Condition.Comparator;
import dev.terrarium.services.dynamodb.expression.DocumentPath;
import dev.terrarium.services.dynamodb.expression.Operand;
import dev.terrarium.services.dynamodb.expression.Projection;
import dev.terrarium.services.dynamodb.partiql.Statement;
import dev.terrarium.services.dynamodb.value.DynamoJson;
import dev.terrarium.services.dynamodb.value.ItemCodec;
import dev.terrarium.services.dynamodb.value.Sizes;
import dev.terrarium.services.dynamodb.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How statements are carried out: a select that pins the partition key is a query, any other one a
/// scan; what writes pins the whole key of one item, and the rest is its condition.
final class StatementPlans {
  private final Tables tables;

  StatementPlans(Tables tables) {
    this.tables = tables;
  }

  Reading reading(Statement.Select select, boolean consistent, int limit) {
    var table = tables.get(select.table());
    var index = DynamoQueries.index(table, select.index());
    if (index != null && index.global() && consistent) {
      throw validation("Consistent reads are not supported on global secondary indexes");
    }
    var schema = index == null ? table.layout().schema() : index.schema();
    var prefix = index == null ? table.layout().prefix() : index.prefix();
    var parts = new ArrayList<Condition>();
    collect(select.where(), parts);
    var hash = pinned(parts, schema.hash());
    checkOrder(select, schema, hash);
    var bounds =
        hash == null
            ? Reading.part(prefix, 0, 1)
            : new KeyRange(hash, range(parts, schema.range())).bounds(prefix);
    var projection =
        DynamoQueries.projection(
            table,
            index,
            select.paths().isEmpty() ? null : Projection.selected(select.paths()),
            null);
    return new Reading(
        tables,
        table,
        index,
        bounds,
        select.descending(),
        limit,
        consistent,
        select.where(),
        projection,
        false);
  }

  private static void checkOrder(Statement.Select select, KeySchema schema, @Nullable Value hash) {
    var order = select.orderBy();
    if (order == null) {
      return;
    } else if (select.where() == null) {
      throw validation("Must have WHERE clause in the statement when using ORDER BY clause.");
    } else if (!schema.has(order)) {
      throw validation(
          "Variable reference " + order + " in ORDER BY clause must be part of the primary key");
    } else if (hash == null) {
      throw validation(
          "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY"
              + " clause.");
    }
  }

  /// Whether a select names one item.
  boolean isWholeKey(Statement.Select select) {
    var schema = tables.get(select.table()).layout().schema();
    var parts = new ArrayList<Condition>();
    collect(select.where(), parts);
    return select.index() == null
        && schema.attributes().stream().allMatch(a -> pinned(parts, a) != null);
  }

  /// The item that a select of a transaction names, as it is at one moment.
  @Nullable Map<String, Value> readOne(
      Snapshot snapshot, Statement.Select select, Capacity capacity) {
    var where = select.where();
    if (where == null || select.index() != null) {
      throw noKey();
    }
    var table = tables.get(select.table());
    var key = ItemKey.of(table.layout().schema(), key(table, where));
    var bytes = snapshot.get(key.in(table.layout().prefix()));
    var item = bytes == null ? null : ItemCodec.ITEM.decode(bytes);
    capacity.read(table, null, Capacity.readUnits(item == null ? 0 : Sizes.of(item), true));
    if (item == null || !where.test(item)) {
      return null;
    }
    return select.paths().isEmpty() ? item : Projection.selected(select.paths()).apply(item);
  }

  private static void collect(@Nullable Condition condition, List<Condition> parts) {
    if (condition instanceof Condition.And and) {
      collect(and.left(), parts);
      collect(and.right(), parts);
    } else if (condition != null) {
      parts.add(condition);
    }
  }

  private static boolean isAt(Operand operand, KeySchema.Attribute attribute) {
    return operand instanceof Operand.AtPath path
        && path.path().equals(DocumentPath.of(attribute.name()));
  }

  private static boolean isKeyValue(Operand operand, KeySchema.Attribute attribute) {
    return operand instanceof Operand.Literal literal
        && literal.value().type().equals(attribute.type());
  }

  /// The value that an attribute must equal, or null.
  private static @Nullable Value pinned(List<Condition> parts, KeySchema.Attribute attribute) {
    for (var part : parts) {
      if (part instanceof Condition.Comparison c
          && c.comparator() == Comparator.EQUAL
          && isAt(c.left(), attribute)
          && isKeyValue(c.right(), attribute)) {
        return ((Operand.Literal) c.right()).value();
      }
    }
    return null;
  }

  /// What narrows a query down to a range of sort keys, or null.
  private static @Nullable Condition range(
      List<Condition> parts, KeySchema.@Nullable Attribute attribute) {
    if (attribute == null) {
      return null;
    }
    for (var part : parts) {
      var narrows =
          switch (part) {
            case Condition.Comparison c ->
                c.comparator() != Comparator.NOT_EQUAL
                    && isAt(c.left(), attribute)
                    && isKeyValue(c.right(), attribute);
            case Condition.Between b ->
                isAt(b.operand(), attribute)
                    && isKeyValue(b.low(), attribute)
                    && isKeyValue(b.high(), attribute);
            case Condition.BeginsWith b ->
                isAt(b.operand(), attribute)
                    && isKeyValue(b.prefix(), attribute)
                    && !attribute.type().equals("N");
            default -> false;
          };
      if (narrows) {
        return part;
      }
    }
    return null;
  }

  Intent intent(Statement statement, boolean shows) {
    return switch (statement) {
      case Statement.Insert insert -> {
        var table = tables.get(insert.table());
        DynamoItems.checkSize(insert.item());
        var hash = DocumentPath.of(table.layout().schema().hash().name());
        yield Intent.put(table, insert.item(), new Condition.Exists(hash, false), shows);
      }
      case Statement.Change change -> {
        var table = tables.get(change.table());
        var key = key(table, change.where());
        yield Intent.update(table, key, change.update(), change.where(), shows);
      }
      case Statement.Delete delete -> {
        var table = tables.get(delete.table());
        var key = key(table, delete.where());
        yield Intent.delete(table, key, unlessMissing(table, delete.where()), shows);
      }
      case Statement.Exists exists -> {
        var table = tables.get(exists.table());
        var where = exists.select().where();
        if (where == null) {
          throw noKey();
        }
        yield Intent.check(table, key(table, where), where, shows);
      }
      case Statement.Select _ ->
          throw new IllegalStateException("A select writes nothing: " + statement);
    };
  }

  /// Deleting what is not there is not an error, unless more than the key is asked for.
  private static Condition unlessMissing(Table table, Condition where) {
    var parts = new ArrayList<Condition>();
    collect(where, parts);
    var schema = table.layout().schema();
    if (parts.size() > schema.size()) {
      return where;
    }
    var missing = new Condition.Exists(DocumentPath.of(schema.hash().name()), false);
    return new Condition.Or(missing, where);
  }

  private static Map<String, Value> key(Table table, Condition where) {
    var parts = new ArrayList<Condition>();
    collect(where, parts);
    var key = new LinkedHashMap<String, Value>();
    for (var attribute : table.layout().schema().attributes()) {
      var value = pinned(parts, attribute);
      if (value == null) {
        throw noKey();
      }
      key.put(attribute.name(), value);
    }
    return key;
  }

  private static RuntimeException noKey() {
    return validation("Where clause does not contain a mandatory equality on all key attributes");
  }

  /// What a statement that wrote wants to be shown.
  static @Nullable Map<String, Value> shown(
      Statement statement, Intent intent, Intent.Outcome outcome) {
    if (statement instanceof Statement.Delete delete) {
      return delete.returning().isEmpty() ? null : outcome.before();
    } else if (statement instanceof Statement.Change change) {
      var wanted =
          switch (change.returning()) {
            case "ALL OLD" -> "ALL_OLD";
            case "ALL NEW" -> "ALL_NEW";
            case "MODIFIED OLD" -> "UPDATED_OLD";
            case "MODIFIED NEW" -> "UPDATED_NEW";
            default -> null;
          };
      return DynamoItems.shown(wanted, intent, outcome);
    }
    return null;
  }

  static String token(Map<String, Value> key) {
    var text = Json.write(DynamoJson.of(key));
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static @Nullable Map<String, Value> start(@Nullable String token) {
    if (token == null) {
      return null;
    }
    try {
      var text = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
      return DynamoJson.item(Json.parse(text));
    } catch (IllegalArgumentException e) {
      throw validation("Invalid NextToken");
    }
  }
}
