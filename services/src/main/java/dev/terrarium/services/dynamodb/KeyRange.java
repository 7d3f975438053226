package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.invalid;
import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.store.Key;
import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.Operand;
import dev.terrarium.services.dynamodb.value.KeyBytes;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The keys that a query's key condition selects: one partition, and perhaps a range of it.
///
/// @param hash the partition key's value
/// @param range what is asked of the sort key, or null
record KeyRange(Value hash, @Nullable Condition range) {
  /// Where the selected entries are: from one raw key, inclusive, to another, exclusive.
  record Bounds(byte[] from, byte @Nullable [] to) {}

  /// Takes a key condition apart.
  static KeyRange of(KeySchema schema, @Nullable Condition condition) {
    var parts = new ArrayList<Condition>();
    collect(condition, parts);
    Value hash = null;
    Condition range = null;
    boolean strange = false;
    for (var part : parts) {
      var name = attribute(part);
      if (name.equals(schema.hash().name())) {
        if (hash != null) {
          throw validation("KeyConditionExpressions must only contain one condition per key");
        }
        hash = hash(schema, part);
      } else if (schema.range() != null && name.equals(schema.range().name())) {
        if (range != null) {
          throw validation("KeyConditionExpressions must only contain one condition per key");
        }
        checkRange(schema.range(), part);
        range = part;
      } else {
        strange = true;
      }
    }
    if (hash != null && strange && schema.range() == null) {
      throw validation("Query key condition not supported");
    } else if (hash == null || strange) {
      throw validation("Query condition missed key schema element: " + missed(schema, parts));
    }
    return new KeyRange(hash, range);
  }

  private static String missed(KeySchema schema, List<Condition> parts) {
    for (var attribute : schema.attributes()) {
      if (parts.stream().noneMatch(part -> attribute(part).equals(attribute.name()))) {
        return attribute.name();
      }
    }
    return schema.hash().name();
  }

  private static void collect(@Nullable Condition condition, List<Condition> parts) {
    switch (condition) {
      case null -> {}
      case Condition.And and -> {
        collect(and.left(), parts);
        collect(and.right(), parts);
      }
      case Condition.Or _ -> throw unsupported("OR");
      case Condition.Not _ -> throw unsupported("NOT");
      case Condition.In _ -> throw unsupported("IN");
      case Condition.Exists exists ->
          throw unsupported(exists.wanted() ? "attribute_exists" : "attribute_not_exists");
      case Condition.HasType _ -> throw unsupported("attribute_type");
      case Condition.Contains _ -> throw unsupported("contains");
      case Condition.Comparison c when c.comparator() == Condition.Comparator.NOT_EQUAL ->
          throw unsupported("<>");
      case Condition.Comparison _, Condition.Between _, Condition.BeginsWith _ ->
          parts.add(condition);
      case Condition.Constant _ -> throw validation("Query key condition not supported");
    }
  }

  private static RuntimeException unsupported(String operator) {
    return validation("Invalid operator used in KeyConditionExpression: " + operator);
  }

  private static String attribute(Condition part) {
    var operand =
        switch (part) {
          case Condition.Comparison c -> c.left();
          case Condition.Between b -> b.operand();
          case Condition.BeginsWith b -> b.operand();
          default -> throw new IllegalStateException("No key condition: " + part);
        };
    if (!(operand instanceof Operand.AtPath path)) {
      throw validation("Invalid condition in KeyConditionExpression: No key attribute specified");
    } else if (!path.path().isAttribute()) {
      throw validation("KeyConditionExpressions cannot have conditions on nested attributes");
    }
    return path.path().attribute();
  }

  private static Value literal(KeySchema.Attribute attribute, Operand operand) {
    if (!(operand instanceof Operand.Literal literal)) {
      throw validation(
          "Invalid condition in KeyConditionExpression: Multiple attribute names used in one"
              + " condition");
    } else if (!literal.value().type().equals(attribute.type())) {
      throw invalid("Condition parameter type does not match schema type");
    }
    return literal.value();
  }

  private static Value hash(KeySchema schema, Condition part) {
    if (part instanceof Condition.Comparison c && c.comparator() == Condition.Comparator.EQUAL) {
      var value = literal(schema.hash(), c.right());
      checkNotEmpty(schema.hash(), value);
      return value;
    }
    throw validation("Query key condition not supported");
  }

  private static void checkNotEmpty(KeySchema.Attribute attribute, Value value) {
    var empty = Keys.emptyKind(value);
    if (empty != null) {
      throw validation(
          "One or more parameter values are not valid. The AttributeValue for a key attribute"
              + " cannot contain an empty "
              + empty
              + " value. Key: "
              + attribute.name());
    }
  }

  private static void checkRange(KeySchema.Attribute attribute, Condition part) {
    switch (part) {
      case Condition.Comparison c -> literal(attribute, c.right());
      case Condition.Between b -> {
        literal(attribute, b.low());
        literal(attribute, b.high());
      }
      case Condition.BeginsWith b -> {
        var value = literal(attribute, b.prefix());
        if (value.type().equals("N")) {
          throw validation("Query key condition not supported");
        }
      }
      default -> throw validation("Query key condition not supported");
    }
  }

  /// Where the entries are.
  ///
  /// @param prefix of all entries of the table or index
  Bounds bounds(byte[] prefix) {
    var partition = new Key.Writer().raw(prefix).raw(ItemKey.partition(hash)).toBytes();
    var end = Key.after(partition);
    return switch (range) {
      case null -> new Bounds(partition, end);
      case Condition.Comparison c -> {
        var at = behind(partition, value(c.right()));
        var after = Key.after(at);
        yield switch (c.comparator()) {
          case LESS -> new Bounds(partition, at);
          case LESS_OR_EQUAL -> new Bounds(partition, after);
          case GREATER -> new Bounds(Objects.requireNonNull(after), end);
          case GREATER_OR_EQUAL -> new Bounds(at, end);
          case EQUAL, NOT_EQUAL -> new Bounds(at, after);
        };
      }
      case Condition.Between b ->
          new Bounds(
              behind(partition, value(b.low())), Key.after(behind(partition, value(b.high()))));
      case Condition.BeginsWith b -> {
        var start =
            new Key.Writer().raw(partition).raw(KeyBytes.prefix(value(b.prefix()))).toBytes();
        yield new Bounds(start, Key.after(start));
      }
      default -> throw new IllegalStateException("No key condition: " + range);
    };
  }

  private static byte[] behind(byte[] partition, Value value) {
    return new Key.Writer().raw(partition).raw(KeyBytes.of(value)).toBytes();
  }

  private static Value value(Operand operand) {
    return ((Operand.Literal) operand).value();
  }
}
