package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/// Small builders of template trees.
final class Trees {
  private Trees() {}

  static ObjectNode ref(String name) {
    return Json.object().put("Ref", name);
  }

  static ObjectNode attribute(String name, String attribute) {
    return Json.object().set("Fn::GetAtt", Json.array().add(name).add(attribute));
  }

  static ObjectNode sub(String text) {
    return Json.object().put("Fn::Sub", text);
  }

  static ArrayNode list(JsonNode... nodes) {
    var array = Json.array();
    array.addAll(List.of(nodes));
    return array;
  }

  static JsonNode text(String text) {
    return TextNode.valueOf(text);
  }

  static ObjectNode object(Object... namesAndValues) {
    var object = Json.object();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      var value = namesAndValues[i + 1];
      object.set(
          (String) namesAndValues[i], value instanceof JsonNode node ? node : Json.tree(value));
    }
    return object;
  }

  /// Copies the members that are there.
  static void copy(JsonNode from, ObjectNode to, String... names) {
    for (var name : names) {
      if (from.has(name)) {
        to.set(name, from.get(name));
      }
    }
  }

  /// `{a: b}` as the list of tags that CloudFormation knows.
  static ArrayNode tags(JsonNode tags) {
    var array = Json.array();
    tags.properties().forEach(e -> array.add(object("Key", e.getKey(), "Value", e.getValue())));
    return array;
  }

  /// The first ten hexadecimal digits of the SHA-1 of a tree with its members in order, by which
  /// SAM tells that something changed; an AWS account's logical ids end in the same.
  static String digest(JsonNode tree) {
    try {
      var digest = MessageDigest.getInstance("SHA-1");
      var bytes = digest.digest(Json.write(sorted(tree)).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes).substring(0, 10);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode sorted(JsonNode tree) {
    if (tree.isArray()) {
      var array = Json.array();
      tree.forEach(each -> array.add(sorted(each)));
      return array;
    }
    if (!tree.isObject()) {
      return tree;
    }
    var members = new TreeMap<String, JsonNode>();
    tree.properties().forEach(member -> members.put(member.getKey(), sorted(member.getValue())));
    var object = Json.object();
    members.forEach(object::set);
    return object;
  }
}
