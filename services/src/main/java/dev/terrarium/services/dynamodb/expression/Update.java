package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.expression.DocumentPath.Step;
import dev.terrarium.services.dynamodb.value.Numbers;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.BinarySet;
import dev.terrarium.services.dynamodb.value.Value.ListValue;
import dev.terrarium.services.dynamodb.value.Value.MapValue;
import dev.terrarium.services.dynamodb.value.Value.NumberSet;
import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import dev.terrarium.services.dynamodb.value.Value.StringSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What an update does to an item. All values are taken from the item as it was; elements of lists
/// are those that had their numbers before.
///
/// @param actions in the order in which they were written
public record Update(List<UpdateAction> actions) {
  private static final String WRONG_PATH =
      "The document path provided in the update expression is invalid for update";
  private static final String WRONG_TYPE =
      "An operand in the update expression has an incorrect data type";
  private static final String NOT_THERE =
      "The provided expression refers to an attribute that does not exist in the item";

  private record Assigned(DocumentPath path, Value value) {}

  public Update {
    actions = List.copyOf(actions);
  }

  /// The paths that it touches.
  public List<DocumentPath> paths() {
    return actions.stream().map(UpdateAction::path).toList();
  }

  /// Shows all paths that it reads or touches.
  public void paths(Consumer<DocumentPath> visitor) {
    for (var action : actions) {
      visitor.accept(action.path());
      if (action instanceof UpdateAction.Assign assign) {
        assign.value().paths(visitor);
      }
    }
  }

  /// The item as it is afterwards.
  ///
  /// @throws ExpressionException in DynamoDB's words, if it cannot be done to this item
  public Map<String, Value> apply(Map<String, Value> item) {
    var assigned = new ArrayList<Assigned>();
    var removed = new ArrayList<DocumentPath>();
    for (var action : actions) {
      switch (action) {
        case UpdateAction.Assign a -> assigned.add(new Assigned(a.path(), value(a.value(), item)));
        case UpdateAction.Remove r -> removed.add(r.path());
        case UpdateAction.Add a ->
            assigned.add(new Assigned(a.path(), sum(a.path().find(item), a.value())));
        case UpdateAction.Delete d -> {
          var there = d.path().find(item);
          var left = there == null ? null : difference(there, d.elements());
          if (left != null) {
            assigned.add(new Assigned(d.path(), left));
          } else {
            removed.add(d.path()); // Of what is not there too: the way to it must be.
          }
        }
      }
    }
    var result = new LinkedHashMap<>(item);
    assigned.sort(Comparator.comparingInt(a -> lastIndex(a.path())));
    assigned.forEach(a -> put(result, a.path(), a.value()));
    removed.sort(
        Comparator.<DocumentPath>comparingInt(p -> -p.steps().size())
            .thenComparingInt(p -> -lastIndex(p)));
    removed.forEach(path -> put(result, path, null));
    return result;
  }

  private static int lastIndex(DocumentPath path) {
    return path.steps().getLast() instanceof Step.Element element ? element.index() : -1;
  }

  private static Value value(Operand operand, Map<String, Value> item) {
    return switch (operand) {
      case Operand.Literal literal -> literal.value();
      case Operand.AtPath path -> {
        var value = path.path().find(item);
        if (value == null) {
          throw new ExpressionException(NOT_THERE);
        }
        yield value;
      }
      case Operand.IfNotExists check -> {
        var value = check.path().find(item);
        yield value == null ? value(check.otherwise(), item) : value;
      }
      case Operand.ListAppend append -> {
        var first = value(append.first(), item);
        var second = value(append.second(), item);
        if (!(first instanceof ListValue a && second instanceof ListValue b)) {
          throw new ExpressionException(WRONG_TYPE);
        }
        var elements = new ArrayList<>(a.elements());
        elements.addAll(b.elements());
        yield new ListValue(elements);
      }
      case Operand.Sum sum -> {
        var left = value(sum.left(), item);
        var right = value(sum.right(), item);
        if (!(left instanceof NumberValue a && right instanceof NumberValue b)) {
          throw new ExpressionException(WRONG_TYPE);
        }
        var number = b.number();
        yield add(a, new NumberValue(sum.minus() ? number.negate() : number));
      }
      case Operand.Size _, Operand.Call _ ->
          throw new IllegalStateException("Not part of an update: " + operand);
    };
  }

  private static NumberValue add(NumberValue a, NumberValue b) {
    return new NumberValue(Numbers.checked(a.number().add(b.number())));
  }

  private static Value sum(@Nullable Value there, Value value) {
    return switch (value) {
      case NumberValue b when there instanceof NumberValue a -> add(a, b);
      case StringSet b when there instanceof StringSet a ->
          new StringSet(union(a.elements(), b.elements()));
      case NumberSet b when there instanceof NumberSet a ->
          new NumberSet(union(a.elements(), b.elements()));
      case BinarySet b when there instanceof BinarySet a ->
          new BinarySet(union(a.elements(), b.elements()));
      case ListValue b when there instanceof ListValue a -> {
        var elements = new ArrayList<>(a.elements());
        elements.addAll(b.elements());
        yield new ListValue(elements);
      }
      default -> {
        if (there != null) {
          throw new ExpressionException(WRONG_TYPE);
        }
        yield value;
      }
    };
  }

  private static <T> Set<T> union(Set<T> a, Set<T> b) {
    var union = new LinkedHashSet<>(a);
    union.addAll(b);
    return union;
  }

  /// What is left of a set, or null if it is nothing.
  private static @Nullable Value difference(Value there, Value elements) {
    if (there instanceof StringSet a && elements instanceof StringSet b) {
      var left = without(a.elements(), b.elements());
      return left.isEmpty() ? null : new StringSet(left);
    } else if (there instanceof NumberSet a && elements instanceof NumberSet b) {
      var left = without(a.elements(), b.elements());
      return left.isEmpty() ? null : new NumberSet(left);
    } else if (there instanceof BinarySet a && elements instanceof BinarySet b) {
      var left = without(a.elements(), b.elements());
      return left.isEmpty() ? null : new BinarySet(left);
    }
    throw new ExpressionException(WRONG_TYPE);
  }

  private static <T> Set<T> without(Set<T> a, Set<T> b) {
    var left = new LinkedHashSet<>(a);
    left.removeAll(b);
    return left;
  }

  /// Sets what is at a path, or removes it if `value` is null, copying what is on the way.
  private static void put(Map<String, Value> item, DocumentPath path, @Nullable Value value) {
    var name = path.attribute();
    if (path.isAttribute()) {
      if (value == null) {
        item.remove(name);
      } else {
        item.put(name, value);
      }
      return;
    }
    item.put(name, replaced(item.get(name), path.steps(), 1, value));
  }

  private static Value replaced(
      @Nullable Value container, List<Step> steps, int at, @Nullable Value value) {
    var isLast = at == steps.size() - 1;
    if (container instanceof MapValue map && steps.get(at) instanceof Step.Member member) {
      var members = new LinkedHashMap<>(map.members());
      var changed = isLast ? value : replaced(members.get(member.name()), steps, at + 1, value);
      if (changed == null) {
        members.remove(member.name());
      } else {
        members.put(member.name(), changed);
      }
      return new MapValue(members);
    } else if (container instanceof ListValue list
        && steps.get(at) instanceof Step.Element element) {
      var elements = new ArrayList<>(list.elements());
      var index = element.index();
      if (!isLast) {
        var inner = index < elements.size() ? elements.get(index) : null;
        elements.set(checked(index, elements), replaced(inner, steps, at + 1, value));
      } else if (value == null) {
        if (index < elements.size()) {
          elements.remove(index);
        }
      } else if (index < elements.size()) {
        elements.set(index, value);
      } else {
        elements.add(value);
      }
      return new ListValue(elements);
    }
    throw new ExpressionException(WRONG_PATH);
  }

  private static int checked(int index, List<Value> elements) {
    if (index >= elements.size()) {
      throw new ExpressionException(WRONG_PATH);
    }
    return index;
  }
}
