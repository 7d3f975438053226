package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.ListValue;
import dev.terrarium.services.dynamodb.value.Value.MapValue;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where something is in an item: `a`, `a.b`, `a[0].b`. The first step is always a name.
public record DocumentPath(List<Step> steps) {
  /// One step down.
  public sealed interface Step {
    /// Into a map.
    record Member(String name) implements Step {
      @Override
      public String toString() {
        return name;
      }
    }

    /// Into a list, counted from 0.
    record Element(int index) implements Step {
      @Override
      public String toString() {
        return "[" + index + "]";
      }
    }
  }

  public DocumentPath {
    steps = List.copyOf(steps);
  }

  /// The path of a whole attribute.
  public static DocumentPath of(String attribute) {
    return new DocumentPath(List.of(new Step.Member(attribute)));
  }

  /// The attribute in which it begins.
  public String attribute() {
    return ((Step.Member) steps.getFirst()).name();
  }

  /// Whether it names a whole attribute.
  public boolean isAttribute() {
    return steps.size() == 1;
  }

  /// What an item has there, or null.
  public @Nullable Value find(Map<String, Value> item) {
    var value = item.get(attribute());
    for (int i = 1; i < steps.size() && value != null; i++) {
      value = step(value, steps.get(i));
    }
    return value;
  }

  private static @Nullable Value step(Value value, Step step) {
    return switch (step) {
      case Step.Member member ->
          value instanceof MapValue map ? map.members().get(member.name()) : null;
      case Step.Element element ->
          value instanceof ListValue list && element.index() < list.elements().size()
              ? list.elements().get(element.index())
              : null;
    };
  }

  /// As DynamoDB shows it: `[a, b, [0]]`.
  @Override
  public String toString() {
    return steps.toString();
  }
}
