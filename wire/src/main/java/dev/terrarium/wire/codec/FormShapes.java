package dev.terrarium.wire.codec;

import dev.terrarium.wire.codec.Shape.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.utils.builder.Buildable;

/// Forms of the query protocols: `Tags.member.1.Key=a&Tags.member.1.Value=b`.
public final class FormShapes {
  private static final int DEPTH_MAX = 64;

  /// A form as the tree that its dots make.
  private static final class Node {
    @Nullable String value;
    final Map<String, Node> children = new LinkedHashMap<>();

    @Nullable Node child(String path) {
      var node = this;
      for (var name : path.split("\\.")) {
        node = node.children.get(name);
        if (node == null) {
          return null;
        }
      }
      return node;
    }

    /// Children whose names are numbers, in the order of the numbers.
    List<Node> numbered() {
      var sorted = new TreeMap<Integer, Node>();
      children.forEach((name, node) -> {
        if (!name.isEmpty()
            && name.length() < 9
            && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
          sorted.put(Integer.valueOf(name), node);
        }
      });
      return List.copyOf(sorted.values());
    }
  }

  private final Names names;
  private final boolean ec2;

  /// @param names what members are called
  /// @param ec2 whether lists are EC2's: always without an element of their own, names beginning
  ///   with a capital
  public FormShapes(Names names, boolean ec2) {
    this.names = names;
    this.ec2 = ec2;
  }

  /// Reads a form into a builder. Unknown parameters are passed over.
  public void read(Map<String, String> form, SdkPojo builder) {
    var root = new Node();
    form.forEach((name, value) -> insert(root, name, value));
    structure(root, builder);
  }

  private static void insert(Node root, String name, String value) {
    var node = root;
    int depth = 0;
    for (var part : name.split("\\.")) {
      if (++depth > DEPTH_MAX) {
        throw new MalformedRequestException("A parameter is nested too deeply");
      }
      node = node.children.computeIfAbsent(part, p -> new Node());
    }
    node.value = value;
  }

  private void structure(Node node, SdkPojo builder) {
    for (var member : Shape.of(builder).payload) {
      var name = names.of(member, false);
      var child = node.child(location(name.location()));
      if (child == null && ec2) {
        child = node.child(name.location());
      }
      if (child != null) {
        var value = value(child, member, name);
        if (value != null) {
          member.field.set(builder, value);
        }
      }
    }
  }

  private String location(String name) {
    return ec2 && !name.isEmpty()
        ? Character.toUpperCase(name.charAt(0)) + name.substring(1)
        : name;
  }

  private @Nullable Object value(Node node, Member member, Names.Name name) {
    return switch (member.kind) {
      case LIST -> list(node, member, name);
      case MAP -> map(node, member, name);
      case STRUCTURE -> {
        var nested = member.newStructure();
        structure(node, nested);
        yield ((Buildable) nested).build();
      }
      default -> {
        if (node.value == null) {
          throw new MalformedRequestException(
              "Unexpected structure where '" + member.location + "' is a simple value");
        }
        yield Scalars.parse(member, node.value, Format.ISO_8601);
      }
    };
  }

  private @Nullable Object list(Node node, Member member, Names.Name name) {
    var element = member.elementOrFail();
    var elementName = name.element() == null ? "member" : name.element();
    var container = name.flattened() || ec2 ? node : node.children.get(elementName);
    if (container == null) {
      container = node.numbered().isEmpty() ? null : node;
    }
    if (container == null) {
      return node.value == null ? null : List.of();
    }
    var list = new ArrayList<@Nullable Object>();
    for (var item : container.numbered()) {
      list.add(value(item, element, names.of(element, false)));
    }
    return list;
  }

  private Map<String, @Nullable Object> map(Node node, Member member, Names.Name name) {
    var element = member.elementOrFail();
    var container = name.flattened() ? node : node.children.get("entry");
    var map = new LinkedHashMap<String, @Nullable Object>();
    for (var entry : (container == null ? node : container).numbered()) {
      var key = entry.children.get(name.key() == null ? "key" : name.key());
      var value = entry.children.get(name.value() == null ? "value" : name.value());
      if (key == null || key.value == null || value == null) {
        throw new MalformedRequestException("An entry of '" + name.location() + "' is incomplete");
      }
      map.put(key.value, value(value, element, names.of(element, false)));
    }
    return map;
  }
}
