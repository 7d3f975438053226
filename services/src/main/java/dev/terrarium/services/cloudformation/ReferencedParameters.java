package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.cloudformation.template.Template;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/// What templates look up in Parameter Store. Loaded only where there is one.
final class ReferencedParameters {
  private static final String TYPE = "AWS::SSM::Parameter::";
  private static final int AT_ONCE = 10;

  private final Cloud cloud;

  ReferencedParameters(Cloud cloud) {
    this.cloud = cloud;
  }

  /// What the template's parameters of these types stand for, by their names.
  ///
  /// @param values the names in Parameter Store, by those in the template
  Map<String, String> resolve(Template template, Map<String, String> values) {
    var wanted = new LinkedHashMap<String, String>();
    for (var name : DynamicReferences.parametersOf(template)) {
      var value = values.get(name);
      if (value != null) {
        wanted.put(name, value);
      }
    }
    var found = fetch(List.copyOf(new LinkedHashSet<>(wanted.values())), false);
    var resolved = new LinkedHashMap<String, String>();
    wanted.forEach((name, key) -> {
      var type = template.section("Parameters").path(name).path("Type").asText();
      var value = found.get(key);
      if (type.startsWith(TYPE + "Value<") && value != null) {
        resolved.put(name, value);
      }
    });
    return resolved;
  }

  /// The value of one parameter.
  ///
  /// @param name with its version behind a colon, if one is asked for
  String value(String name, boolean secure) {
    return fetch(List.of(name), secure).values().iterator().next();
  }

  private Map<String, String> fetch(List<String> names, boolean secure) {
    var values = new HashMap<String, String>();
    var missing = new ArrayList<String>();
    var wrong = new ArrayList<String>();
    for (int i = 0; i < names.size(); i += AT_ONCE) {
      var some = names.subList(i, Math.min(names.size(), i + AT_ONCE));
      var answer =
          cloud.client(SsmClient.class).getParameters(r -> r.names(some).withDecryption(secure));
      missing.addAll(answer.invalidParameters());
      for (var parameter : answer.parameters()) {
        if ((parameter.type() == ParameterType.SECURE_STRING) != secure) {
          wrong.add(parameter.name());
        }
        values.put(asked(parameter), parameter.value());
        values.put(parameter.arn(), parameter.value());
      }
    }
    if (!missing.isEmpty()) {
      throw new TemplateException(
          "Unable to fetch parameters ["
              + String.join(",", missing)
              + "] from parameter store for this account.");
    }
    if (!wrong.isEmpty()) {
      throw new TemplateException(
          "Parameters ["
              + String.join(",", wrong)
              + "] referenced by template have types not supported by CloudFormation.");
    }
    return values;
  }

  private static String asked(Parameter parameter) {
    return parameter.selector() == null
        ? parameter.name()
        : parameter.name() + parameter.selector();
  }
}
