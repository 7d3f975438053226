package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.AlreadyExistsException;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;
import software.amazon.awssdk.services.cloudformation.model.Tag;

/// `AWS::CloudFormation::Stack`: a stack as a resource of another. Waits for it to come to rest.
final class NestedStackType implements ResourceType {
  static final String NAME = "AWS::CloudFormation::Stack";

  private final Cloud cloud;

  NestedStackType(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("NotificationARNs"),
        Property.of("Parameters"),
        Property.of("Tags"),
        Property.of("TemplateURL").mandatory(),
        Property.of("TimeoutInMinutes"));
  }

  private CloudFormationClient client() {
    return cloud.client(CloudFormationClient.class);
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    var name = request.generatedName(128);
    var id =
        ScopedValue.where(StackOperations.PARENT, request.stackId())
            .call(() ->
                client()
                    .createStack(create ->
                        create
                            .stackName(name)
                            .templateURL(properties.path("TemplateURL").asText())
                            .parameters(parameters(properties))
                            .tags(tags(request))
                            .notificationARNs(topics(properties))
                            .timeoutInMinutes(
                                properties.has("TimeoutInMinutes")
                                    ? properties.get("TimeoutInMinutes").asInt()
                                    : null)
                            .capabilities(
                                Capability.CAPABILITY_IAM,
                                Capability.CAPABILITY_NAMED_IAM,
                                Capability.CAPABILITY_AUTO_EXPAND))
                    .stackId());
    return rest(id, "CREATE_COMPLETE");
  }

  @Override
  public Resource createAgain(Request request) {
    try {
      return create(request);
    } catch (AlreadyExistsException e) {
      var name = request.generatedName(128);
      var stack = client().describeStacks(describe -> describe.stackName(name)).stacks();
      return rest(stack.getFirst().stackId(), "CREATE_COMPLETE");
    }
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var properties = request.properties();
    try {
      ScopedValue.where(StackOperations.PARENT, request.stackId())
          .call(() ->
              client()
                  .updateStack(update ->
                      update
                          .stackName(current.physicalId())
                          .templateURL(properties.path("TemplateURL").asText())
                          .parameters(parameters(properties))
                          .tags(tags(request))
                          .notificationARNs(topics(properties))
                          .capabilities(
                              Capability.CAPABILITY_IAM,
                              Capability.CAPABILITY_NAMED_IAM,
                              Capability.CAPABILITY_AUTO_EXPAND)));
    } catch (CloudFormationException e) {
      if (!Errors.message(e).equals("No updates are to be performed.")) {
        throw e;
      }
      return current;
    }
    return rest(current.physicalId(), "UPDATE_COMPLETE");
  }

  @Override
  public void delete(Request request, Resource current) {
    client().deleteStack(delete -> delete.stackName(current.physicalId()));
    rest(current.physicalId(), "DELETE_COMPLETE");
  }

  private Resource rest(String id, String wanted) {
    try (var watch = cloud.signals().watch(StackStore.signalOf(id))) {
      while (true) {
        var stack = client().describeStacks(describe -> describe.stackName(id)).stacks().getFirst();
        var status = stack.stackStatusAsString();
        if (status.equals(wanted)) {
          var attributes = new LinkedHashMap<String, JsonNode>();
          for (var output : stack.outputs()) {
            attributes.put("Outputs." + output.outputKey(), TextNode.valueOf(output.outputValue()));
          }
          return new Resource(id, attributes);
        }
        if (!status.endsWith("_IN_PROGRESS")) {
          throw StackErrors.validation(
              "Embedded stack %s was not successfully %s: %s"
                  .formatted(
                      id,
                      wanted.startsWith("CREATE")
                          ? "created"
                          : wanted.startsWith("UPDATE") ? "updated" : "deleted",
                      Objects.requireNonNullElse(stack.stackStatusReason(), status)));
        }
        watch.await(cloud.clock().now().plus(Duration.ofDays(365)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The cloud is closing", e);
    }
  }

  /// The stack's parameters are compared; what became of its resources is its own drift.
  @Override
  public Live live(Request request, Resource current) {
    var stack = client().describeStacks(d -> d.stackName(current.physicalId())).stacks().getFirst();
    if (stack.stackStatus() == StackStatus.DELETE_COMPLETE) {
      return new Live.Gone();
    }
    var told = Json.object();
    var parameters = told.putObject("Parameters");
    for (var parameter : stack.parameters()) {
      var wanted = request.properties().path("Parameters").path(parameter.parameterKey());
      var value = parameter.parameterValue();
      if (wanted.isArray()) {
        parameters.set(parameter.parameterKey(), Json.tree(value.split(",", -1)));
      } else if (!wanted.isMissingNode()) {
        // What is not told cannot be compared.
        parameters.set(
            parameter.parameterKey(), value.equals("****") ? wanted : TextNode.valueOf(value));
      }
    }
    told.set("NotificationARNs", Json.tree(stack.notificationARNs()));
    told.put("TimeoutInMinutes", stack.timeoutInMinutes());
    return new Live.There(told);
  }

  private static List<String> topics(ObjectNode properties) {
    return properties.path("NotificationARNs").valueStream().map(JsonNode::asText).toList();
  }

  static List<Parameter> parameters(ObjectNode properties) {
    var given = new ArrayList<Parameter>();
    for (var entry : properties.path("Parameters").properties()) {
      var texts = new ArrayList<String>();
      if (entry.getValue().isArray()) {
        entry.getValue().forEach(value -> texts.add(value.asText()));
      } else {
        texts.add(entry.getValue().asText());
      }
      given.add(
          Parameter.builder()
              .parameterKey(entry.getKey())
              .parameterValue(String.join(",", texts))
              .build());
    }
    return given;
  }

  private static List<Tag> tags(Request request) {
    return tags(request.tags(), request.properties());
  }

  /// The tags of a nested stack: those of the stack that it is in, and its own.
  static List<Tag> tags(Map<String, String> inherited, ObjectNode properties) {
    var merged = new LinkedHashMap<>(inherited);
    for (var tag : properties.path("Tags")) {
      merged.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return StackOperations.tags(merged);
  }
}
