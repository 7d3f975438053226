package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `AWS::CloudFormation::LambdaHook`: a function that is asked before stacks, resources or change
/// sets are made, changed or removed.
final class LambdaHookType implements ResourceType {
  static final String NAME = "AWS::CloudFormation::LambdaHook";
  private static final String ALIAS =
      "(?!(?i)aws)[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}";

  private final Hooks hooks;

  LambdaHookType(Cloud cloud) {
    this.hooks = new Hooks(cloud);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("Alias").mandatory().replacing(),
        Property.of("ExecutionRole").mandatory(),
        Property.of("FailureMode").mandatory(),
        Property.of("HookStatus").mandatory(),
        Property.of("LambdaFunction").mandatory(),
        Property.of("StackFilters"),
        Property.of("TargetFilters"),
        Property.of("TargetOperations").mandatory());
  }

  @Override
  public Resource create(Request request) {
    var alias = request.properties().path("Alias").asText();
    if (hooks.contains(Call.current().scope(), alias)) {
      throw Errors.of(400, "AlreadyExistsException", "Hook " + alias + " already exists");
    }
    return createAgain(request);
  }

  @Override
  public Resource createAgain(Request request) {
    var properties = request.properties();
    oneOf(properties, "FailureMode", Set.of("FAIL", "WARN"));
    oneOf(properties, "HookStatus", Set.of("ENABLED", "DISABLED"));
    for (var operation : properties.path("TargetOperations")) {
      if (!Set.of("RESOURCE", "STACK", "CHANGE_SET", "CLOUD_CONTROL")
          .contains(operation.asText())) {
        throw new TemplateException(
            "Model validation failed (#/TargetOperations/0: #: "
                + operation
                + " is not a valid enum value)");
      }
    }
    var alias = properties.path("Alias").asText();
    if (!alias.matches(ALIAS)) {
      throw new TemplateException(
          "Model validation failed (#/Alias: failed validation constraint for keyword [pattern])");
    }
    var scope = Call.current().scope();
    hooks.put(scope, alias, properties);
    var arn = new Hook(alias, properties).arn(scope);
    return new Resource(arn, Map.of("HookArn", Json.tree(arn)));
  }

  private static void oneOf(ObjectNode properties, String name, Set<String> values) {
    if (!values.contains(properties.path(name).asText())) {
      throw new TemplateException(
          "Model validation failed (#/%s: #: %s is not a valid enum value)"
              .formatted(name, properties.path(name).asText()));
    }
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    return createAgain(request);
  }

  @Override
  public void delete(Request request, Resource current) {
    hooks.delete(Call.current().scope(), request.properties().path("Alias").asText());
  }
}
