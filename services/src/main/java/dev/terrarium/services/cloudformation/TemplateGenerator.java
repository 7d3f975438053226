package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.DescribeGeneratedTemplateResponse;
import software.amazon.awssdk.services.cloudformation.model.ResourceDefinition;
import software.amazon.awssdk.services.cloudformation.model.ResourceDetail;

/// Writes the template of resources that are there. Where one names another, it refers to it.
final class TemplateGenerator {
  private static final int ID_MAX = 60;

  private final StackStore store;
  private final Types types;

  TemplateGenerator(StackStore store, Types types) {
    this.store = store;
    this.types = types;
  }

  /// What came of it.
  record Generated(ObjectNode template, List<ResourceDetail> details) {}

  Generated generate(DescribeGeneratedTemplateResponse shown, List<ResourceDefinition> wanted) {
    var template = Json.object();
    template.putObject("Metadata").put("TemplateId", shown.generatedTemplateId());
    var resources = Json.object();
    if (shown.stackId() != null) {
      var there = store.existing(shown.stackId()).version().template();
      there.root().properties().forEach(entry -> template.set(entry.getKey(), entry.getValue()));
      resources = there.section("Resources").deepCopy();
    }
    var details = new ArrayList<ResourceDetail>();
    var found = new LinkedHashMap<String, State>();
    for (var one : wanted) {
      var detail = detail(one, resources);
      var state = read(one);
      details.add(
          detail
              .resourceStatus(state == null ? "FAILED" : "COMPLETE")
              .resourceStatusReason(
                  state == null
                      ? "Resource of type '" + one.resourceType() + "' was not found"
                      : null)
              .build());
      if (state != null) {
        var logicalId = details.getLast().logicalResourceId();
        found.put(logicalId, state);
        resources.set(logicalId, resource(shown, one.resourceType(), state));
      }
    }
    for (var entry : found.entrySet()) {
      var properties = (ObjectNode) resources.path(entry.getKey()).path("Properties");
      var referring = refer(properties, entry.getKey(), found);
      ((ObjectNode) resources.get(entry.getKey())).set("Properties", referring);
    }
    template.set("Resources", resources);
    return new Generated(template, details);
  }

  private @Nullable State read(ResourceDefinition one) {
    var type = types.find(String.valueOf(one.resourceType()));
    var reading = type == null ? null : type.reading();
    return reading == null ? null : reading.find(one.resourceIdentifier());
  }

  private ResourceDetail.Builder detail(ResourceDefinition one, ObjectNode taken) {
    var id = one.logicalResourceId();
    if (id == null) {
      var parts = String.valueOf(one.resourceType()).split("::");
      var last = one.resourceIdentifier().values().stream().reduce("", (a, b) -> b);
      var plain = last.replaceAll(".*[/:]", "").replaceAll("[^A-Za-z0-9]", "");
      id =
          (parts.length > 2 ? parts[1] + parts[2] : "Resource")
              + "00"
              + plain.substring(0, Math.min(plain.length(), ID_MAX))
              + "00"
              + store.cloud.ids().alphanumeric(5);
    }
    if (taken.has(id)) {
      throw StackErrors.validation("Logical resource id " + id + " is taken already");
    }
    return ResourceDetail.builder()
        .resourceType(one.resourceType())
        .logicalResourceId(id)
        .resourceIdentifier(one.resourceIdentifier())
        .warnings(List.of());
  }

  private ObjectNode resource(DescribeGeneratedTemplateResponse shown, String type, State state) {
    var configuration = shown.templateConfiguration();
    var resource = Json.object().put("Type", type);
    resource.put("UpdateReplacePolicy", word(configuration.updateReplacePolicyAsString()));
    resource.put("DeletionPolicy", word(configuration.deletionPolicyAsString()));
    var known = types.get(type).properties().stream().map(property -> property.name()).toList();
    var properties = state.properties().deepCopy();
    properties
        .properties()
        .removeIf(entry ->
            entry.getValue().isNull()
                || entry.getValue().isTextual() && entry.getValue().asText().isEmpty()
                || !known.contains(entry.getKey()));
    resource.set("Properties", properties);
    return resource;
  }

  private static String word(String policy) {
    return policy.substring(0, 1) + policy.substring(1).toLowerCase(Locale.ROOT);
  }

  private static JsonNode refer(JsonNode node, String self, Map<String, State> found) {
    if (node.isArray()) {
      var array = Json.array();
      node.forEach(each -> array.add(refer(each, self, found)));
      return array;
    }
    if (node.isObject()) {
      var object = Json.object();
      node.properties().forEach(e -> object.set(e.getKey(), refer(e.getValue(), self, found)));
      return object;
    }
    for (var other : found.entrySet()) {
      if (!node.isTextual() || other.getKey().equals(self)) {
        continue;
      }
      var resource = other.getValue().resource();
      if (node.asText().equals(resource.physicalId())) {
        return Json.object().put("Ref", other.getKey());
      }
      if (node.equals(resource.attributes().get("Arn"))) {
        var attribute = Json.object();
        attribute.putArray("Fn::GetAtt").add(other.getKey()).add("Arn");
        return attribute;
      }
    }
    return node;
  }
}
