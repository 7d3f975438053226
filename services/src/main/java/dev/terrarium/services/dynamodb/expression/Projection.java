package dev.terrarium.services.dynamodb.expression;

import dev.terrarium.services.dynamodb.expression.DocumentPath.Step;
import dev.terrarium.services.dynamodb.value.Value;
import dev.terrarium.services.dynamodb.value.Value.ListValue;
import dev.terrarium.services.dynamodb.value.Value.MapValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Parts of items. Of a list the wanted elements move together, in their order.
public final class Projection {
  /// What is wanted below a step; a leaf wants all of it.
  private static final class Node {
    final Map<String, Node> members = new LinkedHashMap<>();
    final TreeMap<Integer, Node> elements = new TreeMap<>();

    Node child(Step step) {
      return switch (step) {
        case Step.Member member -> members.computeIfAbsent(member.name(), n -> new Node());
        case Step.Element element -> elements.computeIfAbsent(element.index(), n -> new Node());
      };
    }

    boolean isLeaf() {
      return members.isEmpty() && elements.isEmpty();
    }
  }

  /// Something that a select shows by a name of its own.
  ///
  /// @param to where it is
  /// @param below what of it is shown
  private record Column(DocumentPath to, Node below) {}

  private final Node root = new Node();
  private final Map<String, Column> columns = new LinkedHashMap<>();

  private Projection(List<DocumentPath> paths) {
    paths.forEach(path -> add(root, path.steps()));
  }

  private static void add(Node from, List<Step> steps) {
    var node = from;
    for (var step : steps) {
      node = node.child(step);
    }
  }

  /// The parts at some paths, which do not overlap.
  public static Projection of(List<DocumentPath> paths) {
    return new Projection(paths);
  }

  /// The parts at some paths as PartiQL shows them: under the name of the last member, or of the
  /// first element on the way with what is wanted of it: `a.b.c` as `c`, `a.b[1].c` as `b[1]`.
  public static Projection selected(List<DocumentPath> paths) {
    var projection = new Projection(paths);
    for (var path : paths) {
      var steps = path.steps();
      int end = 0;
      var name = "";
      while (end < steps.size() && steps.get(end) instanceof Step.Member member) {
        name = member.name();
        end++;
      }
      if (end < steps.size() && steps.get(end) instanceof Step.Element element) {
        name += "[" + element.index() + "]";
        end++;
      }
      var to = new DocumentPath(steps.subList(0, end));
      var column = projection.columns.computeIfAbsent(name, n -> new Column(to, new Node()));
      add(column.below, steps.subList(end, steps.size()));
    }
    return projection;
  }

  /// Some attributes as a whole.
  public static Projection ofAttributes(List<String> names) {
    return new Projection(names.stream().map(DocumentPath::of).toList());
  }

  /// Whole items, even where less would be at hand.
  public static Projection everything() {
    return new Projection(List.of());
  }

  /// Whether it is [#everything].
  public boolean isEverything() {
    return root.isLeaf();
  }

  /// Parses a projection expression.
  ///
  /// @throws ExpressionException in DynamoDB's words
  public static Projection parse(String text, Placeholders placeholders) {
    var parser = new PathsParser(text, placeholders);
    return new Projection(parser.paths());
  }

  /// The attributes of which it takes anything.
  public Set<String> attributes() {
    return new LinkedHashSet<>(root.members.keySet());
  }

  /// Whether it takes an attribute only in part.
  public boolean isPartOf(String attribute) {
    var node = root.members.get(attribute);
    return node != null && !node.isLeaf();
  }

  /// The wanted parts of an item; what it does not have is left out.
  public Map<String, Value> apply(Map<String, Value> item) {
    if (isEverything()) {
      return item;
    }
    return columns.isEmpty() ? members(root, item) : columns(item);
  }

  private Map<String, Value> columns(Map<String, Value> item) {
    var result = new LinkedHashMap<String, Value>();
    columns.forEach((name, column) -> {
      var part = part(column.below, column.to.find(item));
      if (part != null) {
        result.put(name, part);
      }
    });
    return result;
  }

  private static Map<String, Value> members(Node node, Map<String, Value> item) {
    var result = new LinkedHashMap<String, Value>();
    for (var wanted : node.members.entrySet()) {
      var part = part(wanted.getValue(), item.get(wanted.getKey()));
      if (part != null) {
        result.put(wanted.getKey(), part);
      }
    }
    return result;
  }

  private static @Nullable Value part(Node node, @Nullable Value value) {
    if (value == null || node.isLeaf()) {
      return value;
    } else if (value instanceof MapValue map && !node.members.isEmpty()) {
      var members = members(node, map.members());
      return members.isEmpty() ? null : new MapValue(members);
    } else if (value instanceof ListValue list && !node.elements.isEmpty()) {
      var elements = new ArrayList<Value>();
      node.elements.forEach((index, wanted) -> {
        var element = index < list.elements().size() ? list.elements().get(index) : null;
        var part = part(wanted, element);
        if (part != null) {
          elements.add(part);
        }
      });
      return elements.isEmpty() ? null : new ListValue(elements);
    }
    return null;
  }

  private static final class PathsParser extends Parser {
    PathsParser(String text, Placeholders placeholders) {
      super("ProjectionExpression", text, placeholders);
    }

    List<DocumentPath> paths() {
      var paths = new ArrayList<DocumentPath>();
      do {
        if (!isPathAhead()) {
          throw syntaxError();
        }
        paths.add(path());
      } while (skipSymbol(","));
      expectEnd();
      for (int i = 0; i < paths.size(); i++) {
        for (int j = 0; j < i; j++) {
          var clash = UpdateParser.clash(paths.get(j), paths.get(i));
          if (!clash.isEmpty()) {
            problems.add(Problems.Kind.OVERLAP, clash);
          }
        }
      }
      checkProblems();
      return paths;
    }

    @Override
    Operand operand() {
      throw syntaxError();
    }
  }
}
