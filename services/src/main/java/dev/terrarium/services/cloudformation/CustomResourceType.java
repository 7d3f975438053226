package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.sns.SnsClient;

/// `AWS::CloudFormation::CustomResource` and all `Custom::` types: a function or topic of the
/// user's is asked, and answers to a URL.
final class CustomResourceType implements ResourceType {
  static final String NAME = "AWS::CloudFormation::CustomResource";
  private static final Duration TIMEOUT = Duration.ofHours(1);

  private final Cloud cloud;
  private final String name;
  private final CustomResourceResponses responses;

  CustomResourceType(Cloud cloud, String name) {
    this.cloud = cloud;
    this.name = name;
    this.responses = new CustomResourceResponses(cloud);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("ServiceToken").mandatory().replacing(), Property.of("ServiceTimeout"));
  }

  @Override
  public Resource create(Request request) {
    return ask("Create", request, null, null);
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    return ask("Update", request, current.physicalId(), previous);
  }

  @Override
  public void delete(Request request, Resource current) {
    ask("Delete", request, current.physicalId(), null);
  }

  private Resource ask(
      String kind, Request request, @Nullable String physicalId, @Nullable ObjectNode previous) {
    var token = token(request.token());
    try (var watch = cloud.signals().watch(CustomResourceResponses.signal(token))) {
      if (responses.get(token) == null) {
        responses.expect(token);
        send(request, question(kind, request, token, physicalId, previous));
      }
      var timeout = request.properties().path("ServiceTimeout");
      var deadline =
          cloud
              .clock()
              .now()
              .plus(timeout.isMissingNode() ? TIMEOUT : Duration.ofSeconds(timeout.asLong(3600)));
      while (true) {
        var answer = responses.get(token);
        if (answer != null && !answer.isEmpty()) {
          responses.forget(token);
          return resource(answer, physicalId);
        }
        if (!watch.await(deadline)) {
          responses.forget(token);
          throw new TemplateException(
              "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [%s]. If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated version."
                  .formatted(token));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The cloud is closing", e);
    }
  }

  private String question(
      String kind,
      Request request,
      String token,
      @Nullable String physicalId,
      @Nullable ObjectNode previous) {
    var question = Json.object();
    question.put("RequestType", kind);
    question.put("ServiceToken", request.properties().path("ServiceToken").asText());
    question.put("ResponseURL", cloud.endpoint() + CustomResourceResponses.PATH + token);
    question.put("StackId", request.stackId());
    question.put("RequestId", cloud.ids().uuid());
    question.put("LogicalResourceId", request.logicalId());
    if (physicalId != null) {
      question.put("PhysicalResourceId", physicalId);
    }
    question.put("ResourceType", name);
    question.set("ResourceProperties", texts(request.properties()));
    if (previous != null) {
      question.set("OldResourceProperties", texts(previous));
    }
    return Json.write(question);
  }

  /// CloudFormation hands every value over as a string.
  private static JsonNode texts(JsonNode node) {
    if (node.isObject()) {
      var object = Json.object();
      node.properties().forEach(entry -> object.set(entry.getKey(), texts(entry.getValue())));
      return object;
    }
    if (node.isArray()) {
      var array = Json.array();
      node.forEach(each -> array.add(texts(each)));
      return array;
    }
    return TextNode.valueOf(node.asText());
  }

  private void send(Request request, String question) {
    var target = request.properties().path("ServiceToken").asText();
    var service = Arn.of(target).map(Arn::service).orElse("");
    switch (service) {
      case "lambda" ->
          cloud
              .client(LambdaClient.class)
              .invoke(invoke ->
                  invoke
                      .functionName(target)
                      .invocationType("Event")
                      .payload(SdkBytes.fromUtf8String(question)));
      case "sns" ->
          cloud
              .client(SnsClient.class)
              .publish(publish ->
                  publish
                      .topicArn(target)
                      .subject("AWS CloudFormation custom resource request")
                      .message(question));
      default ->
          throw new TemplateException(
              "Invalid service token: "
                  + target
                  + " is neither a Lambda function nor an SNS topic");
    }
  }

  private static Resource resource(String answer, @Nullable String physicalId) {
    JsonNode tree;
    try {
      tree = Json.parse(answer);
    } catch (IllegalArgumentException e) {
      throw new TemplateException("Invalid response from custom resource: not JSON", e);
    }
    if (!tree.path("Status").asText().equals("SUCCESS")) {
      throw new TemplateException(
          "Received response status [FAILED] from custom resource. Message returned: %s (RequestId: %s)"
              .formatted(tree.path("Reason").asText(""), tree.path("RequestId").asText("")));
    }
    var id = tree.path("PhysicalResourceId").asText("");
    if (id.isEmpty()) {
      if (physicalId == null) {
        throw new TemplateException("Invalid PhysicalResourceId: the custom resource named none");
      }
      id = physicalId;
    }
    var attributes = new LinkedHashMap<String, JsonNode>();
    tree.path("Data").properties().forEach(e -> attributes.put(e.getKey(), e.getValue()));
    return new Resource(id, attributes);
  }

  /// Nobody can guess it, for the operation's token is in it.
  static String token(String step) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(step.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
