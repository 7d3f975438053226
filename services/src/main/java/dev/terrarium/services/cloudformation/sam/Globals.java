package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.Set;
import java.util.TreeSet;

/// The `Globals` section: what all resources of a kind have in common.
final class Globals {
  private static final Set<String> KINDS = Set.of("Function", "SimpleTable", "LayerVersion");

  private Globals() {}

  /// The properties of a resource, merged over the common ones.
  static ObjectNode merged(JsonNode globals, String kind, ObjectNode properties) {
    var common = globals.path(kind);
    return common.isObject() ? (ObjectNode) merge(common, properties) : properties;
  }

  static void check(JsonNode globals) {
    globals
        .fieldNames()
        .forEachRemaining(kind -> {
          if (!KINDS.contains(kind)) {
            throw new TemplateException(
                "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: 1. 'Globals' section is invalid. Terrarium does not implement '"
                    + kind
                    + "'; it implements "
                    + new TreeSet<>(KINDS));
          }
        });
  }

  /// Maps are merged, lists appended, all else is the resource's own.
  private static JsonNode merge(JsonNode common, JsonNode own) {
    if (common.isObject() && own.isObject()) {
      var intrinsic = own.size() == 1 && isFunction(own.fieldNames().next());
      if (intrinsic || common.size() == 1 && isFunction(common.fieldNames().next())) {
        return own;
      }
      var merged = (ObjectNode) common.deepCopy();
      own.properties()
          .forEach(entry -> {
            var before = merged.get(entry.getKey());
            merged.set(
                entry.getKey(),
                before == null ? entry.getValue() : merge(before, entry.getValue()));
          });
      return merged;
    }
    if (common.isArray() && own.isArray()) {
      var all = Json.array();
      common.forEach(all::add);
      own.forEach(all::add);
      return all;
    }
    return own;
  }

  private static boolean isFunction(String name) {
    return name.equals("Ref") || name.startsWith("Fn::");
  }
}
