package dev.terrarium.services.secretsmanager;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/// What Secrets Manager's resource types can tell of what is there. Values are not told.
final class SecretReadings {
  private final Cloud cloud;

  SecretReadings(Cloud cloud) {
    this.cloud = cloud;
  }

  private SecretsManagerClient secrets() {
    return cloud.client(SecretsManagerClient.class);
  }

  private static State state(String arn, ObjectNode told) {
    return new State(new Resource(arn, Map.of("Id", Json.tree(arn))), told);
  }

  Reading secret() {
    return Reading.of(
        "Id",
        id -> {
          var now = secrets().describeSecret(d -> d.secretId(id));
          return now.deletedDate() != null
              ? null
              : state(now.arn(), JsonShapes.tree(now, List.of("Name", "Description", "KmsKeyId")));
        },
        () ->
            secrets().listSecretsPaginator().stream()
                .flatMap(page -> page.secretList().stream())
                .map(secret -> secret.arn())
                .toList());
  }

  Reading schedule() {
    return Reading.of(
        "Id",
        id -> {
          var now = secrets().describeSecret(d -> d.secretId(id));
          if (!Boolean.TRUE.equals(now.rotationEnabled())) {
            return null;
          }
          var told = Json.object().put("SecretId", now.arn());
          told.put("RotationLambdaARN", now.rotationLambdaARN());
          return state(now.arn(), told);
        },
        List::of);
  }

  Reading policy() {
    return Reading.of(
        "Id",
        id -> {
          var now = secrets().getResourcePolicy(g -> g.secretId(id));
          if (now.resourcePolicy() == null) {
            return null;
          }
          var told = Json.object().put("SecretId", now.arn());
          told.set("ResourcePolicy", Json.parse(now.resourcePolicy()));
          return state(now.arn(), told);
        },
        List::of);
  }
}
