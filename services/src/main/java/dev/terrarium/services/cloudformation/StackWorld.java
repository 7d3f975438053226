package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.template.Evaluator;
import dev.terrarium.services.cloudformation.template.Parameters;
import dev.terrarium.services.cloudformation.template.Template;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What the functions of a stack's template can see.
class StackWorld implements Evaluator.World {
  private final StackStore store;
  private final StackRecord stack;
  private final Version version;
  private final Template template;
  private final Set<String> imports = ConcurrentHashMap.newKeySet();

  StackWorld(StackStore store, StackRecord stack, Version version) {
    this.store = store;
    this.stack = stack;
    this.version = version;
    this.template = version.template();
  }

  Template template() {
    return template;
  }

  /// The exports that were asked for.
  Set<String> imports() {
    return imports;
  }

  @Override
  public @Nullable JsonNode ref(String name) {
    var value = version.resolved().get(name);
    if (value == null) {
      value = version.parameters().get(name);
    }
    if (value != null) {
      return Parameters.value(template.section("Parameters").path(name), value);
    }
    return name.startsWith("AWS::") ? pseudo(name) : physicalId(name);
  }

  private @Nullable JsonNode pseudo(String name) {
    var scope = stack.scope();
    return switch (name) {
      case "AWS::AccountId" -> TextNode.valueOf(scope.account());
      case "AWS::Region" -> TextNode.valueOf(scope.region());
      case "AWS::StackId" -> TextNode.valueOf(stack.id());
      case "AWS::StackName" -> TextNode.valueOf(stack.name());
      case "AWS::Partition" -> TextNode.valueOf(scope.partition());
      case "AWS::URLSuffix" ->
          TextNode.valueOf(
              scope.partition().equals("aws-cn") ? "amazonaws.com.cn" : "amazonaws.com");
      case "AWS::NotificationARNs" -> {
        var arns = Json.array();
        stack.stack().notificationARNs().forEach(arns::add);
        yield arns;
      }
      default -> null;
    };
  }

  /// The physical id of a resource of the template, or null.
  @Nullable JsonNode physicalId(String logicalId) {
    var record = store.resource(stack.id(), logicalId);
    return record == null || !record.isThere()
        ? null
        : TextNode.valueOf(record.actual().physicalId());
  }

  @Override
  public JsonNode attribute(String logicalId, String name) {
    var record = store.resource(stack.id(), logicalId);
    if (record == null || !record.isThere()) {
      throw new TemplateException(
          "Template error: instance of Fn::GetAtt references undefined resource " + logicalId);
    }
    var value = Json.parse(record.actual().attributes()).get(name);
    if (value == null) {
      throw new TemplateException(
          "Requested attribute %s does not exist in schema for %s"
              .formatted(name, record.actual().type()));
    }
    return value;
  }

  @Override
  public String imported(String exportName) {
    for (var other : store.all(stack.scope())) {
      var value = other.isDeleted() ? null : other.exports().get(exportName);
      if (value != null) {
        imports.add(exportName);
        return value;
      }
    }
    throw new TemplateException("No export named " + exportName + " found.");
  }

  @Override
  public List<String> zones(String region) {
    var name = region.isEmpty() ? stack.scope().region() : region;
    return List.of(name + "a", name + "b", name + "c");
  }
}
