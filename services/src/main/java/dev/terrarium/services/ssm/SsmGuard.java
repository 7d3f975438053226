package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ssm.model.Tag;

/// What requests to Parameter Store need permission for, with the policies of parameters. What KMS
/// has to decrypt, the caller must be allowed to decrypt; KMS asks for that itself.
final class SsmGuard implements Guard {
  private final Parameters parameters;

  SsmGuard(Parameters parameters) {
    this.parameters = parameters;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var action = "ssm:" + operation.name();
    var context = new HashMap<String, List<String>>();
    var names = new ArrayList<String>();
    for (var field : request.sdkFields()) {
      var value = field.getValueOrDefault(request);
      switch (field.memberName()) {
        case "Name", "Path", "ResourceId", "ResourceArn" -> {
          if (value instanceof String text) {
            names.add(text);
          }
        }
        case "Names" -> {
          if (value instanceof List<?> list) {
            list.forEach(name -> names.add(String.valueOf(name)));
          }
        }
        case "Overwrite" -> put(context, "ssm:overwrite", value);
        case "Recursive" -> put(context, "ssm:recursive", value);
        case "Tags" -> tags(context, value);
        default -> {}
      }
    }
    if (names.isEmpty()) {
      return List.of(Need.of(action, "*", call.account()).with(context));
    }
    return names.stream().map(name -> need(call, action, name, context)).toList();
  }

  private Need need(Call call, String action, String name, Map<String, List<String>> context) {
    var key = ParameterKey.of(call.scope(), Selector.of(name).name());
    var need = Need.of(action, key.arn(), key.account());
    var head = parameters.heads.get(key);
    if (head == null) {
      return need.with(context);
    }
    var all = new HashMap<>(context);
    head.tags()
        .forEach((tag, value) ->
            all.put("aws:resourcetag/" + tag.toLowerCase(Locale.ROOT), List.of(value)));
    return head.policies().isEmpty()
        ? need.with(all)
        : need.under(Json.parse(head.policies().getFirst().policy())).with(all);
  }

  private static void put(
      Map<String, List<String>> context,
      String key,
      @org.jspecify.annotations.Nullable Object value) {
    if (value != null) {
      context.put(key, List.of(value.toString()));
    }
  }

  private static void tags(
      Map<String, List<String>> context, @org.jspecify.annotations.Nullable Object value) {
    if (!(value instanceof List<?> tags) || tags.isEmpty()) {
      return;
    }
    var names = new ArrayList<String>();
    for (var one : tags) {
      if (one instanceof Tag tag && tag.key() != null) {
        names.add(tag.key());
        put(context, "aws:requesttag/" + tag.key().toLowerCase(Locale.ROOT), tag.value());
      }
    }
    context.put("aws:tagkeys", names);
  }
}
