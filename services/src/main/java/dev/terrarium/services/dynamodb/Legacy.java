package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.invalid;
import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.services.dynamodb.expression.Condition;
import dev.terrarium.services.dynamodb.expression.Condition.Comparator;
import dev.terrarium.services.dynamodb.expression.DocumentPath;
import dev.terrarium.services.dynamodb.expression.Operand;
import dev.terrarium.services.dynamodb.expression.Update;
import dev.terrarium.services.dynamodb.expression.UpdateAction;
import dev.terrarium.services.dynamodb.value.AttributeValues;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.BinarySet;
import dev.terrarium.services.dynamodb.value.Value.BinaryValue;
import dev.terrarium.services.dynamodb.value.Value.ListValue;
import dev.terrarium.services.dynamodb.value.Value.NumberSet;
import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import dev.terrarium.services.dynamodb.value.Value.StringSet;
import dev.terrarium.services.dynamodb.value.Value.StringValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValueUpdate;
import software.amazon.awssdk.services.dynamodb.model.ExpectedAttributeValue;

/// The parameters from before there were expressions, turned into what expressions become.
final class Legacy {
  private static final Set<String> OPERATORS =
      Set.of(
          "EQ",
          "NE",
          "LE",
          "LT",
          "GE",
          "GT",
          "NOT_NULL",
          "NULL",
          "CONTAINS",
          "NOT_CONTAINS",
          "BEGINS_WITH",
          "IN",
          "BETWEEN");

  /// What no key can be searched for by.
  private static final Set<String> NOT_INDEXABLE =
      Set.of("NE", "NULL", "NOT_NULL", "CONTAINS", "NOT_CONTAINS", "IN");

  private Legacy() {}

  /// `Expected`.
  static @Nullable Condition expected(
      Map<String, ExpectedAttributeValue> expected, @Nullable String operator) {
    var conditions = new ArrayList<Condition>();
    expected.forEach((name, given) -> conditions.add(expected(name, given)));
    return joined(conditions, operator);
  }

  private static Condition expected(String name, ExpectedAttributeValue given) {
    var operator = given.comparisonOperatorAsString();
    var where = " for Attribute: " + name;
    if (operator != null) {
      if (given.exists() != null) {
        throw invalid("Exists and ComparisonOperator cannot be used together" + where);
      } else if (given.value() != null && given.hasAttributeValueList()) {
        throw invalid("Value and AttributeValueList cannot be used together" + where);
      }
      var values = given.value() == null ? given.attributeValueList() : List.of(given.value());
      var needsNone = operator.equals("NULL") || operator.equals("NOT_NULL");
      if (values.isEmpty() && !given.hasAttributeValueList() && !needsNone) {
        throw invalid(
            "Value or AttributeValueList must be used with ComparisonOperator: "
                + operator
                + where);
      }
      return condition(name, operator, values);
    } else if (given.hasAttributeValueList()) {
      throw invalid("AttributeValueList can only be used with a ComparisonOperator" + where);
    }
    if (Boolean.FALSE.equals(given.exists())) {
      if (given.value() != null) {
        throw invalid("Value cannot be used when Exists is false" + where);
      }
      return new Condition.Exists(DocumentPath.of(name), false);
    } else if (given.value() == null) {
      throw invalid(
          "Value must be provided when Exists is "
              + (given.exists() == null ? "null" : given.exists())
              + where);
    }
    return condition(name, "EQ", List.of(given.value()));
  }

  /// How several conditions are joined is told only where there are several.
  ///
  /// @param count how many conditions there are
  static void checkOperator(@Nullable String operator, boolean there, int count) {
    if (operator == null) {
      return;
    } else if (!there) {
      throw validation("ConditionalOperator cannot be used without Filter or Expected");
    } else if (count < 2) {
      throw validation(
          "ConditionalOperator can only be used when Filter or Expected has two or more elements");
    }
  }

  /// `KeyConditions`.
  static @Nullable Condition keyConditions(
      Map<String, software.amazon.awssdk.services.dynamodb.model.Condition> conditions) {
    var joined = filter("keyConditions", conditions, null);
    for (var condition : conditions.values()) {
      if (NOT_INDEXABLE.contains(condition.comparisonOperatorAsString())) {
        throw validation("Attempted conditional constraint is not an indexable operation");
      }
    }
    return joined;
  }

  /// `QueryFilter`, `ScanFilter`.
  ///
  /// @param parameter its name
  static @Nullable Condition filter(
      String parameter,
      Map<String, software.amazon.awssdk.services.dynamodb.model.Condition> filter,
      @Nullable String operator) {
    var conditions = new ArrayList<Condition>();
    filter.forEach((name, given) -> {
      if (given.comparisonOperator() == null) {
        new DynamoConstraints()
            .present(parameter + "." + name + ".member.comparisonOperator", false)
            .check();
      }
      conditions.add(
          condition(name, given.comparisonOperatorAsString(), given.attributeValueList()));
    });
    return joined(conditions, operator);
  }

  private static @Nullable Condition joined(List<Condition> conditions, @Nullable String operator) {
    if (conditions.isEmpty()) {
      return null;
    }
    Condition joined = conditions.getFirst();
    for (int i = 1; i < conditions.size(); i++) {
      joined =
          "OR".equals(operator)
              ? new Condition.Or(joined, conditions.get(i))
              : new Condition.And(joined, conditions.get(i));
    }
    return joined;
  }

  private static Condition condition(
      String name, String operator, List<AttributeValue> givenValues) {
    if (!OPERATORS.contains(operator)) {
      throw validation(
          "1 validation error detected: Value '"
              + operator
              + "' at 'comparisonOperator' failed to satisfy constraint: Member must satisfy enum"
              + " value set: [IN, NULL, BETWEEN, LT, NOT_CONTAINS, EQ, GT, NOT_NULL, NE, LE,"
              + " BEGINS_WITH, GE, CONTAINS]");
    }
    var values = givenValues.stream().map(AttributeValues::value).toList();
    checkCount(operator, values.size());
    checkTypes(operator, values);
    var path = DocumentPath.of(name);
    var operand = new Operand.AtPath(path);
    return switch (operator) {
      case "NULL" -> new Condition.Exists(path, false);
      case "NOT_NULL" -> new Condition.Exists(path, true);
      case "IN" ->
          new Condition.In(
              operand, values.stream().map(v -> (Operand) new Operand.Literal(v)).toList());
      case "BETWEEN" ->
          new Condition.Between(
              operand, new Operand.Literal(values.get(0)), new Operand.Literal(values.get(1)));
      case "CONTAINS" -> new Condition.Contains(operand, new Operand.Literal(values.getFirst()));
      case "NOT_CONTAINS" ->
          new Condition.Not(
              new Condition.Contains(operand, new Operand.Literal(values.getFirst())));
      case "BEGINS_WITH" ->
          new Condition.BeginsWith(operand, new Operand.Literal(values.getFirst()));
      default ->
          new Condition.Comparison(
              comparator(operator), operand, new Operand.Literal(values.getFirst()));
    };
  }

  private static Comparator comparator(String operator) {
    return switch (operator) {
      case "NE" -> Comparator.NOT_EQUAL;
      case "LT" -> Comparator.LESS;
      case "LE" -> Comparator.LESS_OR_EQUAL;
      case "GT" -> Comparator.GREATER;
      case "GE" -> Comparator.GREATER_OR_EQUAL;
      default -> Comparator.EQUAL;
    };
  }

  private static void checkCount(String operator, int count) {
    var right =
        switch (operator) {
          case "NULL", "NOT_NULL" -> count == 0;
          case "IN" -> count > 0;
          case "BETWEEN" -> count == 2;
          default -> count == 1;
        };
    if (!right) {
      throw invalid("Invalid number of argument(s) for the " + operator + " ComparisonOperator");
    }
  }

  private static void checkTypes(String operator, List<Value> values) {
    for (var value : values) {
      var scalar =
          value instanceof StringValue
              || value instanceof NumberValue
              || value instanceof BinaryValue;
      var right =
          switch (operator) {
            case "EQ", "NE", "NULL", "NOT_NULL" -> true;
            case "BEGINS_WITH" -> scalar && !(value instanceof NumberValue);
            case "CONTAINS", "NOT_CONTAINS" -> !isSet(value);
            default -> scalar;
          };
      if (!right) {
        throw invalid(
            "ComparisonOperator "
                + operator
                + " is not valid for "
                + value.type()
                + " AttributeValue type");
      }
      if (!value.type().equals(values.getFirst().type())) {
        throw invalid("AttributeValues inside AttributeValueList must be of same type");
      }
    }
    if (operator.equals("BETWEEN")
        && new Condition.Comparison(
                Comparator.GREATER,
                new Operand.Literal(values.get(0)),
                new Operand.Literal(values.get(1)))
            .test(Map.of())) {
      throw validation(
          "The BETWEEN condition was provided a range where the lower bound is greater than the"
              + " upper bound");
    }
  }

  private static boolean isSet(Value value) {
    return value instanceof StringSet || value instanceof NumberSet || value instanceof BinarySet;
  }

  /// `AttributeUpdates`.
  static Update update(Map<String, AttributeValueUpdate> updates) {
    var actions = new ArrayList<UpdateAction>();
    updates.forEach((name, given) -> actions.add(action(name, given)));
    return new Update(actions);
  }

  private static UpdateAction action(String name, AttributeValueUpdate given) {
    var path = DocumentPath.of(name);
    var kind = given.action() == null ? "PUT" : given.actionAsString();
    if (given.value() == null) {
      if (!kind.equals("DELETE")) {
        throw invalid("Only DELETE action is allowed when no attribute value is specified");
      }
      return new UpdateAction.Remove(path);
    }
    var value = AttributeValues.value(given.value());
    return switch (kind) {
      case "PUT" -> new UpdateAction.Assign(path, new Operand.Literal(value));
      case "ADD" -> {
        if (!isSet(value) && !(value instanceof NumberValue) && !(value instanceof ListValue)) {
          throw invalid("ADD action is not supported for the type " + value.type());
        }
        yield new UpdateAction.Add(path, value);
      }
      case "DELETE" -> {
        if (!isSet(value)) {
          throw invalid("DELETE action with value is not supported for the type " + value.type());
        }
        yield new UpdateAction.Delete(path, value);
      }
      default ->
          throw validation(
              "1 validation error detected: Value '"
                  + kind
                  + "' at 'attributeUpdates."
                  + name
                  + ".member.action' failed to satisfy constraint: Member must satisfy enum value"
                  + " set: [ADD, DELETE, PUT]");
    };
  }
}
