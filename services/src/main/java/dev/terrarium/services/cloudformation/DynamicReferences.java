package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.template.Template;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// References to parameters and secrets in the properties of resources: `{{resolve:service:what}}`.
///
/// Templates and what is stored of resources keep the references as they are, so nothing that shows
/// them shows a secret. The values are looked up each time that a resource is made or changed, and
/// go to the resource's service only.
///
/// See "Get values stored in other services using dynamic references" in the CloudFormation User
/// Guide. Kept apart from the SDKs of those services, which may be absent: [ReferencedParameters],
/// [ReferencedSecrets].
final class DynamicReferences {
  private static final Pattern REFERENCE =
      Pattern.compile("\\{\\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)}}");
  private static final Pattern ANY = Pattern.compile("\\{\\{resolve:([^:{}]*):?[^{}]*}}");

  /// Where AWS takes a parameter that is a `SecureString`.
  private static final Set<String> SECURE =
      Set.of(
          "AWS::DirectoryService::MicrosoftAD/Properties/Password",
          "AWS::DirectoryService::SimpleAD/Properties/Password",
          "AWS::ElastiCache::ReplicationGroup/Properties/AuthToken",
          "AWS::IAM::User/Properties/LoginProfile/Password",
          "AWS::KinesisFirehose::DeliveryStream/Properties/RedshiftDestinationConfiguration/Password",
          "AWS::OpsWorks::App/Properties/AppSource/Password",
          "AWS::OpsWorks::Stack/Properties/RdsDbInstances/DbPassword",
          "AWS::OpsWorks::Stack/Properties/CustomCookbooksSource/Password",
          "AWS::RDS::DBCluster/Properties/MasterUserPassword",
          "AWS::RDS::DBInstance/Properties/MasterUserPassword",
          "AWS::Redshift::Cluster/Properties/MasterUserPassword");

  private final Cloud cloud;

  DynamicReferences(Cloud cloud) {
    this.cloud = cloud;
  }

  /// Refuses references that AWS does not take, before anything is made.
  static void check(Template template) {
    var refused = new TreeSet<String>();
    for (var name : template.resourceNames()) {
      var type = template.type(name);
      check(type + "/Properties", template.resource(name).path("Properties"), refused);
    }
    if (!refused.isEmpty()) {
      throw new TemplateException(
          "SSM Secure reference is not supported in: [" + String.join(",", refused) + "]");
    }
  }

  private static void check(String path, JsonNode node, Set<String> refused) {
    if (node.isTextual()) {
      var found = ANY.matcher(node.asText());
      while (found.find()) {
        var service = found.group(1);
        if (service.equals("ssm-secure") && !SECURE.contains(path)) {
          refused.add(path);
        } else if (!Set.of("ssm", "ssm-secure", "secretsmanager").contains(service)) {
          throw new TemplateException(
              "Dynamic reference resolver is not supported: " + found.group());
        }
      }
    }
    for (var entry : node.properties()) {
      var function = entry.getKey().startsWith("Fn::");
      check(function ? path : path + "/" + entry.getKey(), entry.getValue(), refused);
    }
    if (node.isArray()) {
      node.forEach(element -> check(path, element, refused));
    }
  }

  /// The names of a template's parameters that are of Parameter Store's types.
  static List<String> parametersOf(Template template) {
    var names = new ArrayList<String>();
    for (var entry : template.section("Parameters").properties()) {
      if (entry.getValue().path("Type").asText().startsWith("AWS::SSM::Parameter::")) {
        names.add(entry.getKey());
      }
    }
    return names;
  }

  /// What those parameters stand for.
  Map<String, String> parameters(Template template, Map<String, String> values) {
    if (parametersOf(template).isEmpty()) {
      return Map.of();
    }
    if (cloud.service("ssm") == null) {
      throw new TemplateException(
          "Parameters of the types of Parameter Store need the SDK's module of SSM, which is not on the class path");
    }
    return new ReferencedParameters(cloud).resolve(template, values);
  }

  /// The properties as a step needs them, with values in place of references.
  ObjectNode resolve(ObjectNode properties, String step) {
    return step.equals("delete") || step.equals("cleanup")
        ? resolveIfThere(properties)
        : resolve(properties);
  }

  private ObjectNode resolve(ObjectNode properties) {
    return Json.write(properties).contains("{{resolve:")
        ? (ObjectNode) resolved(properties)
        : properties;
  }

  /// What cannot be looked up stays as it is: what is to be removed must not stay because a
  /// parameter went before it.
  private ObjectNode resolveIfThere(ObjectNode properties) {
    try {
      return resolve(properties);
    } catch (RuntimeException e) {
      System.getLogger(DynamicReferences.class.getName())
          .log(System.Logger.Level.DEBUG, "A reference of a resource that goes", e);
      return properties;
    }
  }

  private JsonNode resolved(JsonNode node) {
    if (node.isObject()) {
      var object = Json.object();
      node.properties().forEach(e -> object.set(e.getKey(), resolved(e.getValue())));
      return object;
    }
    if (node.isArray()) {
      var array = Json.array();
      node.forEach(element -> array.add(resolved(element)));
      return array;
    }
    return node.isTextual() ? TextNode.valueOf(resolved(node.asText())) : node;
  }

  private String resolved(String text) {
    var found = REFERENCE.matcher(text);
    var out = new StringBuilder();
    while (found.find()) {
      found.appendReplacement(out, Matcher.quoteReplacement(value(found.group(1), found.group(2))));
    }
    return found.appendTail(out).toString();
  }

  private String value(String service, String what) {
    var name = service.equals("secretsmanager") ? service : "ssm";
    if (cloud.service(name) == null) {
      throw new TemplateException(
          "Dynamic references of "
              + service
              + " need its SDK module, which is not on the class path");
    }
    if (service.equals("secretsmanager")) {
      return new ReferencedSecrets(cloud).value(secret(what));
    }
    return new ReferencedParameters(cloud).value(what.strip(), service.equals("ssm-secure"));
  }

  /// A reference to a secret: its id, the member of its JSON text, the stage and the version.
  /// Whatever is empty was not said.
  record SecretReference(String id, String key, String stage, String version) {}

  /// An ARN has colons of its own.
  private static SecretReference secret(String what) {
    var parts = new ArrayList<>(List.of(what.strip().split(":", -1)));
    var idParts = parts.getFirst().equals("arn") ? Math.min(7, parts.size()) : 1;
    var id = String.join(":", parts.subList(0, idParts));
    var rest = parts.subList(idParts, parts.size());
    if (!rest.isEmpty() && !rest.getFirst().isEmpty() && !rest.getFirst().equals("SecretString")) {
      throw new TemplateException(
          "Only SecretString is supported in a secretsmanager dynamic reference: " + what);
    }
    return new SecretReference(id, part(rest, 1), part(rest, 2), part(rest, 3));
  }

  private static String part(List<String> parts, int index) {
    return index < parts.size() ? parts.get(index) : "";
  }
}
