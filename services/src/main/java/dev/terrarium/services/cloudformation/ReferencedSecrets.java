package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.DynamicReferences.SecretReference;
import dev.terrarium.services.cloudformation.template.TemplateException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/// What templates look up in Secrets Manager. Loaded only where there is one.
final class ReferencedSecrets {
  private final Cloud cloud;

  ReferencedSecrets(Cloud cloud) {
    this.cloud = cloud;
  }

  /// The text of a secret, or of one member of it.
  String value(SecretReference reference) {
    if (!reference.stage().isEmpty() && !reference.version().isEmpty()) {
      throw new TemplateException(
          "Both a version stage and a version id are specified for the secret " + reference.id());
    }
    var text =
        cloud
            .client(SecretsManagerClient.class)
            .getSecretValue(r -> {
              r.secretId(reference.id());
              if (!reference.stage().isEmpty()) {
                r.versionStage(reference.stage());
              }
              if (!reference.version().isEmpty()) {
                r.versionId(reference.version());
              }
            })
            .secretString();
    if (text == null) {
      throw new TemplateException("The secret " + reference.id() + " has no SecretString");
    }
    return reference.key().isEmpty() ? text : member(text, reference.key());
  }

  private static String member(String text, String key) {
    JsonNode tree;
    try {
      tree = Json.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TemplateException("Could not parse SecretString JSON");
    }
    var value = tree.get(key);
    if (value == null) {
      throw new TemplateException("Could not find a value associated with JSONKey in SecretString");
    }
    return value.isValueNode() ? value.asText() : Json.write(value);
  }
}
