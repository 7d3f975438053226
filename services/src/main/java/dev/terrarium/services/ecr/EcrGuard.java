package dev.terrarium.services.ecr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// What requests to ECR need permission for.
final class EcrGuard implements Guard {
  private final Repositories repositories;

  EcrGuard(Repositories repositories) {
    this.repositories = repositories;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var given = new HashMap<String, String>();
    var names = new ArrayList<String>();
    for (var field : request.sdkFields()) {
      var value = field.getValueOrDefault(request);
      if (value instanceof String text) {
        given.put(field.memberName(), text);
      } else if (field.memberName().equals("repositoryNames") && value instanceof List<?> list) {
        list.forEach(name -> names.add(String.valueOf(name)));
      }
    }
    var action = "ecr:" + operation.name();
    var arn = given.get("resourceArn");
    if (arn != null) {
      return List.of(need(action, repositories.ofArn(arn)));
    }
    var name = given.get("repositoryName");
    if (name != null) {
      names.add(name);
    }
    if (names.isEmpty()) {
      return List.of(Need.of(action, "*", call.account()));
    }
    var account = given.getOrDefault("registryId", call.account());
    return names.stream()
        .map(one -> need(action, new RepositoryKey(account, call.region(), one)))
        .toList();
  }

  private Need need(String action, RepositoryKey key) {
    var found = repositories.find(key);
    var tags = new HashMap<String, List<String>>();
    if (found != null) {
      found.tags().forEach((k, v) -> tags.put("aws:resourcetag/" + k, List.of(v)));
    }
    return Need.of(action, key.arn(), key.account()).under(policy(found, key)).with(tags);
  }

  /// ECR's policies name no resource: they are about the repository that has them.
  private static @Nullable JsonNode policy(@Nullable RepositoryConfig found, RepositoryKey key) {
    if (found == null || found.policy().isEmpty()) {
      return null;
    }
    var policy = Json.parse(found.policy());
    for (var statement : policy.path("Statement")) {
      if (statement instanceof ObjectNode object && !object.has("Resource")) {
        object.put("Resource", key.arn());
      }
    }
    return policy;
  }
}
