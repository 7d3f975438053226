package dev.terrarium.services.iam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iam.model.Tag;

/// IAM's CloudFormation types, and what they share.
final class IamResourceTypes {
  private IamResourceTypes() {}

  static List<ResourceType> all(Cloud cloud) {
    var iam = cloud.client(IamClient.class);
    var types = new ArrayList<ResourceType>(InlinePolicyTypes.all(iam));
    types.addAll(
        List.of(
            new RoleType(iam),
            new UserType(iam),
            new GroupType(iam),
            new PolicyType(iam),
            new ManagedPolicyType(iam),
            new InstanceProfileType(iam),
            new AccessKeyType(iam),
            new ServiceLinkedRoleType(iam),
            new MembershipType(iam),
            new OidcProviderType(iam)));
    return types;
  }

  static @Nullable String text(ObjectNode properties, String name) {
    var node = properties.get(name);
    return node == null || node.isNull() ? null : node.asText();
  }

  static String text(ObjectNode properties, String name, String otherwise) {
    var text = text(properties, name);
    return text == null ? otherwise : text;
  }

  static @Nullable Integer number(ObjectNode properties, String name) {
    var text = text(properties, name);
    try {
      return text == null ? null : Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw IamErrors.validation("Value of property " + name + " must be of type Integer");
    }
  }

  static List<String> texts(ObjectNode properties, String name) {
    var all = new ArrayList<String>();
    properties.path(name).forEach(node -> all.add(node.asText()));
    return all;
  }

  /// A policy document, which templates write as an object or as text.
  static String document(JsonNode node) {
    return node.isTextual() ? node.asText() : Json.write(node);
  }

  /// A policy document as IAM tells it: JSON, encoded as in a URL.
  static JsonNode decoded(String document) {
    return Json.parse(URLDecoder.decode(document, StandardCharsets.UTF_8));
  }

  /// The inline policies in a `Policies` property.
  static Map<String, String> inline(ObjectNode properties) {
    var all = new LinkedHashMap<String, String>();
    for (var policy : properties.path("Policies")) {
      all.put(policy.path("PolicyName").asText(), document(policy.path("PolicyDocument")));
    }
    return all;
  }

  /// The stack's tags and over them the resource's own.
  static List<Tag> tags(Request request) {
    var merged = new LinkedHashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      merged.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return merged.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  /// Does something that need not be there any more.
  static void ifThere(Runnable action) {
    try {
      action.run();
    } catch (NoSuchEntityException e) {
      System.getLogger(IamResourceTypes.class.getName())
          .log(System.Logger.Level.DEBUG, "Already gone: " + e.getMessage());
    }
  }

  /// Takes away what was in `before` and is not in `now`, then sets what is in `now`.
  static void change(
      Collection<String> before,
      Collection<String> now,
      Consumer<String> remove,
      Consumer<String> set) {
    for (var name : before) {
      if (!now.contains(name)) {
        ifThere(() -> remove.accept(name));
      }
    }
    for (var name : now) {
      if (!before.contains(name)) {
        set.accept(name);
      }
    }
  }

  /// As [#change], setting everything again whose document may differ.
  static void changeDocuments(
      Map<String, String> before,
      Map<String, String> now,
      Consumer<String> remove,
      BiConsumer<String, String> set) {
    for (var name : before.keySet()) {
      if (!now.containsKey(name)) {
        ifThere(() -> remove.accept(name));
      }
    }
    now.forEach(set);
  }

  static ResourceType.Resource resource(String id, Map<String, String> attributes) {
    var nodes = new LinkedHashMap<String, JsonNode>();
    attributes.forEach((name, value) -> nodes.put(name, TextNode.valueOf(value)));
    return new ResourceType.Resource(id, nodes);
  }
}
